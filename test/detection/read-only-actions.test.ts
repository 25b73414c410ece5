import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { isReadOnlyAction } from '../../src/detection/index/read-only-actions.ts';

const folder = new URL('../../../shared/corpora/cloudtrail-stratus/', import.meta.url);
const present = existsSync(folder);
if (!present) console.warn('SKIPPED: the recordings in ../shared/corpora/cloudtrail-stratus are not here');

interface RecordedCall {
  readonly eventName?: unknown;
  readonly readOnly?: unknown;
}

/** What CloudTrail said of each call in the recordings. */
function recordedCalls(): ReadonlyMap<string, boolean> {
  const calls = new Map<string, boolean>();
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.json'))) {
    const records = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as readonly RecordedCall[];
    for (const { eventName, readOnly } of records) {
      if (typeof eventName === 'string' && typeof readOnly === 'boolean') calls.set(eventName, readOnly);
    }
  }
  return calls;
}

test.skipIf(!present)('what a call’s name tells is what CloudTrail recorded', () => {
  const calls = recordedCalls();
  expect(calls.size).toBeGreaterThan(30);
  const wrong = [...calls].filter(([action, readOnly]) => isReadOnlyAction(action) === !readOnly);
  expect(wrong).toEqual([]);
  // A name that does not tell is no error, but most do.
  const untold = [...calls.keys()].filter((action) => isReadOnlyAction(action) === undefined);
  expect(untold.length).toBeLessThan(calls.size / 5);
});
