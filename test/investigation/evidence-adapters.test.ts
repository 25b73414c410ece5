import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTrailReader } from '../../src/adapters/aws/cloudtrail-reader.ts';
import { createIdentityReader } from '../../src/adapters/aws/identity-reader.ts';
import { storeEventArchive } from '../../src/adapters/store/events/event-archive.ts';
import { lookupByPages } from '../../src/investigation/lookup-events.ts';
import { watchedAmong } from '../../src/investigation/watched-accounts.ts';
import type { AccountId, Instant } from '../../src/model/ids.ts';
import { accessTo, accountOf, oldKey, startCompromisedAccount, userName } from '../response/simulated-account.ts';
import { freely } from './gathered.ts';
import { type CaseWorld, openCaseWorld } from './case-world.ts';
import { accessKeyId, accountId, s3BrowserRecord, secondsAgo, userRecord } from './trail-records.ts';

describe('IAM and LookupEvents, over the real SDK', () => {
  let simulator: Awaited<ReturnType<typeof startCompromisedAccount>>;
  beforeAll(async () => {
    simulator = await startCompromisedAccount({ deliveryDelay: { minMs: 0, maxMs: 1 } });
  });
  afterAll(() => simulator.stop());

  test("a user's keys, password, MFA, policies and groups are read", async () => {
    const access = accessTo(simulator);
    const reader = createIdentityReader(access, watchedAmong([accountOf(simulator)]));
    expect(await reader.userState(accountId, userName)).toMatchObject({
      exists: true,
      userId: 'AIDADATAEXPORT000001',
      keys: [{ accessKeyId: oldKey.id, status: 'Active' }],
      hasPassword: false,
      mfaDevices: 0,
      attachedPolicies: [],
      problems: [],
    });
    access.destroy();
  });

  test('a user that is not there has no keys; a call that is denied says which, and the others answer', async () => {
    const access = accessTo(simulator);
    const reader = createIdentityReader(access, watchedAmong([accountOf(simulator)]));
    expect(await reader.userState(accountId, 'nobody')).toMatchObject({ exists: false, keys: [], problems: [] });
    simulator.control.addFault({ kind: 'access-denied', match: { operation: 'ListAccessKeys' }, times: 1 });
    const denied = await reader.userState(accountId, userName);
    expect(denied).toMatchObject({ exists: true, keys: null, hasPassword: false });
    expect(denied.problems).toEqual([expect.stringContaining('iam:ListAccessKeys')]);
    access.destroy();
  });

  test('an account that is not watched says so', async () => {
    const access = accessTo(simulator);
    const elsewhere = '999999999999' as AccountId;
    const state = await createIdentityReader(access, watchedAmong([])).userState(elsewhere, userName);
    expect(state).toMatchObject({ keys: null, problems: [expect.stringContaining('not watched')] });
    const lookup = lookupByPages(watchedAmong([]), createTrailReader(access), { turn: async () => {} });
    const span = { from: secondsAgo(60), to: secondsAgo(0) };
    const reading = await lookup.lookUp({ kind: 'access-key', accountId: elsewhere, accessKeyId }, span, freely);
    expect(reading).toMatchObject({ kind: 'unavailable', why: expect.stringContaining('not watched') });
    access.destroy();
  });

  test('LookupEvents finds the calls that hand out credentials, and cannot search by address', async () => {
    const access = accessTo(simulator);
    const account = accountOf(simulator);
    await createIdentityReader(access, watchedAmong([account])).userState(account.id, userName);
    const lookup = lookupByPages(watchedAmong([account]), createTrailReader(access), { turn: async () => {} });
    const span = { from: secondsAgo(600), to: secondsAgo(-60) };
    const pivot = { kind: 'minting', accountId: account.id } as const;
    await expect
      .poll(async () => {
        const reading = await lookup.lookUp(pivot, span, freely);
        return reading.kind === 'read' ? reading.events.length : -1;
      })
      .toBeGreaterThan(0);
    const byAddress = { kind: 'source-address', accountId: account.id, address: '203.0.113.7' } as const;
    expect(await lookup.lookUp(byAddress, span, freely)).toMatchObject({ kind: 'unavailable' });
    access.destroy();
  });
});

