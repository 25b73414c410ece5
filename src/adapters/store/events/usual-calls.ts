import { dayMs } from '../../../model/duration.ts';
import type { EvidenceSpan } from '../../../investigation/evidence-ports.ts';
import type { Instant } from '../../../model/ids.ts';
import { instantOfMs } from '../../../model/instant.ts';
import type { StoreDb } from '../database.ts';
import { callsBy, type Callers, type ArchivedEvent } from './event-archive.ts';

/** How many calls tell what is usual: the latest, and of each day that those do not reach. */
interface Bounds {
  readonly latest: number;
  readonly aDay: number;
}

const bounds: Bounds = { latest: 5_000, aDay: 200 };

/**
 * What some callers did in a span, newest first: all of it where there is room, else the latest, and some of each day before, so that a
 * busy day does not hide that the days before were alike.
 */
export async function usualCalls(
  db: StoreDb,
  callers: Callers,
  span: EvidenceSpan,
  { latest, aDay }: Bounds = bounds,
): Promise<readonly ArchivedEvent[]> {
  const found = [...(await callsBy(db, callers, span, latest))];
  const oldest = found.at(-1);
  if (oldest === undefined || found.length < latest) return found;
  for (const day of daysBefore(oldest.event.at, span.from)) found.push(...(await callsBy(db, callers, day, aDay)));
  return found;
}

/** The whole days, in UTC, before that of an instant, the latest first. */
function daysBefore(at: Instant, from: Instant): readonly EvidenceSpan[] {
  const today = Math.floor(Date.parse(at) / dayMs) * dayMs;
  const count = Math.max(0, Math.ceil((today - Date.parse(from)) / dayMs));
  return Array.from({ length: count }, (_, index) => {
    const startMs = Math.max(today - (index + 1) * dayMs, Date.parse(from));
    return { from: instantOfMs(startMs), to: instantOfMs(today - index * dayMs - 1) };
  });
}
