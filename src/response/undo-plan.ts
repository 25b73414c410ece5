import { canonicalDigest } from '../digest/canonical-digest.ts';
import { sealPlan } from '../digest/plan-digest.ts';
import { type ActionOutcome, endedWell } from '../model/action-result.ts';
import type { Action } from '../model/action.ts';
import type { Digest } from '../model/ids.ts';
import type { ByHand, Plan } from '../model/plan.ts';
import type { WayIn } from '../model/way-in.ts';
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

/** What a case knows of those to whom an undoing gives something back. */
export interface UndoGrounds {
  /** Whether what an action gives back is the intruder's own, or nobody else's as far as is known. */
  readonly isIntruders: (action: Action) => boolean;
  /** The ways in that stand open again once all of these actions are done. */
  readonly opensAgain: (actions: readonly Action[]) => readonly WayIn[];
  /** Of actions that are done together, those by which the intruder could come in again, as it is now. */
  readonly letInAgain: (actions: readonly Action[]) => readonly Action[];
}

/** Where nothing is known of the case. */
const noGrounds: UndoGrounds = { isIntruders: () => false, opensAgain: () => [], letInAgain: () => [] };

/**
 * The plan that takes back what a response has done: the inverses of its actions, the last one first. An action that was not begun
 * needs none; one of which it is not known what it changed is left to people. What would be the intruder's again, or lets it in again as long
 * as a session or another way in of its lives, is there to be chosen, and nobody is advised to choose it.
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
    grounds = noGrounds,
  }: {
    readonly version: number;
    readonly policy: Digest;
    readonly takenBack?: ReadonlySet<string>;
    readonly grounds?: UndoGrounds;
  },
): Plan {
  const inverses = plan.actions.toReversed().map((action) => inverseOf(action, plan, taken));
  const left = inverses.flatMap((inverse) => inverse.actions).filter(({ id }) => !takenBack.has(id));
  const actions = advised(inOrder([...new Map(left.map((action) => [action.id, action])).values()]), grounds);
  const byHand = inverses.flatMap((inverse) => inverse.byHand);
  return sealPlan({
    caseId: plan.caseId,
    version,
    purpose: { undo: plan.digest },
    actions,
    byHand: [...new Map(byHand.map((each) => [canonicalDigest(each), each])).values()],
    waysIn: grounds.opensAgain(actions),
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

function advised(actions: readonly Action[], { isIntruders, letInAgain }: UndoGrounds): readonly Action[] {
  const others = withoutAdvice(actions, actions.filter(isIntruders));
  return withoutAdvice(others, letInAgain(others.filter(({ recommended }) => recommended)));
}

/** What waits for something that nobody is advised to do is not advised either. */
function withoutAdvice(actions: readonly Action[], against: readonly Action[]): readonly Action[] {
  const notAdvised = new Set(against.map(({ id }) => id));
  return actions.map((action) =>
    notAdvised.has(action.id) || action.dependsOn.some((id) => notAdvised.has(id))
      ? { ...action, recommended: false }
      : action,
  );
}

function inverseOf(
  action: Action,
  plan: Plan,
  taken: readonly ActionTaken[],
): {
  readonly actions: readonly Action[];
  readonly byHand: readonly ByHand[];
} {
  const what = taken.find(({ actionId }) => actionId === action.id);
  if (isTakenBackByItself(action, plan, taken)) return { actions: [], byHand: [] };
  // What was so before is as it was found: taking it back would change what somebody else had done.
  if (what === undefined || what.outcome === 'already-so' || what.outcome === 'refused')
    return { actions: [], byHand: [] };
  if (what.outcome !== 'done') return { actions: [], byHand: [{ kind: 'not-undone', actionId: action.id }] };
  return moduleOf(action.type).inverse(action, what.rows);
}

/** A follow-up of the same plan has taken it back, when its time had come. */
function isTakenBackByItself({ id }: Action, { actions }: Plan, taken: readonly ActionTaken[]): boolean {
  return actions.some((each) => {
    if ((moduleOf(each.type).notBefore?.(each) ?? null) === null || !each.dependsOn.includes(id)) return false;
    const outcome = taken.find(({ actionId }) => actionId === each.id)?.outcome ?? null;
    return outcome !== null && endedWell(outcome);
  });
}
