import type { EventFields, FieldTable } from '../fields/event-fields.ts';
import type { EventFilter, Expression } from './ast.ts';
import { compileCondition } from './compile-condition.ts';
import { compileEventFilter } from './event-filter.ts';
import { parseEql } from './parser.ts';
import type { ExplainedClause } from '../explain/explained-clause.ts';

/**
 * An EQL query clause by clause: one explanation for an event query, one for each step of a sequence.
 *
 * @throws QuerySyntaxError
 */
export function explainEql(
  query: string,
  categoryField: string,
  event: EventFields,
  fields: FieldTable,
): readonly ExplainedClause[] {
  const parsed = parseEql(query);
  const filters =
    parsed.kind === 'event'
      ? [parsed.filter]
      : [...parsed.steps.map(({ filter }) => filter), ...(parsed.until === null ? [] : [parsed.until.filter])];
  const starts = filters
    .flatMap(({ offset, condition }) => [offset, ...leafOffsets(condition)])
    .toSorted((a, b) => a - b);
  function written(offset: number): string {
    return clauseText(query, offset, starts.find((start) => start > offset) ?? query.length);
  }
  return filters.map((filter) => explainFilter(filter, categoryField, written, event, fields));
}

function explainFilter(
  filter: EventFilter,
  categoryField: string,
  written: (offset: number) => string,
  event: EventFields,
  fields: FieldTable,
): ExplainedClause {
  const { category, condition } = filter;
  function explain(expression: Expression): ExplainedClause {
    const holds = compileCondition(expression, fields)(event);
    switch (expression.kind) {
      case 'and':
      case 'or':
        return {
          text: expression.kind === 'and' ? 'all of' : 'any of',
          holds,
          values: [],
          clauses: expression.operands.map(explain),
        };
      case 'not':
        return { text: 'not', holds, values: [], clauses: [explain(expression.operand)] };
      default:
        return {
          text: written(startOf(expression)),
          holds,
          values: fieldsIn(expression).map((field) => ({ field, values: event.valuesAt(field) })),
          clauses: [],
        };
    }
  }
  const categories = category === null ? [] : event.valuesAt(categoryField);
  const categoryClause: readonly ExplainedClause[] =
    category === null
      ? []
      : [
          {
            text: `${categoryField} is "${category}"`,
            holds: categories.includes(category),
            values: [{ field: categoryField, values: categories }],
            clauses: [],
          },
        ];
  return {
    text: `${category ?? 'any'} where`,
    holds: compileEventFilter(filter, categoryField, fields)(event),
    values: [],
    clauses: [...categoryClause, explain(condition)],
  };
}

/** Where the innermost clauses start. */
function leafOffsets(expression: Expression): readonly number[] {
  switch (expression.kind) {
    case 'and':
    case 'or':
      return expression.operands.flatMap(leafOffsets);
    case 'not':
      return leafOffsets(expression.operand);
    default:
      return [startOf(expression)];
  }
}

/** An operator's offset may be its own; a clause starts with its first operand. */
function startOf(expression: Expression): number {
  return operandsOf(expression).reduce((first, operand) => Math.min(first, startOf(operand)), expression.offset);
}

function operandsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'and':
    case 'or':
      return expression.operands;
    case 'not':
    case 'negative':
      return [expression.operand];
    case 'comparison':
    case 'arithmetic':
      return [expression.left, expression.right];
    case 'in':
      return [expression.operand, ...expression.list];
    case 'like':
    case 'regex':
      return [expression.operand, ...expression.patterns];
    case 'call':
      return expression.args;
    case 'literal':
    case 'field':
      return [];
  }
}

function fieldsIn(expression: Expression): readonly string[] {
  if (expression.kind === 'field') return [expression.path];
  return [...new Set(operandsOf(expression).flatMap(fieldsIn))];
}

/** Looking for a word at a text's end takes no longer than this many characters, however long the text is. */
const lookedAt = 500;

/** The text of a clause up to where the next one starts, without the words and brackets that belong to neither. */
function clauseText(query: string, start: number, end: number): string {
  let text = query.slice(start, end);
  for (;;) {
    const ending = /(?:\s+|\(|!?\[|\b(?:and|or|not|where|until|any|sequence)\b|\bby\s[\w@., ?-]*)$/.exec(
      text.slice(-lookedAt),
    );
    const shorter = text.slice(0, text.length - (ending?.[0].length ?? 0)).trimEnd();
    const closes = /[)\]]$/.test(shorter) && !balanced(shorter);
    const next = closes ? shorter.slice(0, -1) : shorter;
    if (next === text) return text.replaceAll(/\s+/g, ' ').trim();
    text = next;
  }
}

function balanced(text: string): boolean {
  const plain = text.replaceAll(/"(?:[^"\\]|\\.)*"/g, '');
  function count(pattern: RegExp): number {
    return plain.match(pattern)?.length ?? 0;
  }
  return count(/[([]/g) >= count(/[)\]]/g);
}
