import type { Instant } from '../../model/ids.ts';
import type { EventArchive, EvidenceSpan, Pivot, TrailLookup } from '../evidence-ports.ts';
import { seenEvent } from '../seen-event.ts';
import { ActivityCounter, leftOutInWords, type ActivitySummary } from './activity-summary.ts';
import { sealEvidence, type EvidenceKind, type EvidenceOf } from './evidence-content.ts';
import { foundPages, mostFound } from './found-pages.ts';

/** What one credential, user, session or address did. */
export interface ActivityContent extends ActivitySummary {
  readonly pivot: Pivot;
  /** Looked at from here on. */
  readonly from: Instant;
  /** LookupEvents and the event store hold management events only: never take this for "none were read". */
  readonly objectReads: 'not visible here';
}

export type ActivityKind = Extract<EvidenceKind, `${string}-activity`>;

export interface ActivitySources {
  readonly archive: EventArchive;
  /** Without it, what lies before the event store's reach is said to be missing. */
  readonly lookup: TrailLookup | undefined;
}

/** Evidence: what a pivot did in a span, from the event store, and from LookupEvents where the store does not reach. */
export async function activity<K extends ActivityKind>(
  kind: K,
  pivot: Pivot,
  span: EvidenceSpan,
  sources: ActivitySources,
  takenAt: Instant,
): Promise<EvidenceOf<K>> {
  const { summary, missing, usedLookup } = await summarise(pivot, span, sources);
  const why = [...missing, ...leftOutInWords(summary.leftOut)];
  // The three activity kinds share one content type, which TypeScript cannot see through the type parameter.
  return sealEvidence<ActivityKind>({
    kind,
    source: usedLookup ? 'event store and LookupEvents' : 'event store',
    takenAt,
    content: { pivot, from: span.from, ...summary, objectReads: 'not visible here' },
    availability: why.length === 0 ? 'complete' : 'partial',
    why: why.length === 0 ? undefined : why.join(' '),
  }) as EvidenceOf<K>;
}

interface Summarised {
  readonly summary: ActivitySummary;
  /** What was not looked at, and why; a sentence of ours each. */
  readonly missing: readonly string[];
  readonly usedLookup: boolean;
}

async function summarise(pivot: Pivot, span: EvidenceSpan, { archive, lookup }: ActivitySources): Promise<Summarised> {
  const counter = new ActivityCounter();
  const missing: string[] = [];
  if (await countStored(counter, archive, pivot, span)) {
    missing.push(`Only the latest ${mostFound} events were looked at.`);
  }
  const reach = await archive.reach(pivot.accountId, span);
  if (reach.uncoveredWindows > 0) {
    missing.push(`${reach.uncoveredWindows} windows of this time have not been read completely.`);
  }
  const beyond = spanBefore(span, reach.coveredFrom);
  if (beyond === null) return { summary: counter.summary(), missing, usedLookup: false };

  const older = await lookup?.lookUp(pivot, beyond);
  if (older?.kind !== 'read') {
    const why = older?.why ?? 'LookupEvents is not available here.';
    missing.push(`The time before ${beyond.to} is not in the event store. ${why}`);
    return { summary: counter.summary(), missing, usedLookup: false };
  }
  if (older.more) missing.push(`LookupEvents had more events before ${beyond.to} than were read.`);
  for (const event of older.events) counter.add(seenEvent(event));
  return { summary: counter.summary(), missing, usedLookup: true };
}

/** Counts every event, whatever there are; says whether there were more than are ever looked at. */
async function countStored(
  counter: ActivityCounter,
  archive: EventArchive,
  pivot: Pivot,
  span: EvidenceSpan,
): Promise<boolean> {
  const pages = foundPages(archive, pivot, span);
  for (;;) {
    const { done, value } = await pages.next();
    if (done === true) return value;
    for (const event of value) counter.add(seenEvent(event));
  }
}

/** The part of the span that lies before the store's reach; all of it where the store holds nothing. */
function spanBefore(span: EvidenceSpan, coveredFrom: Instant | null): EvidenceSpan | null {
  if (coveredFrom === null) return span;
  return Date.parse(coveredFrom) <= Date.parse(span.from) ? null : { from: span.from, to: coveredFrom };
}
