import { sql } from 'kysely';
import { assignToCases } from '../../src/adapters/store/cases/case-assignment.ts';
import type { Store } from '../../src/adapters/store/database.ts';
import { publishSource } from '../../src/adapters/store/collection/publish.ts';
import { growByEvents } from '../../src/adapters/store/cases/case-growth.ts';
import { actorKey, actorOf } from '../../src/cloudtrail/actor.ts';
import { seedOfEvent } from '../../src/cloudtrail/seed.ts';
import type { AlertId, CaseId, Instant, SourceId } from '../../src/model/ids.ts';
import type { JsonObject } from '../../src/model/json.ts';
import type { EventRef } from '../../src/model/trail-event.ts';
import { found } from './archive-of.ts';
import { eventRow } from './event-row.ts';

const source = 'lookup/111122223333/us-east-1' as SourceId;

/** Stores and publishes records as collection does, and lets open cases grow by them. */
export async function publishRecords(store: Store, records: readonly JsonObject[], ours = false): Promise<void> {
  await sql`
    insert into log_sources (id, kind, account_id, region, active, watched_from, live_from)
    values (${source}, 'lookup', '111122223333', 'us-east-1', true, now(), now()) on conflict do nothing`.execute(
    store.db,
  );
  const refs: EventRef[] = [];
  for (const raw of records) {
    const event = found(raw);
    const { at, ref } = event;
    refs.push(ref);
    const requestId = typeof raw['requestID'] === 'string' ? raw['requestID'] : null;
    await store.db.insertInto('events').values(eventRow(raw, event)).execute();
    await sql`
      insert into event_keys (account_id, event_id, revision, record_digest, event_time)
      values (${ref.accountId}, ${ref.eventId}, 0, ${ref.eventId}, ${at})`.execute(store.db);
    await sql`
      insert into sightings (account_id, event_id, revision, source_id, event_time, first_seen_at)
      values (${ref.accountId}, ${ref.eventId}, 0, ${source}, ${at}, now())`.execute(store.db);
    if (ours && requestId !== null) {
      await sql`
        insert into own_calls (aws_request_id, operation, at) values (${requestId}, 'x', now()) on conflict do nothing`.execute(
        store.db,
      );
    }
  }
  await store.db.transaction().execute((db) => publishSource(db, source));
  await store.db.transaction().execute((db) => growByEvents(db, refs, new Date().toISOString() as Instant));
}

/** Raises an alert about a record, as detection does; returns its case. */
export async function alertOn(store: Store, record: JsonObject): Promise<CaseId> {
  const { ecs, at, ref } = found(record);
  const id = `sha256:${ref.accountId}-${ref.eventId}` as AlertId;
  await sql`
    insert into alerts (id, rule_id, rule_digest, rule_name, severity, risk_score, group_values, group_key, anchor_account_id,
      anchor_event_id, anchor_revision, event_refs, detail, status, status_kind, event_time, at)
    values (${id}, 'r', ${`sha256:${'0'.repeat(64)}`}, 'a rule', 'low', 1, '[]', 'g', ${ref.accountId}, ${ref.eventId}, 0,
      ${JSON.stringify([ref])}, '{"kind":"query"}', '{"kind":"live"}', 'live', ${at}, now())`.execute(store.db);
  const actor = actorOf(ecs);
  const alert = {
    id,
    actor,
    actorKey: actorKey(actor),
    accountId: ref.accountId,
    severity: 'low',
    seed: seedOfEvent(ecs),
  } as const;
  await store.db.transaction().execute((db) => assignToCases(db, [alert], new Date().toISOString() as Instant));
  const { case_id: caseId } = await store.db
    .selectFrom('alerts')
    .select('case_id')
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  if (caseId === null) throw new Error('the alert has no case');
  return caseId;
}
