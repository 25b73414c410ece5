import {
  allHandlersFinished,
  ApplicationFailure,
  continueAsNew,
  executeChild,
  isCancellation,
  ParentClosePolicy,
  workflowInfo,
  WorkflowIdReusePolicy,
} from '@temporalio/workflow';
import { approvalPolicy } from '../src/approval/policy.ts';
import type { DraftedPlan } from '../activities/investigate.ts';
import type {
  HeldDecision,
  InvestigateInput,
  InvestigateResult,
  LastLook,
  Watch,
} from '../src/messages/investigate-messages.ts';
import type { RecalledResponse } from '../src/investigation/case/recalled-case.ts';
import type { RespondInput, RespondResult } from '../src/messages/respond-messages.ts';
import { responseWorkflowId } from '../src/messages/workflow-ids.ts';
import type { LostBy, NeedCode, Verdict } from '../src/model/case-state.ts';
import type { Digest, Instant } from '../src/model/ids.ts';
import {
  actionInRecord,
  after,
  isMerged,
  judgeDecisions,
  looking,
  noted,
  now,
  openCaseFile,
  record,
  recording,
  rejoining,
  remember,
  setState,
  tag,
  type CaseFile,
} from './investigate-case-file.ts';
import { awaitNews, claimCaseAlerts, isLongRun, lookAtCase, needsANewLook } from './investigate-look.ts';
import { answerClosing, closeAsAsked, isAskedToClose, takeActs, takeStir } from './investigate-acts.ts';
import { becomeQuiet, restUntilNews } from './investigate-quiet.ts';
import { takeMessages } from './investigate-messages-desk.ts';
import { condition } from './waiting.ts';

/**
 * One case about one actor: claims its alerts, gathers evidence, assesses it, proposes a plan, waits for a decision, has it carried
 * out, watches, and closes. Alerts that arrive on the way are claimed and looked at; those that arrive after it has closed
 * open the next case.
 */
export async function investigate(input: InvestigateInput): Promise<InvestigateResult> {
  const file = openCaseFile(input);
  takeMessages(file);
  takeActs(file);
  if (input.takenUp !== undefined && input.resumed === undefined) await takeUp(file, input.takenUp);
  for (;;) {
    const { state } = file.memory;
    switch (state.status) {
      case 'gathering':
        await propose(file, { unlessSameAs: null, whyIfNone: 'no-action-possible' });
        break;
      case 'quiet':
        await rest(file);
        break;
      case 'awaiting-decision':
        await awaitDecision(file, state.expiresAt);
        break;
      case 'watching':
        await watch(file);
        break;
      case 'needs-a-person':
        await awaitPerson(file, state.why);
        break;
      case 'closed':
        answerClosing(file, { kind: 'refused', code: 'case-ended' });
        await condition(allHandlersFinished);
        return { caseId: file.caseId, verdict: state.verdict };
      case 'merged':
        answerClosing(file, { kind: 'refused', code: 'case-ended' });
        await condition(allHandlersFinished);
        return { caseId: file.caseId, verdict: null, mergedInto: state.into };
      default:
        throw ApplicationFailure.nonRetryable(`a case cannot go on from ${state.status}`);
    }
    await continueAsNewWhereSuggested(file);
  }
}

/** The run before is gone: the case goes on from what the store knows, and never begins again what may have begun in AWS. */
async function takeUp(file: CaseFile, how: LostBy): Promise<void> {
  const recalled = await recording.recallCase({ caseId: file.caseId, at: now() });
  const { state, planVersion, plan, alertCount, accepted, response, watch, decisions, was } = recalled;
  remember(file, { planVersion, plan, alertCount, accepted, watch, decisions, acted: watch !== null });
  if (response !== null) file.responseWorkflowId = responseWorkflowId(file.caseId, response.planVersion);
  setState(file, state);
  await record(file, noted('case-taken-up', file.caseId, { was, how }));
  if (state.status === 'closed') return;
  const claimed = await claimCaseAlerts(file);
  remember(file, { rung: claimed > 0 });
  await (state.status === 'needs-a-person'
    ? record(file, noted('needs-a-person', file.caseId, { why: state.why }))
    : record(file));
  if (response !== null) await rejoinResponse(file, response);
}

/** A response goes on without its case: nothing is planned or closed before it has ended. */
async function rejoinResponse(file: CaseFile, { planVersion, ...responded }: RecalledResponse): Promise<void> {
  const workflowId = responseWorkflowId(file.caseId, planVersion);
  const result = await rejoining.awaitResponse({ workflowId });
  file.responseWorkflowId = null;
  // A plan that cannot be read any more could not be watched either.
  await afterResponse(file, file.memory.plan === null ? null : result, responded);
}

