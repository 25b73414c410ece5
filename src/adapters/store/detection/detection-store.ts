import { sql } from 'kysely';
import { openCases } from '../cases/case-recall.ts';
import type { DetectionSession, DetectionStore, PublishedEvent } from '../../../detection/live/live-ports.ts';
import type { Instant } from '../../../model/ids.ts';
import { alertsAnchoredAt, changeAlert, insertAlerts, storedAlertOf } from './alert-store.ts';
import { awaitedFrom } from '../collection/awaited-from.ts';
import { assignToCases } from '../cases/case-assignment.ts';
import { growByEvents, linksInStore } from '../cases/case-growth.ts';
import { KeptLinks } from '../events/kept-links.ts';
import type { StoredLinks } from '../events/link-store.ts';
import type { Store, StoreDb } from '../database.ts';
import { addHeldBack } from './held-back-store.ts';
import { historyFrom, watchedSince } from '../accounts/readiness-store.ts';
import {
  addCandidates,
  beginRules,
  forgetCandidates,
  forgetOld,
  noteWarmed,
  storedGroups,
  warmingRules,
} from './rule-memory-store.ts';

/** Detection's port on PostgreSQL. */
export function createDetectionStore(store: Store): DetectionStore {
  const kept = new KeptLinks();
  function inTransaction<T>(now: Instant, work: (session: DetectionSession, db: StoreDb) => Promise<T>): Promise<T> {
    return store.db.transaction().execute(async (db) => {
      // Whoever holds the row is the only detector, whatever Temporal believes.
      const { seq } = await db.selectFrom('detect_cursor').select('seq').forUpdate().executeTakeFirstOrThrow();
      return work(sessionOf(db, { cursor: seq, now, kept }), db);
    });
  }
  return {
    async stillDoorbell() {
      await store.db
        .updateTable('publish_sequence')
        .set({ ring_pending: false, ring_pending_since: null })
        .where('ring_pending', '=', true)
        .execute();
    },

    inTransaction,

    casesToRing: () => takeRings(store.db),

    async casesWaiting(olderThanMs) {
      const { rows } = await sql<{ readonly id: string }>`
        select id from cases
        where (closed_at is null
            and exists (select 1 from alerts where alerts.case_id = cases.id and alerts.claimed_at is null)
            or status = 'merged' and not end_told)
          and coalesce(ring_pending_since, opened_at) < clock_timestamp() - make_interval(secs => ${olderThanMs / 1000}::double precision)
        order by id
      `.execute(store.db);
      return rows.map((row) => row.id as Awaited<ReturnType<DetectionStore['casesWaiting']>>[number]);
    },

    openCases: (olderThanMs) => openCases(store.db, olderThanMs),

    async eventsWaiting() {
      const row = await store.db
        .selectFrom('publish_sequence')
        .innerJoin('detect_cursor', (join) => join.onTrue())
        .select('detect_cursor.seq')
        .whereRef('publish_sequence.last_seq', '>', 'detect_cursor.seq')
        .executeTakeFirst();
      return row !== undefined;
    },

    warmingRules: () => warmingRules(store.db),

    warm: (rules, part) =>
      inTransaction(part.now, async (session, db) => {
        const after = rules[0]?.doneSeq ?? 0n;
        const until = rules[0]?.untilSeq ?? 0n;
        const rows = await eventRows(db)
          .where('published_seq', '>', after)
          .where('published_seq', '<=', until)
          .where('event_time', '>=', part.from)
          .orderBy('published_seq')
          .limit(part.limit)
          .execute();
        const last = rows.length < part.limit;
        await part.learn(session, rows.map(publishedEventOf), last);
        await noteWarmed(db, rules, last ? null : (rows.at(-1)?.published_seq ?? until));
        return last;
      }),

    awaitedFrom: (now) => awaitedFrom(store.db, now),
    forget: (floors, writtenBefore) => forgetOld(store.db, floors, writtenBefore),
  };
}

