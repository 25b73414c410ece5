import { type RawBuilder, sql } from 'kysely';
import { mintingActions } from '../../../investigation/effects/credentials.ts';
import { latestRevisions } from '../../../investigation/latest-revisions.ts';
import type { EventArchive, EvidenceSpan, Pivot } from '../../../investigation/evidence-ports.ts';
import type { FoundEvent, Unconfirmed } from '../../../investigation/seen-event.ts';
import type { AccountId, Instant, SourceId } from '../../../model/ids.ts';
import type { EcsDocument, EventRef } from '../../../model/trail-event.ts';
import type { StoreDb } from '../database.ts';
import { wellFormed } from '../../../model/well-formed.ts';
import { minuteMs } from '../../../model/duration.ts';

/** A window that ended less than this ago is not behind: polling is about to read it. */
const settledAfter = '15 minutes';

/** The event store, as evidence reads it. */
export function storeEventArchive(db: StoreDb): EventArchive {
  return {
    events: (refs) => eventsByRef(db, refs),
    async find(pivot, span, limit, before) {
      const rows = await eventsOf(db, pivot, span)
        .where(isBeyond(before))
        .orderBy('event_time', 'desc')
        .orderBy('event_id', 'desc')
        .orderBy('revision', 'desc')
        .limit(limit + 1)
        .execute();
      return { events: latestRevisions(rows.slice(0, limit).map(foundEvent)), more: rows.length > limit };
    },
    reach: (accountId, span) => reachOf(db, accountId, span),
  };
}

/** Whose calls are wanted: any of these. */
export interface Callers {
  readonly accessKeyIds: readonly string[];
  /** Of IAM users, in whatever account: who asks tells them apart. */
  readonly userNames: readonly string[];
  readonly arns: readonly string[];
  /** ARNs that others begin with, each with a slash at its end: all sessions of a role. */
  readonly arnsUnder?: readonly string[];
}

/** An event, and where it stands in the sequence of publishing. */
export interface ArchivedEvent {
  readonly event: FoundEvent;
  /** Null while it is not published. */
  readonly seq: bigint | null;
}

/** The calls of some callers in a span, newest first. @param before of what was found already, the last. */
export async function callsBy(
  db: StoreDb,
  { accessKeyIds, userNames, arns, arnsUnder = [] }: Callers,
  span: EvidenceSpan,
  limit: number,
  before?: FoundEvent,
): Promise<readonly ArchivedEvent[]> {
  const rows = await db
    .selectFrom('events')
    .select([...eventColumns, 'published_seq', seenBy, trailRead])
    .where('event_time', '>=', span.from)
    .where('event_time', '<=', span.to)
    .where(
      sql<boolean>`(access_key_id = any(${accessKeyIds}) or user_arn = any(${arns})
        or user_name = any(${userNames}) and (user_arn is null or user_arn not like '%:assumed-role/%')
        ${sql.join(
          // In the order of bytes, "0" comes after "/": a range of the index.
          arnsUnder.map((prefix) => sql`or user_arn >= ${prefix} and user_arn < ${`${prefix.slice(0, -1)}0`}`),
          sql` `,
        )})`,
    )
    .where(isBeyond(before))
    .orderBy('event_time', 'desc')
    .orderBy('event_id', 'desc')
    .orderBy('revision', 'desc')
    .limit(limit)
    .execute();
  return rows.map((row) => ({ event: foundEvent(row), seq: row.published_seq }));
}

/** Where a search newest first goes on: beyond the last event that it found, if it found any. */
function isBeyond(last: FoundEvent | undefined): RawBuilder<boolean> {
  if (last === undefined) return sql<boolean>`true`;
  return sql<boolean>`(event_time, event_id) < (${last.at}::timestamptz, ${last.ref.eventId}::text)`;
}

/** Events by their references, in whatever order. */
export async function eventsByRef(db: StoreDb, refs: readonly EventRef[]): Promise<readonly FoundEvent[]> {
  if (refs.length === 0) return [];
  const rows = await db
    .selectFrom('events')
    .select([...eventColumns, seenBy, trailRead])
    .where((where) =>
      where(
        where.refTuple('account_id', 'event_id', 'revision'),
        'in',
        refs.map((ref) => where.tuple(ref.accountId, ref.eventId, ref.revision)),
      ),
    )
    .execute();
  return rows.map(foundEvent);
}

const eventColumns = ['account_id', 'event_id', 'revision', 'event_time', 'own', 'ecs'] as const;

