import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import type { Command } from 'commander';
import { createProgram } from '../../src/entry/cli/main.ts';
import { answers } from '../../src/views/answers.ts';

/** A JSON document a line, which is the events themselves. */
const inLines = ['detect', 'events export', 'events search'];

/** Their answers have no schema yet; this list only gets shorter. */
const withoutSchema = [
  'accounts add',
  'accounts check',
  'accounts pause',
  'accounts remove',
  'accounts resume',
  'backfill cancel',
  'backfill list',
  'backfill pause',
  'backfill resume',
  'backfill start',
  'doctor',
  'explain',
  'import',
  'investigate',
  'investigations approve',
  'investigations events',
  'investigations reject',
  'investigations replan',
  'investigations stop',
  'investigations undo',
  'register check',
  'rules check',
  'rules coverage',
  'rules diff',
  'rules show',
  'rules test',
];

test('every command that prints JSON promises a form of it, or is known not to yet', () => {
  const known = [...Object.keys(answers), ...inLines, ...withoutSchema];
  expect(jsonCommands(createProgram()).toSorted()).toEqual(known.toSorted());
});

test('what is asked of rules is answered in the form that is promised, from the program itself', async () => {
  const list = await runTrailhound('rules', 'list', '--json');
  expect(answers['rules list'].parse(JSON.parse(list.stdout)).rules.length).toBeGreaterThan(10);
  const exceptions = await runTrailhound('rules', 'exceptions', '--rules', 'rules', '--json');
  expect(answers['rules exceptions'].parse(JSON.parse(exceptions.stdout))).toEqual({ exceptions: [] });
}, 60_000);

function runTrailhound(...args: readonly string[]) {
  return promisify(execFile)(process.execPath, ['src/entry/cli/main.ts', ...args]);
}

function jsonCommands(command: Command, path: readonly string[] = []): readonly string[] {
  const own = command.options.some(({ long }) => long === '--json') ? [path.join(' ')] : [];
  return [...own, ...command.commands.flatMap((child) => jsonCommands(child, [...path, child.name()]))];
}
