import type { EventArchive, EvidenceSpan, Pivot } from '../evidence-ports.ts';
import type { FoundEvent } from '../seen-event.ts';

const pageSize = 5_000;
/** So many events of one pivot are looked at; more than a busy robot makes in weeks, and a bound all the same. */
const mostPages = 60;
export const mostFound = pageSize * mostPages;

/**
 * All events of a pivot in the event store, newest first, page by page, so that they need not be in memory at once.
 *
 * @returns whether there were more than {@link mostFound}.
 */
export async function* foundPages(
  archive: EventArchive,
  pivot: Pivot,
  span: EvidenceSpan,
): AsyncGenerator<readonly FoundEvent[], boolean> {
  let before: FoundEvent | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const { events, more } = await archive.find(pivot, span, pageSize, before);
    yield events;
    if (!more) return false;
    before = events.at(-1);
  }
  return true;
}
