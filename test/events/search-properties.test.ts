import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStore, type Store } from '../../src/adapters/store/database.ts';
import { searchEvents } from '../../src/adapters/store/events/event-search.ts';
import { searchCondition } from '../../src/adapters/store/events/event-search-condition.ts';
import { createFieldTable, eventFields } from '../../src/detection/fields/document-fields.ts';
import { searchQuery } from '../../src/views/event-query.ts';
import { compileKql } from '../../src/detection/kql/compile-kql.ts';
import { parseKql } from '../../src/detection/kql/parse-kql.ts';
import { ecsEventOf } from '../../src/cloudtrail/ecs-event.ts';
import { wellFormed } from '../../src/model/well-formed.ts';
import type { JsonObject, JsonValue } from '../../src/model/json.ts';
import { testDatabaseUrl } from '../harness/test-servers.ts';
import { account, clearEvents, storeDocuments } from './stored-events.ts';

let store: Store;

beforeAll(async () => {
  store = openStore(await testDatabaseUrl());
  await store.migrate();
});

afterAll(() => store.close());

const long = 'x'.repeat(499);
const texts = [
  'mallory',
  'Mallory',
  'bob',
  'a_b',
  'a%b',
  'back\\slash',
  'quo"te',
  "it's",
  '7',
  'true',
  'null',
  '😀',
  'a\uD83D',
  'a\uFFFD',
  'a\u0000',
  'tab\tbed',
  `${long}y`,
  `${long}yz`,
  `${long}😀`,
];
const addresses = [
  '203.0.113.7',
  '203.0.113.77',
  '203.0.114.7',
  '203.000.113.007',
  '::ffff:203.0.113.7',
  '0:0:0:0:0:FFFF:cb00:7107',
  '2001:db8::1',
  '2001:DB8::1',
  '2001:0db8:0:0::1',
  'ec2.amazonaws.com',
];
const times = [
  '2026-11-24T10:00:00.000Z',
  '2026-11-24T10:00:00.250Z',
  '2026-11-23T23:59:59.999Z',
  '2026-11-23T00:00:00.000Z',
  '2019-05-06T07:08:09.000Z',
];

const text = fc.constantFrom(...texts);
/** Mostly a text, as documents have it; now and then what no column holds. */
const field: fc.Arbitrary<JsonValue> = fc.oneof(
  { weight: 12, arbitrary: text },
  { weight: 1, arbitrary: fc.constantFrom<JsonValue>(7, true, null, [], ['mallory', 'bob'], ['bob'], { name: 'bob' }) },
);
const address: fc.Arbitrary<JsonValue> = fc.constantFrom(...addresses);

/** Where the parts of a document go; some exporters write names with dots in the middle of it. */
const documents: fc.Arbitrary<readonly JsonObject[]> = fc
  .array(
    fc.record({
      time: fc.constantFrom(...times),
      action: fc.option(field),
      user: fc.option(field),
      key: fc.option(field),
      keyIsDotted: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
      client: fc.option(field),
      reason: fc.option(field),
      source: fc.option(
        fc.oneof(
          { weight: 6, arbitrary: address.map((one) => ({ address: one, ip: one })) },
          { weight: 1, arbitrary: address.map((one) => ({ ip: one })) },
          { weight: 1, arbitrary: address.map((one) => ({ address: one })) },
          { weight: 1, arbitrary: fc.tuple(address, address).map((both) => ({ ip: both })) },
        ),
      ),
    }),
    { minLength: 5, maxLength: 40 },
  )
  .map((all) =>
    all.map(({ time, action, user, key, keyIsDotted, client, reason, source }, index) => ({
      '@timestamp': time,
      ecs: { version: '8.11.0' },
      cloud: { account: { id: account } },
      event: {
        id: `event-${index}`,
        dataset: 'aws.cloudtrail',
        ...present('action', action),
        ...present('reason', reason),
      },
      ...present('source', source),
      ...(user === null ? {} : { user: { name: user } }),
      ...(client === null ? {} : { user_agent: { original: client } }),
      ...(key === null
        ? {}
        : keyIsDotted
          ? { aws: { 'cloudtrail.user_identity': { access_key_id: key } } }
          : { aws: { cloudtrail: { user_identity: { access_key_id: key } } } }),
    })),
  );

function present(name: string, value: JsonValue): JsonObject {
  return value === null ? {} : { [name]: value };
}

