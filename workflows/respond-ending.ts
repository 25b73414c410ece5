import type { AuditNote } from '../src/audit/audit-kinds.ts';
import type { RespondedAction } from '../src/messages/respond-messages.ts';
import type { ActionRequest, MadeKey } from '../src/model/action-result.ts';
import type { NeedCode } from '../src/model/case-state.ts';
import { noted } from './investigate-case-file.ts';
import { persistent } from './respond-activities.ts';
import { isResponderStopped, reading } from './respond-failures.ts';
import { type ResponseFile, writeDown } from './respond-file.ts';
import type { ClaimedEnd } from './respond-steps.ts';

/** What is told is what AWS shows at the end: a step that failed may have been found done, and one that was done undone. */
export async function seeHowItEnded(
  claimed: ClaimedEnd,
  request: ActionRequest,
  file: ResponseFile,
): Promise<RespondedAction> {
  const { actionId, type, outcome: claim, need } = claimed;
  try {
    const { outcome, detail, keys, stepsSeen } = await persistent.endAction({
      ...request,
      outcome: claim,
      detail: claimed.detail,
    });
    file.stepsDone += stepsSeen;
    const told = claim === 'stopped' && outcome === 'failed' ? claim : outcome;
    await writeDown(request, endNote(request, { outcome: told, detail, keys }));
    const wanted = needOf(told, need);
    return { actionId, type, outcome: told, detail, keys, ...(wanted === undefined ? {} : { need: wanted }) };
  } catch (error) {
    const { detail } = reading(error);
    const why = isResponderStopped(error) ? 'responder-stopped' : 'outcome-unknown';
    const told = detail === claimed.detail ? detail : `${claimed.detail} ${detail}`;
    await writeDown(request, endNote(request, { outcome: 'unknown', detail: told, keys: [] }));
    return { actionId, type, outcome: 'unknown', need: why, detail: told };
  }
}

function endNote(
  { actionId, planDigest, intentId }: ActionRequest,
  { outcome, detail, keys }: { readonly outcome: string; readonly detail: string; readonly keys: readonly MadeKey[] },
): AuditNote {
  const fates = keys.map(({ accessKeyId, fate, secretArn }) => ({ accessKeyId, fate, secretArn }));
  return noted('action-ended', actionId, { outcome, detail, keys: fates, planDigest, intentId });
}

function needOf(outcome: RespondedAction['outcome'], need: NeedCode | undefined): NeedCode | undefined {
  if (outcome === 'done' || outcome === 'already-so') return undefined;
  return outcome === 'unknown' ? 'outcome-unknown' : need;
}
