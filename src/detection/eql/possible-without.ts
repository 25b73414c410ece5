import { allOf, always, anyOf, both, never, not, type Truths } from '../index/truths.ts';
import type { EqlQuery, Expression, SequenceStep } from './ast.ts';

/**
 * Whether the query can find anything where some fields are absent. A sequence needs each of its steps, save those that must
 * not be there, and each step the join keys that are not optional.
 *
 * @param absent the paths of fields that no event has.
 */
export function eqlFindsWithout(query: EqlQuery, absent: RegExp): boolean {
  if (query.kind === 'event') return truths(query.filter.condition, absent).canHold;
  return query.steps.every((step) => step.missing || canBeThere(step, absent));
}

function canBeThere({ filter, joinKeys }: SequenceStep, absent: RegExp): boolean {
  return truths(filter.condition, absent).canHold && !joinKeys.some((key) => !key.optional && absent.test(key.path));
}

/** A comparison or a test of an absent field does not hold, and `not` over it does; what is computed of it is left open. */
function truths(expression: Expression, absent: RegExp): Truths {
  function isAbsent(operand: Expression | undefined) {
    return operand?.kind === 'field' && absent.test(operand.path);
  }
  switch (expression.kind) {
    case 'and':
      return allOf(expression.operands.map((operand) => truths(operand, absent)));
    case 'or':
      return anyOf(expression.operands.map((operand) => truths(operand, absent)));
    case 'not':
      return not(truths(expression.operand, absent));
    case 'literal':
      return expression.value === true ? always : never;
    case 'field':
      return isAbsent(expression) ? never : both;
    case 'comparison': {
      const { left, right, operator } = expression;
      if (!isAbsent(left) && !isAbsent(right)) return both;
      const equals = isNull(left) || isNull(right) ? always : never;
      return operator === '!=' ? not(equals) : equals;
    }
    case 'in':
    case 'like':
    case 'regex':
      return isAbsent(expression.operand) ? never : both;
    case 'call':
      return isAbsent(expression.args[0]) ? never : both;
    default:
      return both;
  }
}

function isNull(expression: Expression): boolean {
  return expression.kind === 'literal' && expression.value === null;
}
