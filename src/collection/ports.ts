import type { Account } from '../model/account.ts';
import type { CoverageFilter, ReadReason } from '../model/coverage.ts';
import type { AccountId, Digest, Instant, SourceId } from '../model/ids.ts';
import type { LookupSource } from '../model/log-source.ts';
import type { EcsDocument } from '../model/trail-event.ts';
import type { EndedRead, SourceLedger } from './source-ledger.ts';
import type { Span } from './span.ts';

/** One request for a page of a log source. */
export interface PageRequest {
  readonly account: Account;
  readonly source: LookupSource;
  readonly span: Span;
  readonly filter: CoverageFilter;
  readonly token: string | null;
}

/** A record as a page shows it. */
export interface ShownRecord {
  /** Its JSON text, as CloudTrail gave it. */
  readonly text: string;
  /** The event's ID, as it stands beside the text (LookupEvents' `EventId`): it names the event where its text cannot be read. */
  readonly eventId?: string | undefined;
}

/** What came of asking for a page. Whatever AWS answered has a request ID, which CloudTrail will show too. */
export type PageAnswer = { readonly requestId: string | null; readonly at: Instant } & (
  | {
      readonly kind: 'page';
      readonly records: readonly ShownRecord[];
      readonly nextToken: string | null;
    }
  | { readonly kind: 'throttled'; readonly waitMs: number | null }
  | { readonly kind: 'fault'; readonly sentence: string }
  | { readonly kind: 'invalid-token' }
  | { readonly kind: 'refused'; readonly sentence: string }
);

/** Reads pages by LookupEvents; never throws for what AWS or the network does. */
export interface TrailReader {
  /** @param turn is awaited when all else is ready: a turn that waits for credentials is wasted, and is sent late among others. */
  page(request: PageRequest, turn: () => Promise<void>): Promise<PageAnswer>;
}

/** Gives the right to send one request, across all workers and uses. */
export interface RequestPacer {
  /** Resolves when the caller may send one request to the source. */
  turn(sourceId: SourceId): Promise<void>;
}

/** A LookupEvents call of ours that AWS answered. */
export interface OwnLookup {
  readonly requestId: string;
  readonly source: LookupSource;
  readonly at: Instant;
  readonly succeeded: boolean;
}

/** A record that was understood, ready to be stored. */
export interface NormalizedRecord {
  readonly accountId: AccountId;
  readonly eventId: string;
  readonly recordDigest: Digest;
  readonly eventTime: Instant;
  readonly requestId: string | null;
  readonly ecs: EcsDocument;
  readonly raw: string;
}

/** A record that was not understood; it is kept as it came. */
export interface MalformedRecord {
  readonly digest: Digest;
  readonly raw: string;
  readonly problem: string;
  /** Null where nothing that can be read names it. */
  readonly eventId: string | null;
}

/** A read that has begun and not ended: a later poll goes on with it. */
export interface OpenRead {
  readonly readId: string;
  readonly sourceId: SourceId;
  readonly reason: ReadReason;
  readonly span: Span;
  readonly filter: CoverageFilter;
  /** Seconds since 1970. */
  readonly startedAt: number;
  readonly token: string | null;
  readonly pages: number;
  readonly records: number;
  readonly newRecords: number;
  readonly throttles: number;
  readonly restarts: number;
  /** Since the last page; kept from poll to poll, or a silent endpoint would never count as failing. */
  readonly faultsInARow: number;
  /** A sentence about the last of them. */
  readonly lastFault: string | null;
}

export interface PageToStore {
  readonly source: LookupSource;
  readonly requestId: string | null;
  readonly seenAt: Instant;
  readonly records: readonly NormalizedRecord[];
  readonly malformed: readonly MalformedRecord[];
}

/** A log source with its ledger, and the reads of it that are in the middle. */
export interface WatchedSource {
  readonly source: LookupSource;
  readonly ledger: SourceLedger;
  readonly openReads: readonly OpenRead[];
}

