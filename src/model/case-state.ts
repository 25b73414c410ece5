import type { CaseId, Digest, Instant } from './ids.ts';

export const caseStatuses = [
  'gathering',
  'quiet',
  'awaiting-decision',
  'responding',
  'watching',
  'needs-a-person',
  'closed',
  'merged',
] as const;
export type CaseStatus = (typeof caseStatuses)[number];

/** Whether nothing is done about a case any more. */
export function isOver(status: CaseStatus): boolean {
  return status === 'closed' || status === 'merged';
}

/** `no-alerts-left`: each of its alerts was superseded, or an exception holds it back now. */
const ownVerdicts = ['contained', 'rejected', 'nothing-to-do', 'no-alerts-left'] as const;
/** What a person closes a case as. `true-positive`: an intrusion that is over, with no way in left. */
export const personsVerdicts = [
  'true-positive',
  'false-positive',
  'authorised-test',
  'expected-activity',
  'inconclusive',
] as const;
export type PersonsVerdict = (typeof personsVerdicts)[number];
/** Longest text that a person writes on a case. */
export const maxNoteLength = 2_000;
export const verdicts = [...ownVerdicts, ...personsVerdicts] as const;
export type Verdict = (typeof verdicts)[number];

/** Why a case cannot go on by itself. */
export type NeedCode =
  | 'decision-expired'
  | 'no-action-possible'
  /** Every way in was closed before anybody was shown the case: what was done still has to be seen, and judged. */
  | 'nothing-open'
  | 'response-failed'
  | 'response-stopped'
  | 'outcome-unknown'
  | 'key-not-ours'
  /** A key that a response made may be live, and it cannot be told or removed yet; the response goes on trying. */
  | 'key-may-be-live'
  /** The responder's own memory does not agree with the store's, or cannot be read. */
  | 'responder-stopped'
  | 'used-after-containment'
  /** What was done is done, and the intruder can still come in: the case is partly contained. */
  | 'ways-in-open';

export type CaseState =
  | { readonly status: 'gathering' }
  /** Every alert is explained by a proved habit: the case is listed, and nobody is asked. */
  | { readonly status: 'quiet' }
  | {
      readonly status: 'awaiting-decision';
      readonly plan: Digest;
      readonly expiresAt: Instant;
      readonly approvalsMissing: number;
    }
  | { readonly status: 'responding'; readonly plan: Digest }
  | { readonly status: 'watching'; readonly until: Instant; readonly attemptsSeen: number }
  | { readonly status: 'needs-a-person'; readonly why: NeedCode }
  | { readonly status: 'closed'; readonly verdict: Verdict }
  | { readonly status: 'merged'; readonly into: CaseId };

/**
 * How a case's workflow ended before its case did; `unknown-to-temporal` where its server knows of none. `reopened`: it was not lost, its
 * case had closed and is open again.
 */
export const lostBy = [
  'terminated',
  'cancelled',
  'failed',
  'timed-out',
  'completed',
  'unknown-to-temporal',
  'reopened',
] as const;
export type LostBy = (typeof lostBy)[number];
