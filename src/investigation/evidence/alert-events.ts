import { byTime } from '../seen-event.ts';
import { eventRefKey } from '../../model/trail-event.ts';
import { actorKey } from '../../cloudtrail/actor.ts';
import { latestCopies } from '../latest-copies.ts';
import type { SeenEvent } from '../seen-event.ts';
import type { ClaimedAlert } from './alert-events-content.ts';
import { sealEvidence } from './evidence-content.ts';
import { EventsWithin } from './events-within.ts';
import type { EvidenceSource } from './evidence-source.ts';
import type { EvidencePivot } from './evidence-pivot.ts';
import { ReadableEvents } from './readable-events.ts';
import { counted, forNumber } from '../../model/counted.ts';

const readAtOnce = 500;
const shownLimit = 500;
/** Of those that matter; an attacker must not be able to fill the memory. */
const keptLimit = 5_000;
/** In bytes of JSON: a record may have 256 KB, an imported one any size. */
const matteringBytes = 3 * 1024 * 1024;
const otherBytes = 1024 * 1024;
/** Of the alerts that are listed; the case has all. */
const alertLimit = 1_000;
const refLimit = 20;

/** Evidence: the events that the case's alerts rest on. */
export const alertEvents: EvidenceSource<Extract<EvidencePivot, { kind: 'alerts' }>> = {
  kind: 'alert-events',
  permissions: [],
  cost: () => 0,
  pivots: () => ({ pivots: [{ kind: 'alerts' }], notFollowed: [] }),

  async gather(_pivot, { alerts, at }, { archive }) {
    const refs = [
      ...new Map(alerts.flatMap((alert) => alert.eventRefs).map((ref) => [eventRefKey(ref), ref])).values(),
    ];
    const kept = new KeptEvents();
    const readable = new ReadableEvents();
    let found = 0;
    for (let from = 0; from < refs.length; from += readAtOnce) {
      const events = await archive.events(refs.slice(from, from + readAtOnce));
      found += events.length;
      for (const event of readable.read(events)) kept.add(event);
    }
    const { events, leftOut, unconfirmed, tooLarge } = kept.content(new Set(refs.map(({ eventId }) => eventId)));
    const listed = listedAlerts(alerts);
    const why = [
      ...(found === refs.length
        ? []
        : [
            `${refs.length - found} of ${counted(refs.length, 'event')} ${forNumber(refs.length - found, 'is', 'are')} not in the event store.`,
          ]),
      ...readable.unreadableInWords(),
      ...tooLarge,
      ...alertsLeftOutInWords(alerts, listed),
      ...(leftOut === 0
        ? []
        : [
            `${leftOut} of ${counted(refs.length, 'event')} ${forNumber(leftOut, 'is', 'are')} not among those shown here.`,
          ]),
      ...(unconfirmed === 0 ? [] : [unconfirmedWords(unconfirmed, refs.length)]),
    ];
    return sealEvidence({
      kind: 'alert-events',
      source: 'event store',
      takenAt: at,
      content: { alerts: listed, events, leftOut, unconfirmed },
      availability: why.length === 0 ? 'complete' : 'partial',
      why: why.length === 0 ? undefined : why.join(' '),
    });
  },
};

/** At least one alert of each rule, and of each alert the first of its events. */
function listedAlerts(alerts: readonly ClaimedAlert[]): readonly ClaimedAlert[] {
  const firsts = [...Map.groupBy(alerts, ({ ruleDigest }) => ruleDigest).values()].flatMap(([first]) => first ?? []);
  const listed = new Set([...new Set([...firsts, ...alerts])].slice(0, Math.max(alertLimit, firsts.length)));
  return alerts
    .filter((alert) => listed.has(alert))
    .map((alert) => ({ ...alert, eventRefs: alert.eventRefs.slice(0, refLimit) }));
}

function alertsLeftOutInWords(alerts: readonly ClaimedAlert[], listed: readonly ClaimedAlert[]): readonly string[] {
  const leftOut = alerts.length - listed.length;
  return leftOut === 0
    ? []
    : [`${leftOut} of ${counted(alerts.length, 'alert')} are not listed here; the case has all.`];
}

/** What evidence says of events that somebody imported and the account's own trail does not show. */
function unconfirmedWords(unconfirmed: number, of: number): string {
  const them = forNumber(unconfirmed, 'it', 'them');
  return `UNCONFIRMED: ${unconfirmed} of ${counted(of, 'event')} ${forNumber(unconfirmed, 'was', 'were')} imported, and the account's own trail does not show ${them}; nothing is proposed because of ${them}.`;
}

class KeptEvents {
  readonly #mattering = new EventsWithin(matteringBytes);
  readonly #others = new EventsWithin(otherBytes);
  readonly #known = new Set<string>();
  #read = 0;
  #unconfirmed = 0;

  add(event: SeenEvent): void {
    this.#read += 1;
    if (event.unconfirmed !== undefined) this.#unconfirmed += 1;
    const isNew = this.#isNew(event);
    const matters = isNew || event.effects.length > 0 || event.outcome === 'failure';
    if (matters && this.#mattering.size < keptLimit) this.#mattering.add(event);
    else if (this.#others.size < shownLimit) this.#others.add(event);
  }

  /** @param named the IDs of the events that the alerts name: of a call and its corrections, one is shown, under such an ID. */
  content(named: ReadonlySet<string>) {
    const kept = [...this.#mattering.events(), ...this.#others.events()];
    const events = latestCopies(kept, named).toSorted(byTime);
    const tooLarge = [...this.#mattering.inWords(), ...this.#others.inWords()];
    return { events, leftOut: this.#read - kept.length, unconfirmed: this.#unconfirmed, tooLarge };
  }

  /** The first of a credential, session or address; an unconfirmed one does not stand for one that is confirmed. */
  #isNew({ actor, accessKeyId, identityArn, sourceAddress, unconfirmed }: SeenEvent): boolean {
    const names = [`${accessKeyId ?? ''} ${actorKey(actor)}`, identityArn ?? '', sourceAddress ?? ''];
    const keys = names.map((name, index) => `${index} ${unconfirmed ?? 'confirmed'} ${name}`);
    const isNew = keys.some((key) => !this.#known.has(key));
    for (const key of keys) this.#known.add(key);
    return isNew;
  }
}
