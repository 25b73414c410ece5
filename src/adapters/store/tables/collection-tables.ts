import type { AccountLifecycle, RoleRef } from '../../../model/account.ts';
import type { CoverageFilter, CoverageState, ReadReason } from '../../../model/coverage.ts';
import type { AccountId, Digest, Instant, SourceId } from '../../../model/ids.ts';
import type { EcsDocument } from '../../../model/trail-event.ts';
import type { Defaulted, Json } from './columns.ts';

/** A watched account, as it was configured last. */
export interface AccountsTable {
  id: AccountId;
  name: string;
  partition: 'aws' | 'aws-cn' | 'aws-us-gov';
  lifecycle: AccountLifecycle;
  regions: Json<readonly string[]>;
  roles: Json<{ readonly poll?: RoleRef; readonly evidence?: RoleRef; readonly respond?: RoleRef }>;
  poll_interval_ms: number;
  /** Why, by whom and until when the account is paused. */
  pause: Json<{ readonly reason: string; readonly owner: string; readonly until: Instant } | null> | null;
  /** `configuration` rewrites it at every start; `command` (accounts add) is kept. */
  origin: Defaulted<string>;
  added_at: Defaulted<Instant>;
  /** Its regions are those that AWS lists as enabled. */
  discovers_regions: Defaulted<boolean>;
  /** Why they could not be listed the last time, a sentence of ours. */
  region_trouble: string | null;
  /** `write-only`: read-only events are not read, and the ledger says so. */
  reads: Defaulted<'all' | 'write-only'>;
}

/** What is read: an account's region by LookupEvents, an import, ... */
export interface LogSourcesTable {
  id: SourceId;
  kind: 'lookup' | 'import';
  account_id: AccountId | null;
  region: string | null;
  /** Everything from here on must be covered; before it, nobody promised anything. */
  watched_from: Instant;
  /** Live reading began here; what lies between `watched_from` and this is history, read by backfill. */
  live_from: Instant;
  /** False once its region is no longer watched. */
  active: Defaulted<boolean>;
  detail: Json<Readonly<Record<string, string>>>;
}

/** A person's import of recordings; stopped and begun again, it is the same row. */
export interface ImportsTable {
  /** That of the audit record that says that it began. */
  id: Digest;
  source_id: SourceId;
  /** Tells whether an import is of the same inputs. */
  inputs: Digest;
  begun_by: string;
  begun_at: Instant;
  /** What it brought so far, however often it was stopped. */
  new_records: Defaulted<bigint>;
  published: Defaulted<bigint>;
  ended_at: Instant | null;
}

/** The coverage ledger: disjoint spans of event time of a log source. */
export interface WindowsTable {
  source_id: SourceId;
  from_at: Instant;
  /** Inclusive. */
  to_at: Instant;
  state: CoverageState;
  filter: Json<CoverageFilter>;
  /** When it was first read completely. */
  covered_at: Instant | null;
  /** How many of the sweep delays have been served. */
  sweeps_done: Defaulted<number>;
  records: Defaulted<number>;
  /** Records that came after the window had been covered once. */
  late_records: Defaulted<number>;
  attempts: Defaulted<number>;
  /** A failed window is not tried again before this. */
  retry_at: Instant | null;
  /** A sentence of ours about the last failure. */
  error: string | null;
}

/** One pass over a span of a log source. */
export interface ReadsTable {
  read_id: string;
  source_id: SourceId;
  reason: ReadReason;
  from_at: Instant;
  to_at: Instant;
  at: Instant;
  ended_at: Instant | null;
  outcome: 'running' | 'complete' | 'failed';
  pages: Defaulted<number>;
  records: Defaulted<number>;
  new_records: Defaulted<number>;
  throttles: Defaulted<number>;
  restarts: Defaulted<number>;
  faults_in_a_row: Defaulted<number>;
  request_ids: Json<readonly string[]>;
  filter: Json<CoverageFilter>;
  /** Where a read that was left in the middle goes on. */
  next_token: string | null;
  /** When the ledger took it in; null while it is running, or is complete and waits for that. */
  published_at: Instant | null;
  /** A sentence of ours about the last failure; while it is running, about the last fault. */
  error: string | null;
}

