import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What was begun of each plan, and the journal of its steps. */
export const response: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

const statements = [
  `create table response_actions (
    intent_id text primary key,
    plan_digest text not null,
    action_id text not null,
    case_id text not null,
    workflow_id text not null,
    run_id text not null,
    claimed_at timestamptz not null,
    ended_at timestamptz,
    result jsonb,
    unique (plan_digest, action_id)
  )`,
  'create index response_actions_of_case on response_actions (case_id)',
  `create table action_steps (
    intent_id text not null references response_actions (intent_id),
    step text not null,
    mark text not null check (mark in
      ('intended', 'checked', 'calling', 'answered', 'called', 'verified', 'settled')),
    attempt integer not null,
    at timestamptz not null,
    aws_request_ids jsonb not null,
    data jsonb not null,
    position bigint generated always as identity,
    primary key (intent_id, step, mark, attempt)
  )`,
];
