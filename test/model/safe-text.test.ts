import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainLines, plainText, safe, safeJoin, safeJson, safePadded } from '../../src/model/safe-text.ts';

/** A check of its own, by ranges instead of Unicode properties, so that it can disagree. */
const hostileRanges: readonly (readonly [number, number])[] = [
  [0x00, 0x1f],
  [0x7f, 0x9f],
  [0xad, 0xad],
  [0x34f, 0x34f],
  [0x61c, 0x61c],
  [0x115f, 0x1160],
  [0x180b, 0x180f],
  [0x200b, 0x200f],
  [0x2028, 0x202e],
  [0x2060, 0x206f],
  [0x3164, 0x3164],
  [0xe000, 0xf8ff],
  [0xfe00, 0xfe0f],
  [0xfeff, 0xfeff],
  [0xffa0, 0xffa0],
  [0xfff9, 0xfffb],
  [0xe0000, 0xe0fff],
];

function isHostile(character: string): boolean {
  const point = character.codePointAt(0) ?? 0;
  return !character.isWellFormed() || hostileRanges.some(([from, to]) => point >= from && point <= to);
}

const anyText = fc
  .array(
    fc.oneof(
      fc.integer({ min: 0, max: 0x10ffff }).map((point) => String.fromCodePoint(point)),
      fc.constantFrom(...hostileRanges.flat()).map((point) => String.fromCodePoint(point)),
      fc.constantFrom('a', ' ', '\n', '\r\n', '\ud800', '\udc00', '"', '\\', '日', '😀'),
    ),
    { maxLength: 60 },
  )
  .map((characters) => characters.join(''));

describe('a text that is safe to show', () => {
  it('has no control, bidirectional, invisible or broken character, whatever it was made of', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 1, max: 80 }), (text, limit) => {
        const shown = plainText(text, limit);
        expect(Array.from(shown).filter(isHostile)).toEqual([]);
        expect(shown.length).toBeLessThanOrEqual(limit);
        expect(plainText(shown, limit)).toBe(shown);
      }),
      { verbose: true, numRuns: 2_000 },
    );
  });

  it('cuts one long word in its middle, so that two with one beginning stay two, and a sentence at its end', () => {
    function arn(name: string) {
      return `arn:aws:secretsmanager:us-east-1:111122223333:secret:${'deep/'.repeat(30)}${name}`;
    }
    const [one, other] = [plainText(arn('first-AbCdEf')), plainText(arn('second-GhIjKl'))];
    expect(one).toMatch(/^arn:aws:secretsmanager:us-east-1:111122223333:.*….*first-AbCdEf$/);
    expect(other).toMatch(/second-GhIjKl$/);
    expect(one.length).toBe(120);
    expect(plainText('a word and '.repeat(30), 20)).toBe('a word and a word a…');
    expect(plainText('\u{1F600}'.repeat(40), 20).isWellFormed()).toBe(true);
  });

  it('keeps line breaks, and nothing else that steers a terminal, where it has several lines', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const shown = plainLines(text, 40);
        expect(Array.from(shown).filter((character) => character !== '\n' && isHostile(character))).toEqual([]);
        expect(Math.max(...shown.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(40);
      }),
      { verbose: true, numRuns: 2_000 },
    );
  });

  it('is, as JSON, the same value to whoever parses it', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        for (const indent of [undefined, 2]) {
          const json = safeJson({ [text]: [text] }, indent);
          expect(JSON.parse(json)).toEqual({ [text]: [text] });
          expect(Array.from(json).filter((character) => character !== '\n' && isHostile(character))).toEqual([]);
        }
      }),
      { verbose: true, numRuns: 2_000 },
    );
  });

  it('is put together of safe parts', () => {
    const name = plainText('eve\u202E\u001B[31m');
    expect(safe`user ${name} made ${2} keys`).toBe('user eve [31m made 2 keys');
    expect(safe`no holes`).toBe('no holes');
    expect(safeJoin([name, safe`b`], ', ')).toBe('eve [31m, b');
    expect(safePadded(safe`b`, 3, 'start')).toBe('  b');
    // @ts-expect-error a string of somebody's has no place in it
    expect(safe`user ${String(name)}`).toBe('user eve [31m');
  });

  it('shows letters of all scripts as they are', () => {
    const text = 'Zoë 日本語 العربية 한국어 😀 ñ';
    expect(plainText(text)).toBe(text);
  });
});
