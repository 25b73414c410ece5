import type { EventFields, FieldTable } from './event-fields.ts';
import type { RequiredTexts } from './required-texts.ts';

/** Finds the rules that can match an event at all. */
export interface RuleIndex {
  /** Positions of those rules, in ascending order. */
  rulesFor(event: EventFields): readonly number[];
}

/** The fields that rules are indexed by, the most telling first. */
const indexedPaths = ['event.action', 'event.provider'] as const;

/** Indexes rules by what they require: each under the first of the indexed fields that it requires a text of. */
export function createRuleIndex(requirements: readonly (readonly RequiredTexts[])[], fields: FieldTable): RuleIndex {
  const always: number[] = [];
  const byPath = indexedPaths.map((path) => ({ slot: fields.slotOf(path), path, rules: new Map<string, number[]>() }));
  for (const [rule, required] of requirements.entries()) {
    const place = byPath.find(({ path }) => required.some((one) => one.path === path));
    const texts = required.find((one) => one.path === place?.path)?.texts;
    if (place === undefined || texts === undefined) always.push(rule);
    else for (const text of texts) place.rules.set(text, [...(place.rules.get(text) ?? []), rule]);
  }
  return {
    rulesFor(event) {
      const lists = byPath.flatMap(({ slot, rules }) => listsOf(event, slot, rules));
      if (lists.length === 0) return always;
      return [...new Set([...lists.flat(), ...always])].sort((a, b) => a - b);
    },
  };
}

function listsOf(
  event: EventFields,
  slot: number,
  rules: ReadonlyMap<string, readonly number[]>,
): readonly (readonly number[])[] {
  return event
    .values(slot)
    .map((value) => rules.get(String(value)))
    .filter((list) => list !== undefined);
}
