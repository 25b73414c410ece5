import { expect, it } from 'vitest';
import { renderMarkdown } from '../../src/entry/detection/terminal-markdown.ts';
import { styleFor } from '../../src/entry/terminal/terminal-style.ts';
import { plainText, safe } from '../../src/model/safe-text.ts';
import {
  commandLines,
  hangingLines,
  proseLines,
  widestLine,
  wrappedLines,
} from '../../src/entry/terminal/wrapped-text.ts';

it('a word that is longer than a line is broken in a table, and kept whole where it may be copied', () => {
  expect(wrappedLines(plainText('ab abcdefgh c'), 4, 'broken')).toEqual(['ab', 'abcd', 'efgh', 'c']);
  expect(wrappedLines(plainText('ab abcdefgh c'), 4, 'kept-whole')).toEqual(['ab', 'abcdefgh', 'c']);
});

it('further lines of a text stand below its beginning', () => {
  expect(hangingLines(safe`? `, safe`one two three`, 9)).toEqual(['? one two', '  three']);
  expect(hangingLines(safe``, safe`one two three`, 9, safe`  `)).toEqual(['one two', '  three']);
  expect(hangingLines(safe`12:00  call  `, safe`one two three four`, 20, safe`  `)).toEqual([
    '12:00  call  one two',
    '  three four',
  ]);
});

it('sentences go on below their own beginning, an error and its remedy alike', () => {
  const error = safe`trailhound: no such plan\n  remedy: list the cases that wait`;
  expect(proseLines(error, 20)).toEqual(['trailhound: no', '  such plan', '  remedy: list the', '    cases that wait']);
  expect(proseLines(error, undefined)).toEqual(error.split('\n'));
  const command = safe`it is shown by \`trailhound audit show TH-7Q2M9K\` alone`;
  expect(proseLines(command, 20)).toEqual(['it is shown by', '  `trailhound audit show TH-7Q2M9K`', '  alone']);
});

it('a command to copy is broken before its options, and between words where an option has no room', () => {
  const command = safe`  npm run -s trailhound -- investigations approve TH-7Q2M9K --plan 0123456789 --reason "a b" --wait`;
  expect(commandLines(command, 70, safe`    `)).toEqual([
    '  npm run -s trailhound -- investigations approve TH-7Q2M9K \\',
    '    --plan 0123456789 --reason "a b" --wait',
  ]);
  for (const width of [40, 50, 60, 61, 62, 63, 80]) {
    const lines = commandLines(command, width, safe`    `);
    expect(Math.max(...lines.map(widestLine))).toBeLessThanOrEqual(width);
    const typed = lines.map((line) => line.replace(/ \\$/u, '').trim()).join(' ');
    expect(typed).toBe(command.trim());
  }
});

it('a command within a sentence is never broken but as a shell takes it, so that it can be copied', () => {
  const ours = safe`since the plan: 41 calls; \`npm run -s trailhound -- investigations show TH-7Q2M9K --timeline\` marks them`;
  const aws = safe`wait until it has ended, then take it off, with a profile of account 111122223333: aws iam delete-user-policy --user-name ci-deploy --policy-name 'Deny Everything-TH-7Q2M9K'. Then look again.`;
  for (const sentence of [ours, aws])
    for (const longWords of ['broken', 'kept-whole'] as const)
      for (const width of [30, 50, 64, 80, 100, 200]) {
        const shown = hangingLines(safe`  - `, sentence, width, undefined, longWords);
        const pasted = shown
          .map((line) => line.trim())
          .join('\n')
          .replaceAll(' \\\n', ' ');
        expect(pasted).toMatch(
          /`npm run -s trailhound -- investigations show TH-7Q2M9K --timeline`|aws iam delete-user-policy --user-name ci-deploy --policy-name 'Deny Everything-TH-7Q2M9K'/u,
        );
      }
  expect(hangingLines(safe``, aws, 80)).toEqual([
    'wait until it has ended, then take it off, with a profile of account',
    '111122223333: aws iam delete-user-policy --user-name ci-deploy \\',
    "--policy-name 'Deny Everything-TH-7Q2M9K'. Then look again.",
  ]);
});

it('a guide in Markdown fits the terminal, the items of its lists indented', () => {
  const guide = '## Who\n\n- **user.name**: a person\n  or a machine that does this each day\n- the key';
  expect(renderMarkdown(guide, { ...styleFor({}), width: 30 }).split('\n')).toEqual([
    'Who',
    '',
    '- user.name: a person or a',
    '  machine that does this each',
    '  day',
    '- the key',
  ]);
});
