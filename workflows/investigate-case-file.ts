import {
  ApplicationFailure,
  proxyActivities,
  proxyLocalActivities,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { GatherActivities } from '../activities/gather.ts';
import type { CaseActActivities } from '../activities/case-acts.ts';
import type { InvestigateActivities } from '../activities/investigate.ts';
import { approvalPolicy, judgeByPolicy, type PolicyJudgement } from '../src/approval/policy.ts';
import type { AuditData, AuditKind, AuditNote } from '../src/audit/audit-kinds.ts';
import type { ActOutcome } from '../src/messages/case-act-messages.ts';
import type { CaseMemory, InvestigateInput, LookProgress } from '../src/messages/investigate-messages.ts';
import type { RespondedAction } from '../src/messages/respond-messages.ts';
import { searchAttributes } from '../src/messages/search-attributes.ts';
import { taskQueues } from '../src/messages/task-queues.ts';
import { caseWorkflowId } from '../src/messages/workflow-ids.ts';
import type { CaseState, PersonsVerdict } from '../src/model/case-state.ts';
import type { CaseId, Digest, Instant } from '../src/model/ids.ts';
import { currentInstant } from '../src/model/instant.ts';

/**
 * Reads of the trail and of IAM, a piece of evidence each. A region of LookupEvents is paced at two requests a second, and polling has
 * its share of them, so that a piece may take minutes: what it was answered is kept, and the next attempt goes on from there. Retried
 * without end: AWS and the store come back, and a case that gave up would be forgotten.
 */
export const looking = proxyActivities<GatherActivities & InvestigateActivities>({
  summary: 'looks at the trail and at IAM',
  taskQueue: taskQueues.evidence,
  startToCloseTimeout: '1 hour',
  heartbeatTimeout: '15 seconds', // so long does a worker's death hold a piece up
  retry: { initialInterval: '1 second', maximumInterval: '1 minute' },
});

/**
 * The first attempt at a look at what the store has, within the workflow's own task: nothing is handed over to anybody, and nothing of it
 * stands in history but what came of it. One attempt, no longer than a short look takes: {@link glancing} has all the time.
 */
const glancingAtOnce = proxyLocalActivities<InvestigateActivities>({
  summary: 'makes a plan of what the store has',
  startToCloseTimeout: '20 seconds',
  retry: { maximumAttempts: 1 },
});

/**
 * A look at what the store has: somebody is to be woken by what comes of it, so that it waits for no look at AWS. Repeatable, and given
 * up by nobody; a case with many thousands of calls takes its time.
 */
const glancing = proxyActivities<InvestigateActivities>({
  summary: 'makes a plan of what the store has',
  taskQueue: taskQueues.record,
  startToCloseTimeout: '5 minutes',
  heartbeatTimeout: '15 seconds', // so long does a worker's death hold it up
  retry: { initialInterval: '500 milliseconds', maximumInterval: '30 seconds' },
});

/**
 * Reads and writes of the store, all repeatable. Retried without end and soon: a person may wait for the answer, and what
 * happened must be written down before the case goes on. On the workflow's own queue, for then the server begins an activity with the
 * answer to the step that asks for it, where the worker has a place free: one commit less, and no wait for a poll.
 */
export const recording = proxyActivities<GatherActivities & InvestigateActivities & CaseActActivities>({
  summary: 'reads and writes the case',
  startToCloseTimeout: '30 seconds',
  retry: { initialInterval: '500 milliseconds', maximumInterval: '30 seconds' },
});

/** The wait for a response that this run did not begin: an attempt a look, without end, for responses settle keys for as long as it takes. */
export const rejoining = proxyActivities<InvestigateActivities>({
  summary: 'waits for a response that began before this run',
  taskQueue: taskQueues.record,
  startToCloseTimeout: '30 seconds',
  retry: { initialInterval: '1 second', maximumInterval: '30 seconds' },
});

/** A person's verdict, that the case takes up between two of its steps. */
export interface AskedToClose {
  readonly verdict: PersonsVerdict;
  readonly reason: string;
  readonly requestedBy: string;
}

/** A look at AWS: the case waits for it only where there is nothing to decide on before. */
export interface EvidenceOnItsWay {
  /** When the look was begun. */
  readonly at: Instant;
  /** The digests of all that was gathered. */
  readonly gathered: Promise<readonly Digest[]>;
  /** It has come, or will not. */
  ended: boolean;
  /** The plan that was made of what the store had. */
  readonly planBefore: Digest | null;
}

/** A case while its workflow runs: what it remembers, and what has come in. */
export interface CaseFile {
  readonly caseId: CaseId;
  memory: CaseMemory;
  /** Decisions that were accepted and are not written down yet: the case acts on none before. */
  recordingDecisions: number;
  replanRequested: boolean;
  /** A person has done something that may end what the case waits for. */
  stirred: boolean;
  /** Somebody waits for the case to be closed. */
  closing: AskedToClose | null;
  /** What came of the latest request to close. */
  closed: ActOutcome | null;
  look: LookProgress | null;
  /** What AWS is asked for, while the case goes on. */
  evidence: EvidenceOnItsWay | null;
  responseWorkflowId: string | null;
}

/**
 * The case as the last run left it, or a new one, whose alerts wait.
 *
 * @throws ApplicationFailure `ForeignMemory` where the input is another case's, or comes from no run that went before this one:
 *   whoever can start workflows could make a case believe anything, also what an earlier run of its own once knew.
 */
export function openCaseFile({ caseId, resumed, resumedFrom }: InvestigateInput): CaseFile {
  const { workflowId, continuedFromExecutionRunId } = workflowInfo();
  const handedOn = resumed === undefined || (resumedFrom !== undefined && resumedFrom === continuedFromExecutionRunId);
  if (workflowId !== caseWorkflowId(caseId) || !handedOn) {
    throw ApplicationFailure.nonRetryable(
      `${workflowId} was started with a memory that is not its own`,
      'ForeignMemory',
    );
  }
  const memory: CaseMemory = resumed ?? {
    state: { status: 'gathering' },
    openedAt: currentInstant(),
    alertCount: 0,
    severity: 'low',
    tags: [],
    planVersion: 0,
    plan: null,
    watch: null,
    decisions: [],
    accepted: {},
    refusals: {},
    lastLook: null,
    rung: true,
    pace: { lookedAt: null, pauseMs: 0, shortestMs: 0 },
  };
  const nothingCameIn = { recordingDecisions: 0, replanRequested: false, stirred: false, closing: null, closed: null };
  return { caseId, memory, ...nothingCameIn, look: null, evidence: null, responseWorkflowId: null };
}

/** The plan in hand was decided on, and nothing has come of it yet. */
export function isDecided({ memory: { plan, decisions } }: CaseFile): boolean {
  return plan?.standing === 'decided' && decisions.length > 0;
}

/** What the approval policy says to the decisions in hand, now. */
export function judgeDecisions({ memory: { plan, decisions } }: CaseFile): PolicyJudgement {
  const said = decisions.map((held) => held.said);
  return judgeByPolicy(approvalPolicy, plan?.actionIds ?? [], said, currentInstant());
}

/** Remembers something; one place, so that what a next run must know cannot be kept elsewhere. */
export function remember(file: CaseFile, what: Partial<CaseMemory>): void {
  file.memory = { ...file.memory, ...what };
}

/** Most tags of a case: a search attribute is no place for more. */
const tagLimit = 80;

/** Adds to what the case can be found by; {@link setState} shows it. */
export function tag(file: CaseFile, ...tags: readonly string[]): void {
  remember(file, { tags: [...new Set([...file.memory.tags, ...tags])].slice(0, tagLimit) });
}

/** Changes the status, for queries and for whoever lists cases, at once; the store's mirror follows by {@link record}. */
export function setState(file: CaseFile, state: CaseState): void {
  remember(file, { state });
  upsertSearchAttributes([
    { key: searchAttributes.status, value: state.status },
    { key: searchAttributes.severity, value: file.memory.severity },
    { key: searchAttributes.tags, value: [...file.memory.tags] },
    ...(state.status === 'closed' ? [{ key: searchAttributes.verdict, value: state.verdict }] : []),
  ]);
}

/** Writes down what happened, and mirrors the status into the store. */
export async function record(file: CaseFile, ...notes: readonly AuditNote[]): Promise<void> {
  await takeMerge(file, await mirrored(file, notes));
}

/** Takes the case's alerts, and makes a plan of what the store has. */
export async function lookAtStore(
  request: Parameters<InvestigateActivities['lookAtStore']>[0],
): Promise<Awaited<ReturnType<InvestigateActivities['lookAtStore']>>> {
  try {
    return await glancingAtOnce.lookAtStore(request);
  } catch {
    return await glancing.lookAtStore(request);
  }
}

/** A case that hears that it was merged into another ends. */
export async function takeMerge(file: CaseFile, { mergedInto }: { readonly mergedInto?: CaseId }): Promise<void> {
  if (mergedInto === undefined || isMerged(file)) return;
  setState(file, { status: 'merged', into: mergedInto });
  await mirrored(file, [noted('case-merged', mergedInto, {}), ...voided(file, { why: 'merged' })]);
}

/** Nothing is known of a merge where the answer is one of a release that had none. */
async function mirrored(file: CaseFile, notes: readonly AuditNote[]): Promise<{ readonly mergedInto?: CaseId }> {
  const { state, severity } = file.memory;
  return (await recording.recordState({ caseId: file.caseId, state, severity, notes })) ?? {};
}

/** The case is another's by now: it ends, and nothing that was decided in it is carried out. */
export function isMerged(file: CaseFile): boolean {
  return file.memory.state.status === 'merged';
}

/** An audit record of now; by Trailhound, where nobody else is named. */
export function noted<K extends AuditKind>(kind: K, subject: string, data: AuditData<K>, actor?: string): AuditNote {
  const note = { kind, subject, at: currentInstant(), data, ...(actor === undefined ? {} : { actor }) };
  return note as AuditNote; // kind and data belong together, by the types of this function
}

/** The record of what becomes of a plan that still waits, where another thing takes its place; none where no plan waits. */
export function voided({ memory: { plan } }: CaseFile, how: AuditData<'plan-void'>): readonly AuditNote[] {
  return plan?.standing === 'open' ? [noted('plan-void', plan.digest, how)] : [];
}

/** An action of a response as the record of its end has it, with every key that it made. */
export function actionInRecord({ actionId, outcome, detail, keys = [] }: RespondedAction) {
  const fates = keys.map(({ accessKeyId, fate, secretArn }) => ({ accessKeyId, fate, secretArn }));
  return { actionId, outcome, detail, keys: fates };
}

/** Milliseconds until an instant, at least one: a timer of none at all would be no timer. */
export function msUntil(instant: Instant): number {
  return Math.max(1, Date.parse(instant) - Date.now());
}
