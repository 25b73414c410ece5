import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import type { ApproverKey } from '../src/approval/approver-key.ts';
import { approvalPolicy, type Said } from '../src/approval/policy.ts';
import { refuse } from '../src/approval/refusal.ts';
import { openDecision } from '../src/approval/signed-decision.ts';
import { saidBy, verifyDecision } from '../src/approval/verify-decisions.ts';
import type { AuditLog } from '../src/audit/audit-log.ts';
import type { AuditNote } from '../src/audit/audit-kinds.ts';
import type { NamedDecision } from '../src/audit/decision-note.ts';
import { canonicalDigest } from '../src/digest/canonical-digest.ts';
import type { CaseRecall, CaseStore, PlanStanding, ResponseEnds } from '../src/investigation/case/case-ports.ts';
import type { EventArchive } from '../src/investigation/evidence-ports.ts';
import { claimedStatement } from '../src/approval/claimed-decision.ts';
import type { GatheredEvidence } from '../src/investigation/evidence/evidence-content.ts';
import { assessCase, type CaseAssessment } from '../src/investigation/case/assess-case.ts';
import { sightMaterial } from '../src/investigation/case/case-sight.ts';
import { latestOfEach } from '../src/investigation/evidence/latest-evidence.ts';
import { keptFindings } from '../src/investigation/findings/kept-findings.ts';
import { buildPlan, isContaining, sameProposal } from '../src/investigation/plan/plan.ts';
import { containment } from '../src/investigation/ways-in/containment.ts';
import { recalledCase, type RecalledCase } from '../src/investigation/case/recalled-case.ts';
import { UnknownCaseError } from '../src/investigation/case/unknown-case-error.ts';
import { undoGrounds } from '../src/investigation/plan/undo-grounds.ts';
import { usesSince } from '../src/investigation/habits/uses-since.ts';
import type { CaseMemory, HeldDecision } from '../src/messages/investigate-messages.ts';
import type { RespondResult } from '../src/messages/respond-messages.ts';
import type { CaseState, CaseStatus, Verdict } from '../src/model/case-state.ts';
import type { DecisionOutcome, RefusalCode, SignedDecision } from '../src/model/decision.ts';
import type { AccountId, CaseId, Digest, Instant } from '../src/model/ids.ts';
import { type ActionTaken, buildUndoPlan } from '../src/response/undo-plan.ts';
import { PlanAlteredError } from '../src/response/open-plan.ts';
import type { Plan } from '../src/model/plan.ts';
import { graverSeverity, type Severity } from '../src/model/severity.ts';
import type { EventRef } from '../src/model/trail-event.ts';
import { createAuditActivities } from './audit.ts';

/** What investigating needs from the world, and the settings that it goes by. */
export interface InvestigatePorts {
  readonly archive: EventArchive;
  readonly cases: CaseStore;
  readonly responses: ResponseEnds;
  readonly auditLog: AuditLog;
  /** What the response to a plan has done, by what the responder alone can write. */
  readonly actionsTaken: (plan: Plan) => Promise<readonly ActionTaken[]>;
  /** Has the responder's own register remember a signed rejection. */
  readonly spendRejection: (signed: SignedDecision) => Promise<void>;
  /** From configuration, never from Temporal or the store. */
  readonly approverKeys: readonly ApproverKey[];
  readonly settings: {
    /** This installation: the audience of decisions. */
    readonly audience: string;
    /** How long a presented plan waits for a decision. */
    readonly approvalExpiresAfterMs: number;
    /** How long a contained key is watched. */
    readonly watchMs: number;
    /** How long after IAM shows a key as inactive a call may still go through; IAM is eventually consistent. */
    readonly watchGraceMs: number;
    /** So long after a look at a case, new alerts wait for the next; longer while they keep coming. */
    readonly lookAgainAfterMs: number;
    readonly secrets: { readonly namePrefix: string; readonly region: string };
    /** From configuration: whether an account may be changed. */
    readonly mayChange: (accountId: AccountId) => boolean;
  };
  readonly now: () => Instant;
}

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

