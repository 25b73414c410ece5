import { sql, type Transaction } from 'kysely';
import type { MalformedRecord, NormalizedRecord, OpenRead, OwnLookup, ReadState } from '../../../collection/ports.ts';
import { instantOfSeconds } from '../../../collection/span.ts';
import { canonicalDigest } from '../../../digest/canonical-digest.ts';
import type { AccountId, Instant, SourceId } from '../../../model/ids.ts';
import { lockUntilCommit } from '../advisory-lock.ts';
import type { Database, StoreDb } from '../database.ts';
import { pivotColumns } from '../events/event-columns.ts';
import { exactJsonText } from '../json-text.ts';

type Db = Transaction<Database>;

/** A record with the revision that it is under its event ID. */
interface Placed {
  readonly record: NormalizedRecord;
  readonly revision: number;
  readonly isNew: boolean;
}

/** Records of any log source: a page, or a part of an import. */
export interface RecordsToStore {
  readonly source: { readonly id: SourceId; readonly accountId?: AccountId; readonly region?: string };
  readonly seenAt: Instant;
  readonly records: readonly NormalizedRecord[];
  readonly malformed: readonly MalformedRecord[];
}

/**
 * Stores a page's records once each, within the given transaction; the partitions of their days must be there.
 *
 * @returns how many records were new: unknown event IDs and new revisions.
 */
export async function storeRecords(db: Db, page: RecordsToStore): Promise<number> {
  const placed = await place(db, page.records);
  const fresh = placed.filter((one) => one.isNew);
  if (fresh.length > 0) {
    await db.insertInto('event_keys').values(fresh.map(keyRow)).execute();
    await db
      .insertInto('events')
      .values(fresh.map((one) => eventRow(one, page.seenAt)))
      .execute();
  }
  if (placed.length > 0) {
    await db
      .insertInto('sightings')
      .values(
        placed.map((one) => ({
          ...refColumns(one),
          source_id: page.source.id,
          event_time: one.record.eventTime,
          first_seen_at: page.seenAt,
        })),
      )
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
  await storeMalformed(db, page.malformed, page);
  await noteFootprints(db, placed, page.seenAt);
  return fresh.length;
}

/** Numbers a record among those of its event ID: known content has its revision, other content gets the next. */
async function place(db: Db, records: readonly NormalizedRecord[]): Promise<readonly Placed[]> {
  const accounts = [...new Set(records.map((record) => record.accountId))].sort();
  const known = new Map<string, Map<string, number>>();
  for (const accountId of accounts) {
    // Two writers that number revisions of one event at once would take the same number.
    await lockUntilCommit(db, `events/${accountId}`);
    const ids = records.filter((record) => record.accountId === accountId).map((record) => record.eventId);
    const rows = await db
      .selectFrom('event_keys')
      .select(['event_id', 'revision', 'record_digest'])
      .where('account_id', '=', accountId)
      .where('event_id', 'in', ids)
      .execute();
    for (const row of rows) digestsOf(known, accountId, row.event_id).set(row.record_digest, row.revision);
  }
  const placed = new Map<string, Placed>();
  for (const record of records) {
    const digests = digestsOf(known, record.accountId, record.eventId);
    const revision = digests.get(record.recordDigest);
    const key = `${record.accountId}/${record.eventId}/${revision ?? digests.size}`;
    if (placed.has(key)) continue; // twice on one page
    placed.set(key, { record, revision: revision ?? digests.size, isNew: revision === undefined });
    digests.set(record.recordDigest, revision ?? digests.size);
  }
  return [...placed.values()];
}

function digestsOf(known: Map<string, Map<string, number>>, accountId: string, eventId: string): Map<string, number> {
  const key = `${accountId}/${eventId}`;
  const digests = known.get(key) ?? new Map<string, number>();
  known.set(key, digests);
  return digests;
}

function refColumns({ record, revision }: Placed) {
  return { account_id: record.accountId, event_id: record.eventId, revision };
}

function keyRow(placed: Placed) {
  const { recordDigest, eventTime } = placed.record;
  return { ...refColumns(placed), record_digest: recordDigest, event_time: eventTime };
}

function eventRow(placed: Placed, seenAt: Instant) {
  const { record } = placed;
  return {
    ...keyRow(placed),
    ...pivotColumns(record),
    published_seq: null,
    ingested_at: seenAt,
    ecs: exactJsonText(record.ecs),
    raw: record.raw,
  };
}

async function storeMalformed(db: Db, malformed: readonly MalformedRecord[], page: RecordsToStore): Promise<void> {
  if (malformed.length === 0) return;
  const rows = malformed.map((record) => ({
    // The same text from two sources, or of two events, is two rows: each source is to blame for its own, and each event is owed.
    id: canonicalDigest([page.source.id, record.digest, ...(record.eventId === null ? [] : [record.eventId])]),
    source_id: page.source.id,
    account_id: page.source.accountId ?? null,
    region: page.source.region ?? null,
    seen_at: page.seenAt,
    raw: Buffer.from(record.raw, 'utf8'),
    problem: record.problem,
    event_id: record.eventId,
  }));
  await db
    .insertInto('malformed_records')
    .values(rows)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** CloudTrail's record of a call of ours has come back. */
async function noteFootprints(db: Db, placed: readonly Placed[], seenAt: Instant): Promise<void> {
  const requestIds = placed.flatMap(({ record }) => (record.requestId === null ? [] : [record.requestId]));
  if (requestIds.length === 0) return;
  await db
    .updateTable('own_calls')
    .set({ footprint_at: seenAt })
    .where('aws_request_id', 'in', requestIds)
    .where('footprint_at', 'is', null)
    .execute();
}

/**
 * Writes down a LookupEvents call that AWS answered. The AWS client may have noted it already, without its region; the
 * footprint of a call that was refused is not waited for.
 */
export async function insertLookupCall(db: StoreDb, call: OwnLookup): Promise<void> {
  const known = { account_id: call.source.accountId, region: call.source.region, footprint_expected: call.succeeded };
  await db
    .insertInto('own_calls')
    .values({ aws_request_id: call.requestId, operation: 'cloudtrail:LookupEvents', at: call.at, ...known })
    .onConflict((conflict) => conflict.column('aws_request_id').doUpdateSet(known))
    .execute();
}

/** The row of a read; written again at every page, so that another process can go on with it. */
export async function upsertRead(
  db: StoreDb,
  read: OpenRead,
  state: ReadState,
  requestId: string | null,
): Promise<void> {
  const progress = {
    pages: read.pages,
    records: read.records,
    new_records: read.newRecords,
    throttles: read.throttles,
    restarts: read.restarts,
    faults_in_a_row: read.faultsInARow,
    next_token: read.token,
    outcome: state.kind,
    ended_at: state.kind === 'running' ? null : state.endedAt,
    error: state.kind === 'failed' ? state.error : read.lastFault,
  };
  await db
    .insertInto('reads')
    .values({
      read_id: read.readId,
      source_id: read.sourceId,
      reason: read.reason,
      from_at: instantOfSeconds(read.span.from),
      to_at: instantOfSeconds(read.span.to),
      at: instantOfSeconds(read.startedAt),
      filter: exactJsonText(read.filter),
      request_ids: exactJsonText(requestId === null ? [] : [requestId]),
      published_at: null,
      ...progress,
    })
    .onConflict((conflict) =>
      conflict.column('read_id').doUpdateSet((eb) => ({
        ...progress,
        request_ids:
          requestId === null
            ? eb.ref('reads.request_ids')
            : sql<string>`reads.request_ids || to_jsonb(${requestId}::text)`,
      })),
    )
    .execute();
}
