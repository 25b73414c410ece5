import { TrailhoundError } from '../model/trailhound-error.ts';

/** What a failed AWS call means for a step. */
export interface CallFailureFacts {
  /** `iam:CreateAccessKey`, ... */
  readonly operation: string;
  readonly kind: string;
  /** Whether it can have taken effect. */
  readonly ran: 'no' | 'unknown';
  readonly retryable: boolean;
  readonly retryAfterMs: number | null;
  readonly awsRequestId: string | null;
  /** What went wrong and what to do, a sentence of ours: AWS's text may quote what an attacker chose. */
  readonly sentence: string;
}

/** An AWS call that failed, as the ports report it. */
export class CallFailure extends TrailhoundError {
  override readonly name = 'CallFailure';
  override readonly code = 'call-failure';
  readonly facts: CallFailureFacts;

  constructor(facts: CallFailureFacts) {
    super(facts.sentence);
    this.facts = facts;
  }
}