/** Whether every way in is closed or was accepted, how many are not, and whether anybody need hear of it. */
export interface ContainmentFacts {
  /** False also where nothing was ever a way in. */
  readonly contained: boolean;
  readonly left: number;
  /** Every alert is explained by a proved habit: nothing is recommended, and nobody is asked. */
  readonly quiet: boolean;
}

export type DraftedPlan =
  | (ContainmentFacts & { readonly kind: 'unchanged' })
  | (ContainmentFacts & {
      readonly kind: 'fresh';
      readonly digest: Digest;
      readonly actionIds: readonly string[];
      /** IDs of the access keys that it is about. */
      readonly keys: readonly string[];
      /** It would take access away that is open now. */
      readonly contains: boolean;
      /** It would only replace keys: nothing is open. */
      readonly replaces: boolean;
      readonly expiresAfterMs: number;
      readonly watchMs: number;
    });

/** What a decision proved to be, before the case's own state is asked. */
export type JudgedDecision = NamedDecision & JudgedContent;

type JudgedContent =
  | {
      readonly kind: 'verified';
      readonly decisionId: string;
      /** Tells a decision sent again from another one under the same ID. */
      readonly statementDigest: Digest;
      /** What the approval policy asks of it. */
      readonly said: Said;
    }
  | {
      readonly kind: 'refused';
      readonly code: RefusalCode;
      readonly remedy: string;
      readonly decisionId: string | null;
      readonly statementDigest: Digest | null;
    };

export interface WatchReport extends ContainmentFacts {
  readonly denied: number;
  readonly succeeded: readonly EventRef[];
}

/** Most tags of a case: a search attribute is no place for more. */
const tagLimit = 50;

