import { z } from 'zod';
import type { AcceptanceStatement } from '../model/acceptance.ts';
import { personsVerdicts } from '../model/case-state.ts';
import type { WayInSubject } from '../model/way-in.ts';
import { caseId, instant } from './scalars.ts';

/* What is answered to people who did something about a case. */

/** What was signed, in full. */
export const acceptedSchema = z.strictObject({
  statement: z.strictObject({
    acceptanceId: z.string(),
    caseId,
    wayInId: z.string(),
    // Each kind has fields of its own, as the case's ways in do.
    what: z.custom<WayInSubject>((value) => typeof value === 'object' && value !== null && 'kind' in value),
    reason: z.string(),
    approver: z.string(),
    audience: z.string(),
    issuedAt: instant,
    expiresAt: instant.nullable(),
  }) satisfies z.ZodType<AcceptanceStatement>,
});
export const closedSchema = z.strictObject({ caseId, verdict: z.enum(personsVerdicts) });
export const notedSchema = z.strictObject({ caseId });
export const assignedSchema = z.strictObject({ caseId, assignedTo: z.string().nullable() });
/** The case that goes on. */
export const linkedSchema = z.strictObject({ caseId });
export const splitSchema = z.strictObject({ caseId, newCaseId: caseId });
