import type { KqlNode } from '../../src/detection/kql/ast.ts';
import { printKql } from '../../src/detection/kql/print-kql.ts';
import type { Mutation } from './eql-mutations.ts';

type Group = KqlNode & { readonly kind: 'and' | 'or' };

/** Every query that differs from this one by one clause taken out or turned round; each value of a list is a clause. */
export function kqlMutations(query: KqlNode): readonly Mutation<KqlNode>[] {
  if (query.kind === 'and' || query.kind === 'or') return mutationsWithin(query);
  const without: KqlNode = { kind: 'match-all', span: query.span };
  return [{ what: `${printKql(query)} taken out`, query: without }, ...mutationsWithin(query)];
}

function mutationsWithin(node: KqlNode): readonly Mutation<KqlNode>[] {
  switch (node.kind) {
    case 'and':
    case 'or':
      return node.operands.flatMap((operand, index) => [
        { what: `${printKql(operand)} taken out`, query: regrouped(node, node.operands.toSpliced(index, 1)) },
        ...inPlace(operand, (changed) => ({ ...node, operands: node.operands.with(index, changed) })),
      ]);
    case 'not': {
      const { operand } = node;
      const inner = operand.kind === 'and' || operand.kind === 'or' ? mutationsWithin(operand) : [];
      return [
        { what: `${printKql(node)} inverted`, query: operand },
        ...inner.map(({ what, query }) => ({ what: `within not: ${what}`, query: { ...node, operand: query } })),
      ];
    }
    default:
      return [{ what: `${printKql(node)} inverted`, query: { kind: 'not', operand: node, span: node.span } }];
  }
}

function inPlace(operand: KqlNode, put: (changed: KqlNode) => KqlNode): readonly Mutation<KqlNode>[] {
  return mutationsWithin(operand).map(({ what, query }) => ({ what, query: put(query) }));
}

function regrouped(group: Group, operands: readonly KqlNode[]): KqlNode {
  const [only] = operands;
  return operands.length === 1 && only !== undefined ? only : { ...group, operands };
}
