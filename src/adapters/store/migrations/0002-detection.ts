import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Alerts, rule state, the detect cursor and which case an alert belongs to. */
export const detection: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

const statements = [
  `create table cases (
    id text primary key,
    actor_key text not null,
    actor jsonb not null,
    account_id text not null,
    status text not null check (status in
      ('gathering', 'awaiting-decision', 'responding', 'watching', 'needs-a-person', 'closed', 'merged')),
    severity text not null check (severity in ('low', 'medium', 'high', 'critical')),
    opened_at timestamptz not null,
    closed_at timestamptz,
    verdict text,
    ring_pending boolean not null default false,
    ring_pending_since timestamptz
  )`,
  'create unique index one_open_case_per_actor on cases (actor_key) where closed_at is null',
  'create index cases_by_opening on cases (opened_at)',
  'create index cases_ringing on cases (ring_pending_since) where ring_pending',
  `create table alerts (
    id text primary key,
    rule_id text not null,
    rule_digest text not null,
    rule_name text not null,
    severity text not null check (severity in ('low', 'medium', 'high', 'critical')),
    risk_score integer not null,
    group_values json not null,
    group_key text not null,
    anchor_account_id text not null,
    anchor_event_id text not null,
    anchor_revision integer not null,
    event_refs jsonb not null,
    detail jsonb not null,
    status jsonb not null,
    status_kind text not null check (status_kind in ('live', 'learning', 'excepted', 'superseded')),
    late boolean not null default false,
    event_time timestamptz not null,
    at timestamptz not null,
    amended_at timestamptz,
    revision integer not null default 0,
    case_id text references cases (id),
    claimed_at timestamptz,
    carried_over boolean not null default false,
    assigned_at timestamptz
  )`,
  'create index alerts_of_group on alerts (rule_id, group_key, anchor_event_id)',
  'create index alerts_of_case on alerts (case_id)',
  'create index alerts_unclaimed on alerts (case_id) where case_id is not null and claimed_at is null',
  'create index alerts_assigned on alerts (rule_id, assigned_at) where assigned_at is not null',
  "create index alerts_learning on alerts (rule_id, anchor_account_id) where status_kind = 'learning'",
  'create index alerts_carried_over on alerts (rule_id, event_time) where carried_over',
  `create table alert_events (
    alert_id text not null references alerts (id),
    account_id text not null,
    event_id text not null,
    revision integer not null,
    position integer not null,
    primary key (alert_id, position)
  )`,
  'create index alerts_of_event on alert_events (account_id, event_id)',
  `create table rule_candidates (
    rule_id text not null,
    rule_digest text not null,
    group_key text not null,
    event_time timestamptz not null,
    account_id text not null,
    event_id text not null,
    revision integer not null,
    ordinal integer not null,
    group_values json not null,
    payload json not null,
    primary key (rule_id, rule_digest, group_key, event_time, account_id, event_id, revision, ordinal)
  )`,
  `create table rule_versions (
    rule_id text not null,
    rule_digest text not null,
    since_seq bigint not null,
    current boolean not null,
    at timestamptz not null,
    primary key (rule_id, rule_digest)
  )`,
  `create table detect_cursors (
    partition integer primary key,
    seq bigint not null,
    updated_at timestamptz not null
  )`,
  'insert into detect_cursors (partition, seq, updated_at) values (0, 0, now())',
  `create table rule_readiness (
    rule_id text not null,
    account_id text not null,
    history_from timestamptz not null,
    ready boolean not null,
    primary key (rule_id, account_id)
  )`,
];
