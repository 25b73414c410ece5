import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileLuceneRegex, LuceneRegexError } from '../../../src/detection/eql/lucene-regex.ts';
import {
  compileWildcard,
  compileWildcards,
  likePieces,
  lucenePieces,
  maxWildcardLength,
  type WildcardPiece,
} from '../../../src/detection/eql/wildcard.ts';

const characters = fc.constantFrom('a', 'b', 'A', '*', '?', '\\', '\u{1F600}', '\n');
const texts = fc.array(characters, { maxLength: 12 }).map((parts) => parts.join(''));

/** The definition of a wildcard match, by table: slow and plain. */
function plainMatch(pieces: readonly WildcardPiece[], text: string): boolean {
  const pattern = pieces.flatMap<WildcardPiece>((piece) =>
    typeof piece === 'object' ? Array.from(piece.text, (letter) => ({ text: letter })) : [piece],
  );
  const letters = Array.from(text);
  let row = letters.map(() => false).concat(false);
  row[0] = true;
  for (const item of pattern) {
    const next: boolean[] = [item === 'run' && row[0] === true];
    for (const [index, letter] of letters.entries()) {
      if (item === 'run') next.push(row[index + 1] === true || next[index] === true);
      else next.push(row[index] === true && (item === 'one' || (typeof item === 'object' && item.text === letter)));
    }
    row = next;
  }
  return row[letters.length] === true;
}

describe('a wildcard', () => {
  test('matches as its definition says', () => {
    fc.assert(
      fc.property(texts, texts, (pattern, text) => {
        for (const pieces of [likePieces(pattern), lucenePieces(pattern)]) {
          expect(compileWildcard(pieces, false)(text)).toBe(plainMatch(pieces, text));
        }
      }),
      { numRuns: 5000 },
    );
  });

  test('made of a text by putting wildcards in matches that text', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom('*', '?', '='), fc.constantFrom('a', 'b', '\u{1F600}'))),
        (parts) => {
          const pattern = parts.map(([kind, letter]) => (kind === '=' ? letter : kind)).join('');
          const text = parts.map(([, letter]) => letter).join('');
          expect(compileWildcard(likePieces(pattern), false)(text)).toBe(true);
        },
      ),
    );
  });

  test('folds ASCII letters only', () => {
    const test = compileWildcard(likePieces('straße*K'), true);
    expect(test('STRAßE k')).toBe(true);
    expect(test('STRASSE k')).toBe(false);
    // The Kelvin sign is lowered to k by Unicode's rules.
    expect(test('straße \u212a')).toBe(false);
  });

  // Backtracking would need more steps than there are atoms for the first three, and 10^9 to 10^13 for the others.
  test.each([
    ['*a'.repeat(1000) + '*b', 'a'.repeat(200_000)],
    ['*?a'.repeat(1000) + '*b', 'a'.repeat(200_000)],
    ['*'.repeat(4000) + 'b', 'a'.repeat(200_000)],
    [`*${'a?'.repeat(1000)}b*`, 'a'.repeat(200_000)],
    [`*b${'a'.repeat(4000)}*`, 'a'.repeat(500_000)],
  ])('takes time linear in the text, hostile as it may be (%#)', (pattern, text) => {
    expect(compileWildcard(likePieces(pattern), false)(text)).toBe(false);
  });

  test('in a list is one of them, those without wildcards too', () => {
    fc.assert(
      fc.property(fc.array(texts, { maxLength: 4 }), texts, fc.boolean(), (patterns, text, ignoreCase) => {
        const all = patterns.map(likePieces);
        expect(compileWildcards(all, ignoreCase)(text)).toBe(
          all.some((pieces) => compileWildcard(pieces, ignoreCase)(text)),
        );
      }),
      { numRuns: 2000 },
    );
    const list = Array.from({ length: 50_000 }, (_, index) => likePieces(`Value${index}`));
    expect(compileWildcards(list, true)('a'.repeat(200_000))).toBe(false);
    expect(compileWildcards(list, true)('VALUE49999')).toBe(true);
  });

  test('has a longest length, for the work on each character grows with it', () => {
    expect(() => compileWildcard(likePieces('?'.repeat(maxWildcardLength + 1)), false)).toThrow(RangeError);
  });
});

