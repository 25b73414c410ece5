import type { SequenceDetail } from '../../../src/detection/eql/sequence-machine.ts';
import { createFieldTable } from '../../../src/detection/fields/document-fields.ts';
import { parseEql } from '../../../src/detection/eql/parser.ts';
import { compileSequence } from '../../../src/detection/eql/sequence-matcher.ts';
import type { AlertDraft, Candidate } from '../../../src/detection/rule-type.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import { eventAt } from './events.ts';

/**
 * Runs a sequence over events in short: second, name and further fields; the event's ID is its place in the list, and its key
 * is `k`. An alert is shown as its join values and the places of its events.
 */
export function runSequence(
  query: string,
  events: readonly (readonly [number, string, JsonObject?])[],
  tiebreakerField: string | null = null,
): readonly string[] {
  const fields = createFieldTable();
  const parsed = parseEql(query);
  if (parsed.kind !== 'sequence') throw new TypeError('expected a sequence');
  const matcher = compileSequence(parsed, 'event.category', fields, tiebreakerField);
  const groups = new Map<string, Candidate[]>();
  for (const [index, [second, name, rest]] of events.entries()) {
    for (const candidate of matcher.candidates(eventAt(second, `e${index}`, { name, key: 'k', ...rest }, fields))) {
      const key = JSON.stringify(candidate.group);
      groups.set(key, [...(groups.get(key) ?? []), candidate]);
    }
  }
  return [...groups.values()].flatMap((candidates) => matcher.settle(candidates)).map(shown);
}

function shown({ eventRefs, detail }: AlertDraft): string {
  const join = detail.kind === 'sequence' ? (detail as SequenceDetail).join.join('|') : '';
  return `${join}: ${eventRefs.map((ref) => ref.eventId.slice(1)).join(' ')}`;
}
