import { z } from 'zod';
import { typedEntry, type WrittenRecord } from '../audit/audit-record.ts';
import type { PresentedPlan } from '../investigation/case/case-ports.ts';
import type { SeenEvent } from '../investigation/seen-event.ts';
import { digest, instant, list } from './scalars.ts';

/** What a decision was bound to: the plan as it was presented, and what that was made from. */
export const decidedOnSchema = z.strictObject({
  planDigest: digest,
  version: z.number(),
  presentedAt: instant,
  /** Until when it waited for a decision; null where there was nothing to decide. */
  expiresAt: instant.nullable(),
  /** The digests of the evidence that it was made from; null where the stored plan is not what its digest says. */
  evidence: list(digest).nullable(),
  /**
   * Calls of the case made between plan and decision, as far as they are known now: not in the plan, and shown beside it as far as they
   * had arrived. Each counts by its own time: a line of the timeline tells alike calls together, and may begin before the plan.
   */
  callsSincePlan: z.number().int().nonnegative(),
});
export type DecidedOn = z.infer<typeof decidedOnSchema>;

/** What each decision among the records was bound to, by the record's ID; nothing of one that names no plan of the case. */
export function decidedOn(
  records: readonly WrittenRecord[],
  plans: readonly PresentedPlan[],
  calls: readonly Pick<SeenEvent, 'at'>[],
): ReadonlyMap<string, DecidedOn> {
  const byDigest = new Map<string, PresentedPlan>(plans.map((plan) => [plan.digest, plan]));
  return new Map(
    records.flatMap((record) => {
      const plan = byDigest.get(planNamedBy(record) ?? '');
      return plan === undefined ? [] : [[record.id, boundTo(plan, record.at, calls)] as const];
    }),
  );
}

function planNamedBy(record: WrittenRecord): string | null {
  const entry = typedEntry(record);
  return entry?.kind === 'decision-accepted' || entry?.kind === 'decision-refused' ? entry.data.planDigest : null;
}

function boundTo(
  { digest: planDigest, version, presentedAt, expiresAt, opened }: PresentedPlan,
  decidedAt: WrittenRecord['at'],
  calls: readonly Pick<SeenEvent, 'at'>[],
): DecidedOn {
  const [from, to] = [Date.parse(presentedAt), Date.parse(decidedAt)];
  const between = calls.filter(({ at }) => Date.parse(at) > from && Date.parse(at) <= to);
  return {
    planDigest,
    version,
    presentedAt,
    expiresAt,
    evidence: opened.kind === 'altered' ? null : opened.plan.basis.evidence,
    callsSincePlan: between.length,
  };
}
