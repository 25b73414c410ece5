import type { SignedDecision } from './decision.ts';
import type { CaseId, Digest } from './ids.ts';

/** Asks for one action of a plan; verified again where the write is made. */
export interface ActionRequest {
  readonly caseId: CaseId;
  readonly planDigest: Digest;
  readonly actionId: string;
  /** SHA-256 of plan digest and action ID. */
  readonly intentId: string;
  readonly decisions: readonly SignedDecision[];
}

/** How far a step got: a row each, written before the next begins. */
export const stepBoundaries = ['intended', 'checked', 'called', 'verified'] as const;
export type StepBoundary = (typeof stepBoundaries)[number];

export const actionOutcomes = ['done', 'already-so', 'refused', 'failed', 'unknown', 'compensated'] as const;
export type ActionOutcome = (typeof actionOutcomes)[number];

/** Whether what the action is for is so, by it or before it. */
export function endedWell(outcome: ActionOutcome): boolean {
  return outcome === 'done' || outcome === 'already-so';
}

/** A key that an action made, or may have made, and what became of it. */
export interface MadeKey {
  readonly accessKeyId: string;
  readonly fate: 'live' | 'removed' | 'may-be-live';
  /** ARN of the secret that holds it; null where none does. */
  readonly secretArn: string | null;
}

export interface ActionResult {
  readonly intentId: string;
  readonly reached: StepBoundary;
  readonly awsRequestIds: readonly string[];
  readonly outcome: ActionOutcome;
  readonly before: Digest;
  readonly after: Digest;
  readonly verifiedBy: readonly ('iam' | 'trail')[];
  /** Every key that it ever made. */
  readonly keys: readonly MadeKey[];
  /** A sentence of ours. */
  readonly detail: string;
}
