import { hourMs } from '../../model/duration.ts';
import type { OfflineAlert } from '../../detection/offline/offline.ts';
import type { IntruderCase } from '../../investigation/links/intruder-cases.ts';
import type { SeenEvent } from '../../investigation/seen-event.ts';
import type { Identity, IdentityId } from '../../model/identity.ts';
import type { Link } from '../../model/link.ts';
import type { StrayCall } from './gathered-events.ts';

/** Two credentials at one address with one client within this time are likely one hand's. */
const withinMs = hourMs;
/** More are an office's or a gateway's: that they share an address says nothing. */
const mostLikely = 5;

/**
 * Likely links from a case to others who called from the same address with the same client within an hour: shown, never
 * followed. None where there are many: then the address is shared.
 */
export function sameSourceLinks(
  { walk: { members } }: IntruderCase<OfflineAlert>,
  events: readonly SeenEvent[],
  strays: readonly StrayCall[],
): readonly { readonly link: Link; readonly identity: Identity }[] {
  const hostile = Map.groupBy(events, ({ sourceAddress, userAgent }) => sourceKey(sourceAddress, userAgent));
  const likely = new Map<IdentityId, { readonly link: Link; readonly identity: Identity }>();
  for (const stray of strays) {
    if (members.has(stray.identity.id) || likely.has(stray.identity.id)) continue;
    const near = (hostile.get(sourceKey(stray.address, stray.client)) ?? []).find(
      (event) =>
        Math.abs(Date.parse(event.at) - Date.parse(stray.at)) <= withinMs &&
        !isOfSameRole(callerIn(event), stray.identity.id),
    );
    if (near === undefined) continue;
    const link: Link = {
      from: callerIn(near),
      to: stray.identity.id,
      how: 'same-source',
      strength: 'likely',
      at: stray.at,
      proof: [near.ref, stray.event],
    };
    likely.set(stray.identity.id, { link, identity: stray.identity });
  }
  return likely.size > mostLikely ? [] : [...likely.values()];
}

/** The session, user or root that called stands first. */
function callerIn({ callers }: SeenEvent): IdentityId {
  return callers[0] ?? '';
}

/** Sessions of one role work alike, and from alike: that says nothing about whose they are. */
function isOfSameRole(a: IdentityId, b: IdentityId): boolean {
  const [kind, account, role] = a.split('/');
  return kind === 'session' && b.startsWith(`session/${account}/${role}/`);
}

function sourceKey(address = '', client = ''): string {
  return `${address} ${client}`;
}
