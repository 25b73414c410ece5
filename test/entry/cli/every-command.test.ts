import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { createProgram } from '../../../src/entry/cli/main.ts';
import { asTypedHere, commandNames, invocation } from '../../../src/entry/invocation.ts';
import type { SafeText } from '../../../src/model/safe-text.ts';
import { runHere } from './run-here.ts';

/** Every command and subcommand by its words; the program itself has none. */
function commandPaths(command: Command, words: readonly string[] = []): readonly (readonly string[])[] {
  return [words, ...command.commands.flatMap((child) => commandPaths(child, [...words, child.name()]))];
}

const paths = commandPaths(createProgram()).map((words) => [words.join(' '), words] as const);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'trailhound-commands-'));
});
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  process.exitCode = undefined;
});

function run(args: readonly string[], columns?: number) {
  return runHere(folder, args, columns);
}

describe('every command', () => {
  test.each(paths)('%s: has help with examples, as wide as the terminal', async (_, words) => {
    for (const columns of [80, 120]) {
      const { code, stdout, stderr } = await run([...words, '--help'], columns);
      expect([code, stderr]).toEqual([0, '']);
      expect(stdout).toMatch(/^Usage: trailhound/);
      expect(stdout).toMatch(/^Examples?:\n {2}\$ /m);
      const prose = stdout.split('\n').filter((line) => !line.startsWith(' '));
      expect(prose.filter((line) => line.length > columns)).toEqual([]);
    }
  });

  test.each([
    ['--external-id', 'x', 'An external ID has 2 to 1,224'],
    ['--evidence-external-id', 'a b', 'An external ID has 2 to 1,224'],
    ['--poll-role', 'TrailhoundPoll', "A role's ARN is like"],
    ['--evidence-role', 'arn:aws:iam::111122223333:user/poll', "A role's ARN is like"],
    ['--region', 'nowhere', 'A region is named like'],
  ])('accounts add: refuses what AWS does not take for %s before it asks anybody', async (option, value, said) => {
    const { code, stderr } = await run(['accounts', 'add', '111122223333', option, value]);
    expect([code, stderr]).toEqual([2, expect.stringContaining(said)]);
  });

  // The simulator is a program of its own, with a process of its own.
  test.each(paths.filter(([path]) => path !== 'simulate'))(
    '%s: refuses an option that it does not know in a sentence, with the help to look at',
    async (path, words) => {
      const { code, stdout, stderr } = await run([...words, '--bogus']);
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toMatch(/unknown option '--bogus'|required option|missing required/i);
      const named = `${invocation()}${path === '' ? '' : ` ${path}`}`;
      expect(stderr).toMatch(new RegExp(`^\`${named}(?: start)? --help`, 'mu'));
      expect(stderr).not.toMatch(/^\s+at /m);
    },
  );

  /** Commands that read standard input where no file is named. */
  const readers = new Set(['detect', 'normalize', 'investigate']);
  const values = paths.flatMap(([path, words]) =>
    optionsOf(words).map((option) => [`${path} ${option}`, words, option] as const),
  );
  test.each(values)('%s: takes or refuses a value that makes no sense, without a stack', async (_, words, option) => {
    const input = readers.has(words.join(' ')) ? [join(folder, 'no-such-file')] : [];
    const { code, stderr } = await run([...words, option, '\u0001{"no": [', ...input]);
    expect(code).toBeGreaterThan(0);
    expect(stderr).not.toBe('');
    expect(stderr).not.toMatch(/^\s+at |node:internal|ZodError|\bundefined\b|\[object/m);
  });
});

test.each([
  ['coverage', '--from'],
  ['coverage', '--since'],
  ['audit list', '--from'],
  ['audit changes', '--from'],
  ['events search', '--from'],
  ['events export --account 111122223333', '--from'],
  ['backfill start --account 111122223333', '--from'],
])('%s: refuses a span that ends before it begins (%s)', async (command, from) => {
  const reversed = await run([...command.split(' '), from, '2d', '--to', '2026-01-01']);
  expect([reversed.code, reversed.stderr]).toEqual([2, expect.stringMatching(/ends before it begins/)]);
  // Without an end it ends now: what is to come has not been read, and is no gap either.
  if (!command.startsWith('backfill')) {
    const ahead = await run([...command.split(' '), from, '2999-01-01']);
    expect([ahead.code, ahead.stderr]).toEqual([2, expect.stringMatching(/is still to come/)]);
  }
  const straight = await run([...command.split(' '), from, '2026-01-01', '--to', '2d']);
  expect([straight.code, straight.stderr]).toEqual([1, expect.stringMatching(/is not running/)]);
});

test.each(['now', 'now-7d', '-2h', '7d', '2026-11-24'])('investigate takes --as-of %s', async (asOf) => {
  const { stderr } = await run(['investigate', '--as-of', asOf, join(folder, 'no-such-file')]);
  expect(stderr).toMatch(/no-such-file does not exist/);
});

test('coverage takes --from or --since, which is the same', async () => {
  const { code, stderr } = await run(['coverage', '--from', '2d', '--since', '2d']);
  expect([code, stderr]).toEqual([2, expect.stringMatching(/cannot be used with option '--from/)]);
});

test('roles takes --json as every command that answers does', async () => {
  expect((await run(['roles', '--json', '--account', '111122223333'])).stdout).toMatch(/^\{/u);
});

/** The options of a command that take a value. */
function optionsOf(words: readonly string[]): readonly string[] {
  let command: Command | undefined = createProgram();
  for (const word of words) command = command?.commands.find((child) => child.name() === word);
  // What runs until it is stopped, and what writes where it is told, is not run here.
  if (
    command === undefined ||
    (['start', 'worker', 'simulate', 'roles', 'coverage'].includes(command.name()) && words[0] !== 'coverage')
  )
    return [];
  return command.options.filter(({ required }) => required).map(({ long, short }) => long ?? short ?? '');
}

describe('commands in messages', () => {
  test('are those that there are', () => {
    expect(createProgram().commands.map((command) => command.name())).toEqual(commandNames);
  });

  test('are named as they have to be typed where Trailhound was started', () => {
    const PATH = '/nowhere';
    expect(invocation({ PATH, npm_lifecycle_event: 'npx' })).toBe('npx trailhound');
    expect(invocation({ PATH, npm_lifecycle_event: 'trailhound' })).toBe('npm run -s trailhound --');
    expect(invocation({ PATH, npm_lifecycle_event: 'start' })).toBe('npm run -s trailhound --');
    expect(invocation({ PATH })).toBe('npm run -s trailhound --');
    expect(invocation({ PATH, TRAILHOUND_COMMAND: 'docker exec th trailhound' })).toBe('docker exec th trailhound');
  });

  test('are replaced in sentences, once, and in nothing else', () => {
    const npx = { npm_lifecycle_event: 'npx' };
    function shown(text: string) {
      return asTypedHere(text as SafeText, npx);
    }
    expect(shown('see `trailhound audit show TH-1`, or (trailhound rules list)')).toBe(
      'see `npx trailhound audit show TH-1`, or (npx trailhound rules list)',
    );
    expect(shown('npm run -s trailhound -- --config a.toml doctor')).toBe('npx trailhound --config a.toml doctor');
    expect(shown('npx trailhound doctor')).toBe('npx trailhound doctor');
    for (const other of [
      '{"a":"trailhound doctor"}',
      'the role trailhound reads it',
      '/opt/trailhound start',
      'trailhound: no',
    ])
      expect(shown(other)).toBe(other);
  });
});

describe('help', () => {
  test('of a command within another is that command’s own', async () => {
    const { stdout } = await run(['help', 'investigations', 'approve']);
    expect(stdout).toContain('investigations approve [options] <case>');
    expect(stdout).toBe((await run(['investigations', 'approve', '--help'])).stdout);
  });

  test.each([
    [['help', 'detekt'], "unknown command 'detekt'\\n\\(Did you mean detect"],
    [['help', 'rules', 'chek'], "unknown command 'chek'\\n\\(Did you mean check"],
    [['help', 'backfill', 'strat'], 'required option'],
  ])('%j: says that there is no such command', async (args, said) => {
    const { code, stdout, stderr } = await run(args);
    expect([code, stdout, stderr]).toEqual([2, '', expect.stringMatching(new RegExp(said, 'u'))]);
  });

  test('of what is behind a command that has no others is its own', async () => {
    expect((await run(['help', 'detect', 'logs'])).stdout).toBe((await run(['detect', '--help'])).stdout);
  });

  test('names the program in its first line as it has to be typed', async () => {
    vi.stubEnv('TRAILHOUND_COMMAND', 'npx trailhound');
    expect((await run(['--help'])).stdout).toMatch(/^Usage: npx trailhound \[options\]/u);
  });
});

test('detect names what it left out of a folder, by its reason', async () => {
  const logs = mkdtempSync(join(folder, 'logs-'));
  writeFileSync(join(logs, '.hidden.json'), '{}');
  symlinkSync('nowhere', join(logs, 'link.json'));
  const { stderr } = await run(['detect', logs]);
  expect(stderr).toMatch(/^left out \(hidden[^)]*\): .*\.hidden\.json$/mu);
  expect(stderr).toMatch(/^left out \(links that lead nowhere\): .*link\.json$/mu);
});

describe('input that cannot be read whole', () => {
  const torn = '{"Records":[{"eventVersion":"1.08","eventName":';
  test.each([
    ['normalize', (file: string) => ['normalize', file]],
    ['rules diff', (file: string) => ['rules', 'diff', 'rules', 'rules', file]],
  ])('ends %s with exit code 5', async (_, args) => {
    const file = join(folder, 'torn.json');
    writeFileSync(file, torn);
    const { code, stderr } = await run(args(file));
    expect({ code, stderr }).toEqual({ code: 5, stderr: expect.stringContaining('torn.json') });
  });
});
