import { type Selectable, sql } from 'kysely';
import type { CollectionStore, OpenRead, Publication, WatchedSource } from '../../../collection/ports.ts';
import type { EndedRead, SourceLedger } from '../../../collection/source-ledger.ts';
import { secondsOf } from '../../../collection/span.ts';
import type { AccountId, Instant, SourceId } from '../../../model/ids.ts';
import { activeSources, endPauses, findAccount } from '../accounts/account-store.ts';
import { lockUntilCommit } from '../advisory-lock.ts';
import type { Store, StoreDb } from '../database.ts';
import { createEventPartitions } from '../events/event-partitions.ts';
import { insertLookupCall, storeRecords, upsertRead } from './page-store.ts';
import { markLate, publishEvents } from './publish.ts';
import { loadSourceHealth, setOperationalAlerts } from './collection-health-store.ts';
import { loadLedgers, saveLedgers } from './source-ledger-store.ts';
import type { ReadsTable } from '../tables/collection-tables.ts';

/** Collection's port on PostgreSQL. */
export function createCollectionStore(store: Store): CollectionStore {
  const partitions = createEventPartitions();
  return {
    async watched(accountId) {
      const account = await findAccount(store.db, accountId);
      if (account === null || account.lifecycle !== 'watched') return null;
      return { account, sources: await watchedSources(store.db, accountId) };
    },

    async storePage(page) {
      await partitions.ensure(
        store.db,
        page.records.map((record) => record.eventTime),
      );
      const newRecords = await store.db.transaction().execute(async (db) => {
        if (page.requestId !== null) {
          await insertLookupCall(db, {
            requestId: page.requestId,
            source: page.source,
            at: page.seenAt,
            succeeded: true,
          });
        }
        return storeRecords(db, page);
      });
      return { newRecords };
    },

    recordOwnCall: (call) => insertLookupCall(store.db, call),

    saveRead: (read, state, requestId) => upsertRead(store.db, read, state, requestId),

    async sourceHealth(now, footprintLateS) {
      await endPauses(store.db);
      return loadSourceHealth(store.db, now, footprintLateS);
    },

    setOperationalAlerts: (alerts, now) =>
      store.db.transaction().execute((db) => setOperationalAlerts(db, alerts, now)),

    publish: (accountId, judge) => store.db.transaction().execute((db) => publishAccount(db, accountId, judge)),
  };
}

async function watchedSources(db: StoreDb, accountId: AccountId): Promise<readonly WatchedSource[]> {
  const sources = await activeSources(db, accountId);
  const ids = sources.map((source) => source.id);
  const [ledgers, open] = [await loadLedgers(db, ids), await openReads(db, ids, 'running')];
  return sources.flatMap((source) => {
    const ledger = ledgers.get(source.id);
    const reads = open.filter((row) => row.source_id === source.id).map(openReadOf);
    return ledger === undefined ? [] : [{ source, ledger, openReads: reads }];
  });
}

/**
 * The account's reads go into its ledgers, and its events become visible. The lock is the same for all accounts: numbers are
 * given, and committed, one transaction after the other, so that a cursor over them skips nothing.
 */
async function publishAccount(
  db: StoreDb,
  accountId: AccountId,
  judge: Parameters<CollectionStore['publish']>[1],
): Promise<Publication> {
  await lockUntilCommit(db, `ledger/${accountId}`);
  await markLate(db, accountId);
  const windows = await takeInReads(db, accountId, judge);
  return { windows, ...(await publishEvents(db, accountId)) };
}

async function takeInReads(
  db: StoreDb,
  accountId: AccountId,
  judge: (ledger: SourceLedger, ended: readonly EndedRead[]) => SourceLedger,
): Promise<number> {
  const ids = (await activeSources(db, accountId)).map((source) => source.id);
  const ended = (await openReads(db, ids, 'ended')).toSorted((a, b) => compareText(a.at, b.at));
  const ledgers = await loadLedgers(db, ids);
  const readsBySource = Map.groupBy(ended, (row) => row.source_id);
  const changes = [...ledgers].map(([sourceId, before]) => {
    const reads = (readsBySource.get(sourceId) ?? []).map(endedReadOf);
    return { sourceId, before, after: judge(before, reads) };
  });
  const changed = await saveLedgers(db, changes);
  if (ended.length > 0) {
    await db
      .updateTable('reads')
      .set({ published_at: sql<Instant>`clock_timestamp()`, next_token: null })
      .where(
        'read_id',
        'in',
        ended.map((row) => row.read_id),
      )
      .execute();
  }
  return changed;
}

async function openReads(
  db: StoreDb,
  sourceIds: readonly SourceId[],
  which: 'running' | 'ended',
): Promise<readonly Selectable<ReadsTable>[]> {
  if (sourceIds.length === 0) return [];
  return db
    .selectFrom('reads')
    .selectAll()
    .where('source_id', 'in', sourceIds)
    .where('published_at', 'is', null)
    .where('outcome', which === 'running' ? '=' : '<>', 'running')
    .orderBy('at')
    .execute();
}

function openReadOf(row: Selectable<ReadsTable>): OpenRead {
  return {
    readId: row.read_id,
    sourceId: row.source_id,
    reason: row.reason,
    span: { from: secondsOf(row.from_at), to: secondsOf(row.to_at) },
    filter: row.filter,
    startedAt: secondsOf(row.at),
    token: row.next_token,
    pages: row.pages,
    records: row.records,
    newRecords: row.new_records,
    throttles: row.throttles,
    restarts: row.restarts,
    faultsInARow: row.faults_in_a_row,
    lastFault: row.faults_in_a_row === 0 ? null : row.error,
  };
}

function endedReadOf(row: Selectable<ReadsTable>): EndedRead {
  const read = openReadOf(row);
  return {
    span: read.span,
    filter: read.filter,
    startedAt: read.startedAt,
    outcome:
      row.outcome === 'complete' ? { kind: 'complete' } : { kind: 'failed', error: row.error ?? 'the read failed' },
    records: read.records,
    newRecords: read.newRecords,
    restarts: read.restarts,
  };
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
