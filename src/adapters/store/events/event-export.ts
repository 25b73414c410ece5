import { sql } from 'kysely';
import type { ExportedSighting, SightingsSpan } from '../../../views/sightings.ts';
import type { Store } from '../database.ts';

const rowsAtOnce = 5000;

/**
 * Every event with every log source that showed it, once, by account and event ID. It is one snapshot of the store, read by a
 * cursor: memory stays the same however many there are, and what arrives meanwhile is not in it.
 */
export async function* exportSightings(
  store: Store,
  { accountId, from, to }: SightingsSpan,
): AsyncGenerator<readonly ExportedSighting[]> {
  const conditions = [
    sql`true`,
    ...(accountId === undefined ? [] : [sql`account_id = ${accountId}`]),
    ...(from === undefined ? [] : [sql`event_time >= ${from}`]),
    ...(to === undefined ? [] : [sql`event_time <= ${to}`]),
  ];
  const transaction = await store.db
    .startTransaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute();
  try {
    // Revisions of an event lie next to each other in the key's order, so that nothing need be sorted.
    await sql`
      declare exported_sightings no scroll cursor for
      select account_id as "accountId", event_id as "eventId", min(event_time) as "occurredAt",
        min(first_seen_at) as "ingestedAt", source_id as "sourceId"
      from sightings where ${sql.join(conditions, sql` and `)}
      group by account_id, event_id, source_id
      order by account_id, event_id, source_id
    `.execute(transaction);
    for (;;) {
      const { rows } = await sql<ExportedSighting>`fetch ${sql.lit(rowsAtOnce)} from exported_sightings`.execute(
        transaction,
      );
      if (rows.length === 0) return;
      yield rows;
    }
  } finally {
    await transaction.rollback().execute();
  }
}