/** The activities of `investigate`: they fit the store, the trail, IAM and the approval rules to each other, and judge nothing. */
export function createInvestigateActivities(ports: InvestigatePorts) {
  const { cases, settings } = ports;
  const audit = createAuditActivities(ports);

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
    ...audit,

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
      const claimed = await cases.claimAlerts(caseId, at);
      const [record, alerts] = [await knownCase(cases, caseId), await cases.alertsOf(caseId)];
      const severity = alerts.map((alert) => alert.severity).reduce(graverSeverity, record.severity);
      const rules = [...new Set(alerts.map((alert) => alert.ruleId))];
      const tags = [`account:${record.accountId}`, `actor:${record.actorKey}`, ...rules.map((rule) => `rule:${rule}`)];
      return {
        claimed,
        alertCount: alerts.length,
        severity,
        openedAt: record.openedAt,
        lookAgainAfterMs: settings.lookAgainAfterMs,
        tags: tags.slice(0, tagLimit),
        ...(record.mergedInto === null ? {} : { mergedInto: record.mergedInto }),
      };
    },

    /** Draws the conclusions that all that the store has of the case supports now. */
    async assessEvidence({
      caseId,
      at,
    }: {
      readonly caseId: CaseId;
      readonly at: Instant;
    }): Promise<{ readonly suspicious: number; readonly benign: number }> {
      const { findings } = assessCase(sightMaterial(await cases.sight(caseId, ports.now()), ports.now()));
      await cases.saveFindings(caseId, keptFindings(findings), at);
      const suspicious = findings.filter(({ direction }) => direction === 'suspicious').length;
      return { suspicious, benign: findings.length - suspicious };
    },

    /** Makes the plan that the case supports now, unless it says nothing that the one named has not said. */
    async draftPlan(request: {
      readonly caseId: CaseId;
      readonly version: number;
      readonly evidence: readonly Digest[];
      readonly unlessSameAs: Digest | null;
      readonly at: Instant;
    }): Promise<DraftedPlan> {
      const { caseId, at } = request;
      const evidence = await cases.evidenceOf(caseId, request.evidence);
      const { fresh, stands, seenUpTo, presented } = await planNow(ports, { ...request, evidence });
      if (presented !== null && sameProposal(presented, fresh)) return { kind: 'unchanged', ...stands };
      const plan = await cases.draftPlan(fresh, at, seenUpTo);
      return {
        kind: 'fresh',
        ...stands,
        digest: plan.digest,
        actionIds: plan.actions.map(({ id }) => id),
        keys: plan.actions.flatMap(({ target }) => ('accessKeyId' in target ? [target.accessKeyId] : [])),
        contains: isContaining(plan),
        replaces: plan.purpose === 'rotate',
        expiresAfterMs: settings.approvalExpiresAfterMs,
        watchMs: settings.watchMs,
      };
    },

    /**
     * Whether what must be done has changed since a plan was presented: what else has happened is shown beside the plan, and leaves it
     * as it is. By what the store has; nobody else is asked.
     */
    async lookAtPlan({
      caseId,
      digest,
      at,
    }: {
      readonly caseId: CaseId;
      readonly digest: Digest;
      readonly at: Instant;
    }): Promise<{ readonly overtaken: boolean; readonly contained: boolean }> {
      const evidence = latestOfEach((await cases.sight(caseId, ports.now())).evidence);
      const looked = await planNow(ports, { caseId, version: 1, unlessSameAs: digest, evidence, at });
      const { fresh, presented, stands } = looked;
      return { overtaken: presented !== null && !sameProposal(presented, fresh), contained: stands.contained };
    },

    async presentPlan(request: {
      readonly caseId: CaseId;
      readonly digest: Digest;
      readonly presentedAt: Instant;
      readonly expiresAt: Instant | null;
    }): Promise<void> {
      const { caseId, digest, presentedAt, expiresAt } = request;
      await cases.presentPlan(caseId, digest, presentedAt, expiresAt);
    },

    /** The version of a case's next plan that undoes something. */
    async nextUndoVersion({ caseId }: { readonly caseId: CaseId }): Promise<number> {
      return (await cases.countUndoPlans(caseId)) + 1;
    },

    /** Makes the plan that takes back what a response has done, as far as no earlier undoing has. */
    async draftUndoPlan(request: {
      readonly caseId: CaseId;
      readonly undoes: Digest;
      readonly version: number;
      readonly at: Instant;
    }): Promise<{
      readonly digest: Digest;
      readonly actionIds: readonly string[];
      readonly expiresAfterMs: number;
    }> {
      const { caseId, undoes, version, at } = request;
      const opened = await cases.plan(undoes);
      if (opened?.kind !== 'intact' || opened.plan.caseId !== caseId) throw new PlanAlteredError(undoes);
      const taken = await ports.actionsTaken(opened.plan);
      const sight = await cases.sight(caseId, ports.now());
      const built = buildUndoPlan(opened.plan, taken, {
        version,
        policy: policyDigest(ports),
        takenBack: await takenBackOf(undoes, caseId, ports),
        grounds: undoGrounds(sightMaterial(sight, at), latestOfEach(sight.evidence)),
      });
      const plan = await cases.draftPlan(built, at);
      const { approvalExpiresAfterMs: expiresAfterMs } = settings;
      return { digest: plan.digest, actionIds: plan.actions.map(({ id }) => id), expiresAfterMs };
    },

    /** Presents it beside the case's own: apart from making it, for what is seen may be more at the next attempt. */
    async presentUndoPlan(request: {
      readonly digest: Digest;
      readonly presentedAt: Instant;
      readonly expiresAt: Instant | null;
    }): Promise<void> {
      const { digest, presentedAt, expiresAt } = request;
      await cases.presentUndoPlan(digest, presentedAt, expiresAt);
    },

    async setPlanStanding({
      digest,
      standing,
    }: {
      readonly digest: Digest;
      readonly standing: PlanStanding;
    }): Promise<void> {
      await cases.setPlanStanding(digest, standing);
    },

    /** Checks signature, installation, case, plan, actions, times and reason against the plan that is presented. */
    async judgeDecision({
      caseId,
      planDigest,
      signed,
    }: {
      readonly caseId: CaseId;
      readonly planDigest: Digest | null;
      readonly signed: SignedDecision;
    }): Promise<JudgedDecision> {
      const named = { claimed: claimedDecision(signed), sent: canonicalDigest(signed.jws) };
      const opened = await openDecision(signed, ports.approverKeys);
      if (opened.kind === 'refused')
        return { ...opened, ...named, approver: null, decisionId: null, statementDigest: null };
      const { statement } = opened;
      const { approver, decisionId } = statement;
      const statementDigest = canonicalDigest(statement);
      const opening = planDigest === null ? null : await cases.plan(planDigest);
      if (opening?.kind !== 'intact') {
        const refusal = refuse(opening === null ? 'not-awaiting-decision' : 'plan-altered');
        return { kind: 'refused', ...named, ...refusal, approver, decisionId, statementDigest };
      }
      const { audience } = settings;
      const context = { plan: opening.plan, caseId, approverKeys: ports.approverKeys, audience, now: ports.now() };
      const verified = await verifyDecision(signed, context);
      if (verified.kind === 'refused') return { ...verified, ...named, approver, decisionId, statementDigest };
      return { kind: 'verified', ...named, decisionId, statementDigest, approver, said: saidBy(statement) };
    },

    /** Keeps a decision and how it was answered; a refused one is known by what it claims only. */
    async recordDecision(request: {
      readonly caseId: CaseId;
      readonly signed: SignedDecision;
      readonly outcome: DecisionOutcome;
      readonly at: Instant;
      readonly notes: readonly AuditNote[];
    }): Promise<void> {
      const { caseId, signed, outcome, at, notes } = request;
      const claimed = claimedDecision(signed) ?? claimsNothing;
      await cases.saveDecision(caseId, { ...claimed, outcome, at }, signed);
      if (outcome.kind === 'accepted') await ports.spendRejection(signed);
      const suffices = outcome.kind === 'accepted' && outcome.approvalsMissing === 0;
      if (suffices && claimed.planDigest !== null) await cases.setPlanStanding(claimed.planDigest, 'decided');
      await audit.recordNotes({ caseId, notes });
    },

    /** Mirrors the workflow's status into the store and writes what happened into the audit log. */
    async recordState(request: {
      readonly caseId: CaseId;
      readonly state: CaseState;
      readonly severity: Severity;
      readonly notes: readonly AuditNote[];
    }): Promise<{ readonly mergedInto?: CaseId }> {
      const { caseId, state, severity, notes } = request;
      await audit.recordNotes({ caseId, notes });
      const mergedInto =
        state.status === 'closed' ? null : await cases.setStatus(caseId, { status: state.status, severity });
      return mergedInto === null ? {} : { mergedInto };
    },

    /** What the trail shows of all credentials and identities of the case since the response began, and what is open still. */
    async probeUse(request: {
      readonly caseId: CaseId;
      readonly planDigest: Digest | null;
      readonly respondedFrom: Instant;
      readonly verifiedAt: Instant;
    }): Promise<WatchReport> {
      const material = sightMaterial(await cases.sight(request.caseId, ports.now()), ports.now());
      const stands = standsOf(assessCase(material));
      return { ...usesSince(material, { ...request, graceMs: settings.watchGraceMs }), ...stands };
    },

    /** Whether the case is contained now, by what the store has. */
    async lookAtContainment({ caseId }: { readonly caseId: CaseId }): Promise<ContainmentFacts> {
      return standsOf(assessCase(sightMaterial(await cases.sight(caseId, ports.now()), ports.now())));
    },

    /**
     * Closes the case in the store, unless alerts of it wait: then it must take them first. Whoever asks, it is not closed as contained,
     * or as an intrusion that is over, with a way in that is open, or of which nobody knows.
     */
    async closeCase({
      caseId,
      verdict,
      at,
    }: {
      readonly caseId: CaseId;
      readonly verdict: Verdict;
      readonly at: Instant;
    }): Promise<{ readonly closed: boolean; readonly left?: number }> {
      if (verdict === 'contained' || verdict === 'true-positive') {
        const { left } = standsOf(assessCase(sightMaterial(await cases.sight(caseId, at), at)));
        if (left > 0) return { closed: false, left };
      }
      return { closed: await cases.closeIfNoUnclaimed(caseId, verdict, at) };
    },
  };
}

