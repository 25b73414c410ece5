import { afterEach, describe, expect, test } from 'vitest';
import { createCollectActivities } from '../../activities/collect.ts';
import { createUpkeepActivities } from '../../activities/upkeep.ts';
import { createAwsAccess } from '../../src/adapters/aws/clients.ts';
import { createRegionLister } from '../../src/adapters/aws/region-lister.ts';
import { examineRole } from '../../src/adapters/aws/role-examination.ts';
import { activeSources, findAccount, syncAccounts } from '../../src/adapters/store/accounts/account-store.ts';
import { createRequestPacer } from '../../src/adapters/store/collection/request-pacer.ts';
import { createUpkeepStore } from '../../src/adapters/store/upkeep/upkeep-store.ts';
import { renderAccounts } from '../../src/entry/accounts/list-accounts.ts';
import { accountsPorts } from '../../src/entry/compose/account-commands.ts';
import { accounts, accountsSchema } from '../../src/views/accounts.ts';
import { styleFor } from '../../src/entry/terminal/terminal-style.ts';
import type { Account } from '../../src/model/account.ts';
import type { Instant } from '../../src/model/ids.ts';
import { accountId, type Collecting, startCollecting } from './collecting.ts';

const stops: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0).toReversed()) await stop();
});

const hourMs = 3_600_000;
function now() {
  return new Date().toISOString() as Instant;
}

/** An account that is read in all regions that it has enabled. */
async function start() {
  const collecting = await startCollecting();
  const { url, credentials } = collecting.simulator.world;
  const access = createAwsAccess({ endpoint: url, region: 'us-east-1', version: 'test', credentials });
  stops.push(
    () => collecting.stop(),
    async () => access.destroy(),
  );
  const account: Account = { ...collecting.account, regions: [], discoversRegions: true };
  const upkeep = createUpkeepActivities({
    store: createUpkeepStore(collecting.store, hourMs),
    regions: createRegionLister(access),
    keepEventsMs: 400 * 24 * hourMs,
  });
  const options = { historyMs: hourMs, now: now() };
  // As a configuration does at each start.
  function configure() {
    return syncAccounts(collecting.store, [account], options);
  }
  return { collecting, access, account, configure, discoverRegions: () => upkeep.discoverRegions() };
}

async function read({ store }: Collecting) {
  return (await activeSources(store.db, accountId)).map(({ region }) => region);
}
async function due({ store }: Collecting) {
  return (await createUpkeepStore(store, 0).state(now())).choresDue;
}
function deny({ simulator }: Collecting) {
  return simulator.control.addFault({ kind: 'access-denied', match: { operation: 'DescribeRegions' }, times: null });
}

describe('an account whose regions are "all"', () => {
  test('is read in those that AWS lists as enabled; they are looked at at once, and then daily', async () => {
    const { collecting, account, configure, discoverRegions } = await start();
    await collecting.store.db.deleteFrom('log_sources').execute();
    await collecting.store.db.updateTable('accounts').set({ regions: '[]' }).execute();
    await configure();
    expect(await read(collecting)).toEqual([]);
    expect(await due(collecting)).toContain('discover-regions');
    expect(await discoverRegions()).toEqual({ accounts: 1, troubles: 0 });
    expect(await read(collecting)).toEqual(['eu-central-1', 'us-east-1']);
    expect(await due(collecting)).not.toContain('discover-regions');
    const tomorrow = new Date(Date.now() + 25 * hourMs).toISOString() as Instant;
    expect((await createUpkeepStore(collecting.store, 0).state(tomorrow)).choresDue).toContain('discover-regions');
    expect(await findAccount(collecting.store.db, accountId)).toMatchObject({
      ...account,
      regions: ['eu-central-1', 'us-east-1'],
    });
    const listed = await accounts(accountsPorts(collecting.store.db));
    expect(accountsSchema.parse(listed)).toEqual(listed);
    const list = renderAccounts(listed.accounts, styleFor({}));
    expect(list).toContain('all: 2');
  });

  test('gets a log source for a region that is enabled later, and keeps the ledger of one that is disabled', async () => {
    const { collecting, configure, discoverRegions } = await start();
    await configure();
    await collecting.poll();
    collecting.simulator.control.setRegions(accountId, ['us-east-1', 'ap-east-1']);
    await discoverRegions();
    expect(await read(collecting)).toEqual(['ap-east-1', 'us-east-1']);
    await collecting.poll();
    const sources = await collecting.store.db
      .selectFrom('windows')
      .select('source_id')
      .distinct()
      .orderBy('source_id')
      .execute();
    expect(sources.map((row) => row.source_id.split('/')[2])).toEqual(['ap-east-1', 'eu-central-1', 'us-east-1']);
    // A restart, whose configuration names no region, changes nothing.
    await configure();
    expect(await read(collecting)).toEqual(['ap-east-1', 'us-east-1']);
  });

  test('is read where every account is, while ec2:DescribeRegions is missing, which is said until it is granted', async () => {
    const { collecting, access, account, configure, discoverRegions } = await start();
    await collecting.store.db.updateTable('accounts').set({ regions: '[]' }).execute();
    await configure();
    const fault = deny(collecting);
    expect(await discoverRegions()).toEqual({ accounts: 1, troubles: 1 });
    expect(await read(collecting)).toHaveLength(17);
    const told: string[] = [];
    const activities = createCollectActivities({
      ...collecting.ports(),
      upkeep: createUpkeepStore(collecting.store, hourMs),
      ringDetect: async () => {},
      onOperationalAlert: ({ kind, sentence }, state) => {
        if (kind === 'regions-unknown') told.push(`${state}: ${sentence}`);
      },
    });
    await activities.watchCollection();
    expect(told).toEqual([expect.stringMatching(/^raised: .*grant ec2:DescribeRegions to the role that polls/)]);
    const hands = { aws: access, pacer: createRequestPacer(collecting.store.db) };
    expect(await examineRole(hands, account, 'poll', [])).toMatchObject({
      kind: 'examined',
      denied: [expect.stringMatching(/^ec2:DescribeRegions/)],
    });
    collecting.simulator.control.removeFault(fault.id);
    await discoverRegions();
    await activities.watchCollection();
    expect(told).toEqual([expect.anything(), expect.stringMatching(/^ended/)]);
    expect(await read(collecting)).toEqual(['eu-central-1', 'us-east-1']);
    expect(await examineRole(hands, account, 'poll', [])).toMatchObject({ kind: 'examined', denied: [] });
  });
});
