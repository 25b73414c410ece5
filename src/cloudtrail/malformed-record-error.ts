import { TrailhoundError } from '../model/trailhound-error.ts';

/** A record that is no CloudTrail record: it is kept as it is, marked and shown, and the rest goes on. */
export class MalformedRecordError extends TrailhoundError {
  override readonly name = 'MalformedRecordError';
  override readonly code = 'malformed-record';
  /** What is missing or wrong, in a sentence without the record's own text. */
  readonly problem: string;
  /** The event's ID, where what is around the record names it (LookupEvents' `EventId`); as it stands there. */
  readonly eventId: string | undefined;

  constructor(problem: string, eventId?: string) {
    super(`malformed CloudTrail record: ${problem}`);
    this.problem = problem;
    this.eventId = eventId;
  }
}
