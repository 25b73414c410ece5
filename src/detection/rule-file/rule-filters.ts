import { z } from 'zod';
import { TrailhoundError } from '../../model/trailhound-error.ts';

/** A filter of a kind that is not translated. */
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
  z.strictObject({ match: fieldTo(z.object({ query: scalar, type: z.literal('phrase') })) }),
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
  const texts = filters.flatMap((one) => {
    const read = filter.safeParse(one);
    if (!read.success) throw new UnsupportedFilterError('a filter is no table');
    const { meta, query, $state: _state, ...older } = read.data;
    if (meta?.disabled === true) return [];
    const text = kqlOfClause(query ?? older, 0);
    return [meta?.negate === true ? `not (${text})` : text];
  });
  return texts.length === 0 ? null : texts.map((text) => `(${text})`).join(' and ');
}

function kqlOfClause(value: unknown, depth: number): string {
  const read = clause.safeParse(value);
  if (!read.success || depth > maxNesting) throw new UnsupportedFilterError(`filters of the form ${formOf(value)}`);
  const found = read.data;
  if ('match_all' in found) return '*: *';
  if ('exists' in found) return `${name(found.exists.field)}: *`;
  if ('bool' in found) return kqlOfBool(found.bool, depth);
  if ('range' in found)
    return each(found.range, (field, bounds) =>
      Object.entries(bounds)
        .map((bound) => rangeText(field, bound))
        .join(' and '),
    );
  if ('terms' in found) return each(found.terms, (field, values) => `${field}: (${values.map(quoted).join(' or ')})`);
  if ('match' in found) return each(found.match, (field, { query }) => `${field}: ${quoted(query)}`);
  if ('term' in found)
    return each(found.term, (field, one) => `${field}: ${quoted(typeof one === 'object' ? one.value : one)}`);
  return each(found.match_phrase, (field, one) => `${field}: ${quoted(typeof one === 'object' ? one.query : one)}`);
}

function kqlOfBool(value: unknown, depth: number): string {
  const read = bool.safeParse(value);
  if (!read.success) throw new UnsupportedFilterError(`filters of the form ${formOf(value)}`);
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
    throw new UnsupportedFilterError('filters with several fields in one clause');
  return text(name(entry[0]), entry[1]);
}

const operators = { gt: '>', gte: '>=', lt: '<', lte: '<=' } as const;

function rangeText(field: string, [bound, value]: readonly [string, unknown]): string {
  return `${field} ${operators[bound as keyof typeof operators]} ${quoted(value)}`;
}

/** A field's name with what has a meaning in KQL escaped. */
function name(field: string): string {
  return field.replaceAll(/[\\():<>"*{}\s]/g, (character) => `\\${character}`);
}

function quoted(value: unknown): string {
  return `"${String(value).replaceAll(/[\\"]/g, (character) => `\\${character}`)}"`;
}

function formOf(value: unknown): string {
  const keys = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  return keys.length === 0 ? 'no table' : keys.slice(0, 3).join(', ');
}
