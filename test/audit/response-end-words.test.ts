import { expect, test } from 'vitest';
import { responseEndWords } from '../../src/audit/response-end-words.ts';

const done = { outcome: 'done' };
const later = { outcome: 'later' };

test.each([
  ['contained', [done, done], 'done as approved'],
  ['contained', [done, later], 'done, but for 1 action that comes later'],
  ['contained', [later, done, later], 'done, but for 2 actions that come later'],
  ['partly-contained', [done, later], 'done in part of what was approved'],
  ['undone', [done], 'an earlier response was taken back'],
  ['failed', [], 'failed'],
])('a response that ended %s says what became of its actions', (ended, actions, words) => {
  expect(responseEndWords(ended, actions)).toBe(words);
});
