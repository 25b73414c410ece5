import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Detection is one sequence with one cursor: each table has its one row, and no number that would tell it from others. */
export const oneDetector: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of [
      'alter table publish_sequence drop column partition',
      'create unique index publish_sequence_one on publish_sequence ((true))',
      'alter table detect_cursors rename to detect_cursor',
      'alter table detect_cursor drop column partition',
      'create unique index detect_cursor_one on detect_cursor ((true))',
    ]) {
      await sql.raw(statement).execute(db);
    }
  },
};
