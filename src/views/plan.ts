import { planWords, type PlanWords } from '../investigation/plan/plan-words.ts';
import { sincePlanInWords } from '../investigation/report/case-words.ts';
import type { CaseId, Digest, Instant } from '../model/ids.ts';
import type { SafeText } from '../model/safe-text.ts';
import type { OpenedPlan } from '../response/open-plan.ts';
import { type CasePorts, caseNamed } from './case.ts';
import { liveCase, type LiveCasePorts } from './live-case.ts';

export interface PlanPorts {
  /** Any plan that was made, drafts included; null where there is none of that digest. */
  readonly planOf: (digest: Digest) => Promise<OpenedPlan | null>;
}

/** A plan in words made of its content; null where there is none, or it is not what its digest says. */
export async function planInWords({ planOf }: PlanPorts, digest: Digest | null): Promise<PlanWords | null> {
  const opened = digest === null ? null : await planOf(digest);
  return opened?.kind === 'intact' ? planWords(opened.plan) : null;
}

/**
 * The ways in that a plan to undo opens again by what is chosen of it; null of any other plan, and of one that is not what its digest
 * says.
 *
 * @param chosen IDs of its actions
 */
export async function opensAgain(
  { planOf }: PlanPorts,
  digest: Digest,
  chosen: readonly string[],
): Promise<PlanWords['waysIn'] | null> {
  const opened = await planOf(digest);
  if (opened?.kind !== 'intact' || typeof opened.plan.purpose !== 'object') return null;
  const actions = opened.plan.actions.map((action) => ({ ...action, recommended: chosen.includes(action.id) }));
  return planWords({ ...opened.plan, actions }).waysIn.filter(({ onlyIfChosen }) => onlyIfChosen !== true);
}

/** A plan of a case that waits for a decision. */
export interface WaitingPlan {
  readonly digest: Digest;
  /** It would take a response back. */
  readonly undoes: boolean;
}

/** The plans of a case that can be approved now: its own, and one that would take a response back. */
export async function waitingPlans(
  { plansOf }: Pick<CasePorts, 'plansOf'>,
  caseId: CaseId,
  now: Instant,
): Promise<readonly WaitingPlan[]> {
  const plans = await plansOf(caseId);
  return plans
    .filter(({ standing, expiresAt }) => standing === 'presented' && expiresAt !== null && expiresAt > now)
    .map(({ digest, undoes }) => ({ digest, undoes: undoes !== null }));
}

/** What was seen since a plan was made. */
export interface SincePlanView {
  readonly planDigest: Digest;
  /** Null: nothing new. */
  readonly seen: SafeText | null;
  /** AWS has not answered all yet: what it answers may change what is proposed. */
  readonly evidenceComing: boolean;
}

/**
 * What has been seen since the plan of a case was made, for whoever decides on it or asks for a fresh one; null where it has no plan.
 *
 * @throws NoSuchCaseError
 */
export async function seenSincePlan(
  ports: Pick<CasePorts, 'caseOf' | 'lookOf' | 'plansOf'> & LiveCasePorts,
  named: string,
): Promise<SincePlanView | null> {
  const { id } = await caseNamed(ports, named);
  const plan = (await ports.plansOf(id)).find(({ undoes }) => undoes === null);
  if (plan === undefined) return null;
  const { shown } = await liveCase(ports, id);
  const evidenceComing = (await ports.lookOf(id))?.ended === false;
  return { planDigest: plan.digest, seen: sincePlanInWords(shown.timeline), evidenceComing };
}
