import type { EventFields, FieldTable } from './event-fields.ts';
import type { RequiredTexts } from './required-texts.ts';

/** Finds the rules that can match an event at all. */
export interface RuleIndex {
  /** Positions of those rules, in ascending order. */
  rulesFor(event: EventFields): readonly number[];
}

/** The fields that rules are indexed by, the most telling first. */
const actionPath = 'event.action';
const providerPath = 'event.provider';

type RulesByText = ReadonlyMap<string, readonly number[]>;

const noRules: readonly number[] = [];

/** Indexes rules by what they require: each under the first of the indexed fields that it requires a text of. */
export function createRuleIndex(requirements: readonly (readonly RequiredTexts[])[], fields: FieldTable): RuleIndex {
  const always: number[] = [];
  const [byAction, byProvider] = [new Map<string, number[]>(), new Map<string, number[]>()];
  for (const [rule, required] of requirements.entries()) {
    const actions = required.find(({ path }) => path === actionPath);
    const providers = required.find(({ path }) => path === providerPath);
    if (actions !== undefined) put(byAction, actions.texts, rule);
    else if (providers !== undefined) put(byProvider, providers.texts, rule);
    else always.push(rule);
  }
  const [actionSlot, providerSlot] = [fields.slotOf(actionPath), fields.slotOf(providerPath)];
  const merged = new MergedRules(always, byAction, byProvider);
  return {
    rulesFor(event) {
      const actions = event.values(actionSlot);
      const providers = event.values(providerSlot);
      if (actions.length < 2 && providers.length < 2) return merged.of(String(actions[0]), String(providers[0]));
      const lists = [
        always,
        ...actions.map((action) => byAction.get(String(action)) ?? noRules),
        ...providers.map((provider) => byProvider.get(String(provider)) ?? noRules),
      ];
      return ascending(lists);
    },
  };
}

function put(rules: Map<string, number[]>, texts: ReadonlySet<string>, rule: number): void {
  for (const text of texts) rules.set(text, [...(rules.get(text) ?? []), rule]);
}

/** The rules of an action and a provider, merged once for each two that the index knows. */
class MergedRules {
  readonly #always: readonly number[];
  readonly #byAction: RulesByText;
  readonly #byProvider: RulesByText;
  readonly #merged = new Map<readonly number[], Map<readonly number[], readonly number[]>>();

  constructor(always: readonly number[], byAction: RulesByText, byProvider: RulesByText) {
    this.#always = always;
    this.#byAction = byAction;
    this.#byProvider = byProvider;
  }

  of(action: string, provider: string): readonly number[] {
    const forAction = this.#byAction.get(action) ?? noRules;
    const forProvider = this.#byProvider.get(provider) ?? noRules;
    if (forAction === noRules && forProvider === noRules) return this.#always;
    let withAction = this.#merged.get(forAction);
    if (withAction === undefined) this.#merged.set(forAction, (withAction = new Map()));
    let both = withAction.get(forProvider);
    if (both === undefined) withAction.set(forProvider, (both = ascending([this.#always, forAction, forProvider])));
    return both;
  }
}

function ascending(lists: readonly (readonly number[])[]): readonly number[] {
  return [...new Set(lists.flat())].sort((a, b) => a - b);
}
