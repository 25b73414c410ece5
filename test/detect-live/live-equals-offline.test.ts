import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDetectActivities } from '../../activities/detect.ts';
import { openStore, type Store } from '../../src/adapters/store/database.ts';
import { createDetectionStore } from '../../src/adapters/store/detection/detection-store.ts';
import { createImportStore } from '../../src/adapters/store/collection/import-store.ts';
import { readShownRecords } from '../../src/collection/read-records.ts';
import { heldBackTotals } from '../../src/adapters/store/detection/held-back-store.ts';
import { alertIdOf } from '../../src/detection/alerts/alert-id.ts';
import { type RuleSet } from '../../src/detection/engine.ts';
import { readExceptions } from '../../src/detection/exceptions/read-exceptions.ts';
import { markExceptions, withExceptions } from '../../src/detection/exceptions/with-exceptions.ts';
import type { DetectionStore, LiveRuleSet } from '../../src/detection/live/live-ports.ts';
import { detectOffline, type OfflineAlert } from '../../src/detection/offline/offline.ts';
import type { Instant } from '../../src/model/ids.ts';
import { eventRefKey } from '../../src/model/trail-event.ts';
import { accountId, trailRecord } from '../collection/collecting.ts';
import { testDatabaseUrl } from '../harness/test-servers.ts';
import { clearDetection } from './clear-detection.ts';
import { compiledRules } from './rule-texts.ts';

/** A rule of each type, with spans of minutes, so that a few random events meet their edges. */
const ruleTexts = {
  query: `type = "query"\nlanguage = "kuery"\nquery = 'event.action: "Act0" and user.name: u1'`,
  newTerms: `type = "new_terms"\nlanguage = "kuery"\nquery = 'event.action: *'\n[rule.new_terms]\nfield = "new_terms_fields"\nvalue = ["user.name"]\n[[rule.new_terms.history_window_start]]\nfield = "history_window_start"\nvalue = "now-10m"`,
  threshold: `type = "threshold"\nlanguage = "kuery"\nquery = 'event.action: *'\nfrom = "now-5m"\n[rule.threshold]\nfield = ["source.ip"]\nvalue = 3`,
  sequence: `type = "eql"\nlanguage = "eql"\nquery = 'sequence by user.name with maxspan=5m [any where event.action == "Act0"] [any where event.action == "Act1"]'`,
  until: `type = "eql"\nlanguage = "eql"\nquery = 'sequence by user.name with maxspan=8m [any where event.action == "Act1"] [any where event.action == "Act0"] until [any where event.action == "Act2"]'`,
} as const;

const ruleSet = compiledRules(ruleTexts);

/** To every rule, each for a part of the events; the second expires half-way. */
const { exceptions } = readExceptions(
  'exceptions.toml',
  [
    { id: 'address', condition: 'source.ip: 203.0.113.2 and event.action: Act0', expires: '' },
    { id: 'user', condition: 'user.name: u2', expires: 'expires = "2026-06-01T00:20:00Z"' },
  ]
    .map(
      ({ id, condition, expires }) =>
        `[[exception]]\nid = "${id}"\nrule_id = ${JSON.stringify(ruleSet.rules.map(({ rule }) => rule.id))}\ncondition = '${condition}'\nowner = "ann"\nreason = "known"\n${expires}\n`,
    )
    .join('\n'),
  ruleSet.fields,
);

interface Act {
  readonly minute: number;
  readonly action: number;
  readonly user: number;
  readonly address: number;
}

const startMs = Date.UTC(2026, 5, 1);

function recordText({ minute, action, user, address }: Act, index: number): string {
  const record: Readonly<Record<string, unknown>> = trailRecord(
    `e${String(index).padStart(3, '0')}`,
    startMs + minute * 60_000,
    {
      eventName: `Act${action}`,
      sourceIPAddress: `203.0.113.${address}`,
      userIdentity: {
        type: 'IAMUser',
        accountId,
        principalId: `AIDA${user}`,
        userName: `u${user}`,
        accessKeyId: 'AKIA0',
      },
    },
  );
  return JSON.stringify(record);
}

