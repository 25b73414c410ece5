import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * Audit records are appended by one call: everybody who appends waits for one lock, which is held for as long as it takes to number and
 * write them, and for no answer on its way.
 */
export const auditAppended: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql.raw(append).execute(db);
  },
};

/** Volatile, as functions are: each statement sees what was committed before it, so that what is counted after the lock is all there is. */
const append = `
  create function append_audit_records(
    ids text[], ats timestamptz[], actors text[], case_ids text[], kinds text[], subjects text[], canonicals text[]
  ) returns void language plpgsql volatile as $$
  declare
    latest bigint;
  begin
    perform pg_advisory_xact_lock(hashtextextended('audit', 0));
    select coalesce(max(position), 0) into latest from audit_records;
    insert into audit_records (position, id, at, actor, case_id, kind, subject, canonical)
    select latest + row_number() over (order by given.place), id, at, actor, case_id, kind, subject, canonical
    from unnest(ids, ats, actors, case_ids, kinds, subjects, canonicals) with ordinality
      as given (id, at, actor, case_id, kind, subject, canonical, place)
    where not exists (select from audit_records known where known.id = given.id);
  end $$`;
