import { getExternalWorkflowHandle, workflowInfo } from '@temporalio/workflow';
import { responseHeld } from '../src/messages/investigate-messages.ts';
import type { NeedCode } from '../src/model/case-state.ts';
import { instantOfMs } from '../src/model/instant.ts';
import type { StepSettlement } from '../src/response/step.ts';
import type { Pacing, SettlingLook, StepRequest } from '../src/response/step-request.ts';
import { noted } from './investigate-case-file.ts';
import { settling } from './respond-activities.ts';
import { reading } from './respond-failures.ts';
import { type ResponseFile, writeDown } from './respond-file.ts';
import { jittered } from './respond-patience.ts';
import { sleep } from './waiting.ts';

/** Looks until it is settled: nothing else ends it. While it cannot go on, the case is told that it needs a person. */
export async function settle(asked: StepRequest, pacing: Pacing, file: ResponseFile): Promise<StepSettlement> {
  const heldSinceMs = Date.now();
  let heldBy: string | null = null;
  for (let waitMs = pacing.firstMs; ; waitMs = Math.min(waitMs * 2, pacing.longestMs)) {
    const look = await settlingLook(asked);
    await recordLook(asked, look, heldBy);
    heldBy = look.kind === 'held' ? look.why : null;
    if (look.kind === 'settled') {
      if (file.held !== null) await tellCase(null);
      file.held = null;
      return look;
    }
    const isLong = Date.now() - heldSinceMs >= pacing.tellPersonAfterMs;
    if (file.held?.why !== look.why && (!look.passing || isLong)) {
      file.held = { actionId: asked.actionId, since: instantOfMs(heldSinceMs), why: look.why };
      await tellCase({ why: 'key-may-be-live', detail: look.why });
    }
    await sleep(jittered(waitMs), 'until a key that may be live is looked for again');
  }
}

async function settlingLook(asked: StepRequest): Promise<SettlingLook> {
  try {
    return await settling.settleStep(asked);
  } catch (error) {
    return { kind: 'held', why: reading(error).detail, passing: false };
  }
}

/** What holds it up is written down once, and what it came to. */
async function recordLook(asked: StepRequest, look: SettlingLook, heldBy: string | null): Promise<void> {
  const { actionId, planDigest, intentId, step } = asked;
  const about = { step, planDigest, intentId };
  if (look.kind === 'settled') {
    const { found, detail } = look;
    await writeDown(asked, noted('step-settled', actionId, { ...about, found, detail }));
  } else if (look.why !== heldBy) {
    await writeDown(asked, noted('step-held', actionId, { ...about, why: look.why }));
  }
}

/** A response that was started by hand has no case to tell, and one whose case is over tells nobody. */
async function tellCase(held: { readonly why: NeedCode; readonly detail: string } | null): Promise<void> {
  const { parent } = workflowInfo();
  if (parent === undefined) return;
  try {
    await getExternalWorkflowHandle(parent.workflowId).signal(responseHeld, held);
  } catch {
    // The key is on the board in the store all the same.
  }
}
