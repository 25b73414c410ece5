import type { EventFields, FieldTable } from '../fields/event-fields.ts';
import type { ExplainedClause } from '../explain/explained-clause.ts';
import type { KqlNode } from './ast.ts';
import { compileKql } from './compile-kql.ts';
import { parseKql } from './parse-kql.ts';

/**
 * A KQL query clause by clause.
 *
 * @throws QuerySyntaxError
 */
export function explainKql(query: string, event: EventFields, fields: FieldTable): ExplainedClause {
  return explain(parseKql(query), query, event, fields);
}

function explain(node: KqlNode, query: string, event: EventFields, fields: FieldTable): ExplainedClause {
  const holds = compileKql(node, fields)(event);
  const written = query.slice(node.span.start, node.span.end).replaceAll(/\s+/g, ' ');
  switch (node.kind) {
    case 'and':
    case 'or': {
      const field = sharedField(node.operands);
      if (field !== undefined) return { text: written, holds, values: valuesOf(field, event), clauses: [] };
      const clauses = node.operands.map((operand) => explain(operand, query, event, fields));
      return { text: node.kind === 'and' ? 'all of' : 'any of', holds, values: [], clauses };
    }
    case 'not':
      return { text: 'not', holds, values: [], clauses: [explain(node.operand, query, event, fields)] };
    case 'is':
    case 'range':
      return {
        text: written,
        holds,
        values: node.field?.kind === 'name' ? valuesOf(node.field.name, event) : [],
        clauses: [],
      };
    case 'nested':
    case 'match-all':
      return { text: written || 'every event', holds, values: [], clauses: [] };
  }
}

/** The one field that a value list is about: it reads best as it was written. */
function sharedField(nodes: readonly KqlNode[]): string | undefined {
  const names = new Set(nodes.map(fieldOf));
  const [name] = names;
  return names.size === 1 ? name : undefined;
}

function fieldOf(node: KqlNode): string | undefined {
  switch (node.kind) {
    case 'is':
      return node.field?.kind === 'name' ? node.field.name : undefined;
    case 'and':
    case 'or':
      return sharedField(node.operands);
    case 'not':
      return fieldOf(node.operand);
    case 'range':
    case 'nested':
    case 'match-all':
      return undefined;
  }
}

function valuesOf(field: string, event: EventFields): ExplainedClause['values'] {
  return [{ field, values: event.valuesAt(field) }];
}