describe('a regular expression in Lucene syntax', () => {
  test.each([
    ['a.*?b', 'axxb', true],
    ['abc', 'xabcx', false],
    ['^abc$', 'abc', false],
    ['^abc$', '^abc$', true],
    ['.', '\n', true],
    ['.', '\u{1F600}', true],
    ['@', '', true],
    ['#', '', false],
    ['()', '', true],
    ['', '', true],
    ['', 'a', false],
    ['"a.b"', 'a.b', true],
    ['"a.b"', 'axb', false],
    ['*a', '*a', true],
    ['a+*', 'aaa', true],
    ['(ab|c){2,3}', 'abcab', true],
    ['[^/]+/x', 'bucket/x', true],
    ['[a-]+', 'a-', true],
    [String.raw`[\]]\.\d+\w\S\s`, '].12_! ', true],
    [String.raw`[\d\-]+`, '1-2', true],
    ['<1-255>', '0255', true],
    ['<1-255>', '256', false],
    ['<01-10>', '07', true],
    ['<01-10>', '7', false],
    ['~(abc)', 'abd', true],
    ['~(abc)', 'abc', false],
    ['a.*&~(.*b)', 'ac', true],
    ['a.*&~(.*b)', 'ab', false],
    ['x|~(x.*)&y.*', 'yz', true],
  ])('%s on %j: %s', (pattern, text, expected) => {
    expect(compileLuceneRegex(pattern, false)(text)).toBe(expected);
  });

  test('folds ASCII letters where asked to, in classes too', () => {
    expect(compileLuceneRegex('value[^z].?', true)('VALUEy')).toBe(true);
    expect(compileLuceneRegex('[a-c]+', true)('ABC')).toBe(true);
    expect(compileLuceneRegex('[^a-c]+', true)('ABC')).toBe(false);
    expect(compileLuceneRegex('k', true)('\u212a')).toBe(false);
  });

  test('of an interval matches just its numbers', () => {
    const bound = fc.integer({ min: 0, max: 1200 });
    fc.assert(
      fc.property(bound, bound, bound, (a, b, number) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        const loose = String(low).length !== String(high).length;
        const inside = number >= low && number <= high;
        const test = compileLuceneRegex(`<${low}-${high}>`, false);
        expect(test(String(number))).toBe(inside);
        expect(test(`0${number}`)).toBe(inside && loose);
      }),
    );
  });

  test.each([
    ['(ab&cd)x', '`&` inside'],
    ['x~a', '`~` inside'],
    ['(a{1000}){1000}', 'counts written out'],
    ['a{2000}', '1000 at most'],
    ['a{3,2}', 'runs backwards'],
    ['[z-a]', 'runs backwards'],
    ['(?i)a', 'no (?...) groups'],
    ['<name>', 'no interval'],
    ['[a', 'expected `]`'],
    ['a)', 'unexpected `)`'],
    ['a|', 'ends where'],
    ['"a', 'never closed'],
    [`a${'+'.repeat(100_000)}`, 'quantifiers in a row'],
    [`${'a*&'.repeat(200)}a`, 'more than 100 parts'],
    [`${'('.repeat(240)}a${')+*+*+*'.repeat(240)}`, 'too much for RE2'],
  ])('%.40s is refused: %s', (pattern, problem) => {
    expect(() => compileLuceneRegex(pattern, false)).toThrow(LuceneRegexError);
    expect(() => compileLuceneRegex(pattern, false)).toThrow(problem);
  });

  test.each([['(a+)+b'], ['(a|a)*b'], ['(a*)*b'], ['(.*)(.*)(.*)(.*)(.*)b'], ['(a?){500}a{500}b']])(
    '%s takes time linear in the text',
    (pattern) => {
      expect(compileLuceneRegex(pattern, false)('a'.repeat(20_000))).toBe(false);
    },
  );
});
