import type { Instant } from '../model/ids.ts';
import type { WayIn } from '../model/way-in.ts';
import { assessCase } from './assess-case.ts';
import type { Closure } from './case-material.ts';
import type { GatheredEvidence } from './evidence/evidence-content.ts';
import { evidenceMaterial } from './evidence-material.ts';

/** By which ways the intruder can still come in, or could, as far as a case's evidence shows it; what is closed is left out. */
export function waysInFrom(
  evidence: readonly GatheredEvidence[],
  now: Instant,
  closures: readonly Closure[] = [],
): readonly WayIn[] {
  return assessCase(evidenceMaterial(evidence, now, closures)).waysIn.filter(({ state }) => state !== 'closed');
}
