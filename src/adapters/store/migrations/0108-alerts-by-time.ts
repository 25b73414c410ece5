import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What finds the late ones among a group's alerts: a busy caller's group has tens of thousands. */
export const alertsByTime: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`create index alerts_of_group_by_time on alerts (rule_id, group_key, event_time)`.execute(db);
  },
};
