import { MockActivityEnvironment } from '@temporalio/testing';
import { afterEach, describe, expect, test } from 'vitest';
import { createCollectActivities } from '../../activities/collect.ts';
import { syncAccounts } from '../../src/adapters/store/accounts/account-store.ts';
import { defaultCollectionPolicy as policy } from '../../src/collection/collection-policy.ts';
import { historyReadFrom } from '../../src/collection/history.ts';
import { nextRead, nextReadWithin } from '../../src/collection/next-read.ts';
import { afterRead, type EndedRead, type SourceLedger } from '../../src/collection/source-ledger.ts';
import { windowOf } from '../../src/collection/span.ts';
import { isReadOnlyAction } from '../../src/detection/index/read-only-actions.ts';
import { darkWithoutReadOnly } from '../../src/detection/index/without-read-only.ts';
import { darkRulesOf } from '../../src/entry/compose/dark-rules.ts';
import { loadConfig } from '../../src/entry/config/config.ts';
import { renderCoverage } from '../../src/entry/coverage-report/render.ts';
import { coveragePorts } from '../../src/entry/compose/coverage-ports.ts';
import { coverage, coverageSchema } from '../../src/views/coverage.ts';
import { styleFor } from '../../src/entry/terminal/terminal-style.ts';
import type { Account } from '../../src/model/account.ts';
import type { CoverageFilter } from '../../src/model/coverage.ts';
import type { Instant } from '../../src/model/ids.ts';
import { accountId, type Collecting, startCollecting, trailRecord } from './collecting.ts';

const running: Collecting[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.stop()));
});

const hourMs = 3_600_000;
const writeOnly: CoverageFilter = { only: 'ReadOnly=false' };

describe('the ledger of an account that is read without read-only events', () => {
  const now = 1_800_000_000;
  const empty: SourceLedger = { watchedFrom: now - 7200, liveFrom: now - 7200, windows: [], filter: writeOnly };
  function ended(from: number, to: number, filter: CoverageFilter): EndedRead {
    return {
      span: { from, to },
      filter,
      startedAt: to,
      outcome: { kind: 'complete' },
      records: 10,
      newRecords: 10,
      restarts: 0,
    };
  }

  test('asks for every read by that filter, and is covered for it only', () => {
    expect(nextRead(empty, now, policy)).toMatchObject({ reason: 'live', filter: writeOnly });
    const read = afterRead(empty, ended(now - 7200, now, writeOnly), policy);
    expect(read.windows).toMatchObject([{ state: 'covered', filter: writeOnly }]);
    // Rules that learn from what is read need not wait for what never will be.
    expect(historyReadFrom(read)).toBe(now - 7200);
  });

  test('sweeps a window as it was read, and never joins what was read by another filter', () => {
    const before = afterRead({ ...empty, filter: 'all' }, ended(now - 7200, now - 3601, 'all'), policy);
    const switched = { ...before, filter: writeOnly };
    const both = afterRead(switched, ended(now - 3600, now - 1800, writeOnly), policy);
    expect(both.windows).toMatchObject([
      { from: now - 7200, to: now - 3601, filter: 'all' },
      { from: now - 3600, to: now - 1800, filter: writeOnly },
    ]);
    const atLast = { ...both, windows: both.windows.map((window) => ({ ...window, sweepsDone: 0 })) };
    const live = { from: now - 1800, to: now };
    expect(nextRead(atLast, now, policy, [live])).toMatchObject({
      reason: 'sweep',
      filter: 'all',
      span: { from: now - 7200, to: now - 3601 },
    });
  });

  test('counts no sweep, and takes nothing away, where a narrower read passes over a window', () => {
    const whole = afterRead({ ...empty, filter: 'all' }, ended(now - 7200, now - 7000, 'all'), policy);
    const passed = afterRead(
      whole,
      { ...ended(now - 7200, now - 7000, writeOnly), startedAt: now, newRecords: 0 },
      policy,
    );
    expect(passed.windows).toEqual(whole.windows);
  });

  test('is read again as a whole where somebody asks for it later', () => {
    const narrow = afterRead(empty, ended(now - 7200, now, writeOnly), policy);
    const whole = { ...narrow, filter: 'all' as const };
    const span = { from: now - 3600, to: now - 1800 };
    expect(nextReadWithin(span, narrow, now, policy, [])).toBeNull();
    expect(nextReadWithin(span, whole, now, policy, [])).toMatchObject({ filter: 'all', span });
    const again = afterRead(whole, ended(span.from, span.to, 'all'), policy);
    expect(again.windows.map(({ filter }) => filter)).toEqual([writeOnly, 'all', writeOnly]);
    expect(historyReadFrom(narrow)).toBe(now - 7200);
  });
});

