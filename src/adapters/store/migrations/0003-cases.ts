import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What a case rests on and what was decided in it: evidence, findings, plans, decisions. */
export const casesTables: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

const statements = [
  `create table evidence (
    case_id text not null references cases (id),
    digest text not null,
    kind text not null,
    source text not null,
    taken_at timestamptz not null,
    availability text not null check (availability in ('complete', 'partial', 'unavailable')),
    why text,
    content json not null,
    primary key (case_id, digest)
  )`,
  `create table findings (
    case_id text not null references cases (id),
    id text not null,
    kind text not null,
    sentence text not null,
    direction text not null check (direction in ('suspicious', 'benign')),
    confidence text not null check (confidence in ('low', 'medium', 'high')),
    evidence jsonb not null,
    techniques jsonb not null,
    found_at timestamptz not null,
    primary key (case_id, id)
  )`,
  `create table plans (
    digest text primary key,
    case_id text not null references cases (id),
    version integer not null,
    plan json not null,
    standing text not null check (standing in ('draft', 'presented', 'superseded', 'decided', 'expired')),
    presented_at timestamptz not null,
    expires_at timestamptz,
    unique (case_id, version)
  )`,
  `create table decisions (
    id text primary key,
    case_id text not null references cases (id),
    decision_id text,
    plan_digest text,
    verdict text check (verdict in ('approve', 'reject')),
    action_ids jsonb not null,
    reason text,
    approver text,
    jws text not null,
    outcome text not null check (outcome in ('accepted', 'duplicate', 'refused')),
    refusal_code text,
    remedy text,
    at timestamptz not null
  )`,
  'create index decisions_of_case on decisions (case_id, at)',
];
