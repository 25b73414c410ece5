import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Which event an alert's anchor corrects: when the event itself, or another correction of it, comes later, it is the same alert. */
export const correctedAnchors: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql.raw('alter table alerts add column anchor_corrects text').execute(db);
    await sql
      .raw(
        'create index alerts_corrected on alerts (rule_id, group_key, anchor_corrects) where anchor_corrects is not null',
      )
      .execute(db);
  },
};