/** By which sources an event came. */
const seenBy = sql<readonly SourceId[]>`array(
  select source_id from sightings
  where sightings.account_id = events.account_id and sightings.event_id = events.event_id
    and sightings.revision = events.revision order by source_id
)`.as('seen_by');

/** Whether its account's own trail was read, completely, where and when it says that it happened; null where nobody reads it. */
const trailRead = sql<boolean | null>`(
  select bool_or(exists (
    select from windows
    where windows.source_id = log_sources.id and windows.state = 'covered'
      and events.event_time between windows.from_at and windows.to_at + interval '1 second'
  ))
  from log_sources
  where log_sources.account_id = events.account_id and log_sources.kind = 'lookup' and log_sources.active
    and (events.region is null or log_sources.region = events.region)
)`.as('trail_read');

function eventsOf(db: StoreDb, pivot: Pivot, span: EvidenceSpan) {
  const inSpan = db
    .selectFrom('events')
    .select([...eventColumns, seenBy, trailRead])
    .where('event_time', '>=', span.from)
    .where('event_time', '<=', span.to);
  switch (pivot.kind) {
    case 'access-key':
      return inSpan.where('access_key_id', '=', pivot.accessKeyId);
    case 'user':
      // A role session's `user.name` is the name of its role, which may be that of a user.
      return inSpan
        .where('user_name', '=', pivot.userName)
        .where('account_id', '=', pivot.accountId)
        .where((where) => where.or([where('user_arn', 'is', null), where('user_arn', 'not like', '%:assumed-role/%')]));
    case 'session':
      return inSpan.where('user_arn', '=', pivot.sessionArn);
    case 'source-address':
      return inSpan.where('source_ip', '=', pivot.address);
    default:
      // In whatever account: a role of one account is assumed from another, and the key is matched exactly afterwards.
      return inSpan.where('action', 'in', [...mintingActions]);
  }
}

interface EventRow {
  readonly account_id: AccountId;
  readonly event_id: string;
  readonly revision: number;
  readonly event_time: Instant;
  readonly own: boolean;
  readonly ecs: EcsDocument;
  readonly seen_by: readonly SourceId[];
  readonly trail_read: boolean | null;
}

function foundEvent(row: EventRow): FoundEvent {
  const ref = { accountId: row.account_id, eventId: row.event_id, revision: row.revision };
  const unconfirmed = whyUnconfirmed(row);
  return {
    ref,
    at: row.event_time,
    own: row.own,
    seenBy: row.seen_by,
    ...(unconfirmed === undefined ? {} : { unconfirmed }),
    // Collection has seen to it; but a store is written by its owner too, and one text that no digest takes would park the case.
    ecs: wellFormed(row.ecs),
  };
}

/** CloudTrail delivers within a quarter of an hour on average, and sweeps read again after that. */
const deliveryMs = 20 * minuteMs;

function whyUnconfirmed({ seen_by, trail_read, event_time }: EventRow): Unconfirmed | undefined {
  const imported = seen_by.length > 0 && seen_by.every((source) => source.startsWith('import/'));
  if (!imported) return undefined;
  if (trail_read === null) return 'nobody-watches';
  return trail_read && Date.parse(event_time) < Date.now() - deliveryMs ? 'not-shown' : 'awaited';
}

/** The account's sources answer together only from where the last of them begins to be covered. */
async function reachOf(db: StoreDb, accountId: AccountId, span: EvidenceSpan) {
  const { rows } = await sql<{ readonly covered_from: Instant | null; readonly uncovered: number }>`
    with ours as (
      select s.id, min(w.from_at) filter (where w.state = 'covered') as covered_from
      from log_sources s left join windows w on w.source_id = s.id
      where s.account_id = ${accountId} and s.active and s.kind = 'lookup'
      group by s.id
    )
    select
      (select case when bool_or(covered_from is null) then null else max(covered_from) end from ours) as covered_from,
      (select count(*)::integer from windows w join ours on ours.id = w.source_id
        where (w.state <> 'covered' or w.filter <> '"all"'::jsonb) and w.from_at >= ours.covered_from
          and w.to_at >= ${span.from} and w.from_at <= ${span.to}
          and w.to_at < now() - ${settledAfter}::interval) as uncovered
  `.execute(db);
  const [row] = rows;
  return { coveredFrom: row?.covered_from ?? null, uncoveredWindows: row?.uncovered ?? 0 };
}
