import type { DecisionOutcome } from '../model/decision.ts';
import type { Digest, Instant } from '../model/ids.ts';
import type { AuditNote } from './audit-kinds.ts';

/** What a decision says of itself, whoever signed it; `null` of one that cannot be read. */
export interface ClaimedDecision {
  readonly decisionId: string;
  readonly planDigest: Digest;
  readonly verdict: 'approve' | 'reject';
  readonly actionIds: readonly string[];
  readonly reason: string;
  readonly approver: string;
}

/** Which decision it was: what it claims, and the digest of what was sent. */
export interface NamedDecision {
  readonly claimed: ClaimedDecision | null;
  readonly sent: Digest;
  /** Proved by the signature; `null` where it was not. */
  readonly approver: string | null;
}

/** The record of a decision and its answer: by the approver that its signature proves, else by nobody that is known. */
export function decisionNote(
  { claimed, sent, approver }: NamedDecision,
  outcome: DecisionOutcome,
  at: Instant,
): AuditNote {
  const said = {
    decisionId: claimed?.decisionId ?? null,
    planDigest: claimed?.planDigest ?? null,
    verdict: claimed?.verdict ?? null,
    actionIds: claimed?.actionIds ?? [],
    reason: claimed?.reason ?? null,
    claimedApprover: claimed?.approver ?? null,
  };
  const about = { subject: claimed?.planDigest ?? sent, at, actor: approver ?? 'unproved' };
  return outcome.kind === 'refused'
    ? { ...about, kind: 'decision-refused', data: { ...said, refusal: outcome.code } }
    : { ...about, kind: 'decision-accepted', data: { ...said, approvalsMissing: outcome.approvalsMissing } };
}
