import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What a case refused is kept without its signature: nobody who reads the store can show it. */
export const refusedDecisions: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

const statements = [
  'alter table decisions alter column jws drop not null',
  `update decisions set jws = null where outcome = 'refused'`,
  `alter table decisions add constraint jws_of_what_counts check ((jws is null) = (outcome = 'refused'))`,
];
