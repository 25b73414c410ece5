import { type FieldValue, textOf } from '../event-fields.ts';
import type { ComparisonOperator } from './ast.ts';
import { numberOf } from './value-functions.ts';

/** Whether two values are written the same, or are the same number. */
export function equal(left: FieldValue, right: FieldValue): boolean {
  return (
    left === right || textOf(left) === textOf(right) || (areNumbers(left, right) && numberOf(left) === numberOf(right))
  );
}

/** One of them is a number, and the other can be read as one. */
function areNumbers(left: FieldValue, right: FieldValue): boolean {
  return (typeof left === 'number' || typeof right === 'number') && numberOf(left) !== null && numberOf(right) !== null;
}

/** Numbers by size where one side is a number; otherwise text by its characters. */
function compare(left: FieldValue, right: FieldValue): number {
  if (areNumbers(left, right)) return (numberOf(left) ?? 0) - (numberOf(right) ?? 0);
  const a = textOf(left);
  const b = textOf(right);
  return a < b ? -1 : a > b ? 1 : 0;
}

/** What each operator says of two values; `!=` is that no two are equal. */
export const comparators: Readonly<
  Record<Exclude<ComparisonOperator, '!='>, (a: FieldValue, b: FieldValue) => boolean>
> = {
  '==': equal,
  '<': (a, b) => compare(a, b) < 0,
  '<=': (a, b) => compare(a, b) <= 0,
  '>': (a, b) => compare(a, b) > 0,
  '>=': (a, b) => compare(a, b) >= 0,
};