/** Cases with alerts to claim that are not rung yet; from here on they count as rung, and the reconciler sees to it that they are. */
async function takeRings(db: StoreDb): ReturnType<DetectionStore['casesToRing']> {
  const rows = await db
    .updateTable('cases')
    .set({ ring_pending: true, ring_pending_since: sql<Instant>`clock_timestamp()` })
    .where('ring_pending', '=', false)
    .where((where) =>
      where.or([
        where.and([
          where('closed_at', 'is', null),
          where.exists(
            where
              .selectFrom('alerts')
              .select('alerts.id')
              .whereRef('alerts.case_id', '=', 'cases.id')
              .where('alerts.claimed_at', 'is', null),
          ),
        ]),
        // A merged case has to hear that it has ended.
        where.and([where('status', '=', 'merged'), where('end_told', '=', false)]),
      ]),
    )
    .returning('id')
    .execute();
  return rows.map((row) => row.id);
}

interface SessionOptions {
  readonly cursor: bigint;
  readonly now: Instant;
  readonly kept: KeptLinks;
}

function sessionOf(db: StoreDb, { cursor, now, kept }: SessionOptions): DetectionSession {
  let links: Promise<StoredLinks> | undefined;
  return {
    cursor,

    async events(limit) {
      const rows = await eventRows(db)
        .where('published_seq', '>', cursor)
        .orderBy('published_seq')
        .limit(limit)
        .execute();
      return rows.map(publishedEventOf);
    },

    async documentOf(ref) {
      const row = await db
        .selectFrom('events')
        .select('ecs')
        .where('account_id', '=', ref.accountId)
        .where('event_id', '=', ref.eventId)
        .where('revision', '=', ref.revision)
        .limit(1)
        .executeTakeFirst();
      return row?.ecs ?? null;
    },

    beginRules: (rules) => beginRules(db, rules, cursor, now),
    groups: (questions) => storedGroups(db, questions),
    addCandidates: (candidates) => addCandidates(db, candidates),
    forgetCandidates: (candidates) => forgetCandidates(db, candidates),

    alertsAnchoredAt: (questions) => alertsAnchoredAt(db, questions),

    async groupsCorrecting(events) {
      if (events.length === 0) return [];
      const rows = await db
        .selectFrom('alerts')
        .select(['rule_id', 'group_key'])
        .distinct()
        .where(
          'anchor_corrects',
          'in',
          events.map(({ eventId }) => eventId),
        )
        .execute();
      return rows.map((row) => ({ ruleId: row.rule_id, groupKey: row.group_key }));
    },

    noteHeldBack: (counts) => addHeldBack(db, counts),
    insertAlerts: (alerts) => insertAlerts(db, alerts, now),
    changeAlert: (change) => changeAlert(db, change, now),

    async noteOrigin(id, corrects) {
      await db.updateTable('alerts').set({ anchor_corrects: corrects }).where('id', '=', id).execute();
    },

    historyFrom: onceEach((accountId) => historyFrom(db, accountId)),
    watchedSince: onceEach((accountId) => watchedSince(db, accountId)),

    async noteReadiness(ruleId, accountId, from, ready) {
      const before = await db
        .selectFrom('rule_readiness')
        .select('ready')
        .where('rule_id', '=', ruleId)
        .where('account_id', '=', accountId)
        .executeTakeFirst();
      await db
        .insertInto('rule_readiness')
        .values({ rule_id: ruleId, account_id: accountId, history_from: from, ready })
        .onConflict((conflict) =>
          conflict.columns(['rule_id', 'account_id']).doUpdateSet({
            history_from: from,
            // Ready once is ready for good: an event of the past may have been judged before its history was there.
            ready: sql<boolean>`rule_readiness.ready or ${ready}`,
          }),
        )
        .execute();
      return ready && before?.ready !== true;
    },

    async learningAccounts(ruleIds) {
      if (ruleIds.length === 0) return [];
      const rows = await db
        .selectFrom('rule_readiness')
        .select(['rule_id', 'account_id'])
        .where('rule_id', 'in', ruleIds)
        .where('ready', '=', false)
        .execute();
      return rows.map((row) => ({ ruleId: row.rule_id, accountId: row.account_id }));
    },

    async learningAlerts(ruleId, accountId) {
      const rows = await db
        .selectFrom('alerts')
        .selectAll()
        .where('rule_id', '=', ruleId)
        .$if(accountId !== null, (query) => query.where('anchor_account_id', '=', accountId))
        .where('status_kind', '=', 'learning')
        .orderBy('event_time')
        .execute();
      return rows.map(storedAlertOf);
    },

    async assignedSince(ruleId, since) {
      const { count } = await db
        .selectFrom('alerts')
        .select(({ fn }) => fn.countAll<bigint>().as('count'))
        .where('rule_id', '=', ruleId)
        .where('assigned_at', '>', since)
        .executeTakeFirstOrThrow();
      return Number(count);
    },

    async oldestAssignedSince(ruleId, since) {
      const row = await db
        .selectFrom('alerts')
        .select('assigned_at')
        .where('rule_id', '=', ruleId)
        .where('assigned_at', '>', since)
        .orderBy('assigned_at')
        .limit(1)
        .executeTakeFirst();
      return row?.assigned_at ?? null;
    },

    async rulesCarriedOver() {
      const rows = await db
        .selectFrom('alerts')
        .select('rule_id')
        .distinct()
        .where('carried_over', '=', true)
        .where('status_kind', '!=', 'excepted')
        .execute();
      return rows.map((row) => row.rule_id);
    },

    async carriedOver(ruleId, limit) {
      const rows = await db
        .selectFrom('alerts')
        .select(['id', 'anchor_account_id', 'anchor_event_id', 'anchor_revision'])
        .where('rule_id', '=', ruleId)
        .where('carried_over', '=', true)
        .where('status_kind', '!=', 'excepted')
        .orderBy('event_time')
        .orderBy('id')
        .limit(limit)
        .execute();
      return rows.map((row) => ({
        id: row.id,
        anchor: { accountId: row.anchor_account_id, eventId: row.anchor_event_id, revision: row.anchor_revision },
      }));
    },

    async carryOver(ids) {
      if (ids.length === 0) return;
      await db.updateTable('alerts').set({ carried_over: true }).where('id', 'in', ids).execute();
    },

    assign: async (alerts) => assignToCases(db, alerts, now, await (links ??= linksInStore(db, kept))),
    followLinks: async (refs) => growByEvents(db, refs, now, await (links ??= linksInStore(db, kept))),

    async advance(seq) {
      await db.updateTable('detect_cursor').set({ seq, updated_at: now }).execute();
    },
  };
}

/** A batch asks the same of an account for each of its drafts, and within its transaction the answer stays. */
function onceEach<K, T>(ask: (key: K) => Promise<T>): (key: K) => Promise<T> {
  const answers = new Map<K, Promise<T>>();
  return (key) => {
    const answer = answers.get(key) ?? ask(key);
    answers.set(key, answer);
    return answer;
  };
}

function eventRows(db: StoreDb) {
  return db
    .selectFrom('events')
    .select(['account_id', 'event_id', 'revision', 'event_time', 'published_seq', 'own', 'late', 'ecs']);
}

function publishedEventOf(row: Awaited<ReturnType<ReturnType<typeof eventRows>['execute']>>[number]): PublishedEvent {
  return {
    ref: { accountId: row.account_id, eventId: row.event_id, revision: row.revision },
    publishedSeq: row.published_seq ?? 0n,
    eventTime: row.event_time,
    own: row.own,
    late: row.late,
    ecs: row.ecs,
  };
}
