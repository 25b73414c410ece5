import { indexedPaths, requiredByAll, requiredByAny, type RequiredTexts } from '../index/required-texts.ts';
import type { EqlQuery, Expression } from './ast.ts';

/** What an event must have to be one of the query's events; it over-approximates, and names a field or leaves it out. */
export function requiredTexts(query: EqlQuery): readonly RequiredTexts[] {
  const conditions =
    query.kind === 'event'
      ? [query.filter.condition]
      : [...query.steps, ...(query.until === null ? [] : [query.until])].map((step) => step.filter.condition);
  return indexedPaths.flatMap((path) => {
    const texts = requiredByAny(conditions.map((condition) => requiredAt(condition, path)));
    return texts === undefined ? [] : [{ path, texts }];
  });
}

/** The texts of which the field must have one for the condition to hold; `undefined` where it may hold without. */
function requiredAt(condition: Expression, path: string): ReadonlySet<string> | undefined {
  switch (condition.kind) {
    case 'and':
      return requiredByAll(condition.operands.map((operand) => requiredAt(operand, path)));
    case 'or':
      return requiredByAny(condition.operands.map((operand) => requiredAt(operand, path)));
    case 'comparison':
      if (condition.operator !== '==') return undefined;
      return isField(condition.left, path) ? textsOf([condition.right]) : undefined;
    case 'in':
      return isField(condition.operand, path) && !condition.ignoreCase ? textsOf(condition.list) : undefined;
    default:
      return undefined;
  }
}

function isField(expression: Expression, path: string): boolean {
  return expression.kind === 'field' && expression.path === path;
}

/** Numbers, and texts that read as one, are equal to other texts than their own. */
function textsOf(values: readonly Expression[]): ReadonlySet<string> | undefined {
  const texts = values.map((value) => (value.kind === 'literal' && typeof value.value === 'string' ? value.value : ''));
  return texts.every((text) => /^[A-Za-z]/.test(text)) ? new Set(texts) : undefined;
}
