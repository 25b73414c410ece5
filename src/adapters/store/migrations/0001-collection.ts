import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Accounts, log sources, the coverage ledger, events, pacing and the publish sequence. */
export const collection: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

const statements = [
  `create table accounts (
    id text primary key,
    name text not null,
    partition text not null,
    lifecycle text not null check (lifecycle in ('watched', 'paused', 'retired')),
    regions jsonb not null,
    roles jsonb not null,
    poll_interval_ms integer not null check (poll_interval_ms > 0),
    pause jsonb,
    origin text not null default 'configuration',
    added_at timestamptz not null default now()
  )`,
  `create table log_sources (
    id text primary key,
    kind text not null check (kind in ('lookup', 'queue', 'trail', 'import')),
    account_id text,
    region text,
    watched_from timestamptz not null,
    live_from timestamptz not null,
    active boolean not null default true,
    detail jsonb not null default '{}'
  )`,
  'create index log_sources_by_account on log_sources (account_id)',
  `create table windows (
    source_id text not null references log_sources (id),
    from_at timestamptz not null,
    to_at timestamptz not null,
    state text not null check (state in ('due', 'reading', 'covered', 'failed', 'beyond-retention')),
    filter jsonb not null,
    covered_at timestamptz,
    sweeps_done integer not null default 0,
    records integer not null default 0,
    late_records integer not null default 0,
    attempts integer not null default 0,
    retry_at timestamptz,
    error text,
    primary key (source_id, from_at),
    check (to_at >= from_at)
  )`,
  `create table reads (
    read_id text primary key,
    source_id text not null,
    reason text not null check (reason in ('live', 'gap', 'sweep', 'backfill')),
    from_at timestamptz not null,
    to_at timestamptz not null,
    at timestamptz not null,
    ended_at timestamptz,
    outcome text not null check (outcome in ('running', 'complete', 'failed')),
    pages integer not null default 0,
    records integer not null default 0,
    new_records integer not null default 0,
    throttles integer not null default 0,
    restarts integer not null default 0,
    request_ids jsonb not null,
    filter jsonb not null,
    next_token text,
    published_at timestamptz,
    error text
  )`,
  'create index reads_open on reads (source_id) where published_at is null',
  'create index reads_by_source on reads (source_id, at)',
  `create table own_calls (
    aws_request_id text primary key,
    operation text not null,
    at timestamptz not null,
    account_id text,
    region text,
    intent_id text,
    footprint_expected boolean not null default true,
    footprint_at timestamptz,
    missed_at timestamptz
  )`,
  'create index own_calls_by_region on own_calls (account_id, region, at) where region is not null',
  'create index own_calls_awaiting on own_calls (at) where footprint_expected and footprint_at is null',
  `create table events (
    account_id text not null,
    event_id text not null,
    revision integer not null,
    event_time timestamptz not null,
    published_seq bigint,
    record_digest text not null,
    own boolean not null default false,
    late boolean not null default false,
    ingested_at timestamptz not null,
    ecs json not null,
    raw text not null,
    request_id text,
    action text,
    provider text,
    region text,
    outcome text,
    user_name text,
    user_arn text,
    principal_id text,
    access_key_id text,
    source_ip text,
    user_agent text,
    primary key (account_id, event_id, revision, event_time)
  ) partition by range (event_time)`,
  'create table events_default partition of events default',
  'create index events_published on events (published_seq) where published_seq is not null',
  'create index events_unpublished on events (account_id, event_time) where published_seq is null',
  'create index events_by_access_key on events (access_key_id, event_time)',
  'create index events_by_user on events (user_name, event_time)',
  'create index events_by_source_ip on events (source_ip, event_time)',
  'create index events_by_action on events (action, event_time)',
  `create table event_keys (
    account_id text not null,
    event_id text not null,
    revision integer not null,
    record_digest text not null,
    event_time timestamptz not null,
    primary key (account_id, event_id, revision),
    unique (account_id, event_id, record_digest)
  )`,
  `create table sightings (
    account_id text not null,
    event_id text not null,
    revision integer not null,
    source_id text not null,
    event_time timestamptz not null,
    first_seen_at timestamptz not null,
    primary key (account_id, event_id, revision, source_id)
  )`,
  `create table malformed_records (
    id text primary key,
    source_id text not null,
    account_id text,
    region text,
    seen_at timestamptz not null,
    raw bytea not null,
    problem text not null
  )`,
  `create table request_pacing (
    source_id text primary key,
    next_allowed_at timestamptz not null
  )`,
  `create table publish_sequence (
    partition integer primary key,
    last_seq bigint not null,
    ring_pending boolean not null,
    ring_pending_since timestamptz
  )`,
  'insert into publish_sequence (partition, last_seq, ring_pending) values (0, 0, false)',
  `create table operational_alerts (
    id text primary key,
    kind text not null,
    subject text not null,
    sentence text not null,
    raised_at timestamptz not null,
    ended_at timestamptz
  )`,
  'create unique index one_open_operational_alert on operational_alerts (kind, subject) where ended_at is null',
];
