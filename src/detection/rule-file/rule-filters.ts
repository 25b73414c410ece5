import { z } from 'zod';
import { TrailhoundError } from '../../model/trailhound-error.ts';
import { quotedKql, wildcardKql } from '../kql/kql-text.ts';

/** A filter of a kind that is not translated; its message is the sentence that says which. */
export class UnsupportedFilterError extends TrailhoundError {
  override readonly name = 'UnsupportedFilterError';
  override readonly code = 'unsupported-filter';
}

const scalar = z.union([z.string(), z.number(), z.boolean()]);
function fieldTo<T extends z.ZodType>(value: T) {
  return z.record(z.string(), value);
}

/** The clauses of Elasticsearch that Kibana's filter editor writes, each with one field. */
const clause = z.union([
  z.strictObject({ match_phrase: fieldTo(z.union([scalar, z.object({ query: scalar })])) }),
  z.strictObject({ match: fieldTo(z.union([scalar, z.object({ query: scalar, type: z.literal('phrase') })])) }),
  z.strictObject({ prefix: fieldTo(z.union([z.string(), z.strictObject({ value: z.string() })])) }),
  z.strictObject({ wildcard: fieldTo(z.union([z.string(), z.strictObject({ value: z.string() })])) }),
  z.strictObject({ term: fieldTo(z.union([scalar, z.object({ value: scalar })])) }),
  z.strictObject({ terms: fieldTo(z.array(scalar)) }),
  z.strictObject({ exists: z.object({ field: z.string() }) }),
  z.strictObject({
    range: fieldTo(
      z.strictObject({ gt: scalar.optional(), gte: scalar.optional(), lt: scalar.optional(), lte: scalar.optional() }),
    ),
  }),
  z.strictObject({ match_all: z.unknown() }),
  z.strictObject({ bool: z.looseObject({}) }),
]);

const occurrences = z.union([z.array(z.unknown()), z.looseObject({})]).optional();
const bool = z.strictObject({
  must: occurrences,
  filter: occurrences,
  should: occurrences,
  must_not: occurrences,
  minimum_should_match: z.literal(1).optional(),
});

/** Several filters that the editor joined: then they stand in its parameters, and there is no query. */
const combination = z.looseObject({
  type: z.literal('combined'),
  relation: z.enum(['AND', 'OR']),
  params: z.array(z.unknown()).min(1),
});

const filter = z.looseObject({
  meta: z.looseObject({ negate: z.boolean().nullish(), disabled: z.boolean().nullish() }).optional(),
  query: z.unknown().optional(),
  $state: z.unknown().optional(),
});

/** Clauses nest no deeper in what an editor wrote. */
const maxNesting = 20;

/**
 * The KQL that means the same as a rule's Elasticsearch filters taken together; disabled ones count for nothing.
 *
 * @returns `null` where none is left.
 * @throws UnsupportedFilterError naming the kind that is not translated.
 */
export function kqlOfFilters(filters: readonly unknown[]): string | null {
  const texts = filters.flatMap((one) => kqlOfFilter(one, 0));
  return texts.length === 0 ? null : texts.map((text) => `(${text})`).join(' and ');
}

/** @returns one text, or none of a disabled filter. */
function kqlOfFilter(one: unknown, depth: number): readonly string[] {
  const read = filter.safeParse(one);
  if (!read.success) throw new UnsupportedFilterError(`a filter has to be a table, and one is ${kindOf(one)}`);
  const { meta, query, $state: _state, ...older } = read.data;
  if (meta?.disabled === true) return [];
  const combined = combination.safeParse(meta);
  const text = combined.success ? kqlOfCombined(combined.data, depth) : kqlOfClause(query ?? older, depth);
  return [meta?.negate === true ? `not (${text})` : text];
}

function kqlOfCombined({ relation, params }: z.infer<typeof combination>, depth: number): string {
  if (depth > maxNesting) throw unsupported(params);
  const texts = params.flatMap((one) => kqlOfFilter(one, depth + 1)).map((text) => `(${text})`);
  return texts.length === 0 ? '*: *' : texts.join(relation === 'AND' ? ' and ' : ' or ');
}

