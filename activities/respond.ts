import { activityInfo, ApplicationFailure, heartbeat } from '@temporalio/activity';
import { refuse } from '../src/approval/refusal.ts';
import type { AuditLog } from '../src/audit/audit-log.ts';
import { auditRecord, trailhoundItself } from '../src/audit/audit-record.ts';
import type { RespondInput } from '../src/messages/respond-messages.ts';
import type { ActionRequest } from '../src/model/action-result.ts';
import type { CaseId, Instant } from '../src/model/ids.ts';
import { instantOfMs } from '../src/model/instant.ts';
import type { Execution } from '../src/response/action-journal.ts';
import { actionResultFrom, seeEnding } from '../src/response/action-ending.ts';
import { stepMemory } from '../src/response/step-memory.ts';
import { moduleOf, stepNamed, stepsOf } from '../src/response/action-registry.ts';
import {
  authorizeWrite,
  beginPlan,
  type AuthorizedWrite,
  judgeWrite,
  type WriteAuthorization,
  type WriteJudges,
} from '../src/response/authorize-write.ts';
import { CallFailure } from '../src/response/call-failure.ts';
import type { Protected } from '../src/response/guards.ts';
import { intentIdOf, sessionOf } from '../src/response/intent.ts';
import type { OpenAccount } from '../src/response/ports.ts';
import { registerKeys } from '../src/response/register.ts';
import { ResponderStopped } from '../src/response/responder-stopped.ts';
import { runStep, settleStep as settle, type StepResult } from '../src/response/run-step.ts';
import type {
  ActionEnd,
  ActionEnding,
  ActionOutline,
  Pacing,
  ResponseOutline,
  SettlingLook,
  StepRequest,
} from '../src/response/step-request.ts';
import {
  type ActionStep,
  type HeldUp,
  NeedsSettling,
  SettlingHeld,
  StepBlocked,
  type StepContext,
  type StepLimits,
  StepPending,
} from '../src/response/step.ts';
import type { UnsettledKeyBoard } from '../src/response/unsettled-keys.ts';
import { createAuditActivities } from './audit.ts';

/** What the write activities need of the world. Approver keys and audience come from configuration only. */
export interface RespondPorts extends WriteJudges {
  readonly openAccount: OpenAccount;
  readonly audit: AuditLog;
  readonly guarded: Protected;
  readonly limits: StepLimits;
  readonly pacing: Pacing;
  readonly unsettled: UnsettledKeyBoard;
  /** Waits until the calls that AWS answered are in the log of our own calls. */
  readonly flushOwnCalls: () => Promise<void>;
  /** Told whenever something is refused because responses are stopped until a person has looked. */
  readonly onStopped: (stopped: ResponderStopped) => void;
}

/** Failure types that the workflow tells apart; a failure's type is not encrypted and says nothing secret. */
const writeRefused = 'WriteRefused';

/** A worker that dies is noticed when its heartbeats stay out: they come at a tenth of the workflow's time-out. */
const heartbeatEveryMs = 1_000;

/** The activities that change AWS: each one judges the signed decisions for itself before it does anything. */
export function createRespondActivities(ports: RespondPorts) {
  return {
    /** The response's own records go the way of its writes: they need no other worker. */
    ...createAuditActivities({ auditLog: ports.audit }),

    /** Judges the whole response before its first step, and tells the workflow what its actions are. */
    beginResponse: (input: RespondInput): Promise<ResponseOutline> =>
      asActivity(ports, input, async () => {
        const approved: AuthorizedWrite[] = [];
        for (const actionId of input.actionIds) {
          const asked = { ...input, actionId, intentId: intentIdOf(input.planDigest, actionId) };
          approved.push(await orRefuse(asked, ports, await judgeWrite(asked, execution(), ports)));
        }
        for (const write of approved) {
          const begun = await beginPlan(write, execution(), ports);
          if (begun === 'taken')
            await orRefuse(write.request, ports, { kind: 'refused', ...refuse('already-executed') });
        }
        return { actions: approved.map((write) => outlineOf(write, input.actionIds)), pacing: ports.pacing };
      }),

    /** Takes one step, as far as it was not taken before. */
    takeStep: (request: StepRequest): Promise<StepResult> =>
      asActivity(ports, request, async () => {
        const { step, context } = await openStep(request, ports);
        return await runStep(step, context);
      }),

    /** Finds out what an attempt with a lost answer left behind, and removes what is ours and of no use. */
    settleStep: (request: StepRequest): Promise<SettlingLook> =>
      asActivity(ports, request, async () => {
        const { step, context, write } = await openStep(request, ports);
        try {
          const settlement = await settle(step, context);
          await ports.unsettled.release(context.intentId, ports.clock.now());
          return { kind: 'settled', ...settlement };
        } catch (error) {
          if (!(error instanceof SettlingHeld)) throw error;
          await putUp(ports, write, error.held);
          if (error.cause instanceof ResponderStopped) await tellStopped(ports, request, error.cause);
          return { kind: 'held', why: error.held.why, passing: error.held.passing };
        }
      }),

    /** Looks at how an action ended, in AWS, and writes that down, whatever the steps' results were. */
    endAction: (end: ActionEnd): Promise<ActionEnding> =>
      asActivity(ports, end, async () => {
        const { write, contextOf } = await openAction(end, ports);
        const { intentId } = write.request;
        const rows = await ports.journal.rowsOfAction(intentId);
        const { type } = write.action;
        const steps = stepsOf(type).map(({ name, does }) => ({ step: does, context: contextOf(name) }));
        const claimed = { outcome: end.outcome === 'stopped' ? 'failed' : end.outcome, detail: end.detail } as const;
        const ending = await seeEnding(steps, rows, claimed, activityInfo().attempt < looksAtEnd);
        const at = ports.clock.now();
        await ports.register.spend({ kind: 'end', intentId, outcome: ending.outcome, at });
        const { outcome, detail, keys, stepsSeen } = ending;
        await ports.journal.end(intentId, actionResultFrom(intentId, rows, ending), at);
        return { outcome, detail, keys, stepsSeen };
      }),
  };
}

