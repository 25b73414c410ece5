import { CancellationScope } from '@temporalio/workflow';
import type { AuditNote } from '../src/audit/audit-kinds.ts';
import type { HeldResponse, RespondedAction, RespondInput, RespondProgress } from '../src/messages/respond-messages.ts';
import type { ActionRequest } from '../src/model/action-result.ts';
import type { ActionOutline } from '../src/response/step-request.ts';
import { auditing } from './respond-activities.ts';

/** A response while its workflow runs: how far it is, and what has come in. */
export interface ResponseFile {
  readonly input: RespondInput;
  readonly ended: RespondedAction[];
  running: RespondProgress['running'];
  held: HeldResponse | null;
  stopRequestedBy: string | null;
  stopReason: string | null;
  /** Steps of any action that AWS showed to be taken, at its end. */
  stepsDone: number;
}

export function openResponseFile(input: RespondInput): ResponseFile {
  return { input, ended: [], running: null, held: null, stopRequestedBy: null, stopReason: null, stepsDone: 0 };
}

/** What any activity is asked for about an action. */
export function requestFor({ actionId, intentId }: ActionOutline, { input }: ResponseFile): ActionRequest {
  const { caseId, planDigest, decisions } = input;
  return { caseId, planDigest, actionId, intentId, decisions };
}

export function stoppedBy({ stopRequestedBy, stopReason }: ResponseFile): string {
  return `Stopped by ${stopRequestedBy ?? 'nobody'}${stopReason === null ? '' : `: ${stopReason}`}.`;
}

/** Writes down what happened. A cancellation stops the response, and not the record of who stopped it. */
export async function writeDown({ caseId }: Pick<ActionRequest, 'caseId'>, note: AuditNote): Promise<void> {
  await CancellationScope.nonCancellable(() => auditing.recordNotes({ caseId, notes: [note] }));
}
