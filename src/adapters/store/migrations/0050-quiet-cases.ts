import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** A case whose every alert is explained by a habit is quiet: a status of its own. */
export const quietCases: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql.raw('alter table cases drop constraint cases_status_check').execute(db);
    await sql
      .raw(
        `alter table cases add constraint cases_status_check check (status in
          ('gathering', 'quiet', 'awaiting-decision', 'responding', 'watching', 'needs-a-person', 'closed', 'merged'))`,
      )
      .execute(db);
  },
};
