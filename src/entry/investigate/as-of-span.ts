import { utcTime } from '../../model/utc-time.ts';
import type { Instant } from '../../model/ids.ts';
import { TrailhoundError } from '../../model/trailhound-error.ts';
import { compareInstants } from '../../model/instant.ts';
import type { FileCase } from './investigate-files.ts';
import type { CaseDocument } from '../../investigation/report/case-document.ts';

/** Cases cannot be judged by a time at which none of them had begun: nothing would be open, and all be called well. */
export class BeforeTheRecordsError extends TrailhoundError {
  override readonly code = 'before-the-records';
  constructor(asOf: Instant, from: string, until: string) {
    super(`--as-of ${utcTime(asOf)} UTC is before the first call of any case here`, {
      remedy: `the cases span ${utcTime(from)} to ${utcTime(until)} UTC: name a time in it or after it`,
    });
  }
}

/** When the last call of all cases was made: what was open then is what the files say, however old they are. */
export function endOfRecords(cases: readonly Pick<FileCase, 'events' | 'byOthers'>[]): Instant | undefined {
  return cases
    .flatMap(({ events, byOthers }) => [...events, ...byOthers].map(({ at }) => at))
    .toSorted()
    .at(-1);
}

/**
 * @throws BeforeTheRecordsError where the time to judge by is before all cases.
 */
export function assertWithinRecords(asOf: Instant | undefined, documents: readonly CaseDocument[]): void {
  if (asOf === undefined || documents.length === 0) return;
  function inOrder(times: readonly string[]) {
    return times.toSorted(compareInstants);
  }
  const from = inOrder(documents.map((document) => document.from))[0] ?? '';
  const until = inOrder(documents.map((document) => document.until)).at(-1) ?? '';
  if (Date.parse(asOf) < Date.parse(from)) throw new BeforeTheRecordsError(asOf, from, until);
}