const acts = fc.array(
  fc.record({
    minute: fc.integer({ min: 0, max: 45 }),
    action: fc.integer({ min: 0, max: 2 }),
    user: fc.integer({ min: 1, max: 2 }),
    address: fc.integer({ min: 1, max: 2 }),
  }),
  { minLength: 1, maxLength: 30 },
);

/** In which order the events arrive, how many at a time, and which attempts of detection die in the middle. */
const delivery = fc.record({
  order: fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 30, maxLength: 30 }),
  batch: fc.integer({ min: 1, max: 12 }),
  deaths: fc.array(fc.option(fc.integer({ min: 1, max: 25 }), { nil: null }), { maxLength: 12 }),
});

let store: Store;

beforeAll(async () => {
  store = openStore(await testDatabaseUrl());
  await store.migrate();
});

afterAll(async () => {
  await store.close();
});

/** A store whose transaction dies at its n-th call. */
function dying(real: DetectionStore, deathAt: number): DetectionStore {
  let calls = 0;
  return {
    ...real,
    inTransaction: (now, work) =>
      real.inTransaction(now, (session) =>
        work(
          new Proxy(session, {
            get(target, key, receiver) {
              const member: unknown = Reflect.get(target, key, receiver);
              if (typeof member !== 'function') return member;
              return (...args: readonly unknown[]) => {
                calls += 1;
                if (calls === deathAt) throw new Error('the worker dies');
                return member.apply(target, args) as unknown;
              };
            },
          }),
        ),
      ),
  };
}

const ringNothing = { ringDetect: async () => {}, ringCase: async () => {} };

async function runLive(
  judgedBy: LiveRuleSet,
  texts: readonly string[],
  { order, batch, deaths }: Parameters<typeof arrivalOf>[1],
): Promise<void> {
  const arrival = arrivalOf(texts, { order, batch, deaths });
  const now = new Date().toISOString() as Instant;
  const imported = await createImportStore(store, 'test', now);
  const real = createDetectionStore(store);
  for (const [index, part] of arrival.entries()) {
    await imported.store(readShownRecords(part, accountId, now), now);
    await imported.publish();
    const deathAt = deaths[index] ?? null;
    if (deathAt !== null) {
      const mortal = createDetectActivities({ store: dying(real, deathAt), ruleSet: judgedBy, ...ringNothing });
      await mortal.detectPublished().catch((error: unknown) => {
        expect(String(error)).toContain('the worker dies');
      });
    }
    await createDetectActivities({ store: real, ruleSet: judgedBy, ...ringNothing }).detectPublished();
  }
}

function arrivalOf(
  texts: readonly string[],
  {
    order,
    batch,
  }: { readonly order: readonly number[]; readonly batch: number; readonly deaths: readonly (number | null)[] },
): readonly (readonly string[])[] {
  const shuffled = texts.map((text, index) => ({ text, at: order[index] ?? 0 })).toSorted((a, b) => a.at - b.at);
  const parts: string[][] = [];
  for (let start = 0; start < shuffled.length; start += batch) {
    parts.push(shuffled.slice(start, start + batch).map(({ text }) => text));
  }
  return parts;
}

async function liveAlerts(status: 'live' | 'excepted' = 'live'): Promise<readonly string[]> {
  const rows = await store.db.selectFrom('alerts').selectAll().where('status_kind', '=', status).execute();
  return rows.map((row) => `${row.rule_name} ${row.id} ${row.event_refs.map(eventRefKey).join(' ')}`).toSorted();
}

