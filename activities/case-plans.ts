import { approvalPolicy } from '../src/approval/policy.ts';
import { canonicalDigest } from '../src/digest/canonical-digest.ts';
import { assessCase } from '../src/investigation/case/assess-case.ts';
import type { PlanStanding } from '../src/investigation/case/case-ports.ts';
import { sightMaterial } from '../src/investigation/case/case-sight.ts';
import { claimedAlert } from '../src/investigation/evidence/alert-events-content.ts';
import type { GatheredEvidence } from '../src/investigation/evidence/evidence-content.ts';
import { evidenceFromStore, notKnownYet } from '../src/investigation/evidence/evidence-from-store.ts';
import { latestOfEach } from '../src/investigation/evidence/latest-evidence.ts';
import { keptFindings } from '../src/investigation/findings/kept-findings.ts';
import { undoGrounds } from '../src/investigation/plan/undo-grounds.ts';
import { buildPlan, isContaining, sameProposal } from '../src/investigation/plan/plan.ts';
import type { CaseId, Digest, Instant } from '../src/model/ids.ts';
import type { Plan } from '../src/model/plan.ts';
import { PlanAlteredError } from '../src/response/open-plan.ts';
import { buildUndoPlan } from '../src/response/undo-plan.ts';
import { alive } from './alive.ts';
import { type ClaimedCase, type ClaimedFacts, claimForCase, recordCaseState, type StateToRecord } from './case-file.ts';
import { type ContainmentFacts, standsOf } from './case-standing.ts';
import type { InvestigatePorts } from './investigate-ports.ts';

/** A plan that was made and is not presented yet. */
export interface FreshPlan extends ContainmentFacts {
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
}

export type DraftedPlan = (ContainmentFacts & { readonly kind: 'unchanged' }) | FreshPlan;

/** A plan to undo that is void since the case has a fresh plan, and the case whose response it would take back. */
export interface SupersededUndo {
  readonly caseId: CaseId;
  readonly plan: Digest;
}

/** A look at what the store has of a case. */
interface OfStoreLook {
  readonly caseId: CaseId;
  /** Of the plan that is made. */
  readonly version: number;
  readonly at: Instant;
}

export interface StoreLook {
  readonly claimed: ClaimedFacts;
  /** Null where there is nothing to make a plan of: the case is another's, or has no alert. */
  readonly drafted: FreshPlan | null;
  /** For so long AWS is not asked: other cases were rung, and nobody has a plan of theirs to decide on. */
  readonly othersFirstMs: number;
}

/** About so long a first plan takes while many are made. */
const plannedWithinMs = 100;
/** However many there are: AWS's answers are evidence too. */
const longestOthersFirstMs = 15_000;

/** The activities that make plans of what a case has, hold them against it, and present them. */
export function createCasePlanActivities(ports: InvestigatePorts) {
  const { cases, settings } = ports;
  return {
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
      return freshPlan(await cases.draftPlan(fresh, at, seenUpTo), stands, ports);
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

    /**
     * Takes what waits for the case, and makes the plan that what the store has supports, for which nobody is asked: what AWS has to be
     * asked for is said in it. One activity, for somebody is to be woken by what comes of it.
     */
    async lookAtStore(request: OfStoreLook): Promise<StoreLook> {
      return await alive(lookAtStore(ports, request));
    },

    /** Presents a plan, mirrors the status that comes of it, and writes down what happened. */
    async presentPlan(
      request: StateToRecord & {
        readonly digest: Digest;
        readonly presentedAt: Instant;
        readonly expiresAt: Instant | null;
      },
    ): Promise<{ readonly mergedInto?: CaseId; readonly superseded?: readonly SupersededUndo[] }> {
      const { caseId, digest, presentedAt, expiresAt } = request;
      const superseded = await cases.presentPlan(caseId, digest, presentedAt, expiresAt);
      const recorded = await recordCaseState(ports, request);
      return superseded.length === 0 ? recorded : { ...recorded, superseded };
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
      /** Of these, what the plan recommends to nobody. */
      readonly onlyIfChosen: readonly string[];
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
      const onlyIfChosen = plan.actions.filter(({ recommended }) => !recommended).map(({ id }) => id);
      return { digest: plan.digest, actionIds: plan.actions.map(({ id }) => id), onlyIfChosen, expiresAfterMs };
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
  };
}

function freshPlan(plan: Plan, stands: ContainmentFacts, { settings }: InvestigatePorts): FreshPlan {
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
  const before = request.unlessSameAs === null ? null : await ports.cases.plan(request.unlessSameAs);
  const presented = before?.kind === 'intact' ? before.plan : null;
  const sight = await ports.cases.sight(request.caseId, ports.now());
  const material = sightMaterial(sight, request.at);
  const assessment = assessCase(material);
  const fresh = buildPlan({ ...ofPolicy(ports), ...request, material, presented, now: request.at }, assessment);
  return { fresh, presented, stands: standsOf(assessment), seenUpTo: sight.upToSeq };
}

/** What a plan is made by, whatever the case. */
function ofPolicy(ports: InvestigatePorts) {
  const { secrets, mayChange } = ports.settings;
  return { policy: policyDigest(ports), secrets, mayChange };
}

async function lookAtStore(ports: InvestigatePorts, request: OfStoreLook): Promise<StoreLook> {
  const claimed = await claimForCase(ports, request.caseId, request.at);
  const { facts } = claimed;
  const isOver = facts.mergedInto !== undefined || facts.alertCount === 0;
  if (isOver) return { claimed: facts, drafted: null, othersFirstMs: 0 };
  const othersFirstMs = Math.min(longestOthersFirstMs, plannedWithinMs * (await ports.cases.countRung()));
  return { claimed: facts, drafted: await draftFromStore(ports, request, claimed), othersFirstMs };
}

async function draftFromStore(
  ports: InvestigatePorts,
  { caseId, version, at }: OfStoreLook,
  { record: { actor }, alerts }: ClaimedCase,
): Promise<FreshPlan> {
  const { cases, archive, looks, settings } = ports;
  // Whoever sees this plan sees too that AWS is to be asked.
  await looks.begin(caseId, at, settings.requestsPerLook);
  const sight = await cases.sight(caseId, ports.now());
  const look = { alerts: alerts.map(claimedAlert), at, lookBackMs: settings.lookBackMs };
  const gathered = await evidenceFromStore(actor, look, ports);
  await cases.saveEvidence(caseId, gathered);
  const evidence = latestOfEach([...sight.evidence, ...gathered]);
  const material = sightMaterial({ ...sight, evidence }, at);
  const assessment = assessCase(material);
  await cases.saveFindings(caseId, keptFindings(assessment.findings), at);
  const unknown = await notKnownYet(actor, evidence, look, archive);
  const plan = buildPlan(
    { ...ofPolicy(ports), caseId, version, material, evidence, notKnownYet: unknown, presented: null, now: at },
    assessment,
  );
  return freshPlan(await cases.draftPlan(plan, at, sight.upToSeq), standsOf(assessment), ports);
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
