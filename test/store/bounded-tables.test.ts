import { readFileSync } from 'node:fs';
import { type RawBuilder, sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openStore, type Store } from '../../src/adapters/store/database.ts';
import { forgetOld } from '../../src/adapters/store/detection/rule-memory-store.ts';
import { heldBackTotals } from '../../src/adapters/store/detection/held-back-store.ts';
import { pruneStore } from '../../src/adapters/store/upkeep/retention.ts';
import type { Instant } from '../../src/model/ids.ts';
import { testDatabaseUrl } from '../harness/test-servers.ts';

/** What keeps a table from growing for ever. */
type Bound =
  /** Rows go with the time: see {@link aged}. */
  | 'pruned'
  /** There is one row at most for each value of these columns, and of those there are only so many. */
  | { readonly oneFor: readonly string[]; readonly because: string }
  /** It belongs to a case, which is kept, and of one case there is only so much. */
  | { readonly ofCase: string }
  /** It says what people did or decided, or what was done in their name. */
  | { readonly kept: string };

const bounds: Readonly<Record<string, Bound>> = {
  accounts: { oneFor: ['id'], because: 'people add them' },
  accepted_ways_in: { kept: 'signed by a person' },
  action_steps: { kept: 'what was done in AWS by an approval' },
  alert_events: 'pruned',
  alerts: 'pruned',
  audit_records: { kept: 'the audit' },
  case_identities: { ofCase: 'one row for each identity that it holds' },
  case_seeds: { ofCase: 'one row for each caller and address of its alerts' },
  case_separations: { kept: 'a person parted a case' },
  cases: { ofCase: 'the case itself' },
  chores: { oneFor: ['name'], because: 'the code names them' },
  decisions: { kept: 'signed by a person' },
  detect_cursor: { oneFor: [], because: 'it has one row' },
  event_keys: 'pruned',
  event_things: 'pruned',
  events: 'pruned',
  evidence: { ofCase: 'replaced by each look, but for what a plan rests on' },
  findings: { ofCase: 'replaced by each assessment' },
  held_back_counts: 'pruned',
  identities: 'pruned',
  identity_aliases: 'pruned',
  imports: 'pruned',
  instance_sessions: 'pruned',
  kysely_migration: { oneFor: ['name'], because: 'the code names them' },
  kysely_migration_lock: { oneFor: ['id'], because: 'it has one row' },
  link_ends: 'pruned',
  links: 'pruned',
  log_sources: { oneFor: ['id'], because: 'a region of an account, or a label that a person gave' },
  look_pieces: { ofCase: 'replaced by each look' },
  lookup_pages: 'pruned',
  looks: { oneFor: ['case_id'], because: 'cases are kept' },
  malformed_records: 'pruned',
  operational_alerts: 'pruned',
  own_calls: 'pruned',
  plans: { ofCase: 'what a person is asked to decide' },
  publish_sequence: { oneFor: [], because: 'it has one row' },
  reads: 'pruned',
  request_pacing: { oneFor: ['source_id'], because: 'a region of an account' },
  response_actions: { kept: 'what was done in AWS by an approval' },
  rule_candidates: 'pruned',
  rule_readiness: { oneFor: ['rule_id', 'account_id'], because: 'rules and accounts are what people configure' },
  rule_versions: 'pruned',
  sightings: 'pruned',
  unsettled_keys: { kept: 'keys that an approved response may have left' },
  whole_ledgers: { oneFor: ['source_id'], because: 'a region of an account' },
  // That a year's ledger is short is shown by test/collection/simulate-collection.test.ts.
  windows: { oneFor: ['source_id', 'from_at'], because: 'the ledger joins neighbours: a source keeps some hundred' },
};

const dayMs = 86_400_000;
const now = Date.parse('2026-11-24T12:00:00Z');
const limits = { eventsBefore: daysAgo(400), callsBefore: daysAgo(100), deadline: Date.now() + 600_000 };
const digest = sql`'sha256:x'`;

function daysAgo(days: number) {
  return new Date(now - days * dayMs).toISOString() as Instant;
}

interface Aged {
  /** What a row is told by. */
  readonly key: string;
  /** For how many days a row stays: a day more, and it goes. */
  readonly days: number;
  readonly insert: (name: string, at: Instant) => RawBuilder<unknown>;
  /** Rows that stay whatever their age, and why. */
  readonly stays?: Readonly<Record<string, (name: string, at: Instant) => RawBuilder<unknown>>>;
}

