import type { BegunImport, ImportPorts } from '../../../commands/import-recordings.ts';
import type { Digest } from '../../../model/ids.ts';
import { appendAuditRecords } from '../audit/audit-store.ts';
import type { Store, StoreDb } from '../database.ts';
import { createImportStore, ensureImportSource, type ImportStoreOptions, labelOfImport } from './import-store.ts';

type ImportToBegin = Parameters<ImportPorts['begin']>[0];

/** Imports in the store, each with its row. */
export function storeImports(
  store: Store,
  { eventsInPart }: Pick<ImportStoreOptions, 'eventsInPart'> = {},
): Pick<ImportPorts, 'begin'> {
  return {
    begin: async (wanted) => {
      const id = await openImport(store, wanted);
      const into = await createImportStore(store, labelOfImport(wanted.source), wanted.begun.entry.at, {
        ...(eventsInPart === undefined ? {} : { eventsInPart }),
        count: (db, done) => countDone(db, id, done),
      });
      return {
        id,
        store: (records, seenAt) => into.store(records, seenAt),
        publishInParts: () => into.publishInParts(),
        end: endOf(store, id),
      };
    },
  };
}

/** The row of the import that was begun and has not ended; else a new one, with the record that it began. */
function openImport(store: Store, { source, inputs, begun }: ImportToBegin): Promise<Digest> {
  const { at, actor } = begun.entry;
  return store.db.transaction().execute(async (db) => {
    await ensureImportSource(db, source, at);
    const row = { id: begun.id, source_id: source, inputs, begun_by: actor, begun_at: at, ended_at: null };
    const isNew = await db
      .insertInto('imports')
      .values(row)
      .onConflict((conflict) => conflict.doNothing())
      .returning('id')
      .executeTakeFirst();
    if (isNew !== undefined) {
      await appendAuditRecords(db, [begun]);
      return begun.id;
    }
    const open = await db
      .selectFrom('imports')
      .select('id')
      .where('source_id', '=', source)
      .where('inputs', '=', inputs)
      .where('begun_by', '=', actor)
      .where('ended_at', 'is', null)
      .executeTakeFirstOrThrow();
    return open.id;
  });
}

async function countDone(
  db: StoreDb,
  id: Digest,
  { newRecords = 0, published = 0 }: { readonly newRecords?: number; readonly published?: number },
): Promise<void> {
  await db
    .updateTable('imports')
    .set((eb) => ({
      new_records: eb('new_records', '+', BigInt(newRecords)),
      published: eb('published', '+', BigInt(published)),
    }))
    .where('id', '=', id)
    .execute();
}

/** Ends an import and writes its record, together and once. */
function endOf(store: Store, id: Digest): BegunImport['end'] {
  return (at, told) =>
    store.db.transaction().execute(async (db) => {
      const ended = await db
        .updateTable('imports')
        .set({ ended_at: at })
        .where('id', '=', id)
        .where('ended_at', 'is', null)
        .returning(['new_records', 'published'])
        .executeTakeFirst();
      if (ended === undefined) return;
      const totals = { newRecords: Number(ended.new_records), published: Number(ended.published) };
      await appendAuditRecords(db, [told(totals)]);
    });
}
