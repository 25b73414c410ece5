import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { runHere } from './run-here.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'trailhound-idle-'));
  writeFileSync(join(folder, 'empty.json'), '{"Records":[]}');
  writeFileSync(join(folder, 'trailhound.toml'), '');
});
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  process.exitCode = undefined;
});

/** Runs a command over an installation that is not there. */
function run(args: readonly string[]) {
  return runHere(
    folder,
    args.map((arg) => arg.replaceAll('FOLDER', folder)),
  );
}

const account = '111122223333';
const kase = 'TH-7Q2M9K';
const input = 'FOLDER/empty.json';
const rule = 'rules/exfiltration-snapshot-shared.toml';

describe('an option that would do nothing is refused, with what to do instead', () => {
  test.each([
    ['roles --account in a template', ['roles', '--format', 'terraform', '--account', account], '--account'],
    ['roles --account in a stack', ['roles', '--format', 'cloudformation', '--account', account], '--account'],
    ['roles --principal in HCL', ['roles', '--format', 'terraform', '--principal', 'arn'], 'trailhound_principal_arn='],
    ['roles --principal in a stack', ['roles', '--format', 'cloudformation', '--principal', 'arn'], '--parameters'],
    ['start --yes alone', ['start', '--yes'], '--fresh'],
    ['detect --json as csv', ['detect', '--json', '--output', 'csv', input], '--output'],
    ['events search --json as csv', ['events', 'search', '--json', '--output', 'csv'], '--output'],
    ['investigations list --json as csv', ['investigations', 'list', '--json', '--output', 'csv'], '--output'],
    ['investigations show --events --plan', ['investigations', 'show', kase, '--events', '--plan'], '--plan'],
    [
      'investigations show --events --timeline',
      ['investigations', 'show', kase, '--events', '--timeline'],
      '--timeline',
    ],
    ['investigations show --events --json', ['investigations', 'show', kase, '--events', '--json'], '--json'],
    ['investigations events --raw --json', ['investigations', 'events', kase, '--raw', '--json'], '--raw'],
    ['investigate --events --report', ['investigate', input, '--events', '--report', 'FOLDER/case.md'], '--report'],
    ['investigate --events --json', ['investigate', input, '--events', '--json'], '--json'],
    ['investigate --report --json', ['investigate', input, '--report', 'FOLDER/case.md', '--json'], '--json'],
    ['investigate --report --timeline', ['investigate', input, '--report', 'FOLDER/a.md', '--timeline'], '--timeline'],
    ['investigate --json --format', ['investigate', input, '--json', '--format', 'dot'], '--format'],
    ['investigate --graph --evidence', ['investigate', input, '--graph', '--evidence'], '--evidence'],
    ['investigate --format --identity', ['investigate', input, '--format', 'dot', '--identity'], '--identity'],
    ['investigate --graph as a report', ['investigate', input, '--graph', '--format', 'markdown'], 'mermaid'],
    ['rules coverage --navigator - --json', ['rules', 'coverage', '--navigator', '-', '--json'], '--json'],
    ['rules test --junit - --json', ['rules', 'test', 'rules', '--junit', '-', '--json'], '--json'],
    [
      'accounts add with an external ID of no role',
      ['accounts', 'add', account, '--external-id', 'abc'],
      '--poll-role',
    ],
    [
      "accounts add with the evidence role's external ID alone",
      ['accounts', 'add', account, '--poll-role', `arn:aws:iam::${account}:role/P`, '--evidence-external-id', 'abc'],
      '--evidence-role',
    ],
  ])('%s', async (_, args, said) => {
    const { code, stdout, stderr } = await run(args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^error: --[a-z-]+ .*nothing/u);
    expect(stderr).toContain(said);
  });

  test.each([
    ['rules show', ['rules', 'show', rule, '--rules', 'rules']],
    ['explain', ['explain', rule, input, '--rules', 'rules']],
  ])('%s: where to look for a rule that is named by its file', async (_, args) => {
    const { code, stderr } = await run(args);
    expect([code, stderr]).toEqual([1, expect.stringContaining('leave --rules out, or give the rule_id')]);
  });

  test("start: the web UI of somebody's own Temporal", async () => {
    writeFileSync(join(folder, 'own.toml'), '[temporal]\naddress = "127.0.0.1:1"\n');
    const { code, stderr } = await run(['--config', 'FOLDER/own.toml', 'start', '--temporal-ui']);
    expect([code, stderr]).toEqual([1, expect.stringContaining('remedy: leave --temporal-ui out')]);
  });
});

describe('a configuration that is not read is told as such', () => {
  test.each([
    ['detect', ['detect', input]],
    ['investigate', ['investigate', input]],
    ['normalize', ['normalize', input]],
    ['explain', ['explain', rule, input]],
    ['rules check', ['rules', 'check', rule]],
    ['rules list', ['rules', 'list', '--rules', rule]],
    ['rules show', ['rules', 'show', rule]],
    ['rules test', ['rules', 'test', rule]],
    ['rules coverage', ['rules', 'coverage', '--rules', rule]],
    ['rules diff', ['rules', 'diff', rule, rule, input]],
  ])('%s', async (words, args) => {
    const config = ['--config', 'FOLDER/nowhere.toml'];
    const { stderr } = await run([...config, ...args]);
    expect(stderr).toContain(`nowhere.toml is not read: \`${words}\` works with what its own options name`);
    expect((await run(args)).stderr).not.toContain('is not read');
  });

  test.each([['investigations list'], ['rules exceptions'], ['roles'], ['worker'], ['doctor']])(
    '%s reads it',
    async (words) => {
      const { code, stderr } = await run(['--config', 'FOLDER/nowhere.toml', ...words.split(' ')]);
      expect([code, stderr]).toEqual([1, expect.stringContaining('nowhere.toml')]);
      expect(stderr).not.toContain('is not read:');
    },
  );
});
