import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { styleFor } from '../../src/entry/terminal-style.ts';
import { textTable, wrapText } from '../../src/entry/text-table.ts';

const plain = styleFor({});
const columns = [
  { head: 'ID' },
  { head: 'rule', grows: 2 },
  { head: 'tactics', grows: 1 },
  { head: 'needs', grows: 1 },
];
const word = fc.stringMatching(/^[a-z]{1,9}$/);
const cell = fc.array(word, { maxLength: 12 }).map((words) => words.join(' '));
const rows = fc.array(fc.tuple(word, cell, cell, cell), { minLength: 1, maxLength: 6 });

describe('a table of texts', () => {
  it('is no wider than the terminal and loses no word, whatever the texts', () => {
    fc.assert(
      fc.property(rows, fc.integer({ min: 70, max: 160 }), (cells, width) => {
        const lines = textTable(columns, cells, width, plain).split('\n');
        for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
        const words = (text: string) => text.split(/\s+/).filter((part) => part !== '');
        const shown = lines.slice(1).flatMap(words).toSorted();
        expect(shown).toEqual(cells.flat().flatMap(words).toSorted());
      }),
    );
  });

  it('has a line for each row where it is piped', () => {
    fc.assert(
      fc.property(rows, (cells) => {
        expect(textTable(columns, cells, undefined, plain).split('\n')).toHaveLength(cells.length + 1);
      }),
    );
  });

  it('wraps what grows, keeps the other columns in line, and leaves out what is empty throughout', () => {
    const cells = [
      ['a1', 'one two three four five', 'x', ''],
      ['b2', 'six', '', ''],
    ];
    expect(textTable(columns, cells, 29, plain)).toBe(
      ['ID  rule              tactics', 'a1  one two three     x', '    four five', 'b2  six'].join('\n'),
    );
  });

  it('paints cells after it has measured them', () => {
    const painted = textTable(
      [{ head: 'severity', paint: (text) => `<${text}>` }, { head: 'rule' }],
      [
        ['low', 'a'],
        ['medium', 'b'],
      ],
      80,
      plain,
    );
    expect(painted).toBe(['severity  rule', '<low     >  a', '<medium  >  b'].join('\n'));
  });

  it('breaks a word that is longer than a line', () => {
    expect(wrapText('ab abcdefgh c', 4)).toEqual(['ab', 'abcd', 'efgh', 'c']);
  });
});
