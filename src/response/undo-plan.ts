import { canonicalDigest } from '../digest/canonical-digest.ts';
import { sealPlan } from '../digest/plan-digest.ts';
import type { ActionOutcome } from '../model/action-result.ts';
import type { Action } from '../model/action.ts';
import type { Digest } from '../model/ids.ts';
import type { ByHand, Plan } from '../model/plan.ts';
import type { JournalRow } from './action-journal.ts';
import { moduleOf } from './action-registry.ts';

/** What a response wrote down of one action of its plan. */
export interface ActionTaken {
  readonly actionId: string;
  /** Null while it has not ended. */
  readonly outcome: ActionOutcome | null;
  /** Oldest first. */
  readonly rows: readonly JournalRow[];
}

/**
 * The plan that takes back what a response has done: the inverses of its actions, the last one first. An action that was not begun
 * needs none; one of which it is not known what it changed is left to people.
 *
 * @param takenBack IDs of the inverses that earlier undoings of the plan have carried out
 * @param version of the case's plans that undo, counted by themselves
 */
export function buildUndoPlan(
  plan: Plan,
  taken: readonly ActionTaken[],
  {
    version,
    policy,
    takenBack = new Set(),
  }: { readonly version: number; readonly policy: Digest; readonly takenBack?: ReadonlySet<string> },
): Plan {
  const inverses = plan.actions.toReversed().map((action) => inverseOf(action, taken));
  const actions = inverses.flatMap((inverse) => inverse.actions).filter(({ id }) => !takenBack.has(id));
  const byHand = inverses.flatMap((inverse) => inverse.byHand);
  return sealPlan({
    caseId: plan.caseId,
    version,
    purpose: { undo: plan.digest },
    actions: inOrder([...new Map(actions.map((action) => [action.id, action])).values()]),
    byHand: [...new Map(byHand.map((each) => [canonicalDigest(each), each])).values()],
    waysIn: [],
    basis: { evidence: [], rules: [], policy },
  });
}

/** What another needs comes before it; what is not in the plan is needed by none. */
function inOrder(actions: readonly Action[]): readonly Action[] {
  const ids = new Set(actions.map(({ id }) => id));
  return actions
    .map((action) => ({ ...action, dependsOn: action.dependsOn.filter((id) => ids.has(id)) }))
    .toSorted((a, b) => a.dependsOn.length - b.dependsOn.length);
}

function inverseOf(
  action: Action,
  taken: readonly ActionTaken[],
): {
  readonly actions: readonly Action[];
  readonly byHand: readonly ByHand[];
} {
  const what = taken.find(({ actionId }) => actionId === action.id);
  // What was so before is as it was found: taking it back would change what somebody else had done.
  if (what === undefined || what.outcome === 'already-so' || what.outcome === 'refused')
    return { actions: [], byHand: [] };
  if (what.outcome !== 'done') return { actions: [], byHand: [{ kind: 'not-undone', actionId: action.id }] };
  return moduleOf(action.type).inverse(action, what.rows);
}
