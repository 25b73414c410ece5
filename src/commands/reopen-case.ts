import type { AuditLog } from '../audit/audit-log.ts';
import { caseRecord } from '../audit/audit-record.ts';
import type { ReopenOutcome } from '../investigation/case/case-ports.ts';
import type { NeedCode } from '../model/case-state.ts';
import type { CaseId, Instant } from '../model/ids.ts';

export interface ReopenPorts {
  readonly reopen: (caseId: CaseId, at: Instant, status: 'gathering' | 'needs-a-person') => Promise<ReopenOutcome>;
  /** Starts a new run for an open case whose workflow does not run. */
  readonly takeUp: (caseId: CaseId) => Promise<unknown>;
  readonly auditLog: AuditLog;
  readonly now: () => Instant;
}

/**
 * Opens a case again that has closed, writes down who did and what was found, and has it looked at anew by a new run.
 *
 * @param found why, where no person asked
 * @param need what it waits for a person for at once; without it, it is investigated anew
 */
export async function reopenAndTakeUp(
  { reopen, takeUp, auditLog, now }: ReopenPorts,
  caseId: CaseId,
  {
    actor,
    reason,
    found,
    need,
  }: { readonly actor: string; readonly reason?: string; readonly found?: string; readonly need?: NeedCode },
): Promise<ReopenOutcome> {
  const at = now();
  const reopened = await reopen(caseId, at, need === undefined ? 'gathering' : 'needs-a-person');
  if (reopened.kind !== 'reopened') return reopened;
  const data = {
    verdict: reopened.verdict,
    ...(reason === undefined ? {} : { reason }),
    ...(found === undefined ? {} : { found }),
    ...(need === undefined ? {} : { need }),
  };
  await auditLog.append([caseRecord(caseId, { kind: 'case-reopened', subject: caseId, at, actor, data })]);
  await takeUp(caseId);
  return reopened;
}
