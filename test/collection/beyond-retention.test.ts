import { expect, test } from 'vitest';
import { defaultCollectionPolicy as policy } from '../../src/collection/collection-policy.ts';
import { nextRead } from '../../src/collection/next-read.ts';
import { afterRead, expired, type SourceLedger } from '../../src/collection/source-ledger.ts';

const now = 200 * 86_400;
const horizon = now - policy.retentionS;

/** An account whose history is asked for further back than CloudTrail keeps it, or that was not read for months. */
const ledger: SourceLedger = { watchedFrom: horizon - 30 * 86_400, liveFrom: now - 86_400, windows: [] };

test('what CloudTrail no longer keeps is never read, so that it is never called covered', () => {
  let current = ledger;
  for (let read = nextRead(current, now, policy); read !== null; read = nextRead(current, now, policy)) {
    expect(read.span.from).toBeGreaterThanOrEqual(horizon);
    const ended = {
      ...read,
      startedAt: now,
      outcome: { kind: 'complete' },
      records: 0,
      newRecords: 0,
      restarts: 0,
    } as const;
    current = afterRead(current, ended, policy);
  }
  const states = expired(current, now, policy).windows.map(({ state, from, to }) => ({ state, from, to }));
  expect(states[0]).toEqual({ state: 'beyond-retention', from: ledger.watchedFrom, to: horizon - 1 });
  expect(states.at(-1)).toMatchObject({ state: 'covered', to: now });
  expect(new Set(states.slice(1).map(({ state }) => state))).toEqual(new Set(['covered']));
});
