import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Removals of keys in the journal, and keys of responses that may be live without anybody having their secret. */
export const unsettledKeys: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

const statements = [
  'alter table action_steps drop constraint action_steps_mark_check',
  `alter table action_steps add constraint action_steps_mark_check check (mark in
    ('intended', 'checked', 'calling', 'answered', 'called', 'verified', 'removing', 'removed', 'settled'))`,
  `create table unsettled_keys (
    intent_id text primary key,
    case_id text not null,
    action_id text not null,
    account_id text not null,
    user_name text not null,
    access_key_ids jsonb not null,
    why text not null,
    since timestamptz not null,
    settled_at timestamptz
  )`,
  'create index unsettled_keys_of_case on unsettled_keys (case_id) where settled_at is null',
];
