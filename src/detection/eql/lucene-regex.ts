import { RE2JS, RE2JSException } from 're2js';
import { LuceneRegexError, parseLuceneRegex, type CharacterRange, type LuceneRegex } from './lucene-regex-parser.ts';

export { LuceneRegexError };

export type TextTest = (text: string) => boolean;

/** Written out, an expression may have this many characters and classes; what is larger would be slow on every event. */
const maxSize = 5000;

/** A text is read once for each part of an expression that stands between `&`, `~` or a `|` around them. */
const maxParts = 100;

/**
 * Compiles a regular expression in Lucene's syntax to a test of a whole text, in time linear in that text whatever the
 * expression: it runs on RE2, which never backtracks.
 *
 * `~` and `&` are possible where they stand around a whole alternative (`a.*&~(.*b)`), for there they are a matter of
 * asking twice; inside a larger expression RE2 cannot say them, and they are refused.
 *
 * @param ignoreCase Folds ASCII letters, as Lucene does.
 * @throws LuceneRegexError where the expression is malformed, too large or not possible in linear time.
 */
export function compileLuceneRegex(pattern: string, ignoreCase: boolean): TextTest {
  const regex = parseLuceneRegex(pattern);
  if (partsIn(regex) > maxParts) {
    throw new LuceneRegexError(0, `\`&\` and \`~\` make more than ${maxParts} parts of it`, 'split the condition');
  }
  return testOf(regex, ignoreCase);
}

/** How many expressions of RE2 it comes to. */
function partsIn(regex: LuceneRegex): number {
  if (!hasBooleanOperator(regex)) return 1;
  if (regex.kind === 'complement') return partsIn(regex.part);
  return 'parts' in regex ? regex.parts.reduce((sum, part) => sum + partsIn(part), 0) : 1;
}

function testOf(regex: LuceneRegex, ignoreCase: boolean): TextTest {
  if (regex.kind === 'complement') {
    const inner = testOf(regex.part, ignoreCase);
    return (text) => !inner(text);
  }
  if (regex.kind === 'intersection' || (regex.kind === 'union' && regex.parts.some(hasBooleanOperator))) {
    const tests = regex.parts.map((part) => testOf(part, ignoreCase));
    if (regex.kind === 'union') return (text) => tests.some((test) => test(text));
    return (text) => tests.every((test) => test(text));
  }
  if (sizeOf(regex) > maxSize) {
    throw new LuceneRegexError(
      0,
      `with its counts written out it is longer than ${maxSize} characters`,
      'lower the counts',
    );
  }
  const compiled = compileRe2(toRe2(regex, ignoreCase));
  return (text) => compiled.testExact(text);
}

/** RE2 has bounds of its own, on how deep an expression nests and how large it grows. */
function compileRe2(expression: string): RE2JS {
  try {
    return RE2JS.compile(expression, RE2JS.DOTALL);
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    throw new LuceneRegexError(0, `it is too much for RE2 (${error.message})`, 'simplify it');
  }
}

function hasBooleanOperator(regex: LuceneRegex): boolean {
  if (regex.kind === 'complement' || regex.kind === 'intersection') return true;
  if (regex.kind === 'repeat') return hasBooleanOperator(regex.part);
  return 'parts' in regex && regex.parts.some(hasBooleanOperator);
}

/** How many characters and classes the expression has when its counts are written out. */
function sizeOf(regex: LuceneRegex): number {
  switch (regex.kind) {
    case 'text':
      return regex.text.length;
    case 'concat':
    case 'union':
    case 'intersection':
      return regex.parts.reduce((sum, part) => sum + sizeOf(part), 0);
    case 'repeat':
      return sizeOf(regex.part) * Math.max(1, regex.least, regex.most ?? 0);
    case 'complement':
      return sizeOf(regex.part);
    case 'interval':
      return 100;
    default:
      return 1;
  }
}

