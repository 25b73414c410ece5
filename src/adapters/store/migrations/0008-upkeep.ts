import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What is done daily: pruning, and looking for regions; and how much of an account's events is read. */
export const upkeep: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

const statements = [
  'alter table accounts add column discovers_regions boolean not null default false',
  'alter table accounts add column region_trouble text',
  "alter table accounts add column reads text not null default 'all' check (reads in ('all', 'write-only'))",
  `create table chores (
    name text primary key,
    done_at timestamptz not null
  )`,
  // Rows come nearly in the order of their times, so that a block range index finds the old ones at no cost for new ones.
  'create index event_keys_by_time on event_keys using brin (event_time) with (autosummarize = on)',
  'create index sightings_by_time on sightings using brin (event_time) with (autosummarize = on)',
  'create index reads_by_time on reads using brin (at) with (autosummarize = on)',
  'create index own_calls_by_time on own_calls using brin (at) with (autosummarize = on)',
];
