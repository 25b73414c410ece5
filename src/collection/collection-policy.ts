/** What can be tuned about reading; times are in whole seconds of event time, unless their name says otherwise. */
export interface CollectionPolicy {
  /** The live window ends this long before now: CloudTrail delivers late anyway. */
  readonly liveLagS: number;
  /**
   * The live window reaches back so far over what was read already: AWS takes some minutes to deliver, and what is late by
   * that must not wait for the first sweep.
   */
  readonly liveOverlapS: number;
  /** The overlap ends before it would read more known records than this again. */
  readonly overlapRecords: number;
  /** How long after its end a window is read again, ascending: what came late is found then. */
  readonly sweepDelaysS: readonly number[];
  /** How long CloudTrail keeps events for LookupEvents: 90 days (its guide). */
  readonly retentionS: number;
  /** No read spans more than this; longer ones would take long and start over on a lost token. */
  readonly longestReadS: number;
  /**
   * Reads are made as long as is likely to give this many records: a longer one would not end before its token is lost, or
   * would keep what is more urgent waiting.
   */
  readonly recordsPerRead: number;
  /**
   * A sweep takes a later due window along where at most this many known records lie between: a page of them costs what
   * another read would.
   */
  readonly bridgeRecords: number;
  /** A failed window waits this long before it is tried again, doubled at each failure. */
  readonly retryAfterS: number;
  readonly longestRetryS: number;
  /** Throttled or at fault, a read waits this long before it asks again, doubled each time. */
  readonly backOffMs: number;
  readonly longestBackOffMs: number;
  /** So many faults (not throttles) in a row end a read; its window is a gap then. */
  readonly faultsInARow: number;
  /** The record of a call of ours that is not back by then, though its time was read again, is late or lost. */
  readonly footprintLateS: number;
  /** A span of this many seconds or less is not split further when its reads fail. */
  readonly shortestReadS: number;
}

/** The policy for real accounts; sweeps after 15 minutes, an hour and a day. */
export const defaultCollectionPolicy: CollectionPolicy = {
  liveLagS: 0,
  liveOverlapS: 10 * 60,
  overlapRecords: 500,
  sweepDelaysS: [15 * 60, 60 * 60, 24 * 60 * 60],
  retentionS: 90 * 24 * 60 * 60,
  longestReadS: 31 * 24 * 60 * 60,
  recordsPerRead: 1000,
  bridgeRecords: 50,
  retryAfterS: 60,
  longestRetryS: 60 * 60,
  backOffMs: 500,
  longestBackOffMs: 20_000,
  faultsInARow: 5,
  footprintLateS: 75 * 60, // after the second sweep: AWS delivers within minutes, on average
  shortestReadS: 60,
};
