import type { Kysely } from 'kysely';
import type { CaseStore } from '../../../investigation/case/case-ports.ts';
import type { CaseTrust } from '../../../investigation/case/case-trust.ts';
import { claimAlerts, closeCaseIfNoUnclaimed, countRung } from './alert-claims.ts';
import { storeAssignment, storeLink, saveAcceptance, storeSplit } from './case-acts-store.ts';
import { recallCase } from './case-recall.ts';
import { loadCaseSight } from './case-sight-store.ts';
import { loadCase, loadCaseAlerts, setCaseStatus } from './case-store.ts';
import type { Database } from '../database.ts';
import { saveDecision } from '../response/decision-store.ts';
import { dropEvidence, loadEvidence, saveEvidence, saveFindings } from './evidence-store.ts';
import {
  countUndoPlans,
  isSuperseded,
  loadPlans,
  draftPlan,
  loadPlan,
  openPlanNamed,
  presentPlan,
  setPlanStanding,
} from './plan-store.ts';

/**
 * The store, as an investigation uses it.
 *
 * @param trust what is believed of what it says
 */
export function storeCases(db: Kysely<Database>, trust: CaseTrust): CaseStore {
  return {
    claimAlerts: (caseId, at) => claimAlerts(db, caseId, at),
    countRung: () => countRung(db),
    closeIfNoUnclaimed: (caseId, verdict, at) => closeCaseIfNoUnclaimed(db, caseId, verdict, at),
    recall: (caseId) => recallCase(db, caseId),
    caseOf: (caseId) => loadCase(db, caseId),
    alertsOf: (caseId) => loadCaseAlerts(db, caseId),
    setStatus: (caseId, mirror) => setCaseStatus(db, caseId, mirror),
    sight: (caseId, now) => loadCaseSight(db, caseId, now, trust),
    saveEvidence: (caseId, evidence) => saveEvidence(db, caseId, evidence),
    evidenceOf: (caseId, digests) => loadEvidence(db, caseId, digests),
    dropEvidence: (caseId, keep) => dropEvidence(db, caseId, keep),
    saveFindings: (caseId, findings, at) => saveFindings(db, caseId, findings, at),
    draftPlan: (plan, at, seenUpTo) => draftPlan(db, plan, at, seenUpTo),
    presentPlan: (caseId, digest, presentedAt, expiresAt) =>
      presentPlan(db, caseId, digest, { presentedAt, expiresAt }),
    isSuperseded: (digest) => isSuperseded(db, digest),
    setPlanStanding: (digest, standing) => setPlanStanding(db, digest, standing),
    plan: async (digest) => {
      const stored = await loadPlan(db, digest);
      return stored === null ? null : openPlanNamed(stored, digest);
    },
    presentUndoPlan: async (digest, presentedAt, expiresAt) => {
      await db
        .updateTable('plans')
        .set({ standing: 'presented', presented_at: presentedAt, expires_at: expiresAt })
        .where('digest', '=', digest)
        .where('standing', '=', 'draft')
        .execute();
    },
    undoingsOf: async (caseId, undoes) =>
      (await loadPlans(db, caseId)).flatMap(({ undoes: of, opened }) =>
        of === undoes && opened.kind === 'intact' ? [opened.plan] : [],
      ),
    countUndoPlans: (caseId) => countUndoPlans(db, caseId),
    saveDecision: (caseId, decision, signed) => saveDecision(db, caseId, decision, signed),
    saveAcceptance: (caseId, wayInId, signed, at) => saveAcceptance(db, caseId, wayInId, signed, at),
    assign: (caseId, person) => storeAssignment(db, caseId, person),
    link: (caseId, other, at) => storeLink(db, caseId, other, at),
    split: (caseId, identities, at) => storeSplit(db, caseId, identities, at),
  };
}
