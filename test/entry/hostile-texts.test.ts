import { execFile } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderCases } from '../../src/entry/investigations/render-case.ts';
import { renderStory } from '../../src/entry/audit/print.ts';
import { renderExamination } from '../../src/entry/doctor/examine.ts';
import { safeCsv } from '../../src/entry/terminal/safe-csv.ts';
import { styleFor } from '../../src/entry/terminal/terminal-style.ts';
import { plainText } from '../../src/model/safe-text.ts';

/** Clears the screen, sets a title, turns the text around, hides in it, and begins a formula. */
const hostile = '=\u001B[2J\u009B31m\u001B]0;x\u0007a\u202Eb\u2066c\u200Bd\u3164e\u2028f\u007F\u{E0041}';
/** What must not reach a terminal: controls but line breaks, bidirectional controls, invisible characters. */
const dangerous =
  // oxlint-disable-next-line eslint/no-control-regex -- that is what must not be there
  /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u061C\u200B-\u200F\u2028-\u202E\u2060-\u206F\u3164\uFEFF\u{E0000}-\u{E007F}]/u;

let folder: string;
let rules: string;
let logs: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'trailhound-hostile-'));
  const quoted = JSON.stringify(hostile)
    .replaceAll('\u009B', String.raw`\u009b`)
    .replaceAll('\u007F', String.raw`\u007f`);
  const text = quoted.slice(1, -1);
  rules = join(folder, 'rule.toml');
  writeFileSync(
    rules,
    `[rule]
name = "${text}"
description = "&#27;[2J&#x202e; ${text} **${text}** \`${text}\` [${text}](http://a/&#27;${text})"
rule_id = "t-1"
risk_score = 47
severity = "medium"
type = "query"
language = "kuery"
query = 'event.action: ListBuckets and not user.name: "\u202E\u200B"'
note = "# ${text}\\n\\n- &#8238; ${text}\\n\\n    ${text}"
references = ["${text}"]
false_positives = ["${text}"]
tags = ["${text}"]
`,
  );
  writeFileSync(join(folder, 'broken\u202E\u200B.toml'), `[rule]\nname = "\u202E\u200B\u009B" x\n`);
  logs = join(folder, `log\u202E\u001B[31m.json`);
  function record(eventID: string, fields: object = {}) {
    return {
      eventTime: '2026-01-02T03:04:05Z',
      eventSource: 's3.amazonaws.com',
      eventName: 'ListBuckets',
      eventID,
      recipientAccountId: '111122223333',
      userAgent: hostile,
      userIdentity: { type: 'IAMUser', userName: hostile, accountId: '111122223333', arn: hostile },
      ...fields,
    };
  }
  const lines = [
    record(hostile),
    record('b', { eventTime: hostile }),
    { a: hostile },
    { CloudTrailEvent: '{', EventId: hostile },
  ];
  writeFileSync(logs, lines.map((line) => JSON.stringify(line)).join('\n'));
  writeFileSync(
    join(folder, 'trailhound.toml'),
    `installation = "${text}"\n"${text}" = 1\n[[accounts]]\nid = "${text}"\n`,
  );
  writeFileSync(
    join(folder, 'exceptions.toml'),
    `[[exception]]\nid = "${text}"\nrules = ["t-1"]\ncondition = 'user.name: "x"'\nowner = "${text}"\nreason = "${text}"\nexpires = 2099-01-01T00:00:00Z\n`,
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function output(args: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, ['src/entry/cli/main.ts', ...args], (_error, stdout, stderr) =>
      resolve(stdout + stderr),
    );
    child.stdin?.end();
  });
}

