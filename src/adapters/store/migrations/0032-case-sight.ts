import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * What a live case is assessed from: which events are about which thing, so that what undoes a case's doings is found whoever did it;
 * who accepted which way in; and findings with their facts and the events that prove them.
 */
export const caseSight: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

const statements = [
  `create table event_things (
    thing text not null,
    at timestamptz not null,
    account_id text not null,
    event_id text not null,
    revision integer not null,
    primary key (thing, at, account_id, event_id, revision)
  )`,
  `create table accepted_ways_in (
    case_id text not null references cases (id),
    way_in_id text not null,
    accepted_by text not null,
    reason text not null,
    at timestamptz not null,
    primary key (case_id, way_in_id)
  )`,
  'alter table plans add column seen_seq bigint',
];
