import type { Instant } from '../../model/ids.ts';
import { eventRefKey } from '../../model/trail-event.ts';
import type { EventArchive, EvidenceSpan, Pivot, TrailLookup } from '../evidence-ports.ts';
import { seenEvent, type FoundEvent, type SeenEvent } from '../seen-event.ts';
import { byTime } from './alert-events.ts';
import { sealEvidence, type EvidenceKind, type EvidenceOf } from './evidence-content.ts';

export interface ActionCount {
  readonly provider: string;
  readonly action: string;
  readonly succeeded: number;
  readonly failed: number;
  readonly lastAt: Instant;
}

/** Something that calls came from or with, and when it was seen. */
export interface Sighted {
  readonly value: string;
  readonly events: number;
  /** On how many different days (UTC). */
  readonly days: number;
  readonly firstAt: Instant;
  readonly lastAt: Instant;
}

/** What one credential, user, session or address did. */
export interface ActivityContent {
  readonly pivot: Pivot;
  /** Looked at from here on. */
  readonly from: Instant;
  readonly events: number;
  readonly firstAt: Instant | null;
  readonly lastAt: Instant | null;
  readonly actions: readonly ActionCount[];
  readonly addresses: readonly Sighted[];
  readonly userAgents: readonly Sighted[];
  readonly accessKeys: readonly Sighted[];
  readonly regions: readonly Sighted[];
  /** Calls that left something behind, oldest first; see {@link import('../effects/effect.ts').Effect}. */
  readonly effects: readonly SeenEvent[];
  /** LookupEvents and the event store hold management events only: never take this for "none were read". */
  readonly objectReads: 'not visible here';
}

export type ActivityKind = Extract<EvidenceKind, `${string}-activity`>;

export interface ActivitySources {
  readonly archive: EventArchive;
  /** Without it, what lies before the event store's reach is said to be missing. */
  readonly lookup: TrailLookup | undefined;
}

const eventLimit = 5_000;
const effectLimit = 200;
const listLimit = 50;

/** Evidence: what a pivot did in a span, from the event store, and from LookupEvents where the store does not reach. */
export async function activity<K extends ActivityKind>(
  kind: K,
  pivot: Pivot,
  span: EvidenceSpan,
  sources: ActivitySources,
  takenAt: Instant,
): Promise<EvidenceOf<K>> {
  const { events, missing, usedLookup } = await findEvents(pivot, span, sources);
  // The three activity kinds share one content type, which TypeScript cannot see through the type parameter.
  return sealEvidence<ActivityKind>({
    kind,
    source: usedLookup ? 'event store and LookupEvents' : 'event store',
    takenAt,
    content: summarise(pivot, span.from, events),
    availability: missing.length === 0 ? 'complete' : 'partial',
    why: missing.length === 0 ? undefined : missing.join(' '),
  }) as EvidenceOf<K>;
}

interface Found {
  readonly events: readonly SeenEvent[];
  /** What was not looked at, and why; a sentence of ours each. */
  readonly missing: readonly string[];
  readonly usedLookup: boolean;
}

async function findEvents(pivot: Pivot, span: EvidenceSpan, { archive, lookup }: ActivitySources): Promise<Found> {
  const stored = await archive.find(pivot, span, eventLimit);
  const reach = await archive.reach(pivot.accountId, span);
  const missing: string[] = [];
  if (stored.more) missing.push(`Only the latest ${eventLimit} events were looked at.`);
  if (reach.uncoveredWindows > 0) {
    missing.push(`${reach.uncoveredWindows} windows of this time have not been read completely.`);
  }
  const beyond = spanBefore(span, reach.coveredFrom);
  if (beyond === null) return { events: distinct(stored.events), missing, usedLookup: false };

  const older = await lookup?.lookUp(pivot, beyond);
  if (older?.kind !== 'read') {
    const why = older?.why ?? 'LookupEvents is not available here.';
    missing.push(`The time before ${beyond.to} is not in the event store. ${why}`);
    return { events: distinct(stored.events), missing, usedLookup: false };
  }
  if (older.more) missing.push(`LookupEvents had more events before ${beyond.to} than were read.`);
  return { events: distinct([...stored.events, ...older.events]), missing, usedLookup: true };
}

/** The part of the span that lies before the store's reach; all of it where the store holds nothing. */
function spanBefore(span: EvidenceSpan, coveredFrom: Instant | null): EvidenceSpan | null {
  if (coveredFrom === null) return span;
  return Date.parse(coveredFrom) <= Date.parse(span.from) ? null : { from: span.from, to: coveredFrom };
}

function distinct(found: readonly FoundEvent[]): readonly SeenEvent[] {
  const byRef = new Map(found.map((event) => [eventRefKey(event.ref), event]));
  return [...byRef.values()].map(seenEvent).sort(byTime);
}

function summarise(pivot: Pivot, from: Instant, events: readonly SeenEvent[]): ActivityContent {
  return {
    pivot,
    from,
    events: events.length,
    firstAt: events[0]?.at ?? null,
    lastAt: events.at(-1)?.at ?? null,
    actions: countActions(events),
    addresses: sighted(events, (event) => event.sourceAddress),
    userAgents: sighted(events, (event) => event.userAgent),
    accessKeys: sighted(events, (event) => event.accessKeyId),
    regions: sighted(events, (event) => event.region),
    effects: events.filter((event) => event.effects.length > 0).slice(-effectLimit),
    objectReads: 'not visible here',
  };
}

function countActions(events: readonly SeenEvent[]): readonly ActionCount[] {
  const groups = Map.groupBy(events, (event) => `${event.provider} ${event.action}`);
  return [...groups.values()].flatMap((group) => {
    const last = group.at(-1);
    if (last === undefined) return [];
    const succeeded = group.filter((event) => event.outcome === 'success').length;
    const { provider, action, at } = last;
    return [{ provider, action, succeeded, failed: group.length - succeeded, lastAt: at }];
  });
}

function sighted(events: readonly SeenEvent[], valueOf: (event: SeenEvent) => string | undefined): readonly Sighted[] {
  const groups = Map.groupBy(events, valueOf);
  return [...groups]
    .flatMap(([value, group]) => {
      const [first, last] = [group[0], group.at(-1)];
      if (value === undefined || first === undefined || last === undefined) return [];
      const days = new Set(group.map((event) => event.at.slice(0, 10))).size;
      return [{ value, events: group.length, days, firstAt: first.at, lastAt: last.at }];
    })
    .slice(0, listLimit);
}
