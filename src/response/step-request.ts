import { z } from 'zod';
import type { ActionType } from '../model/action.ts';
import type { ActionOutcome, ActionRequest } from '../model/action-result.ts';
import { maxDecisionLength } from '../model/decision.ts';
import type { CaseId, Digest } from '../model/ids.ts';
import type { StepOutline } from './step-outline.ts';

/** Asks for one step of an action. */
export interface StepRequest extends ActionRequest {
  readonly step: string;
}

/** Says how an action ended. */
export interface ActionEnd extends ActionRequest {
  readonly outcome: ActionOutcome | 'stopped';
  readonly detail: string;
}

/** An approved action as the workflow needs to know it. */
export interface ActionOutline {
  readonly actionId: string;
  readonly intentId: string;
  readonly type: ActionType;
  /** In order: the workflow takes these, so that a release with other steps leaves an open response as it is. */
  readonly steps: readonly StepOutline[];
  /** Only those among the approved ones. */
  readonly dependsOn: readonly string[];
}

const text = z.string().min(1).max(200);

/**
 * The shape of what any write activity is asked for. Whoever reaches Temporal can ask: it is checked like any input from outside.
 */
export const actionRequestSchema: z.ZodType<ActionRequest> = z.object({
  caseId: text.transform((value) => value as CaseId),
  planDigest: z
    .string()
    .regex(/^sha256:[0-9a-f]{64}$/)
    .transform((value) => value as Digest),
  actionId: text,
  intentId: z.string().regex(/^[0-9a-f]{64}$/),
  decisions: z.array(z.object({ jws: z.string().max(maxDecisionLength) })).max(20),
});
