import { loadAuditRecords } from '../../adapters/store/audit/audit-store.ts';
import { listCases, loadCase, loadCaseAlerts } from '../../adapters/store/cases/case-store.ts';
import type { StoreDb } from '../../adapters/store/database.ts';
import { loadDecisions } from '../../adapters/store/response/decision-store.ts';
import { loadEvidence, loadFindings } from '../../adapters/store/cases/evidence-store.ts';
import { loadPlans, waitingUndos } from '../../adapters/store/cases/plan-store.ts';
import { loadUnsettledKeys } from '../../adapters/store/response/unsettled-key-store.ts';
import { type CasePorts, type CaseView, caseView, knownCase } from '../../views/case.ts';
import type { CasesPorts } from '../../views/cases.ts';
import type { CaseRecord } from '../../investigation/case/case-ports.ts';

/** Where cases and what is known of each are read from. */
export function casePorts(db: StoreDb): CasePorts & CasesPorts {
  return {
    cases: (filter) => listCases(db, filter),
    waitingUndosOf: (ids) => waitingUndos(db, ids),
    caseOf: (id) => loadCase(db, id),
    alertsOf: (id) => loadCaseAlerts(db, id),
    evidenceOf: async (id) => (await loadEvidence(db, id)).map(({ content: _content, ...shown }) => shown),
    findingsOf: (id) => loadFindings(db, id),
    plansOf: (id) => loadPlans(db, id),
    decisionsOf: (id) => loadDecisions(db, id),
    responseEndsOf: (id) => loadAuditRecords(db, id, 'response-ended'),
    needsOf: (id) => loadAuditRecords(db, id, 'needs-a-person'),
    notesOf: async (id) => [
      ...(await loadAuditRecords(db, id, 'note-added')),
      ...(await loadAuditRecords(db, id, 'note-added-later')),
    ],
    unsettledKeysOf: (id) => loadUnsettledKeys(db, id),
  };
}

/** {@link caseView} over a store. */
export function loadCaseView(db: StoreDb, named: string): Promise<CaseView> {
  return caseView(casePorts(db), named);
}

/** {@link knownCase} over a store: nothing of the case but its row is read. */
export function loadKnownCase(db: StoreDb, named: string): Promise<CaseRecord> {
  return knownCase(casePorts(db), named);
}
