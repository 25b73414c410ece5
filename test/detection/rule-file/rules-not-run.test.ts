import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compileRuleSet } from '../../../src/detection/engine.ts';
import { readRules } from '../../../src/detection/rule-file/read-rules.ts';
import { loadRuleSet, type RuleTrouble } from '../../../src/entry/compose/rule-set.ts';
import { loadConfig } from '../../../src/entry/config/config.ts';
import { probeRules } from '../../../src/entry/doctor/probe-files.ts';

/* Rules that are read and not run: switched off by who keeps them, or beyond what can be run yet. */

const common = {
  description: 'x',
  risk_score: 21,
  severity: 'low',
  type: 'query',
  language: 'kuery',
  query: 'event.action: ListBuckets',
};
const off = { ...common, rule_id: 'off', name: 'Switched off', enabled: false };
const on = { ...common, rule_id: 'on', name: 'Switched on', enabled: true };
const filtered = { ...common, rule_id: 'filtered', name: 'By a filter without a query', filters: [{ meta: {} }] };
const exported = [off, on, filtered].map((rule) => JSON.stringify(rule)).join('\n');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'trailhound-off-'));
  writeFileSync(join(folder, 'rules.ndjson'), exported);
  writeFileSync(
    join(folder, 'log.json'),
    JSON.stringify({
      eventTime: '2026-01-02T03:04:05Z',
      eventSource: 's3.amazonaws.com',
      eventName: 'ListBuckets',
      eventID: 'e1',
      userIdentity: { type: 'IAMUser', userName: 'ana', accountId: '111122223333' },
    }),
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

function command(...args: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, ['src/entry/cli/main.ts', ...args], (_error, out, err) =>
      resolve(out + err),
    );
    child.stdin?.end();
  });
}

describe('a rule that its keeper has switched off', () => {
  test.each([
    ["Kibana's export", 'r.ndjson', exported],
    ['a rule file', 'r.toml', `[rule]\n${tomlOf(off)}`],
  ])('is read from %s, and not run', (_, path, text) => {
    const { rules, notRun } = compileRuleSet(readRules(path, text).rules.flatMap(({ file }) => file ?? []));
    expect(rules.map(({ rule }) => rule.id)).not.toContain('off');
    expect(notRun).toContainEqual(
      expect.objectContaining({ kind: 'switched-off', file: expect.objectContaining({ enabled: false }) }),
    );
  });

  test('is the same rule as the one that is switched on', () => {
    const files = readRules(
      'r.ndjson',
      [off, { ...off, enabled: true }].map((rule) => JSON.stringify(rule)).join('\n'),
    );
    const { errors } = compileRuleSet(files.rules.flatMap(({ file }) => file ?? []));
    expect(errors).toEqual([]);
  });

  test('raises no alert, and each command that runs rules says which it is', async () => {
    const rules = join(folder, 'rules.ndjson');
    const told = `1 not run: it is switched off (enabled is false): Switched off (${rules})`;
    const summary = await command('detect', '-r', rules, '--output', 'summary', join(folder, 'log.json'));
    expect(summary).toContain('1 alert of 1 rule');
    const ndjson = await command('detect', '-r', rules, '--output', 'ndjson', join(folder, 'log.json'));
    const [check, list] = [await command('rules', 'check', rules), await command('rules', 'list', '-r', rules)];
    for (const output of [summary, ndjson, check, list]) expect(output).toContain(told);
  });

  test('is nothing broken to a worker and to doctor, which count it', async () => {
    const config = loadConfig(undefined, {});
    const here = { ...config, rules: { ...config.rules, directories: [folder] } };
    const troubles: RuleTrouble[] = [];
    const { rules } = await loadRuleSet(here, (line, trouble) => {
      if (line.includes(folder)) troubles.push(trouble);
    });
    expect(rules.map(({ rule }) => rule.id).filter((id) => ['off', 'on'].includes(id))).toEqual(['on']);
    expect(troubles.toSorted()).toEqual(['broken', 'switched-off']);
    const findings = (await probeRules(here)).filter(({ message }) => message.includes('switched off'));
    expect(findings).toEqual([
      expect.objectContaining({
        status: 'ok',
        message: '1 rule is switched off in its file (enabled is false), and not run',
      }),
    ]);
  });
});

test('of a rule that cannot be run it is told which it is, and of many how many more there are', async () => {
  const rules = join(folder, 'rules.ndjson');
  const told = `1 not run: a filter has no query: By a filter without a query (${rules})`;
  for (const args of [
    ['rules', 'check', rules],
    ['detect', '-r', rules, join(folder, 'log.json')],
  ])
    expect(await command(...args)).toContain(told);

  const many = Array.from({ length: 5 }, (_, at) => ({ ...filtered, rule_id: `f${at}`, name: `Filtered ${at}` }));
  const path = join(folder, 'many.json');
  writeFileSync(path, JSON.stringify(many));
  expect(await command('rules', 'check', path)).toContain(
    `5 not run: a filter has no query: ${[0, 1, 2].map((at) => `Filtered ${at} (${path})`).join(', ')}, 2 more rules`,
  );
  rmSync(path);
});

function tomlOf(rule: Readonly<Record<string, unknown>>): string {
  return Object.entries(rule)
    .map(([key, value]) => `${key} = ${JSON.stringify(value)}\n`)
    .join('');
}
