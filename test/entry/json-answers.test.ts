import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Command } from 'commander';
import { createProgram, runCommandLine } from '../../src/entry/cli/main.ts';
import { answerLines, printAnswer } from '../../src/entry/terminal/terminal-output.ts';
import { type AnsweringCommand, answers } from '../../src/views/answers.ts';
import { lineAnswers } from '../../src/views/line-answers.ts';

/** Policies in the form that IAM takes. */
const ofIam = ['roles'];

test('every command that prints JSON promises a form of it', () => {
  const known = [...Object.keys(answers), ...Object.keys(lineAnswers), ...ofIam];
  expect(jsonCommands(createProgram()).toSorted()).toEqual(known.toSorted());
});

const rule = 'rules/exfiltration-snapshot-shared.toml';
const record = {
  eventVersion: '1.11',
  eventTime: '2026-11-24T12:00:00Z',
  eventSource: 'ec2.amazonaws.com',
  eventName: 'ModifySnapshotAttribute',
  awsRegion: 'us-east-1',
  sourceIPAddress: '203.0.113.7',
  userAgent: 'aws-cli/2',
  eventID: '3fcfb182-98f8-4744-bd45-10a5c2a7e1f0',
  eventType: 'AwsApiCall',
  recipientAccountId: '111122223333',
  userIdentity: {
    type: 'IAMUser',
    principalId: 'AIDAEXAMPLE',
    arn: 'arn:aws:iam::111122223333:user/mallory',
    accountId: '111122223333',
    accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
    userName: 'mallory',
  },
  requestParameters: {
    snapshotId: 'snap-1',
    attributeType: 'CREATE_VOLUME_PERMISSION',
    createVolumePermission: { add: { items: [{ userId: '999988887777' }] } },
  },
  responseElements: { _return: true },
};

/** What needs no installation is asked of the program itself; what it exits with is each command's own. */
const questions: readonly (readonly [AnsweringCommand, readonly string[]])[] = [
  ['rules list', []],
  ['rules exceptions', ['--rules', 'rules']],
  ['rules show', [rule]],
  ['rules check', ['rules']],
  ['rules test', [rule]],
  ['rules coverage', []],
  ['rules diff', [rule, 'rules', 'RECORD']],
  ['explain', [rule, 'RECORD']],
  ['investigate', ['RECORD', '--threads', '1']],
  ['doctor', []],
  ['accounts check', []],
];

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  process.exitCode = undefined;
});

/** Catches what is written to the terminal. */
function caught() {
  const written = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    vi.spyOn(process[stream], 'write').mockImplementation((part: string | Uint8Array) => {
      written[stream] += String(part);
      return true;
    });
  }
  return written;
}

describe('what is asked is answered in the form that is promised', () => {
  test.each(questions)('%s %s', { timeout: 60_000 }, async (name, args) => {
    const folder = mkdtempSync(join(tmpdir(), 'trailhound-answers-'));
    const file = join(folder, 'record.json');
    writeFileSync(file, JSON.stringify({ Records: [record] }));
    const given = args.map((arg) => (arg === 'RECORD' ? file : arg));
    vi.stubEnv('TRAILHOUND_DATA_DIR', folder);
    vi.stubEnv('TRAILHOUND_CONFIG', '');
    const written = caught();
    await runCommandLine([...name.split(' '), ...given, '--json']);
    expect(written.stderr).not.toContain('not as promised');
    expect(answers[name].safeParse(JSON.parse(written.stdout)).error?.issues).toBeUndefined();
  });
});

test('an answer that is not as promised is printed all the same, and standard error says where it is not', async () => {
  const written = caught();
  await printAnswer('accounts resume', { account: 42 as never });
  expect(written.stdout).toBe('{"account":42}\n');
  expect(written.stderr).toContain('the answer is not as promised at account');
});

test('what is answered line by line is a line each in the form that is promised', { timeout: 60_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'trailhound-answers-'));
  const file = join(folder, 'record.json');
  writeFileSync(file, JSON.stringify({ Records: [record, { ...record, eventID: 'another' }] }));
  const written = caught();
  await runCommandLine(['detect', file, '--threads', '1', '--json']);
  expect(written.stderr).not.toContain('not as promised');
  const lines = written.stdout.trimEnd().split('\n');
  expect(lines.length).toBeGreaterThan(1);
  for (const line of lines) expect(lineAnswers.detect.safeParse(JSON.parse(line)).error?.issues).toBeUndefined();
});

test('a line that is not as promised is printed all the same, and standard error says once where it is not', async () => {
  const written = caught();
  const lines = answerLines('events export');
  const wrong = { account: '111122223333', event_id: 42, occurred_at: 'soon', ingested_at: 'soon', source: 'x' };
  for (let line = 0; line < 3; line += 1) await lines.print([wrong as never]);
  expect(written.stdout).toBe(`${JSON.stringify(wrong)}\n`.repeat(3));
  expect(written.stderr.match(/not as promised at event_id/g)).toHaveLength(1);
});

function jsonCommands(command: Command, path: readonly string[] = []): readonly string[] {
  const own = command.options.some(({ long }) => long === '--json') ? [path.join(' ')] : [];
  return [...own, ...command.commands.flatMap((child) => jsonCommands(child, [...path, child.name()]))];
}
