import type { EventFields, FieldTable } from '../event-fields.ts';
import type { Witness } from './witness.ts';
import { type FoundWords, WordSearch } from './word-search.ts';

/** Which of some rules an event leaves, by their positions, in ascending order. */
export type WitnessGate = (event: EventFields) => readonly number[];

/** Makes gates for rules of one rule set, which share a search for each field. */
export interface WitnessGates {
  /** @param rules in ascending order. */
  gateOf(rules: readonly number[]): WitnessGate;
}

/** All words that rules look for in one field. */
interface SearchedField {
  readonly slot: number;
  readonly search: WordSearch;
  /** By the word's number. */
  readonly rulesOfWord: readonly (readonly number[])[];
}

/** @param witnesses by the rule's position; a rule without one passes every gate. */
export function createWitnessGates(witnesses: readonly (Witness | undefined)[], fields: FieldTable): WitnessGates {
  const searched = searchedFields(witnesses, fields);
  return {
    gateOf(rules) {
      const free = rules.filter((rule) => witnesses[rule] === undefined);
      const gated = new Set(rules.filter((rule) => witnesses[rule] !== undefined));
      const here = searched.filter(({ rulesOfWord }) => rulesOfWord.flat().some((rule) => gated.has(rule)));
      if (here.length === 0) return () => free;
      /** What nearly all events come to that have a witness at all: the free rules and one more. */
      const withOne = new Map<number, readonly number[]>();
      return (event) => {
        const opened = openedRules(here, gated, event);
        if (opened === undefined) return free;
        const [first] = opened;
        if (opened.length > 1 || first === undefined) return inOrder([...free, ...opened]);
        const known = withOne.get(first) ?? inOrder([...free, first]);
        withOne.set(first, known);
        return known;
      };
    },
  };
}

/** The gated rules whose witness the event has; `undefined` where there is none, as mostly. */
function openedRules(
  searched: readonly SearchedField[],
  gated: ReadonlySet<number>,
  event: EventFields,
): readonly number[] | undefined {
  let opened: number[] | undefined;
  for (const { slot, search, rulesOfWord } of searched) {
    for (const word of wordsIn(event, slot, search)) {
      for (const rule of rulesOfWord[word] ?? []) {
        if (!gated.has(rule) || opened?.includes(rule) === true) continue;
        opened ??= [];
        opened.push(rule);
      }
    }
  }
  return opened;
}

function wordsIn(event: EventFields, slot: number, search: WordSearch): FoundWords {
  return event.search?.(slot, search) ?? search.inValues(event.values(slot));
}

function inOrder(rules: readonly number[]): readonly number[] {
  return rules.toSorted((a, b) => a - b);
}

function searchedFields(witnesses: readonly (Witness | undefined)[], fields: FieldTable): readonly SearchedField[] {
  const rulesByWord = new Map<string, Map<string, number[]>>();
  for (const [rule, witness] of witnesses.entries()) {
    for (const word of new Set(witness?.words)) {
      const words = rulesByWord.get(witness?.path ?? '') ?? new Map<string, number[]>();
      rulesByWord.set(witness?.path ?? '', words.set(word, [...(words.get(word) ?? []), rule]));
    }
  }
  return [...rulesByWord].map(([path, words]) => ({
    slot: fields.slotOf(path),
    search: new WordSearch([...words.keys()]),
    rulesOfWord: [...words.values()],
  }));
}
