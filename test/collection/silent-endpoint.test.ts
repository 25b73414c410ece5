import { afterEach, expect, test } from 'vitest';
import { coveragePorts } from '../../src/entry/compose/coverage-ports.ts';
import { coverage, hasGap } from '../../src/views/coverage.ts';
import { renderCoverage } from '../../src/entry/coverage-report/render.ts';
import { styleFor } from '../../src/entry/terminal/terminal-style.ts';
import { createAwsAccess } from '../../src/adapters/aws/clients.ts';
import { createTrailReader } from '../../src/adapters/aws/cloudtrail-reader.ts';
import type { TrailReader } from '../../src/collection/ports.ts';
import type { Instant } from '../../src/model/ids.ts';
import { accountId, type Collecting, startCollecting } from './collecting.ts';

let collecting: Collecting | undefined;
afterEach(async () => {
  await collecting?.stop();
  collecting = undefined;
});

/** As where a request hangs until its time-out: a fault, and no time in this poll for another try. */
const silent: TrailReader = {
  page: async () => ({ kind: 'fault', requestId: null, at: new Date().toISOString() as Instant, sentence: 'it hangs' }),
};

test('an endpoint that hangs is told by coverage from the second poll on, and counts as failing however short the polls are', async () => {
  collecting = await startCollecting({
    wrapReader: () => silent,
    policy: { backOffMs: 600_000, longestBackOffMs: 600_000 },
  });
  const { store } = collecting;
  function view() {
    return coverage(
      coveragePorts(store.db, async () => []),
      {
        since: new Date(Date.now() - 60_000).toISOString() as Instant,
        until: new Date().toISOString() as Instant,
      },
    );
  }
  await collecting.poll();
  expect(hasGap(await view())).toBe(false);
  await collecting.poll();
  expect(hasGap(await view())).toBe(true);
  expect(renderCoverage(await view(), styleFor({}), { gapsOnly: true })).toContain('fails us-east-1: it hangs');
  for (let polls = 2; polls < 5; polls += 1) await collecting.poll();
  const failed = await store.db.selectFrom('reads').select('error').where('outcome', '=', 'failed').execute();
  expect(failed.map((row) => row.error)).toEqual(['it hangs', 'it hangs']);
});

test('coverage says that nothing is watched where nothing is', async () => {
  collecting = await startCollecting();
  const { store } = collecting;
  await store.db.updateTable('accounts').set({ lifecycle: 'retired' }).execute();
  const now = new Date().toISOString() as Instant;
  const view = await coverage(
    coveragePorts(store.db, async () => []),
    { since: now, until: now },
  );
  expect(view.nothingWatched).toBe(true);
  expect(renderCoverage(view, styleFor({}), { gapsOnly: true })).toContain('no account is watched');
  const named = renderCoverage(view, styleFor({}), { gapsOnly: false, accountId: '999988887777' });
  expect(named).toContain('account 999988887777 is not watched: `trailhound accounts list` shows which are');
});

test('a turn of LookupEvents is taken when the credentials are there, and not before', async () => {
  collecting = await startCollecting();
  const { simulator, account } = collecting;
  const { url, credentials } = simulator.world;
  const access = createAwsAccess({ endpoint: url, region: 'us-east-1', version: 'test', credentials });
  const order: string[] = [];
  const span = { from: Math.floor(Date.now() / 1000) - 60, to: Math.floor(Date.now() / 1000) };
  const source = { kind: 'lookup', id: `lookup/${accountId}/us-east-1`, accountId, region: 'us-east-1' } as never;
  const asked = simulator.control.requests().length;
  await createTrailReader(access).page({ account, source, span, filter: 'all', token: null }, async () => {
    order.push(...simulator.control.requests(asked).map(({ operation }) => operation), 'turn');
  });
  order.push(
    ...simulator.control
      .requests(asked)
      .slice(1)
      .map(({ operation }) => operation),
  );
  expect(order).toEqual(['AssumeRole', 'turn', 'LookupEvents']);
  // Refused credentials cost no turn.
  const other = createAwsAccess({ endpoint: url, region: 'us-east-1', version: 'test', credentials });
  const fault = simulator.control.addFault({ kind: 'access-denied', match: { operation: 'AssumeRole' }, times: null });
  let turns = 0;
  const answer = await createTrailReader(other).page(
    { account, source, span, filter: 'all', token: null },
    async () => {
      turns += 1;
    },
  );
  simulator.control.removeFault(fault.id);
  expect([answer.kind, turns]).toEqual(['refused', 0]);
  access.destroy();
  other.destroy();
});
