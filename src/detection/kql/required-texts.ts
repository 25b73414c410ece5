import { fieldKind } from '../fields/field-kind.ts';
import { requiredByAll, requiredByAny } from '../index/required-texts.ts';
import type { KqlNode } from './ast.ts';

/**
 * The texts of which an event must have one at the field for the query to match; `undefined` where it may match without.
 * Never too few: it only over-approximates.
 */
export function requiredTextsOf(node: KqlNode, path: string): ReadonlySet<string> | undefined {
  switch (node.kind) {
    case 'and':
      return requiredByAll(node.operands.map((operand) => requiredTextsOf(operand, path)));
    case 'or':
      return requiredByAny(node.operands.map((operand) => requiredTextsOf(operand, path)));
    case 'is':
      if (node.field?.kind !== 'name' || node.field.name !== path || node.value.kind !== 'text') return undefined;
      return fieldKind(path) === 'keyword' ? new Set([node.value.text]) : undefined;
    case 'match-all':
    case 'not':
    case 'range':
    case 'nested':
      return undefined;
  }
}
