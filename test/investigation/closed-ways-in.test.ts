import { expect, test } from 'vitest';
import type { CaseRecord } from '../../src/investigation/case/case-ports.ts';
import type { Instant } from '../../src/model/ids.ts';
import { leftOfClosed, looksAtClosedForMs } from '../../src/views/closed-ways-in.ts';
import type { CasePorts } from '../../src/views/case.ts';
import type { LiveCasePorts } from '../../src/views/live-case.ts';

const notLookedAt = { waysIn: 'not-looked-at', byHand: null };
const nowMs = Date.parse('2026-11-24T12:00:00.000Z');

function closed(id: string, agoMs: number, verdict = 'contained'): CaseRecord {
  return { id, verdict, closedAt: new Date(nowMs - agoMs).toISOString() } as unknown as CaseRecord;
}

test('a case that closed as contained and was not looked at says so, whether it closed long ago or there is no time left', async () => {
  let readMs = nowMs;
  const ports = {
    now: () => {
      const read = new Date(readMs).toISOString() as Instant;
      readMs += 11_000; // the first look at the clock begins, the next finds the time gone
      return read;
    },
  } as unknown as LiveCasePorts & Pick<CasePorts, 'plansOf'>;
  const left = await leftOfClosed(ports, [
    closed('TH-OLD', looksAtClosedForMs + 1),
    closed('TH-LATE', 1_000),
    closed('TH-WRONG', 1_000, 'false-positive'),
  ]);
  expect([...left]).toEqual([
    ['TH-OLD', notLookedAt],
    ['TH-LATE', notLookedAt],
  ]);
});
