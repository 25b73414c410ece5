import { compileCidr } from '../eql/cidr.ts';
import { compileWildcard } from '../eql/wildcard.ts';
import { type FieldValue, textOf } from '../fields/field-value.ts';
import { compareNumbers, isNumber } from '../fields/number-order.ts';
import { fieldKind, isFlattened } from '../fields/field-kind.ts';
import type { KqlRangeOperator, KqlValue } from './ast.ts';
import { dateSpan } from './date-span.ts';
import { compareIpAddresses } from './ip-order.ts';

export type ValueTest = (value: FieldValue) => boolean;

/** A value that is compared with what a field has. */
export type KqlText = Extract<KqlValue, { kind: 'text' | 'wildcard' }>;

/**
 * Tests one value of a field: keywords as text, case and all, addresses and dates by what they mean; `anything` and `null` are about having
 * values at all and are not asked here.
 */
export function valueTest(path: string, value: KqlText): ValueTest {
  if (value.kind === 'wildcard') {
    const matches = compileWildcard(value.pieces, false);
    return (candidate) => matches(textOf(candidate));
  }
  const { text } = value;
  switch (fieldKind(path)) {
    case 'ip':
      return ipTest(text);
    case 'date':
      return dateTest(text);
    case 'number':
      return (candidate) =>
        textOf(candidate) === text || (isNumber(candidate) && compareNumbers(candidate, text) === 0);
    case 'boolean':
    case 'keyword':
      return (candidate) => textOf(candidate) === text;
  }
}

/** An address field equals an address in any spelling, and is in a CIDR block. */
function ipTest(text: string): ValueTest {
  const inBlock = compileCidr(text);
  return inBlock === null ? (candidate) => candidate === text : (candidate) => inBlock(textOf(candidate));
}

/** A date without its smaller parts means all of its day, month or year. */
function dateTest(text: string): ValueTest {
  const span = dateSpan(text);
  if (span === undefined) return (candidate) => candidate === text;
  return (candidate) => {
    const ms = Date.parse(textOf(candidate));
    return ms >= span.firstMs && ms <= span.lastMs;
  };
}

/** Tests one value against a bound: by number, time or address where the field has such, else as text by code points. */
export function rangeTest(path: string, operator: KqlRangeOperator, bound: string): ValueTest {
  const kind = fieldKind(path);
  if (kind === 'date') return dateRangeTest(operator, bound);
  const flattened = isFlattened(path);
  const compare = kind === 'ip' ? compareIpAddresses : compareTexts;
  return (candidate) => {
    const asNumber = !flattened && kind !== 'ip' && isNumber(candidate);
    const order = asNumber ? compareNumbers(candidate, bound) : compare(textOf(candidate), bound);
    return order !== undefined && order !== null && holds(operator, order);
  };
}

function dateRangeTest(operator: KqlRangeOperator, bound: string): ValueTest {
  const span = dateSpan(bound);
  if (span === undefined) return () => false;
  const boundMs = operator === '<' || operator === '>=' ? span.firstMs : span.lastMs;
  return (candidate) => holds(operator, Date.parse(textOf(candidate)) - boundMs);
}

function holds(operator: KqlRangeOperator, order: number): boolean {
  switch (operator) {
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
  }
}

/** By code points, as Lucene orders terms; JavaScript's own order differs for characters beyond U+FFFF. */
function compareTexts(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index += 1) {
    if (a.charCodeAt(index) !== b.charCodeAt(index)) return rank(a.charCodeAt(index)) - rank(b.charCodeAt(index));
  }
  return a.length - b.length;
}

/** Surrogates stand for code points above all others. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
