import type { SeenEvent } from '../seen-event.ts';
import { activitySource } from './activity.ts';
import { followedNames } from './followed.ts';

/** Evidence: what else came from the addresses of the alerts' calls, in all accounts. LookupEvents cannot search by address. */
export const sourceAddressActivity = activitySource('source-address-activity', 'source-address', (subject) => {
  const { accountId, calls } = subject;
  const addresses = followedNames('addresses', calls.map(personalAddress));
  const pivots = addresses.followed.map((address) => ({ kind: 'source-address', accountId, address }) as const);
  return { pivots, notFollowed: addresses.notFollowed };
});

/** Calls that an AWS service makes for somebody carry the service's name in place of an address. */
function personalAddress({ sourceAddress }: SeenEvent): string | undefined {
  const isService = sourceAddress?.endsWith('.amazonaws.com') === true || sourceAddress === 'AWS Internal';
  return isService ? undefined : sourceAddress;
}
