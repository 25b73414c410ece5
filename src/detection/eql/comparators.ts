import { type FieldValue, textOf } from '../fields/field-value.ts';
import { compareNumbers, isNumber } from '../fields/number-order.ts';
import type { ComparisonOperator } from './ast.ts';

/** Whether two values are written the same, or are the same number. */
export function equal(left: FieldValue, right: FieldValue): boolean {
  return left === right || textOf(left) === textOf(right) || asNumbers(left, right) === 0;
}

/** Their order where one of them is a number, and the other can be read as one; null elsewhere. */
function asNumbers(left: FieldValue, right: FieldValue): number | null {
  return isNumber(left) || isNumber(right) ? compareNumbers(left, right) : null;
}

/** Numbers by size where one side is a number; otherwise text by its characters. */
function compare(left: FieldValue, right: FieldValue): number {
  const order = asNumbers(left, right);
  if (order !== null) return order;
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
