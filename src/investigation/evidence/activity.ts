import type { AccountId, Instant } from '../../model/ids.ts';
import type { EvidenceSpan, Pivot } from '../evidence-ports.ts';
import { lookupCost, lookupPermission } from '../lookup-events.ts';
import { ActivityCounter, leftOutInWords, type ActivitySummary } from './activity-summary.ts';
import { sealEvidence, type EvidenceKind, type GatheredEvidence } from './evidence-content.ts';
import type { CaseSubject, EvidenceSource, GatheringPorts, Look, PivotsOf } from './evidence-source.ts';
import type { EvidencePivot } from './evidence-pivot.ts';
import { foundPages, mostFound } from './found-pages.ts';
import { ReadableEvents } from './readable-events.ts';
import { counted, forNumber } from '../../model/counted.ts';

export type ActivityKind = Extract<EvidenceKind, `${string}-activity`>;

/** An account that is known, as every pivot has one. */
type Placed = CaseSubject & { readonly accountId: AccountId };

/**
 * A source of evidence about what something did: one credential, user, session or address a piece.
 *
 * @param pivotsOf of a case whose account is known; there are none before.
 */
export function activitySource<P extends Extract<Pivot, EvidencePivot>>(
  kind: ActivityKind,
  pivotKind: P['kind'],
  pivotsOf: (subject: Placed) => PivotsOf<P>,
): EvidenceSource<P> {
  return {
    kind,
    pivots: ({ accountId, ...rest }) =>
      accountId === null ? { pivots: [], notFollowed: [] } : pivotsOf({ ...rest, accountId }),
    gather: (pivot, look, ports) => gatherActivity(kind, pivot, look, ports),
    permissions: [lookupPermission],
    cost: (regions) => lookupCost(pivotKind, regions),
  };
}

/** What a pivot did in a span, from the event store, and from LookupEvents where the store does not reach. */
async function gatherActivity(
  kind: ActivityKind,
  pivot: Pivot,
  look: Look,
  ports: GatheringPorts,
): Promise<GatheredEvidence> {
  const { summary, missing, usedLookup } = await summarise(pivot, look, ports);
  const why = [...missing, ...leftOutInWords(summary.leftOut)];
  return sealEvidence<ActivityKind>({
    kind,
    source: usedLookup ? 'event store and LookupEvents' : 'event store',
    takenAt: look.at,
    content: { pivot, from: look.span.from, ...summary, objectReads: 'not visible here' },
    availability: why.length === 0 ? 'complete' : 'partial',
    why: why.length === 0 ? undefined : why.join(' '),
  });
}

interface Summarised {
  readonly summary: ActivitySummary;
  /** What was not looked at, and why; a sentence of ours each. */
  readonly missing: readonly string[];
  readonly usedLookup: boolean;
}

async function summarise(
  pivot: Pivot,
  { span, asking }: Look,
  { archive, lookup }: GatheringPorts,
): Promise<Summarised> {
  const counter = new ActivityCounter();
  const readable = new ReadableEvents();
  const missing: string[] = [];
  const pages = foundPages(archive, pivot, span);
  for (;;) {
    const { done, value } = await pages.next();
    if (done === true) {
      if (value) missing.push(`Only the latest ${mostFound} events were looked at.`);
      break;
    }
    for (const event of readable.read(value)) counter.add(event);
  }
  const reach = await archive.reach(pivot.accountId, span);
  if (reach.uncoveredWindows > 0) {
    missing.push(
      `${counted(reach.uncoveredWindows, 'window')} of this time ${forNumber(reach.uncoveredWindows, 'has', 'have')} not been read completely.`,
    );
  }
  function done(usedLookup: boolean) {
    const summary = counter.summary();
    return {
      summary,
      missing: [...missing, ...readable.unreadableInWords(), ...counter.tooLargeInWords()],
      usedLookup,
    };
  }
  const beyond = spanBefore(span, reach.coveredFrom);
  if (beyond === null) return done(false);

  const older = await lookup?.lookUp(pivot, beyond, asking);
  if (older?.kind !== 'read') {
    const why = older?.why ?? 'LookupEvents is not available here.';
    missing.push(
      reach.coveredFrom === null
        ? `Nobody has read the trail of account ${pivot.accountId} here: of ${span.from} to ${span.to} only what was imported is known. ${why}`
        : `What happened before ${beyond.to} has not been read. ${why}`,
    );
    return done(false);
  }
  if (older.more) missing.push(`LookupEvents had more events before ${beyond.to} than were read.`);
  if (older.notAsked !== undefined) missing.push(older.notAsked);
  for (const event of readable.read(older.events)) counter.add(event);
  return done(true);
}

/** The part of the span that lies before the store's reach; all of it where the store holds nothing. */
function spanBefore(span: EvidenceSpan, coveredFrom: Instant | null): EvidenceSpan | null {
  if (coveredFrom === null) return span;
  return Date.parse(coveredFrom) <= Date.parse(span.from) ? null : { from: span.from, to: coveredFrom };
}