/** So often the end of an action is looked at before it is told as it is seen, or as unknown. */
const looksAtEnd = 12;

interface OpenAction {
  readonly write: AuthorizedWrite;
  readonly contextOf: (step: string) => StepContext;
}

async function openAction(request: ActionRequest, ports: RespondPorts): Promise<OpenAction> {
  const write = await orRefuse(request, ports, await authorizeWrite(request, execution(), ports));
  const { action, plan } = write;
  const { caseId } = plan;
  const { intentId } = write.request;
  const hands = await ports.openAccount(action.target.accountId, sessionOf(caseId, intentId));
  const { journal, clock, limits, guarded } = ports;
  return {
    write,
    contextOf: (step) => ({
      action,
      caseId,
      intentId,
      hands,
      clock,
      limits,
      guarded,
      mayChange: write.mayChange,
      memory: stepMemory(ports.register, clock, intentId, step),
      journal: {
        rows: () => journal.rowsOf(intentId, step),
        mark: (mark, data, awsRequestIds, attempt = 0) =>
          journal.write({ intentId, step, mark, attempt, at: clock.now(), awsRequestIds, data }),
      },
    }),
  };
}

interface OpenStep {
  readonly step: ActionStep;
  readonly context: StepContext;
  readonly write: AuthorizedWrite;
}

async function openStep(request: StepRequest, ports: RespondPorts): Promise<OpenStep> {
  const { write, contextOf } = await openAction(request, ports);
  // Only its end may be looked at again after it.
  if ((await ports.register.find(registerKeys.end(write.request.intentId))) !== null) {
    await orRefuse(request, ports, { kind: 'refused', ...refuse('already-executed') });
  }
  const step = stepNamed(write.action.type, request.step)?.does;
  if (step === undefined) throw new StepBlocked(`Action ${write.action.id} has no step named ${request.step}.`);
  return { step, write, context: contextOf(request.step) };
}

/** Shows which key may be live and why. */
async function putUp(ports: RespondPorts, write: AuthorizedWrite, held: HeldUp): Promise<void> {
  const { plan, action, request } = write;
  const { target } = action;
  const { accountId } = target;
  const userName = 'userName' in target ? target.userName : target.roleName;
  const at = ports.clock.now();
  const { why, mayBeLive } = held;
  await ports.unsettled.hold({
    intentId: request.intentId,
    caseId: plan.caseId,
    actionId: action.id,
    accountId,
    userName,
    accessKeyIds: mayBeLive,
    why,
    since: at,
  });
}

/* Stopping */

/** Tells that responses are stopped: to the operator's log, and to the audit trail of the case that ran into it. */
async function tellStopped(ports: RespondPorts, asked: object, stopped: ResponderStopped): Promise<void> {
  ports.onStopped(stopped);
  const { caseId, planDigest, actionId } = claimsOf(asked);
  const record = auditRecord({
    at: scheduledAt(),
    actor: trailhoundItself,
    ...(caseId === null ? {} : { caseId }),
    kind: 'write-refused',
    subject: actionId ?? 'response',
    data: { code: 'responder-stopped', reason: stopped.reason, detail: stopped.message, planDigest },
  });
  await ports.audit.append([record]).catch(() => null); // the log has it; what stops responses may be the store itself
}

