import * as fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createDetectActivities } from '../../activities/detect.ts';
import { openStore, type Store } from '../../src/adapters/store/database.ts';
import { createDetectionStore } from '../../src/adapters/store/detection/detection-store.ts';
import { createImportStore } from '../../src/adapters/store/collection/import-store.ts';
import { readShownRecords } from '../../src/collection/read-records.ts';
import { alertIdOf } from '../../src/detection/alerts/alert-id.ts';
import { compileRuleSet, type RuleSet } from '../../src/detection/engine.ts';
import { forgottenBeforeMs, latenessMs } from '../../src/detection/live/group-memory.ts';
import { warmRules } from '../../src/detection/live/warm-rules.ts';
import { detectOffline } from '../../src/detection/offline/offline.ts';
import type { Instant } from '../../src/model/ids.ts';
import { eventRefKey } from '../../src/model/trail-event.ts';
import { accountId, trailRecord } from '../collection/collecting.ts';
import { testDatabaseUrl } from '../harness/test-servers.ts';
import { clearDetection } from './clear-detection.ts';
import { compiledRules } from './rule-texts.ts';

const dayMs = 86_400_000;

/** A rule of each type that remembers, with spans of days. */
const ruleTexts = {
  newTerms: `type = "new_terms"\nlanguage = "kuery"\nquery = 'event.action: *'\n[rule.new_terms]\nfield = "new_terms_fields"\nvalue = ["user.name"]\n[[rule.new_terms.history_window_start]]\nfield = "history_window_start"\nvalue = "now-7d"`,
  threshold: `type = "threshold"\nlanguage = "kuery"\nquery = 'event.action: *'\nfrom = "now-2d"\n[rule.threshold]\nfield = ["source.ip"]\nvalue = 3`,
  sequence: `type = "eql"\nlanguage = "eql"\nquery = 'sequence by user.name with maxspan=3d [any where event.action == "Act0"] [any where event.action == "Act1"]'`,
  absent: `type = "eql"\nlanguage = "eql"\nquery = 'sequence by user.name with maxspan=2d [any where event.action == "Act1"] ![any where event.action == "Act2"] [any where event.action == "Act0"]'`,
} as const;

function ruleSetOf(more: Readonly<Record<string, string>> = {}): RuleSet {
  return compiledRules({ ...ruleTexts, ...more });
}

const ruleSet = ruleSetOf();

interface Act {
  readonly hour: number;
  readonly action: number;
  readonly user: number;
  /** How many hours after it happened it arrives. */
  readonly delay: number;
}

const startMs = Date.UTC(2026, 2, 1);
const spanHours = 120 * 24;

const acts = fc.array(
  fc.record({
    hour: fc.integer({ min: 0, max: spanHours }),
    action: fc.integer({ min: 0, max: 2 }),
    user: fc.integer({ min: 1, max: 2 }),
    delay: fc.oneof(
      { arbitrary: fc.constant(0), weight: 3 },
      { arbitrary: fc.integer({ min: 1, max: latenessMs / 3_600_000 }), weight: 1 },
    ),
  }),
  { minLength: 40, maxLength: 160 },
);

