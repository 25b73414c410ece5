import type { EventFields, FieldTable } from './event-fields.ts';
import { indexedPaths, type RequiredTexts } from './required-texts.ts';

/** Finds the rules that can match an event at all. */
export interface RuleIndex {
  /** Positions of those rules, in ascending order. */
  rulesFor(event: EventFields): readonly number[];
}

/** The rules left after each indexed field, one level a field; made when an event first comes this way. */
interface Branch {
  readonly rules: readonly number[];
  readonly next: Map<string, Branch>;
}

/** Stands for every text of a field that no rule requires. */
const anyOther = '';

/**
 * Indexes rules by the texts that they require: of an event's texts at the indexed fields only those matter that some rule
 * names, so that there are few combinations, and the rules of each are found once.
 */
export function createRuleIndex(requirements: readonly (readonly RequiredTexts[])[], fields: FieldTable): RuleIndex {
  const levels = indexedPaths.map((path) => new IndexLevel(path, fields.slotOf(path), requirements));
  const root: Branch = { rules: requirements.map((_, rule) => rule), next: new Map() };
  return {
    rulesFor(event) {
      let branch = root;
      for (const level of levels) {
        const values = event.values(level.slot);
        if (values.length > 1) return rulesOfMany(levels, root.rules, event);
        branch = level.follow(branch, values.length === 0 ? anyOther : String(values[0]));
      }
      return branch.rules;
    },
  };
}

/** Fields with several values are rare: their rules are gathered anew each time. */
function rulesOfMany(levels: readonly IndexLevel[], rules: readonly number[], event: EventFields): readonly number[] {
  return levels.reduce((left, level) => {
    const texts = event.values(level.slot).map(String);
    return left.filter((rule) => level.allows(rule, texts));
  }, rules);
}

class IndexLevel {
  readonly slot: number;
  /** By rule; `undefined` where it does not require a text of this field. */
  readonly #required: readonly (ReadonlySet<string> | undefined)[];
  readonly #known: ReadonlySet<string>;

  constructor(path: string, slot: number, requirements: readonly (readonly RequiredTexts[])[]) {
    this.slot = slot;
    this.#required = requirements.map((required) => required.find((one) => one.path === path)?.texts);
    this.#known = new Set(this.#required.flatMap((texts) => [...(texts ?? [])]));
  }

  follow(branch: Branch, text: string): Branch {
    const known = branch.next.get(text);
    if (known !== undefined) return known;
    const named = this.#known.has(text) ? text : anyOther;
    let next = branch.next.get(named);
    if (next === undefined) {
      next = { rules: branch.rules.filter((rule) => this.allows(rule, [named])), next: new Map() };
      branch.next.set(named, next);
    }
    return next;
  }

  allows(rule: number, texts: readonly string[]): boolean {
    const required = this.#required[rule];
    return required === undefined || texts.some((text) => required.has(text));
  }
}