function kqlOfClause(value: unknown, depth: number): string {
  const read = clause.safeParse(value);
  if (!read.success || depth > maxNesting) throw unsupported(value);
  const found = read.data;
  if ('match_all' in found) return '*: *';
  if ('exists' in found) return `${quotedKql(found.exists.field)}: *`;
  if ('bool' in found) return kqlOfBool(found.bool, depth);
  if ('range' in found)
    return each(found.range, (field, bounds) =>
      Object.entries(bounds)
        .map((bound) => rangeText(field, bound))
        .join(' and '),
    );
  if ('terms' in found) return each(found.terms, (field, values) => `${field}: (${values.map(quoted).join(' or ')})`);
  if ('match' in found)
    return each(found.match, (field, one) => `${field}: ${quoted(typeof one === 'object' ? one.query : one)}`);
  if ('prefix' in found)
    return each(found.prefix, (field, one) => `${field}: ${wildcardText(`${plainPattern(patternOf(one))}*`)}`);
  if ('wildcard' in found) return each(found.wildcard, (field, one) => `${field}: ${wildcardText(patternOf(one))}`);
  if ('term' in found)
    return each(found.term, (field, one) => `${field}: ${quoted(typeof one === 'object' ? one.value : one)}`);
  return each(found.match_phrase, (field, one) => `${field}: ${quoted(typeof one === 'object' ? one.query : one)}`);
}

function kqlOfBool(value: unknown, depth: number): string {
  const read = bool.safeParse(value);
  if (!read.success) throw unsupported(value);
  const { must, filter: also, should, must_not: not, minimum_should_match: least } = read.data;
  function texts(list: unknown): readonly string[] {
    return listOf(list).map((one) => `(${kqlOfClause(one, depth + 1)})`);
  }
  const all = [...texts(must), ...texts(also), ...texts(not).map((text) => `not ${text}`)];
  const any = texts(should);
  // Beside others, what "should" hold need not, unless one is asked for.
  if (any.length > 0 && (least === 1 || all.length === 0)) all.push(`(${any.join(' or ')})`);
  return all.length === 0 ? '*: *' : all.join(' and ');
}

function listOf(value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? (value as readonly unknown[]) : [value];
}

function each<T>(fields: Readonly<Record<string, T>>, text: (field: string, value: T) => string): string {
  const [entry, ...more] = Object.entries(fields);
  if (entry === undefined || more.length > 0)
    throw new UnsupportedFilterError('filters with several fields in one clause are not supported yet');
  return text(quotedKql(entry[0]), entry[1]);
}

const operators = { gt: '>', gte: '>=', lt: '<', lte: '<=' } as const;

function rangeText(field: string, [bound, value]: readonly [string, unknown]): string {
  return `${field} ${operators[bound as keyof typeof operators]} ${quoted(value)}`;
}

function quoted(value: unknown): string {
  return quotedKql(String(value));
}

function patternOf(value: string | { readonly value: string }): string {
  return typeof value === 'string' ? value : value.value;
}

/** A text as a pattern that matches nothing else. */
function plainPattern(text: string): string {
  return text.replaceAll(/[\\*?]/g, String.raw`\$&`);
}

function wildcardText(pattern: string): string {
  const text = wildcardKql(pattern);
  if (typeof text === 'string') return text;
  throw new UnsupportedFilterError(`a filter has ${text.lacks}`);
}

/** Of a clause, by its keys, which say what kind it is. */
function unsupported(value: unknown): UnsupportedFilterError {
  const isTable = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isTable) return new UnsupportedFilterError(`a filter's query has to be a table, and one is ${kindOf(value)}`);
  const keys = Object.keys(value).slice(0, 3).join(', ');
  return new UnsupportedFilterError(
    keys === '' ? 'a filter has no query' : `filters of the form ${keys} are not supported yet`,
  );
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : `a ${typeof value === 'string' ? 'text' : typeof value}`;
}
