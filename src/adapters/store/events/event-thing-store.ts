import { sql } from 'kysely';
import type { ThingKey } from '../../../investigation/effects/effect.ts';
import { effectActions, effectsOf } from '../../../investigation/effects/effects-of.ts';
import { placeOfRecord, thingsIn } from '../../../investigation/plan/things-at-stake.ts';
import type { Instant } from '../../../model/ids.ts';
import type { EventRef } from '../../../model/trail-event.ts';
import type { StoreDb } from '../database.ts';

/** Events that are read at once for what they are about. */
const eventsAtOnce = 1000;
/** Five columns a row: PostgreSQL takes 65,535 parameters a statement. */
const rowsAtOnce = 5000;

/** Writes down which things events, numbered from one place in the sequence to another, made, changed, undid or denied. */
export async function writeThings(db: StoreDb, after: bigint, upTo: bigint): Promise<void> {
  for (let seq = after; ;) {
    const events = await db
      .selectFrom('events')
      .select(['account_id', 'event_id', 'revision', 'event_time', 'published_seq', 'ecs'])
      .where('published_seq', '>', seq)
      .where('published_seq', '<=', upTo)
      .where('outcome', '=', 'success')
      .where(sql<boolean>`(action = any(${effectActions}) or action ~ ${'\\d{8}(v\\d+)?$'})`)
      .orderBy('published_seq')
      .limit(eventsAtOnce)
      .execute();
    const rows = events.flatMap(({ account_id, event_id, revision, event_time: at, ecs }) =>
      thingsIn(effectsOf(ecs), placeOfRecord({ ecs, ref: { accountId: account_id, eventId: event_id, revision } }))
        .map(storedKey)
        .map((thing) => ({ thing, at, account_id, event_id, revision })),
    );
    for (let from = 0; from < rows.length; from += rowsAtOnce) {
      await db
        .insertInto('event_things')
        .values(rows.slice(from, from + rowsAtOnce))
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    }
    const last = events.at(-1)?.published_seq;
    if (last === undefined || last === null || events.length < eventsAtOnce) return;
    seq = last;
  }
}

/** Keys as an index can carry them; two that differ only beyond this are of no service of AWS's. */
function storedKey(key: ThingKey): ThingKey {
  return key.slice(0, 2000);
}

/** Of more events about what one case made the latest are looked at: what stands now is told by them. */
const mostAbout = 20_000;

/** Which events, by whomever, are about some things, from an instant on: the latest, and how many more there are. */
export async function eventsAbout(
  db: StoreDb,
  things: readonly ThingKey[],
  since: Instant,
): Promise<{ readonly refs: readonly EventRef[]; readonly left: number }> {
  if (things.length === 0) return { refs: [], left: 0 };
  const about = db
    .selectFrom('event_things')
    .select(['account_id', 'event_id', 'revision', 'at'])
    .distinct()
    .where(sql<boolean>`thing = any(${things.map(storedKey)})`)
    .where('at', '>=', since);
  const rows = await about.orderBy('at', 'desc').orderBy('event_id').limit(mostAbout).execute();
  const refs = rows.map(({ account_id: accountId, event_id: eventId, revision }) => ({ accountId, eventId, revision }));
  if (rows.length < mostAbout) return { refs, left: 0 };
  const { all } = await db
    .selectFrom(about.as('about'))
    .select(({ fn }) => fn.countAll<bigint>().as('all'))
    .executeTakeFirstOrThrow();
  return { refs, left: Number(all) - rows.length };
}
