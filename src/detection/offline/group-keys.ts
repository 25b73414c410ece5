import type { EventFields } from '../fields/event-fields.ts';
import { textOf } from '../fields/field-value.ts';

/** A field that groups events: its slot, and whether an event without it still has a group. */
export interface GroupField {
  readonly slot: number;
  /** Stands in the group where the event has no value; null where such an event belongs to no group. */
  readonly absent: string | null;
}

/**
 * One event makes no more groups than these of several arrays, for arrays of some thousand elements would fill the memory.
 * Elastic's own engine stops at 100 combinations (elastic/security-docs, issue 3898).
 */
export const maxCombinations = 10_000;

/**
 * Every group that an event belongs to, its values in the fields' order and as text. An array makes a group for each of its
 * elements, several arrays one for each combination, up to {@link maxCombinations}; without fields there is one group, the
 * empty one.
 */
export function groupsOf(event: EventFields, fields: readonly GroupField[]): readonly (readonly string[])[] {
  const only = onlyGroup(event, fields);
  if (only !== undefined) return only;
  let groups: readonly (readonly string[])[] = [[]];
  for (const field of fields) {
    const values = distinctTexts(event, field);
    if (values.length === 0) return [];
    const room = groups.length === 1 ? values.length : Math.max(1, Math.floor(maxCombinations / groups.length));
    const taken = values.slice(0, room);
    groups = groups.flatMap((group) => taken.map((value) => [...group, value]));
  }
  return groups;
}

/** Where no field has several values, as nearly always; `undefined` elsewhere. */
function onlyGroup(event: EventFields, fields: readonly GroupField[]): readonly (readonly string[])[] | undefined {
  const group: string[] = [];
  for (const { slot, absent } of fields) {
    const values = event.values(slot);
    if (values.length > 1) return undefined;
    const value = values[0] ?? absent;
    if (value === null) return [];
    group.push(textOf(value));
  }
  return [group];
}

function distinctTexts(event: EventFields, { slot, absent }: GroupField): readonly string[] {
  const values = event.values(slot);
  if (values.length === 0) return absent === null ? [] : [absent];
  return [...new Set(values.map(textOf))];
}
