import type { Digest } from '../model/ids.ts';
import type { Plan, PlanContent } from '../model/plan.ts';
import { canonicalDigest } from './canonical-digest.ts';

/** The digest of a plan's content: over all of its fields but the digest itself, which is left out where it is there. */
export function planDigestOf(plan: Plan | PlanContent): Digest {
  const content: Record<string, unknown> = { ...plan };
  delete content['digest'];
  return canonicalDigest(content);
}

/** The plan with its digest; what is presented, signed and carried out. */
export function sealPlan(content: PlanContent): Plan {
  return { ...content, digest: planDigestOf(content) };
}
