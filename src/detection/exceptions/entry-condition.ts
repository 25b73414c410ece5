import { z } from 'zod';
import { TrailhoundError } from '../../model/trailhound-error.ts';
import { quotedKql, wildcardKql } from '../kql/kql-text.ts';

/** An entry of one of Kibana's exception items that no condition of ours says. */
export class UnsayableEntryError extends TrailhoundError {
  override readonly name = 'UnsayableEntryError';
  override readonly code = 'unsayable-entry';
}

const field = z.string().min(1);
const operator = z.enum(['included', 'excluded']);

/** The kinds of entries of Kibana's exceptions API. */
const plainEntry = z.discriminatedUnion('type', [
  z.object({ type: z.literal('match'), field, operator, value: z.string() }),
  z.object({ type: z.literal('match_any'), field, operator, value: z.array(z.string()).min(1) }),
  z.object({ type: z.literal('wildcard'), field, operator, value: z.string() }),
  z.object({ type: z.literal('exists'), field, operator }),
  z.object({ type: z.literal('list'), field, operator, list: z.object({ id: z.string() }) }),
]);
type PlainEntry = z.infer<typeof plainEntry>;
const nestedEntry = z.object({ type: z.literal('nested'), field, entries: z.array(plainEntry).min(1) });
const entrySchema = z.union([plainEntry, nestedEntry]);

/**
 * The KQL that means the same as an exception item's entries, which all have to hold, on one of its operating systems where it names
 * some (Kibana: `build_exception_filter`).
 *
 * @throws UnsayableEntryError with what cannot be said, as a part of a sentence.
 */
export function conditionOfEntries(entries: readonly unknown[], osTypes: readonly string[]): string {
  if (entries.length === 0) throw new UnsayableEntryError('it has no entries');
  const texts = entries.map((entry) => {
    const read = entrySchema.safeParse(entry);
    if (!read.success) throw new UnsayableEntryError(`it has ${wordsFor(entry)}`);
    return conditionOf(read.data);
  });
  return [...texts, ...osConditions(osTypes)].join(' and ');
}

function conditionOf(entry: z.infer<typeof entrySchema>): string {
  if (entry.type === 'nested') return `${quotedKql(entry.field)}: { ${entry.entries.map(conditionOf).join(' and ')} }`;
  const condition = `${quotedKql(entry.field)}: ${valueText(entry)}`;
  return entry.operator === 'excluded' ? `not ${condition}` : condition;
}

function valueText(entry: PlainEntry): string {
  switch (entry.type) {
    case 'match':
      return quotedKql(entry.value);
    case 'match_any':
      return `(${entry.value.map(quotedKql).join(' or ')})`;
    case 'wildcard':
      return wildcardText(entry.field, entry.value);
    case 'exists':
      return '*';
    case 'list':
      throw new UnsayableEntryError(
        `its entry on ${entry.field} names the value list ${entry.list.id}, which Kibana does not export with rules: write its values as match_any`,
      );
  }
}

function wildcardText(name: string, pattern: string): string {
  const text = wildcardKql(pattern);
  if (typeof text === 'string') return text;
  throw new UnsayableEntryError(`its entry on ${name} has ${text.lacks}`);
}

function osConditions(osTypes: readonly string[]): readonly string[] {
  if (osTypes.length === 0) return [];
  const any = `(${osTypes.map(quotedKql).join(' or ')})`;
  return [`(host.os.type: ${any} or host.os.name.caseless: ${any})`];
}

function wordsFor(entry: unknown): string {
  const read = z.object({ type: z.string(), field: z.string() }).safeParse(entry);
  return read.success ? `an entry on ${read.data.field} of the kind ${read.data.type}` : 'an entry that says nothing';
}
