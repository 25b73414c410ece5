import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What finds the cases that name an account which nobody watches. */
export const outsideIdentities: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`
      create index case_identities_outside on case_identities (split_part(identity_id, '/', 2)) where role = 'outside'
    `.execute(db);
  },
};
