import { createImportStore } from '../../src/adapters/store/collection/import-store.ts';
import type { Store } from '../../src/adapters/store/database.ts';
import { importedRecord } from '../../src/collection/imported-record.ts';
import type { NormalizedRecord } from '../../src/collection/ports.ts';
import type { Instant } from '../../src/model/ids.ts';
import type { JsonObject } from '../../src/model/json.ts';

export const account = '111122223333';

/** Stores documents as an import does, without publishing them. */
export async function storeDocuments(store: Store, documents: readonly JsonObject[]): Promise<void> {
  const now = new Date().toISOString() as Instant;
  const imported = await createImportStore(store, 'test', now);
  await imported.store({ records: documents.flatMap((document) => recordOf(document)), malformed: [] }, now);
}

function recordOf(document: JsonObject): readonly NormalizedRecord[] {
  const { records, malformed } = importedRecord({ kind: 'ecs', document }, '2026-11-24T12:00:00Z' as Instant);
  if (malformed.length > 0) throw new Error(`the test's document is none: ${malformed[0]?.problem}`);
  return records;
}

export async function clearEvents(store: Store): Promise<void> {
  for (const table of ['sightings', 'event_keys', 'events', 'own_calls'] as const) {
    await store.db.deleteFrom(table).execute();
  }
}
