import { type FieldValue, textOf } from '../fields/field-value.ts';
import { numberOf } from '../fields/number-order.ts';
import { foldAscii } from './ascii-case.ts';

/** In UTF-16 code units; a record of CloudTrail is a quarter of it at most. */
const maxTextLength = 1_048_576;

/** A function's value for one choice of its arguments; null is EQL's null. */
export type ValueFunction = (args: readonly FieldValue[], ignoreCase: boolean) => FieldValue | null;

/**
 * The functions whose value is not a boolean, as Elasticsearch documents them with their examples:
 * https://www.elastic.co/docs/reference/query-languages/eql/eql-function-ref. `divide` is not here, for it needs to know
 * whether a float was written.
 */
export const valueFunctions: Readonly<Record<string, ValueFunction>> = {
  add: numeric((a, b) => a + b),
  subtract: numeric((a, b) => a - b),
  multiply: numeric((a, b) => a * b),
  modulo: numeric((a, b) => (b === 0 ? null : a % b)),
  between: ([source = '', left = '', right = '', greedy = false], ignoreCase) =>
    textBetween(textOf(source), textOf(left), textOf(right), greedy === true, ignoreCase),
  concat: (args) => joined(args.map(textOf)),
  indexOf: ([source = '', part = '', start = 0], ignoreCase) =>
    positionOf(textOf(source), textOf(part), numberOf(start) ?? 0, ignoreCase),
  length: ([source = '']) => textOf(source).length,
  number: ([source = '', base]) => parseNumber(textOf(source), base),
  string: ([value = '']) => textOf(value),
  substring: ([source = '', start = 0, end]) => textOf(source).slice(numberOf(start) ?? 0, endPosition(end)),
};

/** The quotient; of two integers, cut to an integer unless one of them was written as a float. */
export function divide(dividend: FieldValue, divisor: FieldValue, float: boolean): number | null {
  const a = numberOf(dividend);
  const b = numberOf(divisor);
  if (a === null || b === null || b === 0) return null;
  return float || !Number.isInteger(a) || !Number.isInteger(b) ? a / b : Math.trunc(a / b);
}

/** Null where it would be longer than any field: nested calls could otherwise make texts that fill the memory. */
function joined(texts: readonly string[]): string | null {
  const length = texts.reduce((sum, text) => sum + text.length, 0);
  return length > maxTextLength ? null : texts.join('');
}

function numeric(operation: (a: number, b: number) => number | null): ValueFunction {
  return ([left, right]) => {
    const a = left === undefined ? null : numberOf(left);
    const b = right === undefined ? null : numberOf(right);
    return a === null || b === null ? null : operation(a, b);
  };
}

function textBetween(source: string, left: string, right: string, greedy: boolean, ignoreCase: boolean): string {
  const fold = ignoreCase ? foldAscii : (text: string): string => text;
  const haystack = fold(source);
  const start = haystack.indexOf(fold(left));
  if (start < 0) return '';
  const from = start + left.length;
  const to = greedy ? haystack.lastIndexOf(fold(right)) : haystack.indexOf(fold(right), from);
  return to < from ? '' : source.slice(from, to);
}

function positionOf(source: string, part: string, start: number, ignoreCase: boolean): number | null {
  const from = Math.max(0, start);
  if (from > source.length) return null;
  const found = ignoreCase ? foldAscii(source).indexOf(foldAscii(part), from) : source.indexOf(part, from);
  return found < 0 ? null : found;
}

function parseNumber(source: string, base: FieldValue | undefined): number | null {
  const text = source.trim();
  const hexadecimal = /^([+-]?)0x([0-9a-fA-F]+)$/.exec(text);
  if (hexadecimal !== null && (base === undefined || base === 16)) {
    return Number.parseInt(`${hexadecimal[1] ?? ''}${hexadecimal[2] ?? ''}`, 16);
  }
  if (base === undefined || base === 10) return numberOf(text);
  const radix = numberOf(base) ?? 0;
  if (!Number.isInteger(radix) || radix < 2 || radix > 36) return null;
  const parsed = Number.parseInt(text, radix);
  const written = text.replace(/^[+-]?0*(?=.)/, '').toLowerCase();
  return Math.abs(parsed).toString(radix) === written ? parsed : null;
}

function endPosition(end: FieldValue | undefined): number | undefined {
  return end === undefined ? undefined : (numberOf(end) ?? undefined);
}
