import { eventRefKey } from '../../model/trail-event.ts';
import { isPublicAddress } from '../../cloudtrail/address-block.ts';
import { instance } from '../../cloudtrail/identities.ts';
import type { CaseCalls } from '../case/case-calls.ts';
import type { CaseEffects } from '../case/case-effects.ts';
import type { CaseMaterial } from '../case/case-material.ts';
import { thing } from '../effects/thing.ts';
import { isInstanceSessionName } from '../links/identity-parts.ts';
import { dayOf, firstDayOf, habitDays } from '../habits/habit-days.ts';
import { settledPlaces } from '../habits/settled-place.ts';
import type { SeenEvent } from '../seen-event.ts';
import type { WayInCandidate } from './candidate.ts';
import { roleSessionOf } from './sessions.ts';

/**
 * Instances whose credentials are used from somewhere else: whoever read them from the metadata service, by a hole in what runs
 * there, reads the next session's as well. Whether the hole is still there no record shows.
 */
export function readInstances(
  { calls, all }: CaseCalls,
  known: CaseEffects,
  alerts: CaseMaterial['alerts'],
): readonly WayInCandidate[] {
  const ofInstances = calls.flatMap((event) => {
    const of = instanceOf(event);
    return of === null ? [] : [{ event, ...of }];
  });
  if (ofInstances.length === 0) return [];
  const isElsewhere = elsewhereIn({ calls, all }, alerts);
  const uses = ofInstances.filter(({ event }) => isElsewhere(event));
  const byInstance = Map.groupBy(uses, ({ accountId, instanceId }) => instance(accountId, instanceId).id);
  return [...byInstance].flatMap(([identity, same]): readonly WayInCandidate[] => {
    const [first, last] = [same[0], same.at(-1)];
    if (first === undefined || last === undefined) return [];
    const { accountId, instanceId } = first;
    const own = thing.instance(accountId, instanceId);
    // Whoever got onto it by a command needs no hole.
    if (known.doneTo(own).some(({ effect }) => effect.kind === 'instance-entered')) return [];
    return [
      {
        identity,
        what: { kind: 'instance', accountId, instanceId },
        origin: 'used',
        // What is read anew is no more what somebody accepted.
        from: last.event.at,
        until: 'until-removed',
        closed: known.undoneSince([own], last.event.at),
        unsure: true,
        proof: first === last ? [first.event.ref] : [first.event.ref, last.event.ref],
      },
    ];
  });
}

function instanceOf(event: SeenEvent) {
  const session = roleSessionOf(event);
  if (session === null || !isInstanceSessionName(session.sessionName)) return null;
  const { accountId, roleName, sessionName: instanceId } = session;
  return { accountId, roleName, instanceId };
}

/**
 * Tells whether an instance's credentials are used from where it is not: from an address that is no usual one of its role's instances,
 * and from which somebody else of the case calls, or while the very same credentials are used from a usual one. A network's
 * own exits, as a NAT gateway or an endpoint, are usual.
 */
function elsewhereIn(
  { calls, all }: Pick<CaseCalls, 'calls' | 'all'>,
  alerts: CaseMaterial['alerts'],
): (event: SeenEvent) => boolean {
  const isUsual = usualPlaces(all, alerts);
  const ofOthers = new Set(
    calls.filter((event) => instanceOf(event) === null).map(({ sourceAddress }) => sourceAddress),
  );
  const atHome = new Set(
    all.filter((event) => instanceOf(event) !== null && isUsual(event)).map(({ accessKeyId }) => accessKeyId),
  );
  return (event) =>
    event.sourceAddress !== undefined &&
    !isUsual(event) &&
    (ofOthers.has(event.sourceAddress) || (isPublicAddress(event.sourceAddress) && atHome.has(event.accessKeyId)));
}

/** Where instances of the role called from on several days before the case's first alert, and not for the first time just before it. */
function usualPlaces(all: readonly SeenEvent[], alerts: CaseMaterial['alerts']): (event: SeenEvent) => boolean {
  const alerted = new Set(alerts.flatMap(({ eventRefs }) => eventRefs.map(eventRefKey)));
  const firstDay = firstDayOf(all.filter(({ ref }) => alerted.has(eventRefKey(ref)))) ?? '~';
  const ofInstances = all.filter((event) => instanceOf(event) !== null);
  const before = ofInstances.filter((event) => dayOf(event) < firstDay);
  const days = new Map<string, Set<string>>();
  for (const event of before) {
    const place = placeOf(event);
    days.set(place, (days.get(place) ?? new Set()).add(dayOf(event)));
  }
  const isSettled = settledPlaces(ofInstances, roleOf, firstDay);
  return (event) => (days.get(placeOf(event))?.size ?? 0) >= habitDays && isSettled(event);
}

function placeOf(event: SeenEvent): string {
  return `${roleOf(event)} ${event.sourceAddress ?? ''}`;
}

function roleOf(event: SeenEvent): string {
  const of = instanceOf(event);
  return of === null ? '' : `${of.accountId}/${of.roleName}`;
}
