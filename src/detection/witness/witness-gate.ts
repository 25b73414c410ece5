import { listUnder } from '../../model/list-under.ts';
import type { EventFields, FieldTable } from '../fields/event-fields.ts';
import type { Witness } from './witness.ts';
import { type FoundWords, WordSearch } from './word-search.ts';

/** Which of some rules an event leaves, by their positions, in ascending order. */
export type WitnessGate = (event: EventFields) => readonly number[];

/** Makes gates for rules of one rule set. */
export interface WitnessGates {
  /** @param rules in ascending order. */
  gateOf(rules: readonly number[]): WitnessGate;
}

/** All words that some rules look for in one field. */
interface SearchedField {
  readonly slot: number;
  readonly search: WordSearch;
  /** By the word's number. */
  readonly rulesOfWord: readonly (readonly number[])[];
}

/** @param witnesses by the rule's position; a rule without one passes every gate. */
export function createWitnessGates(witnesses: readonly (Witness | undefined)[], fields: FieldTable): WitnessGates {
  /** Most gates look for the same words in a field, and share the search. */
  const searches = new Map<string, WordSearch>();
  function searchFor(words: readonly string[]): WordSearch {
    const key = JSON.stringify(words);
    const search = searches.get(key) ?? new WordSearch(words);
    searches.set(key, search);
    return search;
  }
  function searchedBy(rules: readonly number[]): readonly SearchedField[] {
    return Array.from(rulesByWordAndPath(rules, witnesses), ([path, rulesByWord]) => ({
      slot: fields.slotOf(path),
      search: searchFor([...rulesByWord.keys()]),
      rulesOfWord: [...rulesByWord.values()],
    }));
  }
  return {
    gateOf(rules) {
      const free = rules.filter((rule) => witnesses[rule] === undefined);
      const searched = searchedBy(rules);
      return searched.length === 0 ? () => free : gateBehind(free, searched);
    },
  };
}

function rulesByWordAndPath(
  rules: readonly number[],
  witnesses: readonly (Witness | undefined)[],
): ReadonlyMap<string, ReadonlyMap<string, readonly number[]>> {
  const byPath = new Map<string, Map<string, number[]>>();
  for (const rule of rules) {
    const witness = witnesses[rule];
    if (witness === undefined) continue;
    const byWord = byPath.get(witness.path) ?? new Map<string, number[]>();
    byPath.set(witness.path, byWord);
    for (const word of new Set(witness.words)) listUnder(byWord, word, rule);
  }
  return byPath;
}

function gateBehind(free: readonly number[], searched: readonly SearchedField[]): WitnessGate {
  /** What nearly all events come to that have a witness at all: the free rules and one more. */
  const withOne = new Map<number, readonly number[]>();
  return (event) => {
    const opened = openedRules(searched, event);
    if (opened === undefined) return free;
    const [first] = opened;
    if (opened.length > 1 || first === undefined) return inOrder([...free, ...opened]);
    const known = withOne.get(first) ?? inOrder([...free, first]);
    withOne.set(first, known);
    return known;
  };
}

/** The rules whose witness the event has; `undefined` where there is none, as mostly. */
function openedRules(searched: readonly SearchedField[], event: EventFields): readonly number[] | undefined {
  let opened: number[] | undefined;
  for (const { slot, search, rulesOfWord } of searched) {
    for (const word of wordsIn(event, slot, search)) {
      for (const rule of rulesOfWord[word] ?? []) {
        if (opened === undefined) opened = [rule];
        else if (!opened.includes(rule)) opened.push(rule);
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
