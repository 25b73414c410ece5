import type { ReadRecords } from '../../../collection/read-records.ts';
import type { Instant, SourceId } from '../../../model/ids.ts';
import type { Store, StoreDb } from '../database.ts';
import { createEventPartitions } from '../events/event-partitions.ts';
import { storeRecords } from './page-store.ts';
import { type EventTimeSpan, publishSource, spansToPublish } from './publish.ts';

/** Recordings on their way into the store, as a log source of their own. */
export interface ImportStore {
  /** Stores records, once each; returns how many were new. */
  store(records: ReadRecords, seenAt: Instant): Promise<number>;
  /** Makes all that was stored visible to detection, in event-time order; says whether to ring. */
  publish(): Promise<ImportPublication>;
  /**
   * The same in parts, oldest events first, so that the publication of what is read live never waits for long. What stops in
   * between goes on when the import is repeated.
   */
  publishInParts(): AsyncGenerator<ImportPublication>;
}

export interface ImportPublication {
  readonly events: number;
  readonly ring: boolean;
}

/** Publishing so many takes about a second, for which the publish lock is held. */
const eventsInPart = 5000;

function importSourceId(label: string): SourceId {
  return `import/${label}` as SourceId;
}

/** The name that {@link importSourceId} made a log source of. */
export function labelOfImport(source: SourceId): string {
  return source.slice(importSourceId('').length);
}

export interface ImportStoreOptions {
  readonly eventsInPart?: number;
  /** Called within each transaction with what it did. */
  readonly count?: (db: StoreDb, done: { readonly newRecords?: number; readonly published?: number }) => Promise<void>;
}

/** Opens an import under a label; importing again under the same label goes on with it. */
export async function createImportStore(
  store: Store,
  label: string,
  now: Instant,
  { eventsInPart: partOf = eventsInPart, count }: ImportStoreOptions = {},
): Promise<ImportStore> {
  const id = importSourceId(label);
  const partitions = createEventPartitions();
  function publish(span?: EventTimeSpan): Promise<ImportPublication> {
    return store.db.transaction().execute(async (db) => {
      const publication = await publishSource(db, id, span);
      await count?.(db, { published: publication.events });
      return publication;
    });
  }
  await ensureImportSource(store.db, id, now);
  return {
    async store(records, seenAt) {
      await partitions.ensure(
        store.db,
        records.records.map((record) => record.eventTime),
      );
      return await store.db.transaction().execute(async (db) => {
        const newRecords = await storeRecords(db, { source: { id }, seenAt, ...records });
        await count?.(db, { newRecords });
        return newRecords;
      });
    },
    publish: () => publish(),
    async *publishInParts() {
      for (const span of await spansToPublish(store.db, id, partOf)) yield await publish(span);
      yield await publish();
    },
  };
}

/** The log source that an import becomes. */
export async function ensureImportSource(db: StoreDb, id: SourceId, now: Instant): Promise<void> {
  await db
    .insertInto('log_sources')
    .values({ id, kind: 'import', account_id: null, region: null, watched_from: now, live_from: now, detail: '{}' })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
