import { z } from 'zod';
import type { Action } from '../model/action.ts';
import type { DecisionStatement } from '../model/decision.ts';
import type { CaseId } from '../model/ids.ts';
import { digestSchema, instantSchema } from '../validation/branded-texts.ts';
import { whole } from '../validation/whole-schema.ts';

/** Longest reason, in characters. */
export const maxReasonLength = 2_000;

/** What a canonical form, a signature and a database can all carry. */
const text = z.string().refine((value) => value.isWellFormed() && !value.includes('\u0000'));
const shortText = text.min(1).max(200);
/** So many actions, each with names of AWS's greatest lengths, fit into the longest decision. */
export const maxDecidedActions = 50;

/** As many as the longest list among the parameters of an action has: the sessions that a revocation names. */
const maxListed = 100;

const content = z.record(
  shortText,
  z.union([text.max(600), z.number(), z.boolean(), z.null(), z.array(text.max(600)).max(maxListed)]),
);

/**
 * An action as a statement carries it. What its type allows is not asked here: it must be, to the byte, an action of the plan, whose
 * content is judged by the modules of its types.
 */
const actionSchema: z.ZodType<Action> = z.strictObject({
  id: shortText,
  type: shortText,
  target: content,
  params: content,
  dependsOn: z.array(shortText).max(maxDecidedActions),
  recommended: z.boolean(),
} satisfies Record<keyof Action, z.ZodType>) as unknown as z.ZodType<Action>; // narrowed by being equal to the plan's action

/**
 * What a signed decision's payload must look like: every field, and none besides.
 * An empty reason passes here, so that it is refused with a remedy of its own.
 */
export const decisionStatementSchema: z.ZodType<DecisionStatement> = whole<DecisionStatement>()(
  z.strictObject({
    decisionId: z.string().regex(/^[A-Za-z0-9._-]{8,100}$/),
    caseId: shortText.transform((text) => text as CaseId),
    planDigest: digestSchema,
    verdict: z.enum(['approve', 'reject']),
    actions: z.array(actionSchema).max(maxDecidedActions),
    reason: text.max(maxReasonLength),
    approver: shortText,
    audience: shortText,
    issuedAt: instantSchema,
    expiresAt: instantSchema,
  }),
);
