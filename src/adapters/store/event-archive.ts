import { sql } from 'kysely';
import { mintingActions } from '../../investigation/effects/credentials.ts';
import type { EventArchive, EvidenceSpan, Pivot } from '../../investigation/evidence-ports.ts';
import type { FoundEvent } from '../../investigation/seen-event.ts';
import type { AccountId, Instant } from '../../model/ids.ts';
import type { EcsDocument, EventRef } from '../../model/trail-event.ts';
import type { StoreDb } from './database.ts';

/** A window that ended less than this ago is not behind: polling is about to read it. */
const settledAfter = '15 minutes';

/** The event store, as evidence reads it. */
export function storeEventArchive(db: StoreDb): EventArchive {
  return {
    events: (refs) => eventsByRef(db, refs),
    async find(pivot, span, limit) {
      const rows = await eventsOf(db, pivot, span)
        .orderBy('event_time', 'desc')
        .limit(limit + 1)
        .execute();
      return { events: latestRevisions(rows.slice(0, limit).map(foundEvent)), more: rows.length > limit };
    },
    reach: (accountId, span) => reachOf(db, accountId, span),
  };
}

async function eventsByRef(db: StoreDb, refs: readonly EventRef[]): Promise<readonly FoundEvent[]> {
  if (refs.length === 0) return [];
  const rows = await db
    .selectFrom('events')
    .select(eventColumns)
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

function eventsOf(db: StoreDb, pivot: Pivot, span: EvidenceSpan) {
  const inSpan = db
    .selectFrom('events')
    .select(eventColumns)
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
}

function foundEvent(row: EventRow): FoundEvent {
  const ref = { accountId: row.account_id, eventId: row.event_id, revision: row.revision };
  return { ref, at: row.event_time, own: row.own, ecs: row.ecs };
}

/** A corrected copy replaces what it corrects: counted twice, it would be two calls. */
function latestRevisions(events: readonly FoundEvent[]): readonly FoundEvent[] {
  const byEvent = new Map<string, FoundEvent>();
  for (const event of events) {
    const key = `${event.ref.accountId}/${event.ref.eventId}`;
    const known = byEvent.get(key);
    if (known === undefined || known.ref.revision < event.ref.revision) byEvent.set(key, event);
  }
  return [...byEvent.values()];
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
