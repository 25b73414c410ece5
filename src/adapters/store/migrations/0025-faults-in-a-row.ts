import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** How often in a row a read that is under way has met a fault: polls that end before the last try must not forget it. */
export const faultsInARow: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql.raw('alter table reads add column faults_in_a_row integer not null default 0').execute(db);
  },
};
