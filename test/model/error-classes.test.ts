import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/** They need no remedy of their own: what becomes of each is told beside it. */
const withoutRemedy: Readonly<Record<string, string>> = {
  StepBlocked: 'its sentence is that of an action that was refused',
  SettlingHeld: 'its sentence says what holds it up, and what to do',
  StepPending: 'the step is taken again by itself',
  NeedsSettling: 'it is settled by itself',
  CallFailure: 'its sentence comes from where AWS errors are read, with what to do',
  MalformedRecordError: 'the record is kept, and coverage says how to see what AWS has of it',
  UnreadableInputError: 'each message says what to do',
  UnsupportedFilterError: 'it is why a rule is not run, and no failure',
  UnsayableEntryError: 'it is why an exception is not applied, which is told with its item and line, and no failure',
  ApproverKeyError: 'each message says what to do',
};

const errorClass = /^export class (?<name>\w+) extends (?<base>\w*Error)\b[^{]*\{(?<body>.*?)^\}/gmsu;

test('every error class has the base of them all, and says what to do', () => {
  const classes = globSync('{src,activities,workflows}/**/*.ts').flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(errorClass)].map(({ groups }) => {
      const { name = '', base = '', body = '' } = groups ?? {};
      return { file, name, base, body };
    }),
  );
  expect(classes.length).toBeGreaterThan(40);
  const names = new Set(classes.map(({ name }) => name));
  expect(classes.filter(({ base }) => base !== 'TrailhoundError' && !names.has(base))).toEqual([]);
  const silent = classes.filter(
    ({ name, base, body }) =>
      base === 'TrailhoundError' && !body.includes('remedy') && withoutRemedy[name] === undefined,
  );
  expect(silent.map(({ file, name }) => `${file}: ${name}`)).toEqual([]);
  expect(Object.keys(withoutRemedy).filter((name) => !names.has(name))).toEqual([]);
});