export interface Publication {
  /** Events that became visible to detection. */
  readonly events: number;
  /** Windows whose state changed. */
  readonly windows: number;
  /** True where detection's doorbell is to be rung: no ring was pending, and now one is. */
  readonly ring: boolean;
}

/** The store, as collection needs it. */
export interface CollectionStore {
  /** The account and its active sources, or null where nobody watches it (any more). */
  watched(
    accountId: AccountId,
  ): Promise<{ readonly account: Account; readonly sources: readonly WatchedSource[] } | null>;
  /** Stores a page, once: what is known already is dropped, other content under a known ID becomes a revision. */
  storePage(page: PageToStore): Promise<{ readonly newRecords: number }>;
  /** Writes down a call of ours that brought no page. */
  recordOwnCall(call: OwnLookup): Promise<void>;
  /** Writes down where a read stands, and the request that brought it there. */
  saveRead(read: OpenRead, state: ReadState, requestId: string | null): Promise<void>;
  /** @param footprintLateS after how many seconds a footprint counts as out. */
  sourceHealth(now: Instant, footprintLateS: number): Promise<readonly SourceHealth[]>;
  /** Raises the alerts that are not open yet, ends those that are not named any more; returns what was raised and ended. */
  setOperationalAlerts(
    alerts: readonly OperationalAlert[],
    now: Instant,
  ): Promise<{ readonly raised: readonly OperationalAlert[]; readonly ended: readonly OperationalAlert[] }>;
  /**
   * Publishes in one transaction, under a lock: takes ended reads into the ledgers (`judge`, pure), numbers the new events of
   * all covered windows in event-time order, and says whether to ring.
   */
  publish(
    accountId: AccountId,
    judge: (ledger: SourceLedger, ended: readonly EndedRead[]) => SourceLedger,
  ): Promise<Publication>;
}

/** A source's state, as its health is judged by it. */
export interface SourceHealth {
  readonly source: LookupSource;
  readonly ledger: SourceLedger;
  readonly pollIntervalMs: number;
  /** Calls of ours whose footprint is still out, though their time has been read since; the oldest one's time. */
  readonly footprintsOut: { readonly count: number; readonly oldest: Instant | null };
  readonly unread: UnreadRecords;
}

/** Records that were shown and could not be read as records, and did not come whole since. */
export interface UnreadRecords {
  readonly count: number;
  /** Some of them, the newest first. */
  readonly examples: readonly { readonly eventId: string | null; readonly problem: string }[];
}

/** How long CloudTrail took, by our own calls since a time: from the call to the poll that found its record. */
export interface FootprintDelays {
  readonly calls: number;
  readonly seen: number;
  readonly medianS: number | null;
  readonly p95S: number | null;
}

/** What the reads of a source did, for one reason. */
export interface ReadTotals {
  readonly reason: ReadReason;
  readonly reads: number;
  readonly failed: number;
  readonly pages: number;
  readonly records: number;
  readonly newRecords: number;
  readonly throttles: number;
}

/** A record that could not be read as one, and whose event is not known whole from elsewhere. */
export interface UnreadRecord {
  readonly eventId: string | null;
  readonly seenAt: Instant;
  /** What is wrong with it, a sentence of ours. */
  readonly problem: string;
  /** The beginning of what stood there, as UTF-8. */
  readonly text: string;
}

export const operationalAlertKinds = [
  'gap',
  'behind',
  'lost',
  'footprints-out',
  'malformed',
  'too-busy',
  'regions-unknown',
  'alerts-held-back',
  'rule-warming',
  'case-taken-up',
  'case-stuck',
  'case-reopened',
] as const;

/** What the operators must know; one that is open stays so until its cause is gone. */
export interface OperationalAlert {
  readonly kind: (typeof operationalAlertKinds)[number];
  readonly subject: string;
  /** A sentence of ours. */
  readonly sentence: string;
}

/** Where a read stands. */
export type ReadState =
  | { readonly kind: 'running' }
  | { readonly kind: 'complete'; readonly endedAt: Instant }
  | { readonly kind: 'failed'; readonly endedAt: Instant; readonly error: string };
