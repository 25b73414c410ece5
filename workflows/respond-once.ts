import type { StepOutline } from '../src/response/step-outline.ts';
import type { StepResult } from '../src/response/run-step.ts';
import type { Pacing, StepRequest } from '../src/response/step-request.ts';
import { onceOnly } from './respond-activities.ts';
import { isFinal, mayHaveChanged, reading } from './respond-failures.ts';
import type { ResponseFile } from './respond-file.ts';
import { patienceOf } from './respond-patience.ts';
import { settle } from './respond-settling.ts';
import { conditionWithin } from './waiting.ts';

/** What a step that is taken once came to; `foreign`: what was found is not known to be ours. */
type TakenOnce =
  StepResult | { readonly stopped: true } | { readonly foreign: readonly string[]; readonly detail: string };

/**
 * Tries once; where that fails, finds out and tidies up what it left behind before it is tried again, or given up. Rounds wait, longer
 * each time, for half an hour in all; those that failed before anything was changed have a time of their own.
 */
export async function takeOnce(
  step: StepOutline,
  asked: StepRequest,
  pacing: Pacing,
  file: ResponseFile,
): Promise<TakenOnce> {
  const patience = { change: patienceOf(pacing), read: patienceOf(pacing) };
  for (;;) {
    try {
      return await onceOnly.takeStep(asked);
    } catch (error) {
      if (reading(error).outcome === 'refused') throw error;
      const settled = await settle(asked, pacing, file);
      if (settled.foreign.length > 0) return { foreign: settled.foreign, detail: settled.detail };
      // What is stored is only looked at from now on.
      const changes = settled.found !== 'stored' && mayHaveChanged(error, step);
      const waitMs = patience[changes ? 'change' : 'read'].next();
      if (isFinal(error) || waitMs === null) throw error;
      if (await isStoppedWithin(waitMs, file)) return { stopped: true };
    }
  }
}

function isStoppedWithin(waitMs: number, file: ResponseFile): Promise<boolean> {
  return conditionWithin(() => file.stopRequestedBy !== null, waitMs, 'until a step is tried again');
}
