import { stripVTControlCharacters } from 'node:util';
import * as fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { columnWidths } from '../../src/entry/terminal/column-widths.ts';
import type { SafeText } from '../../src/model/safe-text.ts';
import { styleFor } from '../../src/entry/terminal/terminal-style.ts';
import { tableParts, terminalTable, type TableColumn } from '../../src/entry/terminal/terminal-table.ts';

const plain = styleFor({});
/** As if it had been painted by a style. */
function asSafe(text: string) {
  return text as SafeText;
}
type Cells = readonly [string, string, string, string];
const columns: readonly TableColumn<Cells>[] = [
  { head: 'ID', of: ([id]) => asSafe(id) },
  { head: 'rule', of: ([, rule]) => asSafe(rule), grows: 2 },
  { head: 'tactics', of: ([, , tactics]) => asSafe(tactics), grows: 1 },
  { head: 'needs', of: ([, , , needs]) => asSafe(needs), grows: 1 },
];
const fullRow: Cells = ['a', 'b', 'c', 'd'];
const word = fc.stringMatching(/^[a-z]{1,9}$/);
const colouredWord = word.map((text) => `\u001B[31m${text}\u001B[39m`);
const wideWord = fc.stringMatching(/^[一-龯]{1,20}$/);
const longWord = fc.stringMatching(/^arn:[a-z0-9:/-]{20,90}$/);
function cellOf(one: fc.Arbitrary<string>) {
  return fc.array(one, { maxLength: 12 }).map((words) => words.join(' '));
}
function rowsOf(cell: fc.Arbitrary<string>) {
  return fc.array(fc.tuple(word, cell, cell, cell), { minLength: 1, maxLength: 6 });
}
function wordsOf(text: string) {
  return stripVTControlCharacters(text)
    .split(/\s+/)
    .filter((part) => part !== '');
}
/** What stands before the cells of a row that has lines of its own for them. */
function labelsOf(row: Cells) {
  return columns
    .filter((_, index) => row[index] !== '')
    .map(({ head }) => `${head}:`)
    .join('');
}
function charactersOf(text: string) {
  return Array.from(wordsOf(text).join('')).toSorted();
}

