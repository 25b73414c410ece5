import type { AlertId, Digest, Instant } from '../../model/ids.ts';
import type { Severity } from '../../model/severity.ts';
import type { EventRef } from '../../model/trail-event.ts';
import { eventRefKey } from '../../model/trail-event.ts';
import type { EventArchive } from '../evidence-ports.ts';
import { seenEvent, type SeenEvent } from '../seen-event.ts';
import { sealEvidence, type EvidenceOf } from './evidence-content.ts';

/** An alert of the case, as gathering takes it. */
export interface ClaimedAlert {
  readonly id: AlertId;
  readonly ruleId: string;
  readonly ruleName: string;
  readonly ruleDigest: Digest;
  readonly severity: Severity;
  readonly eventRefs: readonly EventRef[];
}

/** What the alerts were raised for. */
export interface AlertEventsContent {
  readonly alerts: readonly ClaimedAlert[];
  /** Their events, oldest first. */
  readonly events: readonly SeenEvent[];
}

/** Enough to see what was done; the rest is counted and can be looked up. */
const eventLimit = 500;

/** Evidence: the events that the case's alerts rest on. */
export async function alertEvents(
  alerts: readonly ClaimedAlert[],
  archive: EventArchive,
  takenAt: Instant,
): Promise<EvidenceOf<'alert-events'>> {
  const refs = [...new Map(alerts.flatMap((alert) => alert.eventRefs).map((ref) => [eventRefKey(ref), ref])).values()];
  const found = await archive.events(refs.slice(0, eventLimit));
  const events = found.map(seenEvent).sort(byTime);
  const missing = refs.length - events.length;
  return sealEvidence({
    kind: 'alert-events',
    source: 'event store',
    takenAt,
    content: { alerts, events },
    availability: missing === 0 ? 'complete' : 'partial',
    why: missing === 0 ? undefined : `${missing} of ${refs.length} events are not among those shown here.`,
  });
}

/** Oldest first; CloudTrail's times are whole seconds, so equal ones are told apart by event ID. */
export function byTime(a: SeenEvent, b: SeenEvent): number {
  return a.at === b.at ? compareText(a.ref.eventId, b.ref.eventId) : compareText(a.at, b.at);
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