/* Looking and proposing */

/** Investigates anew and presents the plan, unless it would say nothing new or the one in hand was decided on meanwhile. */
async function propose(
  file: CaseFile,
  { unlessSameAs, whyIfNone }: { readonly unlessSameAs: Digest | null; readonly whyIfNone: NeedCode },
): Promise<void> {
  const requested = file.replanRequested;
  file.replanRequested = false;
  const drafted = await lookAtCase(file, unlessSameAs);
  if (drafted.kind === 'nothing-left' && endsByItself(file)) return await withdraw(file);
  if (drafted.kind === 'fresh' && drafted.quiet && !requested && !isDecided(file)) return await becomeQuiet(file);
  // Whoever closed the ways in, nothing is left to propose but new keys, and those come last. A case that nobody was ever shown
  // does not end so: an intruder who removes what was used, and is gone, would be told by no screen.
  const nothingOpen = drafted.kind !== 'nothing-left' && drafted.contained && !requested && !isDecided(file);
  if (nothingOpen && !wasShown(file)) {
    return drafted.kind === 'fresh' ? await present(file, drafted, 'nothing-open') : undefined;
  }
  if (nothingOpen && !offersKeys(file)) {
    return await startWatch(file, drafted.kind === 'fresh' ? drafted.watchMs : undefined);
  }
  if (drafted.kind === 'nothing-left' || isDecided(file) || drafted.kind === 'unchanged') {
    if (requested) tellLook(file, 'unchanged', file.memory.plan?.digest ?? null);
    return;
  }
  await present(file, drafted, whyIfNone);
  if (requested) tellLook(file, 'presented', drafted.digest);
}

/** Something of it was open when it was shown; one in which nothing was waits for a person's word. */
function wasShown({ memory: { plan, state } }: CaseFile): boolean {
  return plan !== null && !(state.status === 'needs-a-person' && state.why === 'nothing-open');
}

/** Whoever decided or responded has to hear the end of it; else a case without alerts has nothing to go on for. */
function endsByItself({ memory: { state, plan } }: CaseFile): boolean {
  return state.status === 'gathering' || plan?.standing !== 'decided';
}

async function withdraw(file: CaseFile): Promise<void> {
  const { plan } = file.memory;
  if (plan?.standing === 'open') {
    await recording.setPlanStanding({ digest: plan.digest, standing: 'superseded' });
    remember(file, { plan: null });
  }
  await close(file, 'no-alerts-left');
}

/** Says what came of a request for a fresh plan: whoever asked is waiting to hear it. */
function tellLook(file: CaseFile, outcome: LastLook['outcome'], plan: Digest | null): void {
  remember(file, { lastLook: { count: (file.memory.lastLook?.count ?? 0) + 1, outcome, plan } });
}

/** From here on the plan is frozen. One without actions is shown too: it says why, and can be rejected to close the case. */
async function present(file: CaseFile, fresh: Extract<DraftedPlan, { kind: 'fresh' }>, whyIfNone: NeedCode) {
  const { digest, actionIds, keys, watchMs, replaces } = fresh;
  tag(file, ...keys.map((key) => `key:${key}`));
  const presentedAt = now();
  const expiresAt = actionIds.length === 0 ? null : after(presentedAt, fresh.expiresAfterMs);
  const version = file.memory.planVersion;
  remember(file, {
    plan: { digest, version, actionIds, expiresAt, watchMs, standing: 'open', replaces },
    decisions: [],
    refusals: {},
    watch: null,
  });
  setState(
    file,
    expiresAt === null
      ? { status: 'needs-a-person', why: whyIfNone }
      : { status: 'awaiting-decision', plan: digest, expiresAt, approvalsMissing: approvalPolicy.approvalsNeeded },
  );
  await recording.presentPlan({ caseId: file.caseId, digest, presentedAt, expiresAt });
  const presented = { ...noted('plan-presented', digest, { version, actionIds, expiresAt }), at: presentedAt };
  const needs = expiresAt === null ? [noted('needs-a-person', digest, { why: whyIfNone })] : [];
  await record(file, presented, ...needs);
}

/** Nobody is woken for what a habit explains, as long as it does. */
async function rest(file: CaseFile): Promise<void> {
  const news = await restUntilNews(file);
  if (isAskedToClose(file)) return await closeAsAsked(file);
  if (takeStir(file) || news === 'look') {
    await propose(file, { unlessSameAs: null, whyIfNone: 'no-action-possible' });
  }
}

/* Waiting for people */

