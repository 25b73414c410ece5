import {
  ApplicationFailure,
  executeChild,
  isCancellation,
  ParentClosePolicy,
  WorkflowIdReusePolicy,
} from '@temporalio/workflow';
import type { RecalledResponse } from '../src/investigation/case/recalled-case.ts';
import type { HeldDecision } from '../src/messages/investigate-messages.ts';
import type { RespondInput, RespondResult } from '../src/messages/respond-messages.ts';
import { responseWorkflowId } from '../src/messages/workflow-ids.ts';
import type { NeedCode } from '../src/model/case-state.ts';
import type { Digest, Instant } from '../src/model/ids.ts';
import { currentInstant, instantAfter } from '../src/model/instant.ts';
import { answerClosing } from './investigate-acts.ts';
import {
  actionInRecord,
  type CaseFile,
  isMerged,
  judgeDecisions,
  noted,
  record,
  recording,
  rejoining,
  remember,
  setState,
  tag,
} from './investigate-case-file.ts';
import { close, expire, isContained, offersKeys, startWatch } from './investigate-ending.ts';
import { condition } from './waiting.ts';

/* Carrying out what was decided. */

export async function carryOut(file: CaseFile): Promise<void> {
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
  const respondedFrom = currentInstant();
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
    // What was decided here is void in the case that goes on as well.
    for (const { signed } of decisions) await recording.voidDecision({ signed });
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

/** A response goes on without its case: nothing is planned or closed before it has ended. */
export async function rejoinResponse(file: CaseFile, { planVersion, ...responded }: RecalledResponse): Promise<void> {
  const workflowId = responseWorkflowId(file.caseId, planVersion);
  const result = await rejoining.awaitResponse({ workflowId });
  file.responseWorkflowId = null;
  // A plan that cannot be read any more could not be watched either.
  await afterResponse(file, file.memory.plan === null ? null : result, responded);
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
  const verifiedAt = currentInstant();
  const until = instantAfter(verifiedAt, watchMs);
  remember(file, { acted: true, watch: { planDigest, respondedFrom, verifiedAt, until } });
  setState(file, { status: 'watching', until, attemptsSeen: 0 });
  await record(file, ended, noted('watch-started', planDigest, { until }));
}

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
