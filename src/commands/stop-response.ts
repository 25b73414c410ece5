import { setTimeout as delay } from 'node:timers/promises';
import type { CaseSummary } from '../messages/investigate-messages.ts';
import type { RespondResult, StopRequest } from '../messages/respond-messages.ts';
import type { UndoState } from '../messages/undo-messages.ts';
import { undoResponseWorkflowId } from '../messages/workflow-ids.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import { caseRecord } from '../audit/audit-record.ts';
import type { CaseId, Instant } from '../model/ids.ts';
import { type ResponsePorts, responsesOf, type ResponseView } from '../views/responses.ts';
import { ActRefusedError, actOnCase, type NamedCases } from './act-on-case.ts';
import type { Caller } from './caller.ts';

export interface StopPorts extends NamedCases, ResponsePorts {
  /** Null where the case's workflow has ended. */
  readonly summaryOf: (caseId: CaseId) => Promise<CaseSummary | null>;
  /** Null where nothing of it is being undone. */
  readonly undoingOf: (caseId: CaseId) => Promise<UndoState | null>;
  /** False where that response has ended. */
  readonly stop: (workflowId: string, asked: StopRequest) => Promise<boolean>;
  /** Resolves with the end of a response; null where there is none. */
  readonly endOf: (workflowId: string) => Promise<RespondResult | null>;
  readonly auditLog: AuditLog;
  readonly now: () => Instant;
}

/** What a request to stop came to; what was done before it, action by action, where the response has ended. */
export type Stopping =
  | { readonly kind: 'stopping'; readonly caseId: CaseId }
  | {
      readonly kind: 'stopped' | 'too-late';
      readonly caseId: CaseId;
      readonly ended: string;
      readonly actions: readonly EndedAction[];
    };
type EndedAction = Pick<ResponseView['actions'][number], 'actionId' | 'outcome' | 'detail'>;

const act = { name: 'stop', notDone: 'nothing was stopped' } as const;

/**
 * Ends a response between two of its steps, and waits a little for what came of it. Any person who gets here may, for what is stopped
 * changes nothing more.
 *
 * @throws ActRefusedError where none was ever begun, NoSuchCaseError
 */
export async function stopResponse(
  ports: StopPorts,
  caller: Caller,
  { caseId: typed, reason }: { readonly caseId: string; readonly reason?: string | undefined },
): Promise<Stopping> {
  return await actOnCase(ports, typed, act, async (caseId) => {
    const running = await runningIn(ports, caseId);
    const asked = { requestedBy: caller.name, ...(reason === undefined ? {} : { reason }) };
    if (running === null || !(await ports.stop(running, asked))) {
      const late = await endedBefore(ports, caseId);
      await noteTooLate(ports, caller, { caseId, ended: late.ended, reason: reason ?? null });
      return late;
    }
    const result = await endWithin(() => ports.endOf(running));
    if (result === null) return { kind: 'stopping', caseId };
    const { ended, actions } = result;
    return { kind: ended === 'stopped' ? 'stopped' : 'too-late', caseId, ended, actions };
  });
}

/** The response that is being carried out: the case's own, or that of its undoing. */
async function runningIn({ summaryOf, undoingOf }: StopPorts, caseId: CaseId): Promise<string | null> {
  const own = (await summaryOf(caseId))?.responseWorkflowId ?? null;
  if (own !== null) return own;
  const undoing = await undoingOf(caseId);
  return undoing?.kind === 'responding' ? undoResponseWorkflowId(caseId, undoing.version) : null;
}

/** What is told of a case in which nothing is carried out. */
async function endedBefore(
  ports: StopPorts,
  caseId: CaseId,
): Promise<Extract<Stopping, { readonly kind: 'stopped' | 'too-late' }>> {
  const last = (await responsesOf(ports, caseId)).at(-1);
  if (last === undefined || last.ended === 'stopped') {
    const remedy = `Nothing is being carried out: \`trailhound investigations show ${caseId}\` says what the case is doing.`;
    throw new ActRefusedError(act, 'not-responding', remedy);
  }
  return { kind: 'too-late', caseId, ended: last.ended, actions: last.actions };
}

/** Whoever asks a year later sees that somebody wanted it stopped, though no workflow was there to hear it. */
async function noteTooLate(
  { auditLog, now }: StopPorts,
  { name: actor }: Caller,
  { caseId, ...data }: { readonly caseId: CaseId; readonly ended: string; readonly reason: string | null },
): Promise<void> {
  await auditLog.append([caseRecord(caseId, { kind: 'stop-too-late', subject: caseId, at: now(), actor, data })]);
}

/** A step under way ends by itself, in seconds as a rule; a response that is held up goes on being held up. */
const endsWithinMs = 10_000;

async function endWithin(end: () => Promise<RespondResult | null>): Promise<RespondResult | null> {
  const late = new AbortController();
  try {
    return await Promise.race([end(), delay(endsWithinMs, null, { signal: late.signal })]);
  } finally {
    late.abort();
  }
}
