import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Store } from '../../src/adapters/store/database.ts';
import { actorKey, actorOf } from '../../src/cloudtrail/actor.ts';
import { normalizeRecord } from '../../src/cloudtrail/normalize.ts';
import { canonicalDigest } from '../../src/digest/canonical-digest.ts';
import type { FoundEvent } from '../../src/investigation/seen-event.ts';
import type { AlertId, CaseId, Instant } from '../../src/model/ids.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { eventRow } from './event-row.ts';
import { accountId, ruleId, userName } from './trail-records.ts';

/** The account's trail has been read, from long ago on: what is not in the store has not happened. */
export async function coverEverything({ db }: Store): Promise<void> {
  await sql`
    insert into log_sources (id, kind, account_id, region, active, watched_from, live_from)
    values ('lookup/111122223333/us-east-1', 'lookup', ${accountId}, 'us-east-1', true, '2000-01-01', '2000-01-01')`.execute(
    db,
  );
  await sql`
    insert into windows (source_id, from_at, to_at, state, filter)
    values ('lookup/111122223333/us-east-1', '2000-01-01', '2100-01-01', 'covered', '"all"')`.execute(db);
}

/** Writes records into the event store. */
export async function addRecords(store: Store, records: readonly JsonObject[]): Promise<readonly FoundEvent[]> {
  const found = records.map((raw): FoundEvent & { readonly raw: JsonObject } => {
    const ref = { accountId, eventId: raw['eventID'] as string, revision: 0 };
    return { ref, at: raw['eventTime'] as Instant, own: false, ecs: normalizeRecord(raw), raw };
  });
  const values = found.map(({ raw, ...event }) => eventRow(raw, event));
  await store.db.insertInto('events').values(values).execute();
  return found.map(({ raw: _raw, ...event }) => event);
}

/** As detection does it, in one transaction: the open case of the actor is locked, or a new one opened. */
export async function raiseAlert(store: Store, event: FoundEvent): Promise<CaseId> {
  const actor = actorOf(event.ecs);
  return await store.db.transaction().execute(async (transaction) => {
    const open = await transaction
      .selectFrom('cases')
      .select('id')
      .where('actor_key', '=', actorKey(actor))
      .where('closed_at', 'is', null)
      .forUpdate()
      .executeTakeFirst();
    const caseId = open?.id ?? (`TH-${randomUUID().slice(0, 8).toUpperCase()}` as CaseId);
    if (open === undefined) {
      await transaction
        .insertInto('cases')
        .values({
          id: caseId,
          actor_key: actorKey(actor),
          actor: JSON.stringify(actor),
          account_id: accountId,
          status: 'gathering',
          severity: 'low',
          opened_at: now(),
          closed_at: null,
          verdict: null,
          ring_pending: true,
          ring_pending_since: now(),
        })
        .execute();
    }
    await transaction
      .insertInto('alerts')
      .values({
        id: canonicalDigest(event.ref) as string as AlertId,
        rule_id: ruleId,
        rule_digest: canonicalDigest('rule'),
        rule_name: 'API activity from an uncommon S3 client by a rare user',
        severity: 'low',
        risk_score: 21,
        group_values: JSON.stringify([accountId, userName]),
        group_key: canonicalDigest([accountId, userName]),
        anchor_account_id: accountId,
        anchor_event_id: event.ref.eventId,
        anchor_revision: 0,
        event_refs: JSON.stringify([event.ref]),
        detail: JSON.stringify({ kind: 'query' }),
        status: JSON.stringify({ kind: 'live' }),
        status_kind: 'live',
        event_time: event.at,
        at: now(),
        amended_at: null,
        case_id: caseId,
        claimed_at: null,
      })
      .execute();
    return caseId;
  });
}

function now(): Instant {
  return new Date().toISOString() as Instant;
}
