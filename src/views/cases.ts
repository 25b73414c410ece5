import { z } from 'zod';
import { describeActor } from '../cloudtrail/actor.ts';
import type { CaseFilter, CaseRecord } from '../investigation/case/case-ports.ts';
import type { CaseId, Digest } from '../model/ids.ts';
import { caseStatuses, verdicts } from '../model/case-state.ts';
import { severities } from '../model/severity.ts';
import { accountId, caseId, digest, instant, list } from './scalars.ts';

export interface CasesPorts {
  /** Those that match, the latest opened first. */
  readonly cases: (filter: CaseFilter) => Promise<readonly CaseRecord[]>;
  /** Of some cases, the digest of the plan to undo that waits for a decision. */
  readonly waitingUndosOf: (ids: readonly CaseId[]) => Promise<ReadonlyMap<CaseId, Digest>>;
}

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
});
/** A case in a line. */
export const caseLineSchema = caseRowSchema.extend({
  /** The plan to undo that waits for a decision. */
  waitingUndo: digest.nullable(),
});
export type CaseLine = z.infer<typeof caseLineSchema>;

export const casesSchema = z.strictObject({ investigations: list(caseLineSchema) });

/** Which cases there are, the latest opened first. */
export async function cases(ports: CasesPorts, filter: CaseFilter): Promise<z.infer<typeof casesSchema>> {
  const records = await ports.cases(filter);
  const undos = await ports.waitingUndosOf(records.map(({ id }) => id));
  return {
    investigations: records.map((record) => ({ ...caseRow(record), waitingUndo: undos.get(record.id) ?? null })),
  };
}

export function caseRow({ accountId: account, actor, ...record }: CaseRecord): z.infer<typeof caseRowSchema> {
  const { id, status, verdict, severity, alertCount, openedAt, assignedTo } = record;
  return { id, status, verdict, actor: describeActor(actor), account, severity, alertCount, openedAt, assignedTo };
}
