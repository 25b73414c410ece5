import { z } from 'zod';
import { describeActor } from '../cloudtrail/actor.ts';
import type { CaseRecord } from '../investigation/case/case-ports.ts';
import { caseStatuses, verdicts } from '../model/case-state.ts';
import { severities } from '../model/severity.ts';
import { accountId, caseId, instant } from './scalars.ts';

/** A case by itself, without what waits beside it. */
export const caseRowSchema = z.strictObject({
  id: caseId,
  status: z.enum(caseStatuses),
  verdict: z.enum(verdicts).nullable(),
  actor: z.string(),
  account: accountId,
  severity: z.enum(severities),
  alertCount: z.number(),
  openedAt: instant,
  /** Who works on it. */
  assignedTo: z.string().nullable(),
  /** The case that goes on, where both turned out to be about one intruder. */
  mergedInto: caseId.nullable(),
});

export function caseRow({ accountId: account, actor, ...record }: CaseRecord): z.infer<typeof caseRowSchema> {
  const { id, status, verdict, severity, alertCount, openedAt, assignedTo, mergedInto } = record;
  const row = { id, status, verdict, actor: describeActor(actor), account, severity, alertCount, openedAt };
  return { ...row, assignedTo, mergedInto };
}
