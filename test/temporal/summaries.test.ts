import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const workflows = globSync('workflows/*.ts').map((file) => ({ file, text: readFileSync(file, 'utf8') }));

/** The arguments of each call of a function, as they are written. */
function callsOf(text: string, name: RegExp): readonly string[] {
  return [...text.matchAll(name)].map(({ index }) => text.slice(index, endOfCall(text, text.indexOf('(', index))));
}

function endOfCall(text: string, open: number): number {
  let depth = 0;
  for (let at = open; at < text.length; at += 1) {
    if (text[at] === '(') depth += 1;
    if (text[at] === ')' && (depth -= 1) === 0) return at + 1;
  }
  return text.length;
}

test("every activity and every timer of a workflow says in Temporal's UI what it is for", () => {
  const proxies = workflows.flatMap(({ file, text }) =>
    callsOf(text, /\bproxy(?:Local)?Activities<[^(]*\(/gu).map((call) => ({ file, call })),
  );
  expect(proxies.length).toBeGreaterThan(10);
  expect(proxies.filter(({ call }) => !/\bsummary:/u.test(call))).toEqual([]);

  // A timer of the SDK's own functions has a summary only where `waiting.ts` gives it one.
  const timers = workflows.flatMap(({ file, text }) => {
    const own = /import \{([^}]*)\} from '@temporalio\/workflow'/u.exec(text)?.[1] ?? '';
    return /\bsleep\b/u.test(own) ? [file] : [];
  });
  expect(timers).toEqual([]);
});

test('no workflow waits with a limit but by what gives its timer a summary', () => {
  const limited = workflows
    .filter(({ file }) => !file.endsWith('waiting.ts'))
    .flatMap(({ file, text }) => callsOf(text, /(?<![\w.])condition\(/gu).map((call) => ({ file, call })))
    .filter(({ call }) => hasSecondArgument(call));
  expect(limited).toEqual([]);
});

function hasSecondArgument(call: string): boolean {
  let depth = 0;
  for (const character of call) {
    if ('({['.includes(character)) depth += 1;
    if (')}]'.includes(character)) depth -= 1;
    if (character === ',' && depth === 1) return true;
  }
  return false;
}
