import { z } from 'zod';
import type { DecisionStatement } from '../model/decision.ts';
import type { CaseId, Digest, Instant } from '../model/ids.ts';

/** Longest compact JWS that is looked at, in characters. */
export const maxDecisionLength = 16_384;
/** Longest reason, in characters. */
export const maxReasonLength = 2_000;

const instant = z.iso.datetime().transform((text) => text as Instant);
const shortText = z.string().min(1).max(200);

/**
 * What a signed decision's payload must look like: every field, and none besides.
 * An empty reason passes here, so that it is refused with a remedy of its own.
 */
export const decisionStatementSchema: z.ZodType<DecisionStatement> = z.strictObject({
  decisionId: z.string().regex(/^[A-Za-z0-9._-]{8,100}$/),
  caseId: shortText.transform((text) => text as CaseId),
  planDigest: z
    .string()
    .regex(/^sha256:[0-9a-f]{64}$/)
    .transform((text) => text as Digest),
  verdict: z.enum(['approve', 'reject']),
  actionIds: z.array(shortText).max(100),
  reason: z.string().max(maxReasonLength),
  approver: shortText,
  audience: shortText,
  issuedAt: instant,
  expiresAt: instant,
});
