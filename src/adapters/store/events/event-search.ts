import { type SqlBool, sql } from 'kysely';
import type { AccountId } from '../../../model/ids.ts';
import type { EventSearch, SearchOrder, StoredEvent, StoredSpan } from '../../../views/events.ts';
import type { StoreDb } from '../database.ts';
import { searchCondition, type SearchCondition } from './event-search-condition.ts';

/**
 * The stored events that match, in the order asked for, each revision by itself; read in parts, so that whoever stops early has cost little. Events
 * that arrive meanwhile may be missing.
 */
export async function* searchEvents(db: StoreDb, search: EventSearch): AsyncGenerator<StoredEvent> {
  const condition = searchCondition(search.node);
  const regular = condition === 'none' ? nothing() : eventsInOrder(db, search, { irregular: false, condition });
  // Few or none: what their columns say is not relied on.
  const irregular = eventsInOrder(db, search, { irregular: true, condition: 'all' });
  for await (const event of merged(regular, irregular, search.order)) {
    if (search.matches(event.ecs)) yield event;
  }
}

async function* nothing(): AsyncGenerator<StoredEvent> {}

const smallestPart = 100;
const largestPart = 2000;

interface Arm {
  readonly irregular: boolean;
  readonly condition: Exclude<SearchCondition, 'none'>;
}

async function* eventsInOrder(db: StoreDb, search: EventSearch, arm: Arm): AsyncGenerator<StoredEvent> {
  let size = Math.min(largestPart, Math.max(smallestPart, (search.expected ?? 0) + 1));
  let last: StoredEvent | undefined;
  for (;;) {
    const part = await partAfter(db, search, arm, last, size);
    last = part.at(-1);
    if (last === undefined) return;
    search.onLookedAt?.(part.length, last.eventTime);
    yield* part;
    if (part.length < size) return;
    size = Math.min(largestPart, size * 4);
  }
}

async function partAfter(
  db: StoreDb,
  { accountId, from, to, includeOwn, order }: EventSearch,
  { irregular, condition }: Arm,
  last: StoredEvent | undefined,
  size: number,
): Promise<readonly StoredEvent[]> {
  let rows = db
    .selectFrom('events')
    .select(['account_id', 'event_id', 'revision', 'event_time', 'ingested_at', 'own', 'ecs'])
    .where(irregular ? sql<SqlBool>`events.irregular` : sql<SqlBool>`not events.irregular`);
  if (condition !== 'all') rows = rows.where(condition);
  if (accountId !== undefined) rows = rows.where('account_id', '=', accountId);
  if (from !== undefined) rows = rows.where('event_time', '>=', from);
  if (to !== undefined) rows = rows.where('event_time', '<=', to);
  if (!includeOwn) rows = rows.where(notOwn);
  if (last !== undefined) {
    const key = sql`(${last.eventTime}::timestamptz, ${last.accountId}, ${last.eventId}, ${last.revision}::integer)`;
    const after = order === 'oldest-first' ? sql`>` : sql`<`;
    rows = rows.where(sql<SqlBool>`(event_time, account_id, event_id, revision) ${after} ${key}`);
  }
  const direction = order === 'oldest-first' ? 'asc' : 'desc';
  const found = await rows
    .orderBy('event_time', direction)
    .orderBy('account_id', direction)
    .orderBy('event_id', direction)
    .orderBy('revision', direction)
    .limit(size)
    .execute();
  return found.map((row) => ({
    accountId: row.account_id,
    eventId: row.event_id,
    revision: row.revision,
    eventTime: row.event_time,
    ingestedAt: row.ingested_at,
    own: row.own,
    ecs: row.ecs,
  }));
}

/** An event is marked as ours when it is published; before that, our call log is asked. */
const notOwn = sql<SqlBool>`not own and (published_seq is not null
  or not exists (select 1 from own_calls where own_calls.aws_request_id = events.request_id))`;

async function* merged(
  a: AsyncGenerator<StoredEvent>,
  b: AsyncGenerator<StoredEvent>,
  order: SearchOrder | undefined,
): AsyncGenerator<StoredEvent> {
  let [left, right] = [await a.next(), await b.next()];
  while (left.done !== true || right.done !== true) {
    const takesLeft = left.done !== true && (right.done === true || comesFirst(left.value, right.value, order));
    if (takesLeft && left.done !== true) {
      yield left.value;
      left = await a.next();
    } else if (right.done !== true) {
      yield right.value;
      right = await b.next();
    }
  }
}

function comesFirst(a: StoredEvent, b: StoredEvent, order: SearchOrder | undefined): boolean {
  const [first, second] = [Date.parse(a.eventTime), Date.parse(b.eventTime)];
  return order === 'oldest-first' ? first <= second : first >= second;
}

/** The event times of the oldest and the newest event, of an account or of all; null where there is none. */
export async function storedSpan(db: StoreDb, accountId?: AccountId): Promise<StoredSpan | null> {
  let rows = db.selectFrom('events');
  if (accountId !== undefined) rows = rows.where('account_id', '=', accountId);
  const { oldest, newest } = await rows
    .select((eb) => [eb.fn.min('event_time').as('oldest'), eb.fn.max('event_time').as('newest')])
    .executeTakeFirstOrThrow();
  return oldest === null || newest === null ? null : { oldest, newest };
}
