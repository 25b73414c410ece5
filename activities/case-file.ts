import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import { claimedStatement } from '../src/approval/claimed-decision.ts';
import { saidBy, verifyDecision } from '../src/approval/verify-decisions.ts';
import type { AuditNote } from '../src/audit/audit-kinds.ts';
import { canonicalDigest } from '../src/digest/canonical-digest.ts';
import type { CaseAlert, CaseRecall, CaseRecord, CaseStore } from '../src/investigation/case/case-ports.ts';
import { recalledCase, type RecalledCase } from '../src/investigation/case/recalled-case.ts';
import { UnknownCaseError } from '../src/investigation/case/unknown-case-error.ts';
import type { CaseMemory, HeldDecision } from '../src/messages/investigate-messages.ts';
import type { RespondResult } from '../src/messages/respond-messages.ts';
import type { CaseState, CaseStatus } from '../src/model/case-state.ts';
import type { SignedDecision } from '../src/model/decision.ts';
import type { CaseId, Instant } from '../src/model/ids.ts';
import { graverSeverity, type Severity } from '../src/model/severity.ts';
import { createAuditActivities } from './audit.ts';
import type { InvestigatePorts } from './investigate-ports.ts';

/** What a case must know of itself after claiming alerts. */
export interface ClaimedFacts {
  readonly claimed: number;
  readonly alertCount: number;
  readonly severity: Severity;
  readonly openedAt: Instant;
  /** See the setting of that name. */
  readonly lookAgainAfterMs: number;
  /** `account:...`, `rule:...`, `actor:...` */
  readonly tags: readonly string[];
  /** The case that goes on in this one's place; left out where there is none. */
  readonly mergedInto?: CaseId;
}

/** Most tags of a case: a search attribute is no place for more. */
const tagLimit = 50;

/** The activities by which a case takes its alerts, writes down how it goes on, and goes on where its workflow was lost. */
export function createCaseFileActivities(ports: InvestigatePorts) {
  const { cases, settings } = ports;

  /** The decisions of the latest plan that verify now, as on the day when they came in. */
  async function heldDecisions(caseId: CaseId, { latestPlan, accepted }: CaseRecall): Promise<HeldDecision[]> {
    if (latestPlan?.opened.kind !== 'intact') return [];
    const { plan } = latestPlan.opened;
    const { approverKeys } = ports;
    const context = { plan, caseId, approverKeys, audience: settings.audience, now: ports.now() };
    const held: HeldDecision[] = [];
    for (const signed of accepted) {
      if (claimedStatement(signed)?.planDigest !== plan.digest) continue;
      const verified = await verifyDecision(signed, context);
      if (verified.kind === 'verified') held.push({ signed, said: saidBy(verified.statement) });
    }
    return held;
  }

  return {
    /** From where a case goes on whose workflow was terminated, failed, or was lost with its server. */
    async recallCase({
      caseId,
      at,
    }: {
      readonly caseId: CaseId;
      readonly at: Instant;
    }): Promise<RecalledCase & Pick<CaseMemory, 'alertCount' | 'accepted'> & { readonly was: CaseStatus }> {
      const recalled = await cases.recall(caseId);
      if (recalled === null) throw new UnknownCaseError(caseId);
      const held = await heldDecisions(caseId, recalled);
      const known = recalledCase(recalled, held, at, settings.watchMs);
      const { alertCount } = await knownCase(cases, caseId);
      return { ...known, alertCount, accepted: acceptedById(recalled.accepted), was: recalled.status };
    },

    /**
     * How a response ended that the case did not see begin; `null`: how is not known, or it is not there any more.
     *
     * @throws ApplicationFailure `ResponseRuns` while it runs: the retries are the wait, and a wait of weeks leaves nothing in history.
     */
    async awaitResponse({ workflowId }: { readonly workflowId: string }): Promise<RespondResult | null> {
      const end = await ports.responses.endOf(workflowId);
      if (end.kind !== 'runs') return end.kind === 'ended' ? end.result : null;
      throw ApplicationFailure.create({
        message: `${workflowId} runs`,
        type: 'ResponseRuns',
        category: ApplicationFailureCategory.BENIGN,
      });
    },

    /** Takes what waits for the case in the store, and says what the case is about now. */
    async claimAlerts({ caseId, at }: { readonly caseId: CaseId; readonly at: Instant }): Promise<ClaimedFacts> {
      return (await claimForCase(ports, caseId, at)).facts;
    },

    /** Mirrors the workflow's status into the store and writes what happened into the audit log. */
    async recordState(request: StateToRecord): Promise<{ readonly mergedInto?: CaseId }> {
      return await recordCaseState(ports, request);
    },
  };
}

/** A case that has taken what waited for it. */
export interface ClaimedCase {
  readonly facts: ClaimedFacts;
  readonly record: CaseRecord;
  readonly alerts: readonly CaseAlert[];
}

/** Takes what waits for a case, and says what the case is about now. */
export async function claimForCase(
  { cases, settings }: InvestigatePorts,
  caseId: CaseId,
  at: Instant,
): Promise<ClaimedCase> {
  const claimed = await cases.claimAlerts(caseId, at);
  const [record, alerts] = [await knownCase(cases, caseId), await cases.alertsOf(caseId)];
  const severity = alerts.map((alert) => alert.severity).reduce(graverSeverity, record.severity);
  const rules = [...new Set(alerts.map((alert) => alert.ruleId))];
  const tags = [`account:${record.accountId}`, `actor:${record.actorKey}`, ...rules.map((rule) => `rule:${rule}`)];
  const facts = {
    claimed,
    alertCount: alerts.length,
    severity,
    openedAt: record.openedAt,
    lookAgainAfterMs: settings.lookAgainAfterMs,
    tags: tags.slice(0, tagLimit),
    ...(record.mergedInto === null ? {} : { mergedInto: record.mergedInto }),
  };
  return { facts, record, alerts };
}

/** How a case stands, and what came to it. */
export interface StateToRecord {
  readonly caseId: CaseId;
  readonly state: CaseState;
  readonly severity: Severity;
  readonly notes: readonly AuditNote[];
}

/** Mirrors a status and writes notes; says into which case this one was merged. */
export async function recordCaseState(
  ports: InvestigatePorts,
  { caseId, state, severity, notes }: StateToRecord,
): Promise<{ readonly mergedInto?: CaseId }> {
  await createAuditActivities(ports).recordNotes({ caseId, notes });
  const mergedInto =
    state.status === 'closed' ? null : await ports.cases.setStatus(caseId, { status: state.status, severity });
  return mergedInto === null ? {} : { mergedInto };
}

/** As a case remembers them: what their signatures were worth was judged when they were accepted. */
function acceptedById(decisions: readonly SignedDecision[]): CaseMemory['accepted'] {
  const statements = decisions.map(claimedStatement).filter((statement) => statement !== null);
  return Object.fromEntries(statements.map((statement) => [statement.decisionId, canonicalDigest(statement)]));
}

/** @throws UnknownCaseError */
async function knownCase(cases: CaseStore, caseId: CaseId) {
  const record = await cases.caseOf(caseId);
  if (record === null) throw new UnknownCaseError(caseId);
  return record;
}
