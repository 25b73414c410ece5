import type { CaseRecord } from '../investigation/case/case-ports.ts';
import type { CaseId } from '../model/ids.ts';
import { dayMs } from '../model/duration.ts';
import { liveCase, type LiveCasePorts } from './live-case.ts';

/** So long after it closed a contained case is looked at; what is found of it later is the next intrusion's. */
export const looksAtClosedForMs = 7 * dayMs;

/** Whoever lists cases waits no longer for this than so. */
const lookWithinMs = 10_000;

/** How many ways in are left, open or such that nobody knows; or that nobody looked. */
export type WaysInLeft = number | 'not-looked-at';

/**
 * Of those among some cases that closed as contained, or as an intrusion that is over: how many ways in are open now, or of which nobody
 * knows. Those that closed long ago are not looked at, nor those for which there is no time left. The reconciler opens such a case again,
 * but not before it comes to it.
 */
export async function closedWaysInLeft(
  ports: LiveCasePorts,
  cases: readonly CaseRecord[],
): Promise<ReadonlyMap<CaseId, WaysInLeft>> {
  const startedMs = Date.parse(ports.now());
  const left = new Map<CaseId, WaysInLeft>();
  for (const { id, verdict, closedAt } of cases) {
    if (closedAt === null || (verdict !== 'contained' && verdict !== 'true-positive')) continue;
    const isLookedAt =
      Date.parse(closedAt) >= startedMs - looksAtClosedForMs && Date.parse(ports.now()) <= startedMs + lookWithinMs;
    left.set(id, isLookedAt ? (await liveCase(ports, id)).containment.left.length : 'not-looked-at');
  }
  return left;
}