/** A call of ours that AWS answered; CloudTrail must show it too. */
export interface OwnCallsTable {
  aws_request_id: string;
  operation: string;
  at: Instant;
  account_id: AccountId | null;
  region: string | null;
  intent_id: string | null;
  /** False for a call that AWS refused: CloudTrail need not show it. */
  footprint_expected: Defaulted<boolean>;
  /** When the record of it was first stored. */
  footprint_at: Instant | null;
  /** When it was said that the footprint stays out. */
  missed_at: Instant | null;
}

/** A CloudTrail record, partitioned by the day of its event time. */
export interface EventsTable {
  account_id: AccountId;
  event_id: string;
  revision: number;
  event_time: Instant;
  /** Null until the window it lies in has been published. */
  published_seq: bigint | null;
  record_digest: Digest;
  /** Its request ID is in our own call log. */
  own: Defaulted<boolean>;
  /** Its window had been published before it came. */
  late: Defaulted<boolean>;
  ingested_at: Instant;
  ecs: Json<EcsDocument>;
  /** The record's text, as it came. */
  raw: string;
  request_id: string | null;
  action: string | null;
  provider: string | null;
  region: string | null;
  outcome: string | null;
  user_name: string | null;
  user_arn: string | null;
  principal_id: string | null;
  access_key_id: string | null;
  source_ip: string | null;
  user_agent: string | null;
  /** The columns above do not tell all that the document has at their fields. */
  irregular: Defaulted<boolean>;
}

/** Which contents are known under an event ID: what makes a record a duplicate, or a revision. */
export interface EventKeysTable {
  account_id: AccountId;
  event_id: string;
  revision: number;
  record_digest: Digest;
  event_time: Instant;
}

/** A row per source that showed an event. */
export interface SightingsTable {
  account_id: AccountId;
  event_id: string;
  revision: number;
  source_id: SourceId;
  event_time: Instant;
  first_seen_at: Instant;
}

/** What could not be read as a record, kept as it came. */
export interface MalformedRecordsTable {
  id: Digest;
  source_id: SourceId;
  account_id: AccountId | null;
  region: string | null;
  seen_at: Instant;
  raw: Buffer;
  /** What is wrong with it and where, a sentence of ours. */
  problem: string;
  /** The event that it is of, as it stood beside the text or in it; null where nothing that can be read names it. */
  event_id: string | null;
}

/** One row per account and region: when the next request may be sent. */
export interface RequestPacingTable {
  source_id: string;
  next_allowed_at: Instant;
}

/** Its one row: the last number that a published event was given, and whether detection's doorbell rings already. */
export interface PublishSequenceTable {
  last_seq: bigint;
  ring_pending: boolean;
  ring_pending_since: Instant | null;
}

/** What the operators must know about the collection itself: a gap, a footprint that stays out. */
export interface OperationalAlertsTable {
  id: Digest;
  kind: string;
  subject: string;
  sentence: string;
  raised_at: Instant;
  ended_at: Instant | null;
}

/** What is done about once a day, and when it was done last. */
export interface ChoresTable {
  name: string;
  done_at: Instant;
}

/** A row for each ledger in which nothing is amiss since live reading began; it is written with the ledger. */
export interface WholeLedgersTable {
  source_id: SourceId;
  to_at: Instant;
  recent_from: Instant | null;
  recent_records: bigint;
}

export interface CollectionTables {
  accounts: AccountsTable;
  log_sources: LogSourcesTable;
  imports: ImportsTable;
  windows: WindowsTable;
  reads: ReadsTable;
  own_calls: OwnCallsTable;
  events: EventsTable;
  event_keys: EventKeysTable;
  sightings: SightingsTable;
  malformed_records: MalformedRecordsTable;
  request_pacing: RequestPacingTable;
  publish_sequence: PublishSequenceTable;
  operational_alerts: OperationalAlertsTable;
  chores: ChoresTable;
  whole_ledgers: WholeLedgersTable;
}
