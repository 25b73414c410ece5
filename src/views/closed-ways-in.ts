import type { CaseRecord } from '../investigation/case/case-ports.ts';
import type { CaseId } from '../model/ids.ts';
import { liveCase, type LiveCasePorts } from './live-case.ts';

/** So long after it closed a contained case is looked at; what is found of it later is the next intrusion's. */
export const looksAtClosedForMs = 7 * 86_400_000;

/** Whoever lists cases waits no longer for this than so. */
const lookWithinMs = 10_000;

/**
 * Of those among some cases that closed as contained, or as an intrusion that is over, in the last days: how many ways in are open now, or
 * of which nobody knows. The reconciler opens such a case again, but not before it comes to it.
 */
export async function closedWaysInLeft(
  ports: LiveCasePorts,
  cases: readonly CaseRecord[],
): Promise<ReadonlyMap<CaseId, number>> {
  const startedMs = Date.parse(ports.now());
  const left = new Map<CaseId, number>();
  for (const { id, verdict, closedAt } of cases) {
    if (verdict !== 'contained' && verdict !== 'true-positive') continue;
    if (closedAt === null || Date.parse(closedAt) < startedMs - looksAtClosedForMs) continue;
    if (Date.parse(ports.now()) > startedMs + lookWithinMs) break;
    const { containment } = await liveCase(ports, id);
    left.set(id, containment.left.length);
  }
  return left;
}