export type InvestigateActivities = ReturnType<typeof createInvestigateActivities>;

/** As a case remembers them: what their signatures were worth was judged when they were accepted. */
function acceptedById(decisions: readonly SignedDecision[]): CaseMemory['accepted'] {
  const statements = decisions.map(claimedStatement).filter((statement) => statement !== null);
  return Object.fromEntries(statements.map((statement) => [statement.decisionId, canonicalDigest(statement)]));
}

function claimedDecision(signed: SignedDecision): NamedDecision['claimed'] {
  const statement = claimedStatement(signed);
  if (statement === null) return null;
  const { decisionId, planDigest, verdict, actions, reason, approver } = statement;
  return { decisionId, planDigest, verdict, actionIds: actions.map(({ id }) => id), reason, approver };
}

/** What is kept of a decision that cannot be read. */
const claimsNothing = {
  decisionId: null,
  planDigest: null,
  verdict: null,
  actionIds: [],
  reason: null,
  approver: null,
} as const;

async function knownCase(cases: CaseStore, caseId: CaseId) {
  const record = await cases.caseOf(caseId);
  if (record === null) throw new UnknownCaseError(caseId);
  return record;
}

/** The plan that a case supports now, and how it stands. */
async function planNow(
  ports: InvestigatePorts,
  request: {
    readonly caseId: CaseId;
    readonly version: number;
    readonly evidence: readonly GatheredEvidence[];
    readonly unlessSameAs: Digest | null;
    readonly at: Instant;
  },
) {
  const { cases, settings } = ports;
  const { caseId, version, evidence, at } = request;
  const before = request.unlessSameAs === null ? null : await cases.plan(request.unlessSameAs);
  const presented = before?.kind === 'intact' ? before.plan : null;
  const sight = await cases.sight(caseId, ports.now());
  const material = sightMaterial(sight, at);
  const { secrets, mayChange } = settings;
  const fresh = buildPlan({
    caseId,
    version,
    material,
    evidence,
    policy: policyDigest(ports),
    secrets,
    mayChange,
    presented,
    now: at,
  });
  return { fresh, presented, stands: standsOf(assessCase(material)), seenUpTo: sight.upToSeq };
}

function standsOf({ waysIn, quiet }: Pick<CaseAssessment, 'waysIn' | 'quiet'>): ContainmentFacts {
  const left = containment(waysIn).left.length;
  return { contained: waysIn.length > 0 && left === 0, left, quiet };
}

/** Under which rules of approval a plan is presented: who may approve, and for how long. */
function policyDigest({ approverKeys, settings }: InvestigatePorts): Digest {
  const approvers = approverKeys.map(({ name, keyId }) => ({ name, keyId }));
  return canonicalDigest({ approvers, expiresAfterMs: settings.approvalExpiresAfterMs, ...approvalPolicy });
}

/** IDs of the actions by which earlier undoings of a plan have taken back what it did, by the responder's own word. */
async function takenBackOf(undoes: Digest, caseId: CaseId, ports: InvestigatePorts): Promise<ReadonlySet<string>> {
  const taken = [];
  for (const undoing of await ports.cases.undoingsOf(caseId, undoes))
    taken.push(...(await ports.actionsTaken(undoing)));
  return new Set(
    taken.flatMap(({ actionId, outcome }) => (outcome === 'done' || outcome === 'already-so' ? [actionId] : [])),
  );
}
