import { z } from 'zod';
import type { ActionType } from '../model/action.ts';
import type { ActionOutcome, ActionRequest, MadeKey } from '../model/action-result.ts';
import { maxDecisionLength, type SignedDecision } from '../model/decision.ts';
import type { CaseId, Instant } from '../model/ids.ts';
import type { StepSettlement } from './step.ts';
import type { StepOutline } from './step-outline.ts';
import { digestSchema } from '../validation/branded-texts.ts';
import { whole } from '../validation/whole-schema.ts';

/** Asks for one step of an action. */
export interface StepRequest extends ActionRequest {
  readonly step: string;
}

/** Asks to look at how an action ended; what is claimed is what the workflow saw of it. */
export interface ActionEnd extends ActionRequest {
  readonly outcome: ActionOutcome | 'stopped';
  readonly detail: string;
}

/** How a step's work is tried again when it fails, by the worker's configuration. */
export interface Pacing {
  /** The first wait; each next one is twice as long, with jitter. */
  readonly firstMs: number;
  readonly longestMs: number;
  /** How long rounds are waited for in all before an action is given up. */
  readonly roundsForMs: number;
  /** How long settling may be held up by what passes by itself before a person is told. */
  readonly tellPersonAfterMs: number;
}

/** What the workflow needs to know before its first step. */
export interface ResponseOutline {
  readonly actions: readonly ActionOutline[];
  readonly pacing: Pacing;
}

/** What a look at an attempt with a lost answer came to. */
export type SettlingLook =
  | ({ readonly kind: 'settled' } & StepSettlement)
  | { readonly kind: 'held'; readonly why: string; readonly passing: boolean };

/** How an action ended, as AWS showed it. */
export interface ActionEnding {
  readonly outcome: ActionOutcome;
  readonly detail: string;
  readonly keys: readonly MadeKey[];
  readonly stepsSeen: number;
}

/** An approved action as the workflow needs to know it. */
export interface ActionOutline {
  readonly actionId: string;
  readonly intentId: string;
  readonly type: ActionType;
  /** In order: the workflow takes these, so that a release with other steps leaves an open response as it is. */
  readonly steps: readonly StepOutline[];
  /** When it may begin, where that is later than its approval: a follow-up takes it then. */
  readonly notBefore: Instant | null;
  /** Only those among the approved ones. */
  readonly dependsOn: readonly string[];
}

const text = z.string().min(1).max(200);

/**
 * The shape of what any write activity is asked for. Whoever reaches Temporal can ask: it is checked like any input from outside.
 */
export const actionRequestSchema: z.ZodType<ActionRequest> = whole<ActionRequest>()(
  z.object({
    caseId: text.transform((value) => value as CaseId),
    planDigest: digestSchema,
    actionId: text,
    intentId: z.string().regex(/^[0-9a-f]{64}$/),
    decisions: z.array(whole<SignedDecision>()(z.object({ jws: z.string().max(maxDecisionLength) }))).max(20),
  }),
);
