import type { Action } from './action.ts';
import type { CaseId, Digest, Instant } from './ids.ts';

/** Longest compact JWS that is looked at, in characters: a statement that carries as many actions as it may is shorter. */
export const maxDecisionLength = 131_072;

/** What an approver says; a JWS carries it as its payload. */
export interface DecisionStatement {
  readonly decisionId: string;
  readonly caseId: CaseId;
  readonly planDigest: Digest;
  readonly verdict: 'approve' | 'reject';
  /** The chosen actions in full: what was shown is what is signed. None in a rejection. */
  readonly actions: readonly Action[];
  readonly reason: string;
  readonly approver: string;
  /** This installation. */
  readonly audience: string;
  readonly issuedAt: Instant;
  readonly expiresAt: Instant;
}

export interface SignedDecision {
  /** Compact JWS (RFC 7515), EdDSA over Ed25519 (RFC 8037). */
  readonly jws: string;
}

export const refusalCodes = [
  'malformed',
  'no-decision',
  'unknown-approver',
  'bad-signature',
  'wrong-audience',
  'wrong-case',
  'wrong-plan',
  'plan-altered',
  'not-yet-valid',
  'expired',
  'not-begun-in-time',
  'older-than-register',
  'unknown-action',
  'action-differs',
  'action-not-approved',
  'other-action-first',
  'no-reason',
  'already-decided',
  'already-executed',
  'not-awaiting-decision',
  'too-many-refusals',
  'account-not-allowed',
  'secret-name-not-allowed',
  'secret-region-not-allowed',
  'identity-protected',
] as const;
export type RefusalCode = (typeof refusalCodes)[number];

export type DecisionOutcome =
  | { readonly kind: 'accepted' | 'duplicate'; readonly approvalsMissing: number }
  | { readonly kind: 'refused'; readonly code: RefusalCode; readonly remedy: string };
