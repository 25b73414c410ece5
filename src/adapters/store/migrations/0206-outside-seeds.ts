import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What finds the open cases that alerts about an account's callers are in. */
export const outsideSeeds: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`create index case_seeds_by_account on case_seeds (split_part(identity, '/', 2))`.execute(db);
  },
};