/* Authorization */

/** The same at each attempt. */
function scheduledAt(): Instant {
  return instantOfMs(activityInfo().scheduledTimestampMs);
}

function execution(): Execution {
  const { workflowId, runId } = activityInfo().workflowExecution ?? { workflowId: 'none', runId: 'none' };
  return { workflowId, runId };
}

/** Passes on what is authorized; a refusal is recorded before it is told. */
async function orRefuse(asked: object, ports: RespondPorts, judged: WriteAuthorization): Promise<AuthorizedWrite> {
  if (judged.kind === 'authorized') return judged;
  const { code, remedy } = judged;
  const { caseId, planDigest, actionId } = claimsOf(asked);
  await ports.audit.append([
    auditRecord({
      at: scheduledAt(),
      actor: trailhoundItself,
      ...(caseId === null ? {} : { caseId }),
      kind: 'write-refused',
      subject: actionId ?? 'unknown action',
      data: { code, planDigest, workflowId: execution().workflowId, runId: execution().runId },
    }),
  ]);
  throw ApplicationFailure.create({
    type: writeRefused,
    message: `The change was refused (${code}). ${remedy}`,
    nonRetryable: true,
    details: [code],
  });
}

/** What a refused request says it is about; only short texts of it are kept. */
function claimsOf(asked: object): { caseId: CaseId | null; planDigest: string | null; actionId: string | null } {
  const fields: Readonly<Record<string, unknown>> = { ...asked };
  function short(value: unknown) {
    return typeof value === 'string' && value !== '' ? value.slice(0, 200) : null;
  }
  return {
    caseId: short(fields['caseId']) as CaseId | null,
    planDigest: short(fields['planDigest']),
    actionId: short(fields['actionId']),
  };
}

function outlineOf({ action, request }: AuthorizedWrite, approved: readonly string[]): ActionOutline {
  const dependsOn = action.dependsOn.filter((id) => approved.includes(id));
  const steps = stepsOf(action.type).map(({ name, writes, onceOnly }) => ({ name, writes, onceOnly }));
  const notBefore = moduleOf(action.type).notBefore?.(action) ?? null;
  return { actionId: action.id, intentId: request.intentId, type: action.type, steps, notBefore, dependsOn };
}

/* Running */

/** Heartbeats while it runs, and turns whatever it throws into a failure that says whether to try again, and nothing secret. */
async function asActivity<T>(ports: RespondPorts, asked: object, body: () => Promise<T>): Promise<T> {
  const beat = setInterval(() => heartbeat(), heartbeatEveryMs);
  try {
    return await body();
  } catch (error) {
    if (error instanceof ResponderStopped) await tellStopped(ports, asked, error);
    throw asFailure(error);
  } finally {
    clearInterval(beat);
    // A log that cannot be written now must not undo what has been done; the request IDs are in the journal as well.
    await ports.flushOwnCalls().catch(() => null);
  }
}

function asFailure(error: unknown): ApplicationFailure {
  if (error instanceof ApplicationFailure) return error;
  if (error instanceof StepPending) {
    return ApplicationFailure.create({
      type: error.name,
      message: error.message,
      nonRetryable: false,
      nextRetryDelay: error.lookAgainMs,
    });
  }
  if (error instanceof CallFailure) {
    const { kind, operation, retryable, retryAfterMs } = error.facts;
    return ApplicationFailure.create({
      type: error.name,
      message: error.message,
      nonRetryable: !retryable,
      details: [kind, operation],
      ...(retryAfterMs === null ? {} : { nextRetryDelay: retryAfterMs }),
    });
  }
  if (isFinal(error))
    return ApplicationFailure.create({ type: error.name, message: error.message, nonRetryable: true });
  return unexpected(error);
}

function isFinal(error: unknown): error is Error {
  return [StepBlocked, NeedsSettling, ResponderStopped].some((type) => error instanceof type);
}

/** An error that we did not foresee may quote what it choked on: its text stays out of the history, its place goes in. */
function unexpected(error: unknown): ApplicationFailure {
  const name = error instanceof Error ? error.name : typeof error;
  const place =
    error instanceof Error ? (/\n\s+at (.+)/.exec(error.stack ?? '')?.[1] ?? 'unknown place') : 'unknown place';
  return ApplicationFailure.create({
    type: 'Unexpected',
    message: `An unexpected ${name} at ${place}`,
    nonRetryable: false,
  });
}