describe('a table on a terminal', () => {
  it('is no wider than the terminal and loses no word, whatever the texts', () => {
    fc.assert(
      fc.property(rowsOf(cellOf(fc.oneof(word, colouredWord))), fc.integer({ min: 70, max: 160 }), (rows, width) => {
        const lines = terminalTable(columns, rows, { ...plain, width }).split('\n');
        for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(width);
        expect(lines.slice(1).flatMap(wordsOf).toSorted()).toEqual(rows.flat().flatMap(wordsOf).toSorted());
      }),
    );
  });

  it('breaks what has no space rather than to cut it, and gives wide characters their room, however narrow it is', () => {
    const cell = cellOf(fc.oneof(word, colouredWord, wideWord, longWord));
    fc.assert(
      fc.property(rowsOf(cell), fc.integer({ min: 20, max: 160 }), (rows, width) => {
        const lines = terminalTable(columns, [fullRow, ...rows], { ...plain, width }).split('\n');
        for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(width);
        const shown = [fullRow, ...rows];
        const heads = lines[0] === 'ID: a' ? shown.map(labelsOf) : columns.map(({ head }) => head);
        expect(charactersOf(lines.join(''))).toEqual(charactersOf([...heads, ...shown.flat()].join('')));
      }),
    );
  });

  it('gives each cell a line of its own, behind its column, where the columns would be too narrow to be read', () => {
    const rows: Cells[] = [
      ['111122223333', 'one two three four five', '', 'arn:aws:iam::111122223333:role/deploy'],
      ['444455556666', 'six', 'x', ''],
    ];
    expect(terminalTable(columns, rows, { ...plain, width: 28 })).toBe(
      [
        'ID: 111122223333',
        '  rule: one two three four',
        '    five',
        '  needs: arn:aws:iam::',
        '    111122223333:role/deploy',
        '',
        'ID: 444455556666',
        '  rule: six',
        '  tactics: x',
      ].join('\n'),
    );
  });

  it('has a line for each row where it is piped', () => {
    fc.assert(
      fc.property(rowsOf(cellOf(fc.oneof(word, wideWord, longWord))), (rows) => {
        expect(terminalTable(columns, rows, plain).split('\n')).toHaveLength(rows.length + 1);
      }),
    );
  });

  it('comes in parts whose columns stand in line, so that a million rows are never one text', () => {
    const rows = Array.from({ length: 1200 }, (_, index): Cells => [`${index}`, 'x'.repeat(index % 50), 'two', '']);
    const parts = [...tableParts(columns, rows, { ...plain, width: 80 })];
    expect(parts.map((part) => part.split('\n').length)).toEqual([501, 500, 200]);
    const starts = parts.flatMap((part) => part.split('\n').slice(1)).map((line) => line.indexOf('two'));
    expect(new Set(starts).size).toBe(1);
  });

  it('wraps what grows, keeps the other columns in line, and leaves out what is empty throughout', () => {
    const rows: Cells[] = [
      ['a1', 'one two three four five', 'x', ''],
      ['b2', 'six', '', ''],
    ];
    expect(terminalTable(columns, rows, { ...plain, width: 29 })).toBe(
      ['ID  rule              tactics', 'a1  one two three     x', '    four five', 'b2  six'].join('\n'),
    );
  });

  it('leaves out optional columns, the last first, where they have no room', () => {
    const some: readonly TableColumn<string>[] = [
      { head: 'rule', of: (text) => asSafe(text), grows: 1 },
      { head: 'events', of: () => asSafe('12'), optional: true },
      { head: 'accounts', of: () => asSafe('111122223333'), optional: true },
    ];
    function headAt(width: number) {
      return terminalTable(some, ['one two three four'], { ...plain, width }).split('\n')[0];
    }
    expect(headAt(40)).toMatch(/^rule +events +accounts$/);
    expect(headAt(33)).toMatch(/^rule +events$/);
    expect(headAt(19)).toBe('rule');
  });

  it('keeps those marked so until all other optional columns are gone', () => {
    const some: readonly TableColumn<string>[] = [
      { head: 'rule', of: (text) => asSafe(text), grows: 1 },
      { head: 'events', of: () => asSafe('12'), optional: true },
      { head: 'since', of: () => asSafe('2026-11-24'), optional: 'last' },
    ];
    function headAt(width: number) {
      return terminalTable(some, ['one two three four'], { ...plain, width }).split('\n')[0];
    }
    expect(headAt(40)).toMatch(/^rule +events +since$/);
    expect(headAt(26)).toMatch(/^rule +since$/);
    expect(headAt(19)).toBe('rule');
  });

  it('paints cells without moving the columns', () => {
    const painted = terminalTable(
      [
        { head: 'severity', of: (text: string) => asSafe(`\u001B[31m${text}\u001B[39m`) },
        { head: 'rule', of: () => asSafe('a') },
      ],
      ['low', 'medium'],
      plain,
    );
    expect(painted).toBe(
      ['severity  rule', '\u001B[31mlow\u001B[39m       a', '\u001B[31mmedium\u001B[39m    a'].join('\n'),
    );
  });
});

describe('the room of a table', () => {
  const need = fc.record({
    needed: fc.integer({ min: 2, max: 200 }),
    least: fc.integer({ min: 2, max: 30 }),
    grows: fc.integer({ min: 0, max: 3 }),
  });

  it('is shared so that the columns fit, none is wider than it needs, and nothing is withheld', () => {
    fc.assert(
      fc.property(
        fc.array(need, { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 16, max: 300 }),
        (columns, room) => {
          const widths = columnWidths(columns, room);
          const sum = widths.reduce((total, width) => total + width, 0);
          const needed = columns.reduce((total, column) => total + column.needed, 0);
          expect(sum).toBeLessThanOrEqual(room);
          expect(sum).toBeGreaterThan(Math.min(room, needed) - columns.length);
          for (const [index, width] of widths.entries()) {
            expect(width).toBeGreaterThanOrEqual(2);
            expect(width).toBeLessThanOrEqual(columns[index]?.needed ?? 0);
          }
        },
      ),
    );
  });
});
