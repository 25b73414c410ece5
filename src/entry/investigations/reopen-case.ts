import { storeAuditLog } from '../../adapters/store/audit/audit-store.ts';
import { type ReopenOutcome, reopenCase } from '../../adapters/store/cases/case-acts-store.ts';
import type { StoreDb } from '../../adapters/store/database.ts';
import { createDoorbells, type Doorbells } from '../../adapters/temporal/doorbells.ts';
import { caseRecord } from '../../audit/audit-record.ts';
import type { NeedCode } from '../../model/case-state.ts';
import type { CaseId, Instant } from '../../model/ids.ts';
import type { Connections } from '../compose/connections.ts';
import { DecisionRefusedError } from './decide.ts';

export interface ReopenPorts {
  readonly db: StoreDb;
  readonly doorbells: Pick<Doorbells, 'takeUpCase'>;
}

/**
 * Opens a case again that has closed, writes down who did and what was found, and has it looked at anew by a new run.
 *
 * @param found why, where no person asked
 * @param need what it waits for a person for at once; without it, it is investigated anew
 */
export async function reopenAndTakeUp(
  { db, doorbells }: ReopenPorts,
  caseId: CaseId,
  { actor, found, need }: { readonly actor: string; readonly found?: string; readonly need?: NeedCode },
): Promise<ReopenOutcome> {
  const at = new Date().toISOString() as Instant;
  const reopened = await reopenCase(db, caseId, at, need === undefined ? 'gathering' : 'needs-a-person');
  if (reopened.kind !== 'reopened') return reopened;
  const data = {
    verdict: reopened.verdict,
    ...(found === undefined ? {} : { found }),
    ...(need === undefined ? {} : { need }),
  };
  const note = { kind: 'case-reopened', subject: caseId, at, actor, data } as const;
  await storeAuditLog(db).append([caseRecord(caseId, note)]);
  await doorbells.takeUpCase(caseId);
  return reopened;
}

/**
 * Opens a case again that has closed, as a person asks.
 *
 * @returns false where it is open.
 * @throws DecisionRefusedError where it goes on in another case
 */
export async function reopenClosedCase(
  { store, polling, cases }: Pick<Connections, 'store' | 'polling' | 'cases'>,
  caseId: CaseId,
  requestedBy: string,
): Promise<boolean> {
  const ports = { db: store.db, doorbells: createDoorbells({ polling, cases }) };
  const reopened = await reopenAndTakeUp(ports, caseId, { actor: requestedBy });
  if (reopened.kind === 'goes-on-in') {
    const remedy = `It goes on in case ${reopened.caseId}: ask that one, with \`trailhound investigations replan ${reopened.caseId}\`.`;
    throw new DecisionRefusedError('case-ended', remedy, 'no fresh plan was made');
  }
  return reopened.kind === 'reopened';
}
