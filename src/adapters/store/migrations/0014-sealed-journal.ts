import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** The MAC by which journal rows are known to be the responder's own. */
export const sealedJournal: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql.raw('alter table action_steps add column mac text').execute(db);
  },
};