async function awaitDecision(file: CaseFile, expiresAt: Instant): Promise<void> {
  const nextLook = after(now(), lookEveryMs(file));
  const until = nextLook < expiresAt ? nextLook : expiresAt;
  await awaitNews(file, () => isDecided(file), until);
  if (isDecided(file)) return await carryOut(file);
  if (isAskedToClose(file)) return await closeAsAsked(file);
  if (expiresAt <= now()) return await expire(file);
  const stirred = takeStir(file);
  if (needsANewLook(file) || ((stirred || until <= now()) && (await isOvertaken(file)))) {
    const unlessSameAs = file.memory.plan?.digest ?? null;
    await propose(file, { unlessSameAs, whyIfNone: 'no-action-possible' });
  }
}

/** A plan that waits is held against what has come in: it gives way where something else must be done, or nothing any more. */
async function isOvertaken(file: CaseFile): Promise<boolean> {
  const { plan } = file.memory;
  if (plan === null) return false;
  const { overtaken, contained } = await looking.lookAtPlan({ caseId: file.caseId, digest: plan.digest, at: now() });
  return overtaken || (contained && !offersKeys(file));
}

/** The plan in hand only replaces keys: nothing is open any more. */
function offersKeys({ memory: { plan } }: CaseFile): boolean {
  return plan?.replaces === true;
}

/** While people think, the store is looked at as often as in a watch; nobody else is asked. */
function lookEveryMs({ memory: { plan } }: CaseFile): number {
  return Math.min(longestWaitMs, Math.max(shortestLookMs, (plan?.watchMs ?? longestWaitMs) / looksPerWatch));
}
const longestWaitMs = 15 * 60_000;

/** Nobody decided in time: an approval that comes later is refused, until somebody asks for a fresh plan. */
async function expire(file: CaseFile): Promise<void> {
  const { plan } = file.memory;
  if (plan === null) return;
  remember(file, { plan: { ...plan, standing: 'expired' } });
  if (offersKeys(file) && (await isContained(file))) return await close(file, 'contained');
  setState(file, { status: 'needs-a-person', why: 'decision-expired' });
  await recording.setPlanStanding({ digest: plan.digest, standing: 'expired' });
  await record(
    file,
    noted('plan-expired', plan.digest, { expiresAt: plan.expiresAt }),
    noted('needs-a-person', plan.digest, { why: 'decision-expired' }),
  );
}

async function awaitPerson(file: CaseFile, why: NeedCode): Promise<void> {
  const until = mayBeClosedByHand.has(why) ? after(now(), lookEveryMs(file)) : null;
  await awaitNews(file, () => isDecided(file), until);
  if (isDecided(file)) return await carryOut(file);
  if (isAskedToClose(file)) return await closeAsAsked(file);
  const mayHaveEnded = takeStir(file) ? file.responseWorkflowId === null : until !== null && until <= now();
  if (mayHaveEnded && (await isContained(file))) return await startWatch(file);
  if (!needsANewLook(file)) return;
  const { plan } = file.memory;
  const unlessSameAs = plan?.standing === 'open' ? plan.digest : null;
  await propose(file, { unlessSameAs, whyIfNone: ofThatPlanOnly.has(why) ? 'no-action-possible' : why });
}

/** What is said of the plan that was presented then: of the next, it need not be so. */
const ofThatPlanOnly: ReadonlySet<NeedCode> = new Set<NeedCode>(['decision-expired', 'nothing-open']);

/** What a person does by hand is seen in the trail and in IAM, and ends the need. */
const mayBeClosedByHand: ReadonlySet<NeedCode> = new Set<NeedCode>([
  'ways-in-open',
  'no-action-possible',
  'decision-expired',
]);

async function isContained({ caseId }: CaseFile): Promise<boolean> {
  return (await looking.lookAtContainment({ caseId })).contained;
}

/* Carrying out a decision */

/** The plan in hand was decided on, and nothing has come of it yet. */
function isDecided({ memory: { plan, decisions } }: CaseFile): boolean {
  return plan?.standing === 'decided' && decisions.length > 0;
}

async function carryOut(file: CaseFile): Promise<void> {
  answerClosing(file, { kind: 'refused', code: 'busy' });
  await condition(() => file.recordingDecisions === 0);
  const judgement = judgeDecisions(file);
  const { decisions } = file.memory;
  remember(file, { decisions: [] });
  if (judgement.kind === 'rejected') return await endByRejection(file);
  // What was enough when it came in may have run out while it was written down: then the plan is spent, and a fresh one is asked for.
  if (judgement.kind === 'open') return await expire(file);
  await respond(file, judgement.actionIds, decisions);
}