/** Rows of the pruned tables, in the order in which they can be inserted. */
const aged: Readonly<Record<string, Aged>> = {
  events: {
    key: 'event_id',
    days: 401, // a day is kept to its end
    insert: (name, at) => sql`
      insert into events (account_id, event_id, revision, event_time, record_digest, ingested_at, ecs, raw)
      values ('1', ${name}, 0, ${at}, ${digest}, ${at}, '{}', '{}')`,
  },
  event_keys: {
    key: 'event_id',
    days: 401,
    insert: (name, at) => sql`insert into event_keys values ('1', ${name}, 0, ${digest}, ${at})`,
  },
  sightings: {
    key: 'event_id',
    days: 401,
    insert: (name, at) => sql`insert into sightings values ('1', ${name}, 0, 'lookup/1/us-east-1', ${at}, ${at})`,
  },
  links: {
    key: 'id',
    days: 401,
    insert: (name, at) => sql`insert into links values (${name}, ${at}, '1', ${name}, ${sql`'{}'::jsonb`})`,
  },
  link_ends: {
    key: 'link_id',
    days: 401,
    insert: (name, at) => sql`insert into link_ends values (${`ended ${name}`}, ${at}, ${name})`,
  },
  event_things: {
    key: 'event_id',
    days: 401,
    insert: (name, at) => sql`insert into event_things values ('thing', ${at}, '1', ${name}, 0)`,
  },
  instance_sessions: {
    key: 'session',
    days: 401,
    insert: (name, at) => sql`
      insert into instance_sessions
      values ('i-1', ${name}, '', ${at}, ${at}, jsonb_build_object('accountId', '1', 'eventId', ${name}::text))`,
  },
  identities: {
    key: 'name',
    days: 431, // that it is said is written down again after 30 days only
    insert: (name, at) => sql`insert into identities values (${`named ${name}`}, 'session', '1', ${name}, ${at})`,
    stays: {
      'a link leads to it': (name, at) => sql`insert into identities values (${name}, 'session', '1', ${name}, ${at})`,
    },
  },
  identity_aliases: {
    key: 'alias',
    days: 431,
    insert: (name, at) => sql`insert into identity_aliases values (${name}, ${`named ${name}`}, ${at})`,
  },
  own_calls: {
    key: 'aws_request_id',
    days: 100,
    insert: (name, at) => sql`insert into own_calls (aws_request_id, operation, at) values (${name}, 'x', ${at})`,
    stays: {
      'it changed something': (name, at) =>
        sql`insert into own_calls (aws_request_id, operation, at, intent_id) values (${name}, 'x', ${at}, 'intent')`,
    },
  },
  reads: {
    key: 'read_id',
    days: 100,
    insert: (name, at) => readOf(name, at, at),
    stays: { 'it is under way': (name, at) => readOf(name, at, null) },
  },
  alerts: {
    key: 'id',
    days: 400,
    insert: (name, at) => alertOf(name, at, 'excepted', null),
    stays: {
      'it is to have a case': (name, at) => alertOf(name, at, 'live', null),
      'a case had it': (name, at) => alertOf(name, at, 'excepted', 'closed'),
    },
  },
  alert_events: {
    key: 'alert_id',
    days: 400,
    insert: (name) => sql`insert into alert_events values (${name}, '1', 'x', 0, 0)`,
  },
  held_back_counts: {
    key: 'rule_id',
    days: 400,
    insert: (name, at) => sql`insert into held_back_counts values ('ours', ${name}, 1, ${at})`,
  },
  operational_alerts: {
    key: 'id',
    days: 100,
    insert: (name, at) =>
      sql`insert into operational_alerts values (${name}, 'gap', ${name}, 'It is so.', ${at}, ${at})`,
    stays: {
      'it is open': (name, at) =>
        sql`insert into operational_alerts values (${name}, 'gap', ${name}, 'It is so.', ${at}, null)`,
    },
  },
  imports: {
    key: 'id',
    days: 100,
    insert: (name, at) => importOf(name, at, at),
    stays: { 'it may go on': (name) => importOf(name, daysAgo(399), null) },
  },
  malformed_records: {
    key: 'id',
    days: 400,
    insert: (name, at) =>
      sql`insert into malformed_records values (${name}, 'lookup/1/us-east-1', '1', 'us-east-1', ${at}, 'x', 'wrong')`,
  },
  lookup_pages: {
    key: 'name',
    days: 100,
    insert: (name, at) => sql`
      with its as (insert into cases (id, actor_key, actor, account_id, status, severity, opened_at, closed_at)
        values (${name}, ${name}, '{}', '1', 'closed', 'low', ${at}, ${at}))
      insert into lookup_pages values (${name}, ${name}, '{}')`,
    stays: { 'its case is open': (name) => sql`insert into lookup_pages values ('open', ${name}, '{}')` },
  },
  rule_candidates: {
    key: 'event_id',
    days: 400,
    insert: (name, at) => sql`
      insert into rule_candidates (rule_id, meaning, group_key, event_time, account_id, event_id, revision, ordinal,
        group_values, payload, written_at)
      values ('rule', ${digest}, 'group', ${at}, '1', ${name}, 0, 0, '[]', '{}', ${at})`,
  },
  rule_versions: {
    key: 'rule_id',
    days: 400,
    insert: (name, at) =>
      sql`insert into rule_versions (rule_id, meaning, since_seq, at) values (${name}, ${digest}, 0, ${at})`,
  },
};

function readOf(name: string, at: Instant, publishedAt: Instant | null) {
  return sql`
    insert into reads (read_id, source_id, reason, from_at, to_at, at, outcome, request_ids, filter, published_at)
    values (${name}, 'lookup/1/us-east-1', 'live', ${at}, ${at}, ${at}, 'complete', '[]', '"all"', ${publishedAt})`;
}

