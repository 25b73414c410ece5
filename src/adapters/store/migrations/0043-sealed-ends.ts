import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** The MAC by which the end of an action is known to be told by the responder itself. */
export const sealedEnds: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql.raw('alter table response_actions add column mac text').execute(db);
  },
};