/** Whoever declines new keys has the case closed as contained; whoever declines to close what is open still keeps it open. */
async function endByRejection(file: CaseFile): Promise<void> {
  const { plan, acted } = file.memory;
  // What was closed when new keys were offered may have been opened again since, by an undoing or by others.
  if (acted === true || offersKeys(file)) {
    if (await isContained(file)) return await (offersKeys(file) ? close(file, 'contained') : startWatch(file));
    setState(file, { status: 'needs-a-person', why: 'ways-in-open' });
    return await record(file, noted('needs-a-person', plan?.digest ?? file.caseId, { why: 'ways-in-open' }));
  }
  const hadActions = (plan?.actionIds.length ?? 0) > 0;
  await close(file, hadActions ? 'rejected' : 'nothing-to-do');
}

async function respond(
  file: CaseFile,
  actionIds: readonly string[],
  decisions: readonly HeldDecision[],
): Promise<void> {
  const { plan } = file.memory;
  if (plan === null) throw ApplicationFailure.nonRetryable('a decision was accepted without a plan');
  const respondedFrom = now();
  file.responseWorkflowId = responseWorkflowId(file.caseId, plan.version);
  setState(file, { status: 'responding', plan: plan.digest });
  await record(
    file,
    noted('response-started', plan.digest, {
      actionIds,
      approver: decisions.map(({ said }) => said.approver).join(', '),
    }),
  );

  if (isMerged(file)) {
    file.responseWorkflowId = null;
    return;
  }

  const result = await runResponse(file.responseWorkflowId, {
    caseId: file.caseId,
    planVersion: plan.version,
    planDigest: plan.digest,
    actionIds,
    decisions: decisions.map(({ signed }) => signed),
  });
  file.responseWorkflowId = null;
  await afterResponse(file, result, { planDigest: plan.digest, respondedFrom, watchMs: plan.watchMs });
}

/** Once per plan version; it goes on by itself should this workflow end. `null`: how it ended is not known. */
async function runResponse(workflowId: string, input: RespondInput): Promise<RespondResult | null> {
  try {
    return await executeChild<(input: RespondInput) => Promise<RespondResult>>('respond', {
      workflowId,
      args: [input],
      parentClosePolicy: ParentClosePolicy.ABANDON,
      workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
    });
  } catch (error) {
    if (isCancellation(error)) throw error;
    return null;
  }
}

interface Responded {
  readonly planDigest: Digest;
  readonly respondedFrom: Instant;
  readonly watchMs: number;
}

async function afterResponse(file: CaseFile, result: RespondResult | null, responded: Responded): Promise<void> {
  const { planDigest, respondedFrom, watchMs } = responded;
  const actions = result?.actions.map(actionInRecord) ?? [];
  for (const { type, keys = [] } of result?.actions ?? [])
    tag(file, ...(type === null ? [] : [`action:${type}`]), ...keys.map(({ accessKeyId }) => `key:${accessKeyId}`));
  const ended = noted('response-ended', planDigest, { ended: result?.ended ?? 'unknown', actions });
  if (result?.ended !== 'contained' && result?.ended !== 'partly-contained') {
    const why = needAfter(result);
    setState(file, { status: 'needs-a-person', why });
    return await record(file, ended, noted('needs-a-person', planDigest, { why }));
  }
  const verifiedAt = now();
  const until = after(verifiedAt, watchMs);
  remember(file, { acted: true, watch: { planDigest, respondedFrom, verifiedAt, until } });
  setState(file, { status: 'watching', until, attemptsSeen: 0 });
  await record(file, ended, noted('watch-started', planDigest, { until }));
}

/** All ways in are closed, by others or by time: the trail must show it, as after a response of ours. */
async function startWatch(file: CaseFile, watchMs?: number): Promise<void> {
  const { plan, watch: running, state } = file.memory;
  if (running !== null && state.status === 'watching') return;
  const at = now();
  const until = after(at, watchMs ?? plan?.watchMs ?? defaultWatchMs);
  const planDigest = plan?.digest ?? null;
  remember(file, { watch: { planDigest, respondedFrom: at, verifiedAt: at, until } });
  setState(file, { status: 'watching', until, attemptsSeen: 0 });
  await record(file, noted('watch-started', planDigest ?? file.caseId, { until }));
}
const defaultWatchMs = 60 * 60_000;

function needAfter(result: RespondResult | null): NeedCode {
  const named = result?.actions.find(({ need }) => need !== undefined)?.need;
  if (named !== undefined) return named;
  switch (result?.ended) {
    case 'failed':
      return 'response-failed';
    case 'stopped':
      return 'response-stopped';
    default:
      return 'outcome-unknown';
  }
}

