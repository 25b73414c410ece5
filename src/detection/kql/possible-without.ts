import { allOf, always, anyOf, both, never, not, type Truths } from '../index/truths.ts';
import type { KqlNode } from './ast.ts';

/**
 * Whether the query can find anything where some fields are absent.
 *
 * @param absent the paths of fields that no event has.
 */
export function kqlFindsWithout(query: KqlNode, absent: RegExp): boolean {
  return truths(query, absent).canHold;
}

/** What a query can come to where some fields are absent. */
function truths(node: KqlNode, absent: RegExp): Truths {
  switch (node.kind) {
    case 'and':
      return allOf(node.operands.map((operand) => truths(operand, absent)));
    case 'or':
      return anyOf(node.operands.map((operand) => truths(operand, absent)));
    case 'not':
      return not(truths(node.operand, absent));
    case 'is':
      if (node.field?.kind !== 'name' || !absent.test(node.field.name)) return both;
      return node.value.kind === 'null' ? always : never;
    case 'range':
      return node.field.kind === 'name' && absent.test(node.field.name) ? never : both;
    case 'nested':
      return absent.test(`${node.field}.`) ? never : both;
    case 'match-all':
      return always;
  }
}
