import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Which plan took the place of one that was presented before it. */
export const supersededBy: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`alter table plans add column superseded_by text`.execute(db);
  },
};