/* Watching and closing */

/** The trail is looked at a dozen times during a watch, but no more often than every 2 s and no less than every 5 min. */
const looksPerWatch = 12;
const shortestLookMs = 2_000;
const longestLookMs = 5 * 60_000;

async function watch(file: CaseFile): Promise<void> {
  const { watch: watched } = file.memory;
  if (watched === null) throw ApplicationFailure.nonRetryable('there is nothing to watch');
  const lengthMs = Date.parse(watched.until) - Date.parse(watched.verifiedAt);
  const everyMs = Math.min(longestLookMs, Math.max(shortestLookMs, lengthMs / looksPerWatch));
  const nextLook = after(now(), everyMs);
  await awaitNews(file, () => isDecided(file), nextLook < watched.until ? nextLook : watched.until);
  if (isAskedToClose(file)) return await closeAsAsked(file);
  takeStir(file); // it is looked at in any case
  if (needsANewLook(file)) return await lookWhileWatching(file);

  const { denied, succeeded, left } = await looking.probeUse({ caseId: file.caseId, ...watched });
  if (succeeded.length > 0) return await reopen(file, watched, succeeded.length);
  if (denied !== attemptsSeen(file)) {
    setState(file, { status: 'watching', until: watched.until, attemptsSeen: denied });
    await record(file);
  }
  if (Date.now() >= Date.parse(watched.until)) await endWatch(file, watched, left);
}

/** New alerts about a contained actor end the watch only where a plan could contain more; a person's request always does. */
async function lookWhileWatching(file: CaseFile): Promise<void> {
  const requested = file.replanRequested;
  file.replanRequested = false;
  const drafted = await lookAtCase(file, null);
  if (drafted.kind !== 'fresh') return;
  const presents = drafted.contains || (requested && drafted.actionIds.length > 0);
  if (presents) await present(file, drafted, 'no-action-possible');
  if (requested) tellLook(file, presents ? 'presented' : 'nothing-to-do', drafted.digest);
}

/** The key went on working after IAM had shown it as inactive. */
async function reopen(file: CaseFile, { planDigest }: Watch, succeeded: number): Promise<void> {
  await record(file, noted('watch-ended', planDigest ?? file.caseId, { ended: 'used-after-containment', succeeded }));
  const drafted = await lookAtCase(file, null);
  if (drafted.kind === 'fresh') await present(file, drafted, 'used-after-containment');
}

/** Nothing is contained with a way in open, however quiet the trail is: what is left is proposed, or a person is asked. */
async function endWatch(file: CaseFile, { planDigest }: Watch, left: number): Promise<void> {
  const deniedAttempts = attemptsSeen(file);
  const data =
    left > 0
      ? ({ ended: 'ways-in-open', deniedAttempts, left } as const)
      : ({ ended: 'quiet', deniedAttempts } as const);
  await record(file, noted('watch-ended', planDigest ?? file.caseId, data));
  // Keys are replaced once: whoever did it, or declined, is not asked again.
  const offered = offersKeys(file);
  const drafted = await lookAtCase(file, null);
  if (drafted.kind === 'fresh' && (drafted.left > 0 || (drafted.replaces && !offered))) {
    return await present(file, drafted, 'ways-in-open');
  }
  await close(file, 'contained');
}

function attemptsSeen({ memory: { state } }: CaseFile): number {
  return state.status === 'watching' ? state.attemptsSeen : 0;
}

/** The store first: it closes only where no alert waits. Where one does, the case takes it and goes on. */
async function close(file: CaseFile, verdict: Verdict): Promise<void> {
  if (isMerged(file)) return;
  const { closed } = await recording.closeCase({ caseId: file.caseId, verdict, at: now() });
  remember(file, { watch: null });
  setState(file, closed ? { status: 'closed', verdict } : { status: 'gathering' });
  if (closed) await record(file, noted('case-closed', file.caseId, { verdict }));
}

/** A long history is handed on, decisions included; never before all who asked have their answer. */
async function continueAsNewWhereSuggested(file: CaseFile): Promise<void> {
  if (!isLongRun() || file.memory.state.status === 'closed') return;
  // Whoever waits for the case to be closed is answered by its next step.
  await condition(() => allHandlersFinished() || file.closing !== null);
  if (file.replanRequested || file.stirred || file.closing !== null) return;
  await continueAsNew<typeof investigate>({
    caseId: file.caseId,
    resumed: file.memory,
    resumedFrom: workflowInfo().runId,
  });
}