describe('a busy account with read = "write-only"', () => {
  function records(at: number) {
    return [
      trailRecord('reads', at, { eventName: 'ListBuckets', readOnly: true }),
      trailRecord('writes', at, { eventName: 'CreateUser', readOnly: false }),
    ];
  }
  async function stored({ store }: Collecting) {
    return (
      await store.db.selectFrom('events').select('event_id').where('own', '=', false).orderBy('event_id').execute()
    )
      .map((row) => row.event_id)
      .filter((id) => id === 'reads' || id === 'writes');
  }

  test('brings only what changes something, shows so, and names the rules that go dark; read whole again, nothing is missing', async () => {
    const collecting = await startCollecting();
    running.push(collecting);
    function configure(account: Account) {
      return syncAccounts(collecting.store, [account], { historyMs: hourMs, now: new Date().toISOString() as Instant });
    }
    await configure({ ...collecting.account, reads: 'write-only' });
    const at = Date.now() - 5000;
    collecting.simulator.control.insertRecords({ records: records(at) });
    await collecting.poll();
    expect(await stored(collecting)).toEqual(['writes']);

    const query = {
      since: new Date(Date.now() - hourMs / 2).toISOString() as Instant,
      until: new Date().toISOString() as Instant,
    };
    const ports = coveragePorts(collecting.store.db, () => darkRulesOf(loadConfig(undefined, {})));
    const view = coverageSchema.parse(await coverage(ports, query));
    expect(view.accounts[0]).toMatchObject({ reads: 'write-only', learning: { readShare: 1 } });
    const windows = view.accounts[0]?.sources.flatMap((source) => source.windows) ?? [];
    expect(windows.length).toBeGreaterThan(0);
    expect(windows.every(({ filter }) => filter !== 'all' && filter.only === 'ReadOnly=false')).toBe(true);
    const text = renderCoverage(view, styleFor({}), { gapsOnly: false });
    expect(text).toContain('read without read-only events');
    expect(text).toMatch(/us-east-1 .*-{10,}/);
    expect(text).toMatch(/without read-only events \d+ rules go dark, and \d+ may:/);

    await configure(collecting.account);
    const activities = createCollectActivities({ ...collecting.ports(), ringDetect: async () => {} });
    const window = windowOf({ from: Math.floor(at / 1000) - 60, to: Math.floor(at / 1000) + 1 });
    const slice = { accountId, regions: null, window, withinMs: 20_000 };
    expect(await new MockActivityEnvironment().run(() => activities.readSlice(slice))).toMatchObject({ trouble: null });
    expect(await stored(collecting)).toEqual(['reads', 'writes']);
  });
});

describe('rules without read-only events', () => {
  function rule(name: string, texts?: readonly string[]) {
    return {
      rule: { id: name, name },
      matcher: texts === undefined ? {} : { requires: [{ path: 'event.action', texts: new Set(texts) }] },
    };
  }

  test('go dark where all that they look for is read-only, may where some is or none is named, and else do not', () => {
    expect(
      darkWithoutReadOnly([
        rule('secrets', ['GetSecretValue', 'BatchGetSecretValue']),
        rule('roles', ['AssumeRole']),
        rule('grants', ['CreateOAuth2Token']),
        rule('mixed', ['ListUsers', 'CreateUser']),
        rule('odd names', ['Frobnicate']),
        rule('any'),
        rule('sign-in', ['ConsoleLogin']),
        rule('keys', ['CreateAccessKey', 'UpdateAccessKey']),
      ]).map(({ name, effect }) => `${name}: ${effect}`),
    ).toEqual([
      'any: may-be-dark',
      'grants: dark',
      'mixed: may-be-dark',
      'odd names: may-be-dark',
      'roles: dark',
      'secrets: dark',
    ]);
  });

  test.each([
    ['ListBuckets', true],
    ['AssumeRoleWithWebIdentity', true],
    ['GetCallerIdentity', true],
    ['AuthorizeOAuth2Access', true],
    ['GetFederationToken', false],
    ['StopLogging', false],
    ['Listen', undefined],
  ])('%s is read-only: %s', (action, expected) => {
    expect(isReadOnlyAction(action)).toBe(expected);
  });
});
