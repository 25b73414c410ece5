import { listCases, loadCase, loadCaseAlerts } from '../../adapters/store/case-store.ts';
import { loadAuditRecords } from '../../adapters/store/audit-store.ts';
import type { StoreDb } from '../../adapters/store/database.ts';
import { loadDecisions } from '../../adapters/store/decision-store.ts';
import { loadEvidence, loadFindings } from '../../adapters/store/evidence-store.ts';
import { loadLatestPlan, loadPlans } from '../../adapters/store/plan-store.ts';
import { loadUnsettledKeys } from '../../adapters/store/unsettled-key-store.ts';
import type { CaseFilter, CaseRecord, PresentedPlan } from '../../investigation/case-ports.ts';
import { describeActor } from '../../cloudtrail/actor.ts';
import { planWords } from '../../investigation/plan-words.ts';
import type { CaseId } from '../../model/ids.ts';
import { NoSuchCaseError } from './no-such-case-error.ts';
import { responseViews, sinceUndone } from './response-view.ts';

/** A case as `investigations list --json` prints it. */
export function caseLine(record: CaseRecord) {
  const { id, status, verdict, accountId: account, severity, alertCount, openedAt } = record;
  return { id, status, verdict, actor: describeActor(record.actor), account, severity, alertCount, openedAt };
}

/** Cases, the latest opened first. */
export async function caseLines(db: StoreDb, filter: CaseFilter) {
  return (await listCases(db, filter)).map(caseLine);
}

/**
 * A case with all that was found, proposed and decided, as `investigations show --json` prints it.
 *
 * @throws NoSuchCaseError
 */
export async function loadCaseView(db: StoreDb, caseId: string) {
  const id = caseId.toUpperCase() as CaseId; // IDs are written in upper case; whoever types one may not
  const record = await loadCase(db, id);
  if (record === null) throw new NoSuchCaseError(caseId);
  const alerts = await loadCaseAlerts(db, id);
  const evidence = await loadEvidence(db, id);
  const presented = await loadLatestPlan(db, id);
  const responses = responseViews(await loadAuditRecords(db, id, 'response-ended'));
  const undoing = (await loadPlans(db, id)).find(({ undoes }) => undoes !== null);
  return {
    ...caseLine(record),
    actorKey: record.actorKey,
    closedAt: record.closedAt,
    alerts: alerts.map((alert) => ({
      id: alert.id,
      ruleId: alert.ruleId,
      ruleName: alert.ruleName,
      severity: alert.severity,
      riskScore: alert.riskScore,
      eventTime: alert.eventTime,
      eventIds: alert.eventRefs.map(({ eventId }) => eventId),
    })),
    evidence: evidence.map(({ content: _content, ...shown }) => shown),
    findings: await loadFindings(db, id),
    plan: presented === null ? null : planView(presented),
    undo: undoing === undefined ? null : planView(undoing),
    decisions: await loadDecisions(db, id),
    responses,
    sinceUndone: sinceUndone(responses),
    unsettledKeys: await loadUnsettledKeys(db, id),
  };
}
export type CaseView = Awaited<ReturnType<typeof loadCaseView>>;

/** The plan in words made of its content here and now; of one that is not what its digest says, nothing is shown but that. */
function planView({ opened, ...presented }: PresentedPlan) {
  if (opened.kind === 'altered')
    return { ...presented, altered: true, purpose: null, actions: [], byHand: [], waysIn: [] };
  const { plan } = opened;
  const words = planWords(plan);
  return {
    ...presented,
    altered: false,
    purpose: plan.purpose,
    actions: words.actions,
    byHand: words.byHand,
    waysIn: words.waysIn,
  };
}
