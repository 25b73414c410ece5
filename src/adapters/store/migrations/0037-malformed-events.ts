import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Which event a record that could not be read is of, as LookupEvents says beside the record: so that it can be told and looked up. */
export const malformedEvents: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql.raw('alter table malformed_records add column event_id text').execute(db);
    await sql.raw('create index malformed_records_seen on malformed_records (source_id, seen_at)').execute(db);
  },
};