describe('no text of others steers a terminal', () => {
  it.each<[string, (at: { folder: string; rules: string; logs: string }) => readonly string[]]>([
    ...['table', 'csv', 'ndjson', 'summary'].map(
      (form): [string, (at: { folder: string; rules: string; logs: string }) => readonly string[]] => [
        `detect --output ${form}`,
        (at) => ['detect', '-r', at.rules, '-x', join(at.folder, 'exceptions.toml'), '-o', form, at.logs],
      ],
    ),
    ['detect with broken rules', (at) => ['detect', '-r', at.folder, at.logs]],
    ['normalize', (at) => ['normalize', at.logs]],
    ['explain', (at) => ['explain', at.rules, at.logs]],
    ['explain --json', (at) => ['explain', at.rules, at.logs, '--json']],
    ['rules show', (at) => ['rules', 'show', at.rules]],
    ['rules show --json', (at) => ['rules', 'show', at.rules, '--json']],
    ['rules list', (at) => ['rules', 'list', '-r', at.folder]],
    ['rules list --json', (at) => ['rules', 'list', '-r', at.folder, '--json']],
    ['rules check', (at) => ['rules', 'check', at.folder]],
    ['rules check --json', (at) => ['rules', 'check', at.folder, '--json']],
    ['rules test', (at) => ['rules', 'test', at.folder]],
    ['rules coverage', (at) => ['rules', 'coverage', '-r', at.folder]],
    ['rules diff', (at) => ['rules', 'diff', at.rules, join(at.folder, 'exceptions.toml'), at.logs]],
    ['rules exceptions', (at) => ['rules', 'exceptions', '-r', at.folder]],
    ['a configuration that is wrong', (at) => ['--config', join(at.folder, 'trailhound.toml'), 'doctor']],
    [
      'the same with its stack',
      (at) => ['--verbose', '--config', join(at.folder, 'trailhound.toml'), 'accounts', 'list'],
    ],
    ['an option that there is not', () => [`--${hostile.replaceAll('\0', '')}`]],
    ['a path that leads nowhere', () => ['detect', `nowhere${hostile}`]],
  ])(
    '%s',
    async (_, args) => {
      const shown = await output(args({ folder, rules, logs }));
      expect(shown.length).toBeGreaterThan(20);
      expect(dangerous.exec(shown.replaceAll('\n', ' '))?.[0]).toBeUndefined();
    },
    60_000,
  );

  it('nor of the store', () => {
    const style = styleFor({});
    const line = {
      id: hostile,
      status: hostile,
      actor: hostile,
      account: hostile,
      severity: hostile,
      alertCount: 1,
      openedAt: hostile,
      waitingUndo: hostile,
      verdict: hostile,
      waysInLeft: 1,
      leftByHand: 1,
      mergedInto: hostile,
      mergedFrom: [hostile],
    };
    const entry = {
      at: hostile,
      kind: hostile,
      who: hostile,
      what: hostile,
      subject: hostile,
      awsRequestIds: [hostile],
    };
    const finding = { probe: hostile, subject: hostile, status: 'failed', message: hostile, remedy: hostile };
    const shown = [
      // Whoever owns the store writes what no type allows.
      renderCases([line] as never, style),
      renderStory(
        {
          head: { ...line, mergedInto: hostile, mergedFrom: [hostile], row: 'kept' } as never,
          told: {
            from: 'records',
            differences: [{ id: hostile, at: hostile, kind: hostile, what: 'altered' }],
            lostRuns: 1,
            entries: [entry] as never,
          },
          rules: [plainText(hostile)],
          vouchedFor: false,
        },
        style,
      ),
      renderExamination({ healthy: false, findings: [finding] as never }),
    ];
    for (const text of shown) expect(dangerous.exec(text.replaceAll('\n', ' '))?.[0]).toBeUndefined();
  });

  it('nor a spreadsheet', () => {
    for (const formula of ['=1+1', '+1', '-1', '@x', '\t=1', ' =1'])
      expect(safeCsv([[plainText(formula)]])).toMatch(/^"?'/);
  });

  it('and there is no other door: nothing but a few files writes to a terminal or calls a text safe', () => {
    const doors = globSync('src/**/*.ts').filter((path) =>
      /process\.std(?:out|err)\.write|console\.(?:log|error|warn)\(| as (?:readonly )?SafeText|stderr\.write/.test(
        readFileSync(path, 'utf8'),
      ),
    );
    expect(doors.toSorted()).toEqual([
      'src/entry/terminal/safe-csv.ts',
      'src/entry/terminal/terminal-output.ts',
      'src/entry/terminal/terminal-style.ts',
      'src/entry/terminal/terminal-table.ts',
      'src/entry/terminal/wrapped-text.ts',
      'src/model/safe-text.ts',
      'src/model/shell-command.ts', // the words of our commands; each name in them is shown as plain text, in quotes
    ]);
  });
});
