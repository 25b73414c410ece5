import { z } from 'zod';
import { canonicalDigest } from '../digest/canonical-digest.ts';
import type { AcceptanceRefusal, AcceptanceStatement, SignedAcceptance } from '../model/acceptance.ts';
import type { CaseId, Digest, Instant } from '../model/ids.ts';
import type { WayIn, WayInSubject } from '../model/way-in.ts';
import { wellFormed } from '../model/well-formed.ts';
import type { ApproverKey, ApproverSigningKey } from './approver-key.ts';
import { maxReasonLength } from './decision-statement.ts';
import { openStatement, signStatement, type StatementKind } from './signed-statement.ts';
import { clockSkewAllowanceMs } from './verify-decisions.ts';
import { instantSchema } from '../validation/branded-texts.ts';
import { whole } from '../validation/whole-schema.ts';

const text = z.string().refine((value) => value.isWellFormed() && !value.includes('\u0000'));
const shortText = text.min(1).max(200);

/** More records about one way in are not signed one by one: what is not among them counts as not seen. */
export const maxSeenRecords = 300;

/**
 * A way in as a statement carries it. What its kind has is not asked here: it must be, to the byte, the way in that the case has.
 */
const subjectSchema: z.ZodType<WayInSubject> = z.record(
  shortText,
  z.union([text, z.boolean(), z.null(), z.array(text)]), // as long as the whole may be
) as unknown as z.ZodType<WayInSubject>; // narrowed by being equal to what the case has

const acceptanceKind: StatementKind<AcceptanceStatement> = {
  type: 'trailhound-acceptance+jws',
  schema: whole<AcceptanceStatement>()(
    z.strictObject({
      acceptanceId: z.string().regex(/^[A-Za-z0-9._-]{8,100}$/),
      caseId: shortText.transform((value) => value as CaseId),
      wayInId: shortText,
      what: subjectSchema,
      seen: z.array(shortText).max(maxSeenRecords).exactOptional(),
      reason: text.max(maxReasonLength),
      approver: shortText,
      audience: shortText,
      issuedAt: instantSchema,
      expiresAt: instantSchema.nullable(),
    }),
  ),
};

/** Signs an approver's word that a way in may stay. */
export async function signAcceptance(
  statement: AcceptanceStatement,
  key: ApproverSigningKey,
): Promise<SignedAcceptance> {
  return await signStatement(acceptanceKind, statement, key);
}

/** By what acceptances are judged; nothing of it comes from Temporal or the store. */
export interface AcceptanceContext {
  readonly caseId: CaseId;
  readonly approverKeys: readonly ApproverKey[];
  /** This installation. */
  readonly audience: string;
}

export type VerifiedAcceptance =
  | { readonly kind: 'verified'; readonly statement: AcceptanceStatement }
  | { readonly kind: 'refused'; readonly code: AcceptanceRefusal };

/** Whether a configured approver has said this, here and about this case, with a reason. Whether it still covers anything is judged elsewhere. */
export async function verifyAcceptance(
  { jws }: SignedAcceptance,
  { caseId, approverKeys, audience }: AcceptanceContext,
): Promise<VerifiedAcceptance> {
  const opened = await openStatement(acceptanceKind, jws, approverKeys);
  if (opened.kind === 'unknown-key' || opened.kind === 'speaks-for-another')
    return { kind: 'refused', code: 'unknown-approver' };
  if (opened.kind !== 'opened') return { kind: 'refused', code: opened.kind };
  const { statement } = opened;
  if (statement.audience !== audience) return { kind: 'refused', code: 'wrong-audience' };
  if (statement.caseId !== caseId) return { kind: 'refused', code: 'wrong-case' };
  return statement.reason.trim() === '' ? { kind: 'refused', code: 'no-reason' } : { kind: 'verified', statement };
}

/**
 * What an acceptance says, without asking who signed it: for the record of a refused one only. `null` where it says nothing that can be
 * read.
 */
export function claimedAcceptance({ jws }: SignedAcceptance): AcceptanceStatement | null {
  try {
    const payload: unknown = JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString('utf8'));
    return acceptanceKind.schema.parse(payload);
  } catch {
    return null;
  }
}

/** What speaks against taking a verified acceptance now, of the ways in that the case has. */
export function refusalOfAcceptance(
  { wayInId, what, issuedAt, expiresAt }: AcceptanceStatement,
  waysIn: readonly Pick<WayIn, 'id' | 'what' | 'state'>[],
  now: Instant,
): AcceptanceRefusal | null {
  if (Date.parse(issuedAt) > Date.parse(now) + clockSkewAllowanceMs) return 'not-yet-valid';
  if (expiresAt !== null && Date.parse(expiresAt) <= Date.parse(now)) return 'expired';
  const known = waysIn.find(({ id }) => id === wayInId);
  if (known === undefined) return 'no-such-way-in';
  if (known.state === 'closed') return 'way-in-closed';
  return subjectDigest(known.what) === subjectDigest(what) ? null : 'way-in-differs';
}

/** What a way in is, to the byte: its names are as the log has them, and may be no well-formed text. */
export function subjectDigest(what: WayInSubject): Digest {
  return canonicalDigest(wellFormed(what));
}
