import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What searching the events newest first needs. */
export const eventSearch: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

const statements = [
  'alter table events add column irregular boolean not null default false',
  'create index events_irregular on events (event_time) where irregular',
  'create index events_by_time on events (event_time)',
  'create index events_by_user_arn on events (user_arn, event_time)',
];
