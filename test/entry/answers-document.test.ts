import { readFileSync, writeFileSync } from 'node:fs';
import { format } from 'prettier';
import { expect, test } from 'vitest';
import { answersDocument } from './answers-document.ts';

const page = new URL('../../docs/json.md', import.meta.url);

test('the page about JSON tells of every command, in the form that its answer is checked against', async () => {
  const made = await format(answersDocument(), { parser: 'markdown', printWidth: 120, singleQuote: true });
  if (process.env['TRAILHOUND_WRITE_DOCS'] === '1') writeFileSync(page, made);
  expect(readFileSync(page, 'utf8')).toBe(made);
});
