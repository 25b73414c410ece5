import { hourMs } from '../../../model/duration.ts';
import { plainText, safe } from '../../../model/safe-text.ts';
import type { SeenEvent } from '../../seen-event.ts';
import { roleSessionOf } from '../../ways-in/sessions.ts';
import type { FindingKind } from '../case-finding.ts';
import { drawnFrom, suspicious } from '../drawing.ts';
import { clientOf } from '../habit.ts';

/**
 * The credentials of an instance used from where another identity of the case calls, or shortly after the case entered that
 * instance. The instance's own first calls and its network's exit are no theft, nor is what it did from there before it was entered.
 */
export const instanceCredentialsStolen: FindingKind = (ground) => {
  const elsewhere = new Set(
    ground.calls.calls.filter((event) => roleSessionOf(event)?.sessionName.startsWith('i-') !== true).map(addressOf),
  );
  const entered = drawnFrom(ground, 'instance-entered').found;
  const ofInstances = ground.calls.all
    // Without an instance that was entered, only an address of the intruder tells.
    .filter((event) => entered.length > 0 || elsewhere.has(addressOf(event)))
    .flatMap((event) => {
      const session = roleSessionOf(event);
      return session !== null && /^i-[0-9a-f]+$/i.test(session.sessionName) ? [{ event, ...session }] : [];
    });
  const usualSince = firstOfEach(
    ofInstances.map(({ event }) => event),
    placeAndAct,
  );
  const thereSince = firstOfEach(
    ofInstances.map(({ event }) => event),
    placeOf,
  );
  const begin = ground.calls.calls[0]?.at ?? '';
  const stolen = ofInstances.flatMap(({ event, sessionName, roleName }) => {
    const address = addressOf(event);
    const door = entered.find(
      ({ effect, at }) =>
        effect.instanceId.toLowerCase() === sessionName.toLowerCase() &&
        Date.parse(event.at) >= Date.parse(at) &&
        Date.parse(event.at) - Date.parse(at) <= hourMs &&
        !isBefore(usualSince.get(placeAndAct(event)), at),
    );
    // What whoever is on it takes from there comes from where the instance was all along.
    const isAtHome = isBefore(thereSince.get(placeOf(event)), begin);
    const sameSource = address !== undefined && elsewhere.has(address) && !isAtHome;
    if (!sameSource && door === undefined) return [];
    return [{ event, sessionName, roleName, sameSource, door: door?.event }];
  });
  const byInstance = Map.groupBy(stolen, ({ sessionName }) => sessionName);
  return [...byInstance].flatMap(([instanceId, uses]) => {
    const sameSource = uses.some((use) => use.sameSource);
    return suspicious({
      kind: 'instance-credentials-stolen',
      sentence: sameSource
        ? safe`Credentials of instance ${plainText(instanceId)} (role ${plainText(uses[0]?.roleName ?? '')}) are used from an address of the intruder.`
        : safe`Instance ${plainText(instanceId)} was entered, and its role ${plainText(uses[0]?.roleName ?? '')} called AWS within the hour.`,
      confidence: sameSource ? 'high' : 'medium',
      techniques: ['T1552.005', 'T1078.004'],
      facts: {
        instanceId,
        roleName: uses[0]?.roleName ?? '',
        sameSource,
        calls: uses.length,
        firstUse: uses[0]?.event.ref.eventId ?? '',
      },
      events: uses.flatMap(({ event, door }) => (door === undefined ? [event] : [door, event])),
    });
  });
};

/** When each of these was first done with success, by what tells them apart. */
function firstOfEach(events: readonly SeenEvent[], nameOf: (event: SeenEvent) => string): ReadonlyMap<string, string> {
  const first = new Map<string, string>();
  for (const event of events) {
    const name = nameOf(event);
    // They come oldest first.
    if (event.outcome === 'success' && !first.has(name)) first.set(name, event.at);
  }
  return first;
}

function placeOf(event: SeenEvent): string {
  // Another account's record names the role by its unique ID: the instance is the same.
  return JSON.stringify([roleSessionOf(event)?.sessionName, addressOf(event)]);
}

function placeAndAct(event: SeenEvent): string {
  return JSON.stringify([event.callers[0], addressOf(event), clientOf(event), event.provider, event.action]);
}

function isBefore(one: string | undefined, other: string): boolean {
  return one !== undefined && Date.parse(one) < Date.parse(other);
}

function addressOf({ sourceAddress }: SeenEvent): string | undefined {
  return sourceAddress;
}
