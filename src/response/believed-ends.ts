import type { Action } from '../model/action.ts';
import { type ActionResult, endedWell } from '../model/action-result.ts';
import type { CaseId, Digest, Instant } from '../model/ids.ts';
import type { PlanPurpose } from '../model/plan.ts';
import { earliestFirst } from '../model/instant.ts';
import { intentIdOf } from './intent.ts';
import type { JournalSeal } from './journal-seal.ts';
import type { OpenedPlan } from './open-plan.ts';
import { findEntry, type Register, registerKeys } from './register.ts';

/** By what the responder's own words are told from those of whoever owns the store. */
export interface ResponderWitness {
  readonly seal: Pick<JournalSeal, 'endHolds'>;
  /** Null where it is not at hand: then nobody notices that rows were taken away. */
  readonly register: Pick<Register, 'begun' | 'find'> | null;
}

/** An action of a case as the store has it: anybody may have written it. */
export interface StoredEnd {
  readonly intentId: string;
  readonly planDigest: Digest;
  readonly actionId: string;
  readonly plan: OpenedPlan;
  readonly endedAt: Instant | null;
  readonly result: ActionResult | null;
  readonly mac: string | null;
}

/** An action that has ended well, as the responder saw it in AWS. */
export interface BelievedEnd {
  readonly action: Action;
  readonly planDigest: Digest;
  readonly purpose: PlanPurpose;
  readonly at: Instant;
}

/**
 * Which ends of actions are the responder's own word, oldest first: those that carry its mark. Where its register knows of something in
 * the case that the store does not show, or shows otherwise, an undoing may be what is hidden: then none is believed.
 *
 * @throws ResponderStopped where the register cannot be used.
 */
export async function believedEnds(
  caseId: CaseId,
  stored: readonly StoredEnd[],
  { seal, register }: ResponderWitness,
): Promise<readonly BelievedEnd[]> {
  const sealed = stored.filter((end) => isSealed(end, seal));
  if (sealed.length === 0 || (register !== null && (await isAnyHidden(caseId, stored, sealed, register)))) return [];
  return sealed.flatMap((end) => believed(end, caseId)).toSorted(earliestFirst);
}

function isSealed(
  { intentId, planDigest, actionId, endedAt, result, mac }: StoredEnd,
  seal: ResponderWitness['seal'],
): boolean {
  if (endedAt === null || result === null || intentId !== intentIdOf(planDigest, actionId)) return false;
  return seal.endHolds({ intentId, at: endedAt, result }, mac);
}

function believed({ plan, planDigest, actionId, endedAt, result }: StoredEnd, caseId: CaseId): readonly BelievedEnd[] {
  if (plan.kind === 'altered' || plan.plan.caseId !== caseId || plan.plan.digest !== planDigest) return [];
  if (endedAt === null || result === null || !endedWell(result.outcome)) return [];
  const action = plan.plan.actions.find(({ id }) => id === actionId);
  return action === undefined ? [] : [{ action, planDigest, purpose: plan.plan.purpose, at: endedAt }];
}

/** Whether the register knows of an action of the case that is not there, or of an end that is not the one that is there. */
async function isAnyHidden(
  caseId: CaseId,
  stored: readonly StoredEnd[],
  sealed: readonly StoredEnd[],
  register: NonNullable<ResponderWitness['register']>,
): Promise<boolean> {
  const entries = await register.begun();
  const accepted = new Set(entries.flatMap((entry) => (entry.kind === 'accepted' ? [entry.intentId] : [])));
  for (const entry of entries) {
    if (entry.kind !== 'action' || entry.caseId !== caseId) continue;
    const shown = stored.find(({ intentId }) => intentId === entry.intentId);
    // Whoever accepted that it is gone cannot know whether it was an undoing.
    if (shown === undefined || shown.plan.kind === 'altered') return true;
    if (accepted.has(entry.intentId)) continue;
    const end = await findEntry(register, 'end', registerKeys.end(entry.intentId));
    if (end !== null && (!sealed.includes(shown) || shown.result?.outcome !== end.outcome)) return true;
  }
  return false;
}
