import { loadCaseSight } from '../../adapters/store/cases/case-sight-store.ts';
import { loadCase } from '../../adapters/store/cases/case-store.ts';
import type { StoreDb } from '../../adapters/store/database.ts';
import { loadLatestPlan } from '../../adapters/store/cases/plan-store.ts';
import {
  assessedCase,
  type Assessed,
  type AssessedCase,
  type ShownEntry,
} from '../../investigation/case/assessed-case.ts';
import { sightMaterial } from '../../investigation/case/case-sight.ts';
import type { CaseTrust } from '../../investigation/case/case-trust.ts';
import { byHandWords } from '../../investigation/plan/by-hand-words.ts';
import { planWords, type PlanWords } from '../../investigation/plan/plan-words.ts';
import type { PlanStanding } from '../../investigation/case/case-ports.ts';
import type { Stage } from '../../investigation/stage.ts';
import type { ActionTarget } from '../../model/action.ts';
import type { CaseId, Digest, Instant } from '../../model/ids.ts';
import type { ByHand, PlanPurpose } from '../../model/plan.ts';
import type { SafeText } from '../../model/safe-text.ts';
import type { WayInSubject } from '../../model/way-in.ts';
import { NoSuchCaseError } from '../../views/no-such-case-error.ts';

/** An action of a plan, or what is left to a person, as JSON has it. */
export interface ShownAction {
  readonly id: string;
  /** An action's type, or what kind of thing is left to a person. */
  readonly type: string;
  readonly target: ActionTarget | ByHand | WayInSubject;
  readonly recommended: boolean;
  readonly byHand: boolean;
  /** What it does, or what a person is to do: made of its content. */
  readonly words: SafeText;
  readonly leavesOpen: readonly SafeText[];
}

/** The plan that a case presented last. */
export interface ShownPlan {
  readonly digest: Digest;
  readonly version: number;
  readonly standing: PlanStanding;
  /** It is not what its digest says: nothing of it is shown. */
  readonly altered: boolean;
  readonly purpose: PlanPurpose | null;
  readonly presentedAt: Instant;
  readonly expiresAt: Instant | null;
  readonly actions: readonly ShownAction[];
  readonly waysIn: PlanWords['waysIn'];
}

/** What a live case comes to now. */
export interface LiveCase extends AssessedCase {
  readonly id: CaseId;
  /** Whether it may be called contained, and which ways in stand against it, by their IDs. */
  readonly containment: { readonly verdict: 'contained' | 'partly-contained'; readonly left: readonly string[] };
  /** What was seen since the plan was made: whoever decides on it must see it. */
  readonly sincePlan: {
    readonly calls: number;
    readonly byStage: readonly { readonly stage: Stage; readonly calls: number }[];
    readonly entries: readonly ShownEntry[];
  };
  readonly plan: ShownPlan | null;
}

/**
 * A live case, assessed from all that the store has of it now: the one function that says who is in it, what happened, what it means,
 * which ways in are open, and what is proposed.
 *
 * @param caseId in upper or lower case
 * @throws NoSuchCaseError
 */
export async function loadAssessedCase(
  db: StoreDb,
  caseId: string,
  trust: CaseTrust,
  now: Instant = new Date().toISOString() as Instant,
): Promise<LiveCase> {
  const id = caseId.toUpperCase() as CaseId; // IDs are written in upper case; whoever types one may not
  const { shown, containment, sincePlan } = await assessLiveCase(db, id, trust, now);
  const presented = await loadLatestPlan(db, id);
  return {
    id,
    ...shown,
    containment: { verdict: containment.verdict, left: containment.left.map((wayIn) => wayIn.id) },
    sincePlan: { ...sincePlan, entries: shown.timeline.filter((entry) => entry.sincePlan) },
    plan: presented === null ? null : shownPlan(presented),
  };
}

/**
 * A live case, assessed with all that it was assessed from.
 *
 * @throws NoSuchCaseError
 */
export async function assessLiveCase(db: StoreDb, id: CaseId, trust: CaseTrust, now: Instant): Promise<Assessed> {
  if ((await loadCase(db, id)) === null) throw new NoSuchCaseError(id);
  const sight = await loadCaseSight(db, id, now, trust);
  const watched: ReadonlySet<string> = new Set(sight.ownAccounts);
  return assessedCase({
    material: sightMaterial(sight, now),
    identities: sight.identities,
    limits: sight.walk.limits,
    kept: sight.events.length,
    left: sight.left,
    isWatched: (accountId) => watched.has(accountId),
  });
}

function shownPlan({ opened, ...presented }: NonNullable<Awaited<ReturnType<typeof loadLatestPlan>>>): ShownPlan {
  const { digest, version, standing, presentedAt, expiresAt } = presented;
  const known = { digest, version, standing, presentedAt, expiresAt };
  if (opened.kind === 'altered') return { ...known, altered: true, purpose: null, actions: [], waysIn: [] };
  const { plan } = opened;
  const words = planWords(plan);
  const byHand = plan.byHand.map((each, index): ShownAction => ({
    id: `by-hand-${index + 1}`,
    type: each.kind,
    target: each,
    recommended: true,
    byHand: true,
    words: byHandWords(each),
    leavesOpen: [],
  }));
  const actions = words.actions.map(({ id, type, target, recommended, effect, leavesOpen }): ShownAction => ({
    id,
    type,
    target,
    recommended,
    byHand: false,
    words: effect,
    leavesOpen,
  }));
  return { ...known, altered: false, purpose: plan.purpose, actions: [...actions, ...byHand], waysIn: words.waysIn };
}
