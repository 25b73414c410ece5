import { canonicalDigest } from '../digest/canonical-digest.ts';
import type { CaseId, Digest } from '../model/ids.ts';

/** The intent behind an action of a plan: 64 hex digits, the same at every attempt, which AWS takes as a client token. */
export function intentIdOf(planDigest: Digest, actionId: string): string {
  return canonicalDigest([planDigest, actionId]).slice('sha256:'.length);
}

/**
 * How AWS's trail names the session that carries out an intent: by the case, and by the intent in the session name,
 * which no other session of ours has.
 */
export function sessionOf(
  caseId: CaseId,
  intentId: string,
): { readonly sessionName: string; readonly sourceIdentity: string; readonly intentId: string } {
  return { sessionName: `${caseId}.${intentId.slice(0, 32)}`, sourceIdentity: caseId, intentId };
}