function toRe2(regex: LuceneRegex, ignoreCase: boolean): string {
  switch (regex.kind) {
    case 'empty':
      return '(?:)';
    case 'nothing':
      return '[^\\x{0}-\\x{10FFFF}]';
    case 'any-text':
      return '.*';
    case 'any-character':
      return '.';
    case 'text':
      return Array.from(regex.text, (character) => characterToRe2(character, ignoreCase)).join('');
    case 'class':
      return classToRe2(regex.ranges, regex.negated, ignoreCase);
    case 'interval':
      return intervalToRe2(regex.least, regex.most, regex.digits);
    case 'concat':
      return regex.parts.map((part) => toRe2(part, ignoreCase)).join('');
    case 'union':
      return `(?:${regex.parts.map((part) => toRe2(part, ignoreCase)).join('|')})`;
    case 'repeat':
      return `(?:${toRe2(regex.part, ignoreCase)})${quantifier(regex.least, regex.most)}`;
    default:
      throw new LuceneRegexError(
        0,
        `\`${regex.kind === 'complement' ? '~' : '&'}\` inside a larger expression is not possible in linear time`,
        'split the condition with `and` and `not`',
      );
  }
}

function quantifier(least: number, most: number | null): string {
  if (most === null) return least === 0 ? '*' : least === 1 ? '+' : `{${least},}`;
  return least === 0 && most === 1 ? '?' : `{${least},${most}}`;
}

function characterToRe2(character: string, ignoreCase: boolean): string {
  const point = character.codePointAt(0) ?? 0;
  return ignoreCase && /[A-Za-z]/.test(character)
    ? `[${character.toLowerCase()}${character.toUpperCase()}]`
    : codePointToRe2(point);
}

function codePointToRe2(point: number): string {
  const character = String.fromCodePoint(point);
  return /[A-Za-z0-9]/.test(character) ? character : `\\x{${point.toString(16)}}`;
}

function classToRe2(ranges: readonly CharacterRange[], negated: boolean, ignoreCase: boolean): string {
  const all = ignoreCase ? ranges.flatMap((range) => [range, ...foldedRange(range)]) : ranges;
  const items = all.map(({ from, to }) => `${codePointToRe2(from)}-${codePointToRe2(to)}`);
  return `[${negated ? '^' : ''}${items.join('')}]`;
}

/** The ASCII letters that differ only in case from those of a range. */
function foldedRange({ from, to }: CharacterRange): readonly CharacterRange[] {
  function shifted(first: number, last: number, distance: number): readonly CharacterRange[] {
    const start = Math.max(from, first);
    const end = Math.min(to, last);
    return start <= end ? [{ from: start + distance, to: end + distance }] : [];
  }
  return [...shifted(0x41, 0x5a, 32), ...shifted(0x61, 0x7a, -32)];
}

function intervalToRe2(least: number, most: number, digits: number): string {
  const alternatives = splitByLength(least, most).flatMap(([low, high]) => sameLengthPatterns(low, high));
  // Without a fixed number of digits any number of leading zeros is allowed.
  const padded = alternatives.map((alternative) =>
    digits === 0 ? `0*${alternative.pattern}` : '0'.repeat(digits - alternative.length) + alternative.pattern,
  );
  return `(?:${padded.join('|')})`;
}

/** Splits an interval of numbers into intervals of numbers with equally many digits, as texts. */
function splitByLength(least: number, most: number): readonly (readonly [string, string])[] {
  const pieces: [string, string][] = [];
  for (let low = least; low <= most;) {
    const high = Math.min(most, 10 ** String(low).length - 1);
    pieces.push([String(low), String(high)]);
    low = high + 1;
  }
  return pieces;
}

function sameLengthPatterns(
  low: string,
  high: string,
): readonly { readonly pattern: string; readonly length: number }[] {
  const { length } = low;
  return digitPatterns(low, high).map((pattern) => ({ pattern, length }));
}

/** Patterns for all texts of digits from `low` to `high`, which are equally long. */
function digitPatterns(low: string, high: string): readonly string[] {
  const { length } = low;
  if (length === 0) return [''];
  if (/^0*$/.test(low) && /^9*$/.test(high)) return [`[0-9]{${length}}`];
  const first = Number(low.charAt(0));
  const last = Number(high.charAt(0));
  if (first === last) return digitPatterns(low.slice(1), high.slice(1)).map((rest) => `${first}${rest}`);
  const zeros = '0'.repeat(length - 1);
  const nines = '9'.repeat(length - 1);
  const between =
    last - first > 1 ? digitPatterns(zeros, nines).map((rest) => `[${first + 1}-${last - 1}]${rest}`) : [];
  return [
    ...digitPatterns(low.slice(1), nines).map((rest) => `${first}${rest}`),
    ...between,
    ...digitPatterns(zeros, high.slice(1)).map((rest) => `${last}${rest}`),
  ];
}
