import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What exceptions held back: how much, and the candidates that would have counted without them. */
export const heldBackTables: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

const statements = [
  'alter table rule_candidates add column held_back_by text',
  `create table held_back_counts (
    exception_id text not null,
    rule_id text not null,
    events bigint not null,
    last_event_time timestamptz not null,
    primary key (exception_id, rule_id)
  )`,
  "create index alerts_excepted on alerts (rule_id) where status_kind = 'excepted'",
];