function alertOf(name: string, at: Instant, kind: 'excepted' | 'live', caseId: string | null) {
  return sql`
    insert into alerts (id, rule_id, rule_digest, rule_name, severity, risk_score, group_values, group_key,
      anchor_account_id, anchor_event_id, anchor_revision, event_refs, detail, status, status_kind, event_time, at, case_id)
    values (${name}, 'busy', ${digest}, 'rule', 'low', 1, '[]', 'group', '1', 'x', 0, '[]', '{}',
      '{"exceptionId": "ours"}', ${kind}, ${at}, ${at}, ${caseId})`;
}

function importOf(name: string, at: Instant, endedAt: Instant | null) {
  return sql`
    insert into imports (id, source_id, inputs, begun_by, begun_at, ended_at)
    values (${name}, 'import/x', ${name}, 'someone', ${at}, ${endedAt})`;
}

let store: Store;

beforeAll(async () => {
  store = openStore(await testDatabaseUrl());
  await store.migrate();
});

afterAll(() => store.close());

async function texts(query: RawBuilder<{ readonly text: string }>): Promise<readonly string[]> {
  return (await query.execute(store.db)).rows.map(({ text }) => text);
}

function tables(): Promise<readonly string[]> {
  return texts(sql`
    select c.relname::text as text from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition order by 1`);
}

test('what bounds it is said of each table', async () => {
  expect(await tables()).toEqual(Object.keys(bounds).toSorted());
  const pruned = Object.keys(bounds).filter((table) => bounds[table] === 'pruned');
  expect(Object.keys(aged).toSorted()).toEqual(pruned.toSorted());
});

test('docs/operations.md says of each table for how long its rows are kept', () => {
  const text = readFileSync('docs/operations.md', 'utf8');
  expect(Object.keys(bounds).filter((table) => !text.includes(`\`${table}\``))).toEqual([]);
});

test('a table that has one row for each value of some columns takes no second', async () => {
  const unique = await texts(sql`
    select concat(i.indrelid::regclass, ' ', (
      select string_agg(a.attname, ' ' order by place) from unnest(i.indkey::int2[]) with ordinality k (number, place)
      join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.number
    )) as text
    from pg_index i where i.indisunique and i.indpred is null`);
  for (const [table, bound] of Object.entries(bounds)) {
    if (typeof bound === 'object' && 'oneFor' in bound)
      expect(unique).toContain([table, bound.oneFor.join(' ')].join(' '));
  }
});

test('what belongs to a case names one that there is', async () => {
  const ofCases = await texts(sql`
    select conrelid::regclass::text as text from pg_constraint where contype = 'f' and confrelid = 'cases'::regclass`);
  for (const [table, bound] of Object.entries(bounds)) {
    if (typeof bound === 'object' && 'ofCase' in bound) expect(ofCases).toContain(table);
  }
});

describe('what is pruned', () => {
  beforeAll(async () => {
    await sql`insert into log_sources (id, kind, watched_from, live_from) values ('import/x', 'import', now(), now())`.execute(
      store.db,
    );
    await sql`
      insert into cases (id, actor_key, actor, account_id, status, severity, opened_at, closed_at)
      values ('open', 'open', '{}', '1', 'watching', 'low', ${daysAgo(900)}, null),
        ('closed', 'closed', '{}', '1', 'closed', 'low', ${daysAgo(900)}, ${daysAgo(899)})`.execute(store.db);
    for (const { days, insert, stays = {} } of Object.values(aged)) {
      await insert('old', daysAgo(days + 0.5)).execute(store.db);
      await insert('young', daysAgo(days - 1.5)).execute(store.db);
      for (const [why, keep] of Object.entries(stays)) await keep(why, daysAgo(800)).execute(store.db);
    }
    await sql`insert into link_ends values ('a link leads to it', ${daysAgo(10)}, 'young')`.execute(store.db);
    // An exception that prevents the same alert again and again.
    await sql`insert into held_back_counts values ('ours', 'busy', 9, ${daysAgo(1)})`.execute(store.db);
    expect(await pruneStore(store, limits)).toMatchObject({ left: false });
    await forgetOld(store.db, [], limits.eventsBefore);
  });

  test.each(Object.keys(aged))('%s: what is old goes, what is young or still needed stays', async (table) => {
    const { key, stays = {} } = aged[table] as Aged;
    const left = await texts(sql`select distinct ${sql.ref(key)}::text as text from ${sql.table(table)}`);
    const others = new Set(left.filter((name) => name !== 'busy'));
    expect(others).toEqual(new Set(['young', ...Object.keys(stays)]));
  });

  test('alerts that an exception prevented stay counted when they are gone', async () => {
    expect(await heldBackTotals(store.db)).toContainEqual(
      expect.objectContaining({ exceptionId: 'ours', ruleId: 'busy', events: 9, alerts: 3 }),
    );
  });
});