function recordText({ hour, action, user }: Act, index: number): string {
  const record: Readonly<Record<string, unknown>> = trailRecord(
    `e${String(index).padStart(3, '0')}`,
    startMs + hour * 3_600_000,
    {
      eventName: `Act${action}`,
      sourceIPAddress: `203.0.113.${user}`,
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

let store: Store;

beforeAll(async () => {
  store = openStore(await testDatabaseUrl());
  await store.migrate();
});

afterAll(async () => {
  await store.close();
});

beforeEach(async () => {
  await clearDetection(store);
});

/** Hands events over as they arrive, some days' worth at a time, and forgets after each what no event to come can reach. */
async function live(judgedBy: RuleSet, events: readonly Act[], daysAtOnce: number): Promise<number> {
  const now = new Date().toISOString() as Instant;
  const imported = await createImportStore(store, 'test', now);
  const detection = createDetectionStore(store);
  const detecting = createDetectActivities({ store: detection, ruleSet: judgedBy, ...ringNothing });
  const arriving = Map.groupBy(
    events.map((act, index) => ({ act, text: recordText(act, index) })),
    ({ act }) => Math.floor((act.hour + act.delay) / (24 * daysAtOnce)),
  );
  let most = 0;
  for (const [part, records] of [...arriving].toSorted(([a], [b]) => a - b)) {
    const texts = records.map(({ text }) => text);
    await imported.store(readShownRecords(texts, accountId, now), now);
    await imported.publish();
    await detecting.detectPublished();
    const arrivedMs = startMs + (part + 1) * daysAtOnce * dayMs;
    await detection.forget(
      judgedBy.rules.map(({ rule, matcher }) => ({
        rule,
        before: new Date(forgottenBeforeMs(matcher, arrivedMs - latenessMs)).toISOString() as Instant,
      })),
      '2100-01-01T00:00:00Z' as Instant,
    );
    most = Math.max(most, await candidatesKept());
  }
  return most;
}

const ringNothing = { ringDetect: async () => {}, ringCase: async () => {} };

async function candidatesKept(): Promise<number> {
  const { count } = await store.db
    .selectFrom('rule_candidates')
    .select(({ fn }) => fn.countAll<bigint>().as('count'))
    .executeTakeFirstOrThrow();
  return Number(count);
}

async function liveAlerts(): Promise<readonly string[]> {
  const rows = await store.db.selectFrom('alerts').selectAll().where('status_kind', '=', 'live').execute();
  return rows.map((row) => `${row.rule_name} ${row.id} ${row.event_refs.map(eventRefKey).join(' ')}`).toSorted();
}

function offlineAlerts(judgedBy: RuleSet, events: readonly Act[]): readonly string[] {
  const offline = detectOffline(judgedBy);
  const now = new Date().toISOString() as Instant;
  for (const record of readShownRecords(events.map(recordText), accountId, now).records) {
    offline.take({
      ref: { accountId, eventId: record.eventId, revision: 0 },
      eventTime: record.eventTime,
      eventTimeMs: Date.parse(record.eventTime),
      fields: judgedBy.fieldsOf(record.ecs),
    });
  }
  return offline
    .alerts()
    .map(
      ({ rule, group, anchor, eventRefs }) =>
        `${rule.name} ${alertIdOf({ ruleId: rule.id, group, anchor })} ${eventRefs.map(eventRefKey).join(' ')}`,
    )
    .toSorted();
}

test('over four months, thinned, with late events and with all forgotten that none to come can reach, live alerts are those of an offline run', async () => {
  let alerts = 0;
  let most = 0;
  let all = 0;
  await fc.assert(
    fc.asyncProperty(acts, fc.integer({ min: 1, max: 9 }), async (events, daysAtOnce) => {
      await clearDetection(store);
      most += await live(ruleSet, events, daysAtOnce);
      const offline = offlineAlerts(ruleSet, events);
      alerts += offline.length;
      all += events.length * ruleSet.rules.length;
      expect(await liveAlerts()).toEqual(offline);
    }),
    { numRuns: 25 },
  );
  expect(alerts).toBeGreaterThan(0);
  expect(most).toBeLessThan(all / 2);
});

test('a busy identity seen every hour for four months is remembered by a few sightings', async () => {
  const hourly = Array.from({ length: spanHours }, (_, hour): Act => ({ hour, action: 2, user: 1, delay: 0 }));
  expect(await live(compiledAlone('newTerms'), hourly, 5)).toBeLessThan(10);
});

function compiledAlone(name: keyof typeof ruleTexts): RuleSet {
  return compileRuleSet(ruleSet.rules.filter(({ rule }) => rule.name === name).map(({ file }) => file));
}

test('a rule whose note changed goes on; one whose query changed learns what came before it, and marks what it finds until then', async () => {
  const daily = Array.from({ length: 6 }, (_, day): Act => ({ hour: day * 24, action: 0, user: 1, delay: 0 }));
  const recent = recentTexts(daily);
  const detection = createDetectionStore(store);
  await judge(ruleSet, recent.slice(0, 4));

  await judge(ruleSetOf({ newTerms: `note = "read this"\n${ruleTexts.newTerms}` }), recent.slice(4, 5));
  expect(await detection.warmingRules()).toEqual([]);

  const changed = ruleSetOf({ newTerms: ruleTexts.newTerms.replace('event.action: *', 'event.action: Act*') });
  await judge(changed, recent.slice(5));
  expect(await statusesOf('newTerms')).toEqual(['live', 'learning']);
  expect((await detection.warmingRules()).map(({ ruleId }) => ruleId)).toEqual([changed.rules[0]?.rule.id]);

  expect(await warmRules(detection, changed, Date.now() + 60_000)).toEqual({ ready: 1, left: 0 });
  expect(await statusesOf('newTerms')).toEqual(['live', 'superseded']);
  expect(await detection.warmingRules()).toEqual([]);
});

/** The same days up to now: a rule learns from what lies within its own look-back of today. */
function recentTexts(events: readonly Act[]): readonly string[] {
  const shiftHours = Math.floor((Date.now() - startMs) / 3_600_000) - 24 * 6;
  return events.map((act, index) => recordText({ ...act, hour: act.hour + shiftHours }, index));
}

async function judge(judgedBy: RuleSet, texts: readonly string[]): Promise<void> {
  const now = new Date().toISOString() as Instant;
  const imported = await createImportStore(store, 'test', now);
  await imported.store(readShownRecords(texts, accountId, now), now);
  await imported.publish();
  const detecting = createDetectActivities({
    store: createDetectionStore(store),
    ruleSet: judgedBy,
    ...ringNothing,
  });
  await detecting.detectPublished();
}

async function statusesOf(ruleName: string): Promise<readonly string[]> {
  const rows = await store.db
    .selectFrom('alerts')
    .select('status_kind')
    .where('rule_name', '=', ruleName)
    .orderBy('event_time')
    .execute();
  return rows.map((row) => row.status_kind);
}