describe('the event store', () => {
  let world: CaseWorld;
  beforeAll(async () => {
    world = await openCaseWorld({ trailRead: false });
  });
  afterAll(() => world.close());

  test('finds events by key, user, session, address and minting, newest first, and says when there are more', async () => {
    const session = {
      type: 'AssumedRole',
      principalId: 'AROAEXAMPLE:ci',
      arn: `arn:aws:sts::${accountId}:assumed-role/mallory/ci`,
      accountId,
      accessKeyId: 'ASIASESSION',
    };
    const [first, second, assumed, minting] = await world.addRecords([
      s3BrowserRecord({ eventTime: secondsAgo(50) }),
      s3BrowserRecord({ eventTime: secondsAgo(40) }),
      userRecord({ userIdentity: session, sourceIPAddress: '198.51.100.9' }),
      userRecord({ eventSource: 'sts.amazonaws.com', eventName: 'GetSessionToken', userIdentity: session }),
    ]);
    const archive = storeEventArchive(world.store.db);
    const span = { from: secondsAgo(3_600), to: secondsAgo(0) };
    async function idsOf(pivot: Parameters<typeof archive.find>[0], limit = 10) {
      return (await archive.find(pivot, span, limit)).events.map(({ ref }) => ref.eventId);
    }

    expect(await idsOf({ kind: 'access-key', accountId, accessKeyId })).toEqual([
      second?.ref.eventId,
      first?.ref.eventId,
    ]);
    // A role of the same name as the user is not the user.
    expect(await idsOf({ kind: 'user', accountId, userName: 'mallory' })).toHaveLength(2);
    expect(await idsOf({ kind: 'session', accountId, sessionArn: session.arn })).toHaveLength(2);
    expect(await idsOf({ kind: 'source-address', accountId, address: '198.51.100.9' })).toEqual([assumed?.ref.eventId]);
    expect(await idsOf({ kind: 'minting', accountId })).toEqual([minting?.ref.eventId]);
    const cut = await archive.find({ kind: 'access-key', accountId, accessKeyId }, span, 1);
    expect([cut.events.length, cut.more]).toEqual([1, true]);
    const refs = [first, assumed].flatMap((event) => (event === undefined ? [] : [event.ref]));
    expect(await archive.events(refs)).toHaveLength(2);
  });

  test('reaches as far as its windows are covered, and counts those that are not', async () => {
    const archive = storeEventArchive(world.store.db);
    const span = { from: '2026-01-01T00:00:00Z' as Instant, to: '2026-01-31T00:00:00Z' as Instant };
    expect(await archive.reach(accountId, span)).toEqual({ coveredFrom: null, uncoveredWindows: 0 });
    const id = `lookup/${accountId}/us-east-1` as never;
    await world.store.db
      .insertInto('log_sources')
      .values({
        id,
        kind: 'lookup',
        account_id: accountId,
        region: 'us-east-1',
        watched_from: '2026-01-10T00:00:00Z' as Instant,
        live_from: '2026-01-10T00:00:00Z' as Instant,
        detail: '{}',
      })
      .execute();
    function window(day: number, state: 'covered' | 'failed') {
      return {
        source_id: id,
        from_at: `2026-01-${day}T00:00:00Z` as Instant,
        to_at: `2026-01-${day}T23:59:59Z` as Instant,
        state,
        filter: '"all"',
        covered_at: null,
        retry_at: null,
        error: null,
      };
    }
    await world.store.db
      .insertInto('windows')
      .values([window(10, 'covered'), window(11, 'failed'), window(12, 'covered')])
      .execute();
    expect(await archive.reach(accountId, span)).toEqual({ coveredFrom: '2026-01-10T00:00:00Z', uncoveredWindows: 1 });
  });
});
