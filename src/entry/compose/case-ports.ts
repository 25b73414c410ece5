import { loadAuditRecords } from '../../adapters/store/audit/audit-store.ts';
import { casesMergedInto, listCases, loadCase, loadCaseAlerts } from '../../adapters/store/cases/case-store.ts';
import type { StoreDb } from '../../adapters/store/database.ts';
import { loadDecisions } from '../../adapters/store/response/decision-store.ts';
import { loadEvidence, loadFindings } from '../../adapters/store/cases/evidence-store.ts';
import { loadLook } from '../../adapters/store/cases/look-store.ts';
import { loadPlan, loadPlans, openPlanNamed, waitingUndos } from '../../adapters/store/cases/plan-store.ts';
import { loadSealedEnds } from '../../adapters/store/response/action-journal-store.ts';
import { loadUnsettledKeys } from '../../adapters/store/response/unsettled-key-store.ts';
import { storeEventArchive } from '../../adapters/store/events/event-archive.ts';
import { loadCaseSight } from '../../adapters/store/cases/case-sight-store.ts';
import type { CaseTrust } from '../../investigation/case/case-trust.ts';
import { currentInstant } from '../../model/instant.ts';
import { type CasePorts, type CaseView, caseView } from '../../views/case.ts';
import type { PlanPorts } from '../../views/plan.ts';
import type { CaseEventsPorts } from '../../views/case-events.ts';
import type { CasesPorts } from '../../views/cases.ts';

/**
 * Where cases and what is known of each are read from.
 *
 * @param trust by what the responder's own words are told; null where they are asked of nobody
 */
export function casePorts(db: StoreDb, trust: Pick<CaseTrust, 'responder'> | null): CasePorts & CasesPorts {
  const seal = trust?.responder?.seal;
  return {
    cases: (filter) => listCases(db, filter),
    waitingUndosOf: (ids) => waitingUndos(db, ids),
    caseOf: (id) => loadCase(db, id),
    alertsOf: (id) => loadCaseAlerts(db, id),
    evidenceOf: async (id) => (await loadEvidence(db, id)).map(({ content: _content, ...shown }) => shown),
    lookOf: (id) => loadLook(db, id),
    findingsOf: (id) => loadFindings(db, id),
    plansOf: (id) => loadPlans(db, id),
    decisionsOf: (id) => loadDecisions(db, id),
    responseEndsOf: async (id) => [
      ...(await loadAuditRecords(db, id, 'action-ended')),
      ...(await loadAuditRecords(db, id, 'response-ended')),
    ],
    ownEndsOf: async (id) => (seal === undefined ? null : await loadSealedEnds(db, id, seal)),
    needsOf: (id) => loadAuditRecords(db, id, 'needs-a-person'),
    notesOf: async (id) => [
      ...(await loadAuditRecords(db, id, 'note-added')),
      ...(await loadAuditRecords(db, id, 'note-added-later')),
    ],
    mergedFromOf: (id) => casesMergedInto(db, id),
    unsettledKeysOf: (id) => loadUnsettledKeys(db, id),
  };
}

/** {@link caseView} over a store. */
export function loadCaseView(db: StoreDb, named: string, trust: CaseTrust | null): Promise<CaseView> {
  return caseView(casePorts(db, trust), named);
}

/** What assessing live cases needs, by what is believed here of what the store says. */
export function liveCasePorts(db: StoreDb, trust: CaseTrust): CasePorts & CasesPorts & CaseEventsPorts & PlanPorts {
  return {
    ...casePorts(db, trust),
    planOf: async (digest) => {
      const stored = await loadPlan(db, digest);
      return stored === null ? null : openPlanNamed(stored, digest);
    },
    sightOf: (id, now) => loadCaseSight(db, id, now, trust),
    eventsOf: (refs) => storeEventArchive(db).events(refs),
    now: currentInstant,
  };
}
