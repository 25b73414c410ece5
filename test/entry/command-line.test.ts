import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createProgram } from '../../src/entry/cli/main.ts';
import { QuerySyntaxError } from '../../src/detection/rule-file/rule-syntax-error.ts';
import { describeError, exitCodeOf } from '../../src/entry/cli/report-error.ts';
import { NoSuchCaseError } from '../../src/views/no-such-case-error.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trailhound-cli-'));
});
afterEach(() => rm(folder, { recursive: true }));

interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function trailhound(...args: string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    const env = { ...process.env, TRAILHOUND_DATA_DIR: join(folder, 'data'), TRAILHOUND_CONFIG: '' };
    const child = execFile(process.execPath, ['src/entry/cli/main.ts', ...args], { env }, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode, stdout, stderr }),
    );
  });
}

describe('the command line', () => {
  test('shows every command with examples', async () => {
    const { code, stdout } = await trailhound('--help');
    expect(code).toBe(0);
    for (const command of ['start', 'worker', 'simulate', 'doctor', 'investigations', 'audit', 'detect', 'normalize'])
      expect(stdout).toMatch(new RegExp(`^ {2}${command} `, 'm'));
    expect(stdout).toContain('Examples:');
  });

  test('names every command in the README', () => {
    const readme = readFileSync('README.md', 'utf8');
    const names = createProgram().commands.map((command) => command.name());
    expect(names.filter((name) => !new RegExp(`\`[^\`]*\\b${name}\\b`).test(readme))).toEqual([]);
  });

  test('has a description for every command and option', () => {
    const undescribed: string[] = [];
    function visit(command: ReturnType<typeof createProgram>): void {
      if (command.description() === '') undescribed.push(command.name());
      for (const { description, flags } of command.options) if (description === '') undescribed.push(flags);
      for (const child of command.commands) visit(child);
    }
    visit(createProgram());
    expect(undescribed).toEqual([]);
  });

  test('takes times in UTC and relative ones in every option for a time', () => {
    const times: string[] = [];
    function visit(command: ReturnType<typeof createProgram>): void {
      for (const { long, parseArg } of command.options) {
        if (long === null || long === undefined || !['--from', '--to', '--since'].includes(long)) continue;
        times.push(`${command.name()} ${long}`);
        for (const given of ['7d', 'now-7d', 'now', '2026-11-24', '2026-11-24T12:00:00Z'])
          expect([command.name(), given, parseArg?.(given, undefined)]).toEqual([
            command.name(),
            given,
            expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
          ]);
      }
      for (const child of command.commands) visit(child);
    }
    visit(createProgram());
    expect(times.length).toBeGreaterThan(5);
  });

  test('suggests the command that was meant, and exits with 2', async () => {
    const { code, stdout, stderr } = await trailhound('strat');
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain('Did you mean start?');
  });

  test('names an option that is not there, also where one that it needs is missing', async () => {
    const { code, stderr } = await trailhound('accounts', 'pause', '111122223333', '--reson', 'x');
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: unknown option '--reson'\n\(Did you mean --reason\?\)\n/u);
    const missing = await trailhound('accounts', 'pause', '111122223333');
    expect(missing.stderr).toContain("required option '--reason <text>' not specified");
  });

  test('says of a file that is no log one sentence, not one a line', async () => {
    const file = join(folder, 'notes.md');
    await writeFile(
      file,
      Array.from({ length: 200 }, (_, line) => `# Note ${line}: {nothing} of [this](here) is JSON`).join('\n'),
    );
    const { code, stderr } = await trailhound('detect', file);
    expect(code).toBe(5);
    expect(stderr.match(/notes\.md/gu)).toHaveLength(1);
    expect(stderr).toMatch(/notes\.md: text that is no JSON \(\d+ times\)\n/u);
  });

  test('says what to do where nothing runs, and exits with 1', async () => {
    const { code, stderr } = await trailhound('investigations', 'list');
    expect(code).toBe(1);
    expect(stderr).toMatch(/^trailhound: Trailhound is not running on .*\n {2}remedy: start it with `npm start`/);
    expect(stderr).not.toContain('    at ');
  });

  test('shows the stack where asked for', async () => {
    expect((await trailhound('--verbose', 'investigations', 'list')).stderr).toContain('    at ');
  });

  test('tells everything that is wrong with a configuration', async () => {
    const file = join(folder, 'trailhound.toml');
    await writeFile(file, 'instalation = "x"\n[log]\nlevel = 3\n');
    const { code, stderr } = await trailhound('--config', file, 'doctor');
    expect(code).toBe(1);
    expect(stderr).toContain(`${file}:1:1: there is no setting instalation; did you mean installation?`);
    expect(stderr).toContain(`${file}:3:1: log.level is not valid; one of "debug"`);
  });
});

describe('an error', () => {
  test('is told with its remedy, without control characters that its text brought along', () => {
    const error = Object.assign(new Error('user \u001b[31mevil\u001b[0m\u202e'), { remedy: 'look at it' });
    expect(describeError(error, false)).toBe('trailhound: user [31mevil [0m\n  remedy: look at it');
  });

  test('of ours is told with the code by which it is looked up, and what to do once only', () => {
    expect(describeError(new NoSuchCaseError('TH-1'), false)).toBe(
      'trailhound: there is no case TH-1\n  remedy: list the cases with `trailhound investigations list`\n  code: no-such-case',
    );
    expect(describeError(new QuerySyntaxError(3, 'a quote is missing', 'close it'), false)).toBe(
      'trailhound: at 3: a quote is missing; close it\n  code: query-syntax',
    );
  });

  test('chooses the exit code where it has one of its own', () => {
    expect(exitCodeOf(Object.assign(new Error('refused'), { exitCode: 3 }))).toBe(3);
    expect(exitCodeOf(new Error('any'))).toBe(1);
    expect(exitCodeOf('text')).toBe(1);
  });
});
