import type { FieldValue } from './field-value.ts';

/** A value as a number: numbers, and texts that are written as one. */
export function numberOf(value: FieldValue): number | null {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean' || !/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(value)) return null;
  return Number(value);
}

/** Whether a value is a number: one by its type, or an integer that is kept as its digits because no double has them all. */
export function isNumber(value: FieldValue): boolean {
  return typeof value === 'number' || (typeof value === 'string' && isLongInteger(value));
}

/** Whether a text is an integer beyond ±(2^53 - 1). */
export function isLongInteger(text: string): boolean {
  return text.length > 15 && /^[+-]?\d{16,}$/.test(text) && !Number.isSafeInteger(Number(text));
}

/** The order of two values as numbers, exact for integers of any length; null where one of them is none. */
export function compareNumbers(left: FieldValue, right: FieldValue): number | null {
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  const [a, b] = [numberOf(left), numberOf(right)];
  if (a === null || b === null) return null;
  if (Number.isSafeInteger(a) && Number.isSafeInteger(b)) return a - b;
  const [whole, other] = [integerOf(left), integerOf(right)];
  return whole === null || other === null ? a - b : compareIntegers(whole, other);
}

interface Integer {
  readonly negative: boolean;
  readonly digits: string;
}

function integerOf(value: FieldValue): Integer | null {
  const text = typeof value === 'number' && Number.isInteger(value) ? BigInt(value).toString() : String(value);
  const [, sign, digits] = /^([+-]?)0*(\d+)$/.exec(text) ?? [];
  return digits === undefined ? null : { negative: sign === '-', digits };
}

/** By their digits, for a log's author could write millions of them. */
function compareIntegers(a: Integer, b: Integer): number {
  if (a.negative !== b.negative) return a.negative ? -1 : 1;
  const order = a.digits.length - b.digits.length || (a.digits < b.digits ? -1 : Number(a.digits > b.digits));
  return a.negative ? 0 - order : order;
}
