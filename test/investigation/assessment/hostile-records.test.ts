import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { normalizeRecord } from '../../../src/cloudtrail/normalize.ts';
import { MalformedRecordError } from '../../../src/cloudtrail/malformed-record-error.ts';
import { assessedCase } from '../../../src/investigation/case/assessed-case.ts';
import { linksOf } from '../../../src/investigation/links/links-of.ts';
import { remediesOf } from '../../../src/investigation/plan/remedies.ts';
import { seenEvent, type FoundEvent } from '../../../src/investigation/seen-event.ts';
import type { AccountId, AlertId } from '../../../src/model/ids.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import { minute, suspects } from './assessed.ts';
import { hostileRecord } from './hostile-record.ts';

function found(record: JsonObject, index: number): readonly FoundEvent[] {
  try {
    const ecs = normalizeRecord(record);
    const ref = { accountId: '123456789012' as AccountId, eventId: `e-${index}`, revision: 0 };
    return [{ ref, at: minute(index), own: false, ecs }];
  } catch (error) {
    if (error instanceof MalformedRecordError) return [];
    throw error;
  }
}

test('no record, however its author wrote it, keeps a case from being assessed', () => {
  const seed = Number(process.env['FUZZ_SEED'] ?? Date.now() % 1_000_000_007);
  console.info(`seed ${seed} (FUZZ_SEED=${seed} runs it again)`);
  let assessed = 0;
  fc.assert(
    fc.property(fc.array(hostileRecord, { minLength: 1, maxLength: 8 }), (records) => {
      const events = records.flatMap(found);
      const seen = events.map(seenEvent);
      const links = events.flatMap((event) => linksOf(event).links);
      const callers = new Set(seen.flatMap(({ callers: all }) => all));
      const identities = [...callers].map((id) => ({ ...(suspects[0] ?? never()), id, since: minute(-60), name: id }));
      const { shown, assessment } = assessedCase({
        material: {
          identities,
          links,
          events: seen,
          alerts: [{ id: 'sha256:a' as string as AlertId, ruleName: 'r', eventRefs: seen.map(({ ref }) => ref) }],
          identityState: [],
          now: minute(600),
        },
        identities: new Map(),
        limits: [],
        kept: seen.length,
        left: 0,
        isWatched: () => true,
      });
      assessed += shown.timeline.length;
      expect(JSON.stringify([shown, remediesOf(assessment)])).not.toContain('[object Object]');
      expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    }),
    { seed, numRuns: Number(process.env['FUZZ_RUNS'] ?? 1500) },
  );
  // Most records are still records: a fuzz that all is refused of tests nothing.
  expect(assessed).toBeGreaterThan(1500);
});

function never(): never {
  throw new Error('there are suspects');
}
