import { z } from 'zod';
import type { CaseFilter, CaseRecord } from '../investigation/case-ports.ts';
import { describeActor } from '../cloudtrail/actor.ts';
import { caseStatuses } from '../model/case-state.ts';
import type { CaseId } from '../model/ids.ts';

/** What only Temporal can answer: its search attributes, matched whole, or its own list filter. */
export interface HistoryFilter {
  readonly key?: string;
  readonly approver?: string;
  readonly action?: string;
  readonly query?: string;
}

export interface AuditListPorts {
  readonly cases: (filter: CaseFilter) => Promise<readonly CaseRecord[]>;
  /** Of which cases Temporal has a history: those that match, no more than so many, or those among some that do. */
  readonly withHistory: (
    filter: HistoryFilter & { readonly among?: readonly CaseId[] },
    limit?: number,
  ) => Promise<ReadonlySet<CaseId>>;
}

export const auditListSchema = z.object({
  audits: z
    .array(
      z.strictObject({
        id: z.string(),
        status: z.enum(caseStatuses),
        verdict: z.string().nullable(),
        actor: z.string(),
        account: z.string(),
        severity: z.string(),
        alertCount: z.number(),
        openedAt: z.string(),
        /** `gone`: past its retention; the table of audit records tells the case all the same. */
        history: z.enum(['kept', 'gone']),
      }),
    )
    .readonly(),
});
export type AuditList = z.infer<typeof auditListSchema>;

/** So many cases where no limit is given. */
const shownCases = 200;

/**
 * Cases that match, the latest opened first, and whether Temporal still has their history. Temporal is asked for what only it can answer,
 * or else for the cases that are shown, and for no others.
 */
export async function auditList(
  ports: AuditListPorts,
  { key, approver, action, query, ...filter }: CaseFilter & HistoryFilter,
): Promise<AuditList> {
  const limit = filter.limit ?? shownCases;
  const asked = Object.fromEntries(
    Object.entries({ key, approver, action, query }).filter(([, value]) => value !== undefined),
  );
  if (Object.keys(asked).length > 0) {
    const kept = await ports.withHistory(asked, limit);
    const records = await ports.cases({ ...filter, limit, among: [...kept] });
    return { audits: records.map((record) => line(record, 'kept')) };
  }
  const records = await ports.cases({ ...filter, limit });
  const kept = await ports.withHistory({ among: records.map(({ id }) => id) });
  return { audits: records.map((record) => line(record, kept.has(record.id) ? 'kept' : 'gone')) };
}

function line(record: CaseRecord, history: 'kept' | 'gone') {
  const { id, status, verdict, accountId: account, severity, alertCount, openedAt } = record;
  return { id, status, verdict, actor: describeActor(record.actor), account, severity, alertCount, openedAt, history };
}
