import type { EventFields, FieldTable } from '../fields/event-fields.ts';
import { textOf } from '../fields/field-value.ts';
import { indexedPaths } from './required-texts.ts';
import type { RuleMatcher } from '../rule-type.ts';
import { createWitnessGates } from '../witness/witness-gate.ts';

/** Finds the rules that can match an event at all. */
export interface RuleIndex {
  /** Positions of those rules, in ascending order. */
  rulesFor(event: EventFields): readonly number[];
}

/** What an event must have for a rule to match. */
export type IndexedRule = Pick<RuleMatcher, 'requires' | 'witness'>;

/** The rules left after each indexed field, one level a field; made when an event first comes this way. */
interface Branch {
  readonly rules: readonly number[];
  readonly next: Map<string, Branch>;
  /** Where no further level is: which of the rules stay for an event. */
  gate: ((event: EventFields) => readonly number[]) | undefined;
}

/** Stands for every text of a field that no rule requires. */
const anyOther = '';

/** So many texts of a branch are remembered with where they lead, also those that no rule names. */
const maxRemembered = 2000;

/**
 * Indexes rules by the texts that they require: of an event's texts at the indexed fields only those matter that some rule
 * names, so that there are few combinations, and the rules of each are found once. Of these, rules stay for an event only
 * where it has their witness.
 */
export function createRuleIndex(indexed: readonly IndexedRule[], fields: FieldTable): RuleIndex {
  const levels = indexedPaths.map((path) => new IndexLevel(path, fields.slotOf(path), indexed));
  const gates = createWitnessGates(
    indexed.map(({ witness }) => witness),
    fields,
  );
  const root: Branch = branchOf(indexed.map((_, rule) => rule));
  return {
    rulesFor(event) {
      let branch = root;
      for (const level of levels) {
        const values = event.values(level.slot);
        if (values.length > 1) return rulesOfMany(levels, root.rules, event);
        branch = level.follow(branch, values.length === 0 ? anyOther : textOf(values[0] ?? anyOther));
      }
      branch.gate ??= gates.gateOf(branch.rules);
      return branch.gate(event);
    },
  };
}

function branchOf(rules: readonly number[]): Branch {
  return { rules, next: new Map(), gate: undefined };
}

/** Fields with several values are rare: their rules are gathered anew each time. */
function rulesOfMany(levels: readonly IndexLevel[], rules: readonly number[], event: EventFields): readonly number[] {
  return levels.reduce((left, level) => {
    const texts = event.values(level.slot).map(textOf);
    return left.filter((rule) => level.allows(rule, texts));
  }, rules);
}

class IndexLevel {
  readonly slot: number;
  /** By rule; `undefined` where it does not require a text of this field. */
  readonly #required: readonly (ReadonlySet<string> | undefined)[];
  readonly #known: ReadonlySet<string>;

  constructor(path: string, slot: number, indexed: readonly IndexedRule[]) {
    this.slot = slot;
    this.#required = indexed.map(({ requires }) => requires?.find((one) => one.path === path)?.texts);
    this.#known = new Set(this.#required.flatMap((texts) => [...(texts ?? [])]));
  }

  follow(branch: Branch, text: string): Branch {
    const known = branch.next.get(text);
    if (known !== undefined) return known;
    const named = this.#known.has(text) ? text : anyOther;
    let next = branch.next.get(named);
    if (next === undefined) {
      next = branchOf(branch.rules.filter((rule) => this.allows(rule, [named])));
      branch.next.set(named, next);
    }
    if (branch.next.size < maxRemembered) branch.next.set(text, next);
    return next;
  }

  allows(rule: number, texts: readonly string[]): boolean {
    const required = this.#required[rule];
    return required === undefined || texts.some((text) => required.has(text));
  }
}
