import type { CaseId, Instant } from './ids.ts';
import type { WayInSubject } from './way-in.ts';

/** Longest compact JWS of an acceptance, in characters: a way in with the longest policy of AWS (20 KiB) fits in. */
export const maxAcceptanceLength = 65_536;

/** What an approver says who lets a way in stay as it is; a JWS carries it as its payload. */
export interface AcceptanceStatement {
  readonly acceptanceId: string;
  readonly caseId: CaseId;
  readonly wayInId: string;
  /** In full: what was shown is what is signed. One that has changed since is not covered. */
  readonly what: WayInSubject;
  /** The records that showed it to whoever signs, by event ID; absent where the signer cannot tell. */
  readonly seen?: readonly string[];
  readonly reason: string;
  readonly approver: string;
  /** This installation. */
  readonly audience: string;
  readonly issuedAt: Instant;
  /** Until when it may stay; null: for as long as the case is open. */
  readonly expiresAt: Instant | null;
}

export interface SignedAcceptance {
  /** Compact JWS (RFC 7515), EdDSA over Ed25519 (RFC 8037). */
  readonly jws: string;
}

/** Why an acceptance is not taken. */
export const acceptanceRefusals = [
  'malformed',
  'unknown-approver',
  'bad-signature',
  'wrong-audience',
  'wrong-case',
  'no-reason',
  'not-yet-valid',
  'expired',
  'superseded',
  'refused-before',
  'no-such-way-in',
  'way-in-differs',
  'way-in-closed',
  'case-ended',
] as const;
export type AcceptanceRefusal = (typeof acceptanceRefusals)[number];
