import type { Pacing } from '../src/response/step-request.ts';

/** Waits that grow, as long as there is time left for them. */
export function patienceOf({ firstMs, longestMs, roundsForMs }: Pacing): { next(): number | null } {
  let [waitMs, leftMs] = [firstMs, roundsForMs];
  return {
    next() {
      if (leftMs <= 0) return null;
      const now = Math.min(jittered(waitMs), leftMs);
      leftMs -= now;
      waitMs = Math.min(waitMs * 2, longestMs);
      return now;
    },
  };
}

/** Between half and all of it, so that responses that failed together do not come back together. */
export function jittered(ms: number): number {
  return Math.max(1, Math.round(ms * (0.5 + Math.random() / 2)));
}