function offlineRun(judgedBy: RuleSet, texts: readonly string[]): readonly OfflineAlert[] {
  const offline = detectOffline(judgedBy);
  for (const record of readShownRecords(texts, accountId, new Date().toISOString() as Instant).records) {
    offline.take({
      ref: { accountId, eventId: record.eventId, revision: 0 },
      eventTime: record.eventTime,
      eventTimeMs: Date.parse(record.eventTime),
      fields: judgedBy.fieldsOf(record.ecs),
    });
  }
  return offline.alerts();
}

function linesOf(alerts: readonly OfflineAlert[]): readonly string[] {
  return alerts
    .map(
      ({ rule, group, anchor, eventRefs }) =>
        `${rule.name} ${alertIdOf({ ruleId: rule.id, group, anchor })} ${eventRefs.map(eventRefKey).join(' ')}`,
    )
    .toSorted();
}

/** Offline, with the exceptions and without: what they held back, and which alerts they prevented. */
function offlineWithExceptions(texts: readonly string[]) {
  const held = new Map<string, number>();
  const heldRefs = new Set<string>();
  const excepted = withExceptions(ruleSet, exceptions, ({ exceptionId, ruleId, ref }) => {
    const key = `${exceptionId} ${ruleId}`;
    held.set(key, (held.get(key) ?? 0) + 1);
    heldRefs.add(`${ruleId} ${eventRefKey(ref)}`);
  });
  const alerts = offlineRun(excepted, texts);
  const alerting = new Set(
    alerts.flatMap(({ rule, group, eventRefs }) =>
      eventRefs.map((ref) => `${rule.id} ${group.join()} ${eventRefKey(ref)}`),
    ),
  );
  const prevented = offlineRun(ruleSet, texts).filter(
    ({ rule, group, eventRefs }) =>
      eventRefs.some((ref) => heldRefs.has(`${rule.id} ${eventRefKey(ref)}`)) &&
      !eventRefs.some((ref) => alerting.has(`${rule.id} ${group.join()} ${eventRefKey(ref)}`)),
  );
  return { alerts: linesOf(alerts), prevented: linesOf(prevented), held };
}

test('live alerts, whatever the order, the batches and the deaths, are those of an offline run over all events', async () => {
  expect(ruleSet.rules.length).toBe(Object.keys(ruleTexts).length);
  let alerts = 0;
  await fc.assert(
    fc.asyncProperty(acts, delivery, async (events, how) => {
      await clearDetection(store);
      const texts = events.map(recordText);
      await runLive(ruleSet, texts, how);
      const offline = linesOf(offlineRun(ruleSet, texts));
      alerts += offline.length;
      expect(await liveAlerts()).toEqual(offline);
    }),
    { numRuns: 60 },
  );
  expect(alerts).toBeGreaterThan(0);
});

test('with exceptions they agree as well; each event held back counts once, and what only an exception prevented is recorded in no case', async () => {
  expect(exceptions.length).toBe(2);
  let prevented = 0;
  await fc.assert(
    fc.asyncProperty(acts, delivery, async (events, how) => {
      await clearDetection(store);
      const texts = events.map(recordText);
      await runLive(markExceptions(ruleSet, exceptions), texts, how);
      const offline = offlineWithExceptions(texts);
      prevented += offline.prevented.length;
      expect(await liveAlerts()).toEqual(offline.alerts);
      expect(await liveAlerts('excepted')).toEqual(offline.prevented);
      const totals = await heldBackTotals(store.db);
      expect(
        new Map(totals.map(({ exceptionId, ruleId, events: held }) => [`${exceptionId} ${ruleId}`, held])),
      ).toEqual(offline.held);
      const inCases = await store.db
        .selectFrom('alerts')
        .select('id')
        .where('status_kind', '=', 'excepted')
        .where((where) => where.or([where('case_id', 'is not', null), where('carried_over', '=', true)]))
        .execute();
      expect(inCases).toEqual([]);
    }),
    { numRuns: 60 },
  );
  expect(prevented).toBeGreaterThan(0);
});