function quoted(one: string): string {
  return `"${one.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}
const pattern = fc
  .tuple(fc.constantFrom('mal', 'b', 'x', 'a', 'é', '7', long), fc.constantFrom('*', 'l*', '*z', '*y*'))
  .map(([head, tail]) => `${head}${tail}`);
const value = fc.oneof(
  { weight: 5, arbitrary: text.map(quoted) },
  { weight: 2, arbitrary: pattern },
  { weight: 1, arbitrary: fc.constantFrom('*', 'null', '*a*', '*_*', '*\uFFFD*') },
);
const fieldNames = [
  'event.action',
  'user.name',
  'aws.cloudtrail.user_identity.access_key_id',
  'user_agent.original',
  'event.reason',
  'event.id',
  'source.address',
  'user.n*',
];
const names = fc.constantFrom(...fieldNames);
const comparison = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(names, value).map(([name, one]) => `${name}: ${one}`) },
  {
    weight: 3,
    arbitrary: fc
      .constantFrom(...addresses, '203.0.113.0/24', '203.0.0.0/16', '203.0.113.64/26', '2001:db8::/32', '*')
      .map((one) => `source.ip: ${one === '*' ? one : quoted(one)}`),
  },
  { weight: 1, arbitrary: value },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom('<', '<=', '>', '>=', ':'), fc.constantFrom(...times, '2026-11-23', '2026', '2019-05'))
      .map(([operator, time]) => `@timestamp ${operator} ${quoted(time)}`),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(names, fc.constantFrom('<', '>='), text)
      .map(([name, operator, one]) => `${name} ${operator} ${quoted(one)}`),
  },
);
const queries: fc.Arbitrary<string> = fc.letrec<{ query: string }>((tie) => ({
  query: fc.oneof(
    { maxDepth: 3, depthIdentifier: 'query' },
    { weight: 3, arbitrary: comparison },
    { weight: 1, arbitrary: tie('query').map((inner) => `not (${inner})`) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(tie('query'), fc.constantFrom('and', 'or'), tie('query'))
        .map(([left, joint, right]) => `(${left}) ${joint} (${right})`),
    },
  ),
})).query;

test('any query finds exactly the events that it holds for, newest first', async () => {
  let found = 0;
  let narrowed = 0;
  await fc.assert(
    fc.asyncProperty(documents, fc.array(queries, { minLength: 20, maxLength: 20 }), async (stored, asked) => {
      await clearEvents(store);
      await storeDocuments(store, stored);
      for (const query of asked) {
        const node = parseKql(query);
        const table = createFieldTable();
        const holds = compileKql(node, table);
        function matches(document: JsonObject) {
          return holds(eventFields(document, table));
        }
        const events: { id: string; time: string }[] = [];
        for await (const event of searchEvents(store.db, { node, matches, includeOwn: true })) {
          events.push({ id: event.eventId, time: event.eventTime });
        }
        const expected = stored
          .map((document) => wellFormed(ecsEventOf({ kind: 'ecs', document })))
          .filter(matches)
          .map((document) => (document['event'] as JsonObject)['id']);
        expect(events.map(({ id }) => id).toSorted(), query).toEqual(expected.map(String).toSorted());
        const ages = events.map(({ time }) => -Date.parse(time));
        expect(ages).toEqual(ages.toSorted((a, b) => a - b));
        found += events.length;
        if (searchCondition(node) !== 'all') narrowed += 1;
      }
    }),
    { numRuns: 25 },
  );
  expect(found).toBeGreaterThan(0);
  expect(narrowed).toBeGreaterThan(100);
}, 180_000);

test('what is looked for is no SQL, whatever the field', async () => {
  await clearEvents(store);
  const injection = "' or true --";
  function document(id: string, name: string): JsonObject {
    return {
      '@timestamp': times[0] ?? '',
      ecs: { version: '8.11.0' },
      cloud: { account: { id: account } },
      event: { id, action: name, reason: name, dataset: 'aws.cloudtrail' },
      source: { address: name },
      user: { name },
      user_agent: { original: name },
      aws: { cloudtrail: { user_identity: { access_key_id: name } } },
    };
  }
  await storeDocuments(store, [document('plain', 'bob'), document('odd', injection)]);
  for (const name of [...fieldNames, 'source.ip', 'cloud.account.id']) {
    const expected = ['event.id', 'source.ip', 'cloud.account.id'].includes(name) ? [] : ['odd'];
    expect([name, await idsOf(`${name}: ${quoted(injection)}`)]).toEqual([name, expected]);
    expect([name, await idsOf(`${name}: '*true*--`)]).toEqual([name, expected]);
  }
  expect(await idsOf(quoted(injection))).toEqual(['odd']);
  expect(await idsOf(`@timestamp: ${quoted(injection)}`)).toEqual([]);
});

test('a text is found whole, however little of it its column holds', async () => {
  await clearEvents(store);
  function document(id: string, client: string): JsonObject {
    return {
      '@timestamp': times[0] ?? '',
      ecs: { version: '8.11.0' },
      cloud: { account: { id: account } },
      event: { id, dataset: 'aws.cloudtrail' },
      user_agent: { original: client },
    };
  }
  await storeDocuments(store, [document('y', `${long}y`), document('yz', `${long}yz`), document('yy', `${long}yy`)]);
  expect(await idsOf('user_agent.original: x*z')).toEqual(['yz']);
  expect(await idsOf(`user_agent.original: "${long}yz"`)).toEqual(['yz']);
  expect(await idsOf(`not user_agent.original: "${long}yz"`)).toEqual(['y', 'yy']);
});

async function idsOf(query: string): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const event of searchEvents(store.db, { ...searchQuery(query, []), includeOwn: true }))
    found.push(event.eventId);
  return found.toSorted();
}
