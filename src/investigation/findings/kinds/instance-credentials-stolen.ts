import { hourMs } from '../../../model/duration.ts';
import { plainText, safe } from '../../../model/safe-text.ts';
import type { SeenEvent } from '../../seen-event.ts';
import { roleSessionOf } from '../../ways-in/sessions.ts';
import type { FindingKind } from '../case-finding.ts';
import { drawnFrom, suspicious } from '../drawing.ts';

/**
 * The credentials of an instance used from where another identity of the case calls, or shortly after the case entered that
 * instance. The instance's own first calls and its network's exit are no theft.
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
  const stolen = ofInstances.flatMap(({ event, sessionName, roleName }) => {
    const address = addressOf(event);
    const door = entered.find(
      ({ effect, at }) =>
        effect.instanceId.toLowerCase() === sessionName.toLowerCase() &&
        Date.parse(event.at) >= Date.parse(at) &&
        Date.parse(event.at) - Date.parse(at) <= hourMs,
    );
    const sameSource = address !== undefined && elsewhere.has(address);
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

function addressOf({ sourceAddress }: SeenEvent): string | undefined {
  return sourceAddress;
}
