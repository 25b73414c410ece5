import { expect, test } from 'vitest';
import { loadCase } from '../../src/adapters/store/cases/case-store.ts';
import { openStore } from '../../src/adapters/store/database.ts';
import { liveCasePorts } from '../../src/entry/compose/case-ports.ts';
import { liveCase } from '../../src/views/live-case.ts';
import type { AssessedCase } from '../../src/investigation/case/assessed-case.ts';
import type { CaseId, Instant } from '../../src/model/ids.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { testDatabaseUrl } from '../harness/test-servers.ts';
import { toPutRight } from '../../src/investigation/report/to-put-right.ts';
import { otherUse } from '../../src/investigation/report/other-use.ts';
import { Cloud, ordinaryTraffic } from './expected/cloud.ts';
import { deploysForAMonth } from './expected/deploys.ts';
import { investigateRecords } from './expected/investigate-records.ts';
import { intrusions } from './expected/intrusions.ts';
import { stories } from './expected/stories.ts';
import { alertOn, publishRecords } from './live-store.ts';

/**
 * What must be the same; a live case has no likely links, other alert IDs, and here an alert for each event of one that is about several,
 * which says of more identities that they are suspect all day.
 */
function comparable({ accounts, identities, links, timeline, findings, waysIn, quiet }: AssessedCase) {
  const proved = links.filter(({ strength }) => strength === 'proved');
  const ends = new Set(links.filter((each) => !proved.includes(each)).map(({ to }) => to));
  return {
    accounts,
    identities: identities.filter(({ id }) => !ends.has(id)).map(({ since: _since, ...identity }) => identity),
    links: proved.map(({ eventIds, ...link }) => ({ ...link, eventIds: eventIds.toSorted() })),
    timeline: timeline.map(({ alertIds, ...entry }) => ({ ...entry, alerted: alertIds.length > 0 })),
    findings,
    waysIn,
    quiet,
  };
}

/** Nothing has closed anything yet. */
const trust = { responder: null, approverKeys: [], audience: 'test', ownAccounts: [] } as const;

/** A month of work, whose last day raises alerts: what is usual comes from long before the case. */
const habits = [
  { name: 'infrastructure as code with a long habit', from: undefined },
  { name: 'the same from another address on its last day', from: '203.0.113.66' },
].map(({ name, from }) => ({
  name,
  records: () => {
    const cloud = new Cloud();
    ordinaryTraffic(cloud);
    deploysForAMonth(cloud, from);
    return cloud.records;
  },
}));

test.each([...intrusions, ...stories, ...habits])(
  'a live case comes to what files come to: $name',
  async ({ records: recorded }) => {
    const records = recorded();
    const documents = (await investigateRecords(records)).map(({ document }) => document);
    const store = openStore(await testDatabaseUrl());
    try {
      await store.migrate();
      await publishRecords(store, records);
      const cases = new Set<CaseId>();
      // An alert on what one gave back that another had taken is about the calls of both.
      const alerted = new Set<JsonObject>();
      for (const { alerts } of documents) {
        const ids = new Set(alerts.flatMap(({ eventIds }) => eventIds));
        for (const record of records.filter((each) => ids.has(each['eventID'] as string) && !alerted.has(each))) {
          alerted.add(record);
          cases.add(await alertOn(store, record));
        }
      }
      const open = [];
      for (const id of cases) if ((await loadCase(store.db, id))?.mergedInto === null) open.push(id);
      expect(open).toHaveLength(documents.length);
      for (const [index, document] of documents.entries()) {
        const now = lastInstant(records);
        const ports = { ...liveCasePorts(store.db, trust), now: () => now };
        const { shown, material, assessment } = await liveCase(ports, open[index] ?? '');
        expect(sameTimes(comparable(shown))).toEqual(sameTimes(comparable(document)));
        expect(sameTimes(toPutRight(assessment))).toEqual(sameTimes(document.toPutRight));
        expect(sameTimes(otherUse(material, assessment.calls))).toEqual(sameTimes(document.otherUse));
      }
    } finally {
      await store.close();
    }
  },
);

test('a call between accounts is of the account whose trail has it, and for the same, in files and live', async () => {
  const crossing = intrusions.find(({ name }) => name.includes('opened to an outside account'));
  const records = crossing?.records() ?? [];
  const documents = (await investigateRecords(records)).map(({ document }) => document);
  const store = openStore(await testDatabaseUrl());
  try {
    await store.migrate();
    await publishRecords(store, records);
    const alerted = new Set(documents.flatMap(({ alerts }) => alerts.flatMap(({ eventIds }) => eventIds)));
    const ids = new Set<CaseId>();
    for (const record of records.filter((each) => alerted.has(each['eventID'] as string)))
      ids.add(await alertOn(store, record));
    const now = lastInstant(records);
    const ports = { ...liveCasePorts(store.db, trust), now: () => now };
    const live = await Promise.all([...ids].map(async (id) => (await liveCase(ports, id)).shown));
    const [ofFiles, ofStore] = [namedCalls(documents), namedCalls(live)];
    const both = [...ofFiles.keys()].filter((id) => ofStore.has(id));
    expect(both.length).toBeGreaterThan(0);
    for (const id of both) expect(ofStore.get(id)).toEqual(ofFiles.get(id));
    const accounts = new Map(records.map((each) => [each['eventID'], each['recipientAccountId']]));
    for (const [id, { account }] of ofFiles) expect(account).toBe(accounts.get(id));
  } finally {
    await store.close();
  }
});

/** What each call of some cases is named, by its event. */
function namedCalls(cases: readonly Pick<AssessedCase, 'timeline'>[]) {
  return new Map(
    cases.flatMap(({ timeline }) =>
      timeline.flatMap(({ eventIds, account, stage, action, identity, targets }) =>
        eventIds.map((id) => [id, { account, stage, action, identity, targets }] as const),
      ),
    ),
  );
}

/** Files say how it was when they end. */
function lastInstant(records: readonly JsonObject[]): Instant {
  return records
    .map((each) => each['eventTime'] as string)
    .toSorted()
    .at(-1) as Instant;
}

/** The store writes whole seconds without a fraction; files end with their last record of the case. */
function sameTimes(value: object): unknown {
  return JSON.parse(
    JSON.stringify(value)
      .replaceAll('.000Z', 'Z')
      .replaceAll(/"asOf":"[^"]+"/g, '"asOf":""'),
  );
}
