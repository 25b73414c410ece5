import { storeAuditLog } from '../../adapters/store/audit-store.ts';
import { reopenCase } from '../../adapters/store/case-acts-store.ts';
import { createDoorbells } from '../../adapters/temporal/doorbells.ts';
import { caseRecord } from '../../audit/audit-record.ts';
import type { CaseId, Instant } from '../../model/ids.ts';
import type { Connections } from '../connections.ts';
import { DecisionRefusedError } from './decide.ts';

/**
 * Opens a case again that has closed, and has it looked at anew by a new run.
 *
 * @returns false where it is open.
 * @throws DecisionRefusedError where it goes on in another case
 */
export async function reopenClosedCase(
  { store, polling, cases }: Pick<Connections, 'store' | 'polling' | 'cases'>,
  caseId: CaseId,
  requestedBy: string,
): Promise<boolean> {
  const at = new Date().toISOString() as Instant;
  const reopened = await reopenCase(store.db, caseId, at);
  if (reopened.kind === 'open') return false;
  if (reopened.kind === 'goes-on-in') {
    const remedy = `It goes on in case ${reopened.caseId}: ask that one, with \`trailhound investigations replan ${reopened.caseId}\`.`;
    throw new DecisionRefusedError('case-ended', remedy, 'no fresh plan was made');
  }
  const { verdict } = reopened;
  const note = { kind: 'case-reopened', subject: caseId, at, actor: requestedBy, data: { verdict } } as const;
  await storeAuditLog(store.db).append([caseRecord(caseId, note)]);
  await createDoorbells({ polling, cases }).takeUpCase(caseId);
  return true;
}
