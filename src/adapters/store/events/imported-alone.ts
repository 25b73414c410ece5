import { sql, type RawBuilder } from 'kysely';
import type { StoreDb } from '../database.ts';

/**
 * Whether an event came by import alone though its account's own trail is read: it proves nothing until that shows it, for anybody can
 * have written the record.
 */
export function isImportedAlone(accountId: RawBuilder<unknown>, eventId: RawBuilder<unknown>): RawBuilder<boolean> {
  // Of a store without imports, which is most, no event's sightings are looked up.
  return sql<boolean>`(
    (select exists (select from log_sources where kind = 'import'))
    and exists (select from log_sources w where w.account_id = ${accountId} and w.kind = 'lookup' and w.active)
    and exists (select from sightings s where s.account_id = ${accountId} and s.event_id = ${eventId})
    and not exists (select from sightings s where s.account_id = ${accountId} and s.event_id = ${eventId}
      and s.source_id not like 'import/%')
  )`;
}

/** Whether {@link isImportedAlone} may be true of any event. */
export async function someImportsAreAlone(db: StoreDb): Promise<boolean> {
  const { rows } = await sql<{ readonly some: boolean }>`
    select exists (select from log_sources where kind = 'import')
      and exists (select from log_sources where kind = 'lookup' and active) as some
  `.execute(db);
  return rows[0]?.some === true;
}
