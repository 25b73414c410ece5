import type { Place } from '../effects/meant.ts';
import { unknownRegion } from '../effects/thing.ts';
import type { SeenEvent } from '../seen-event.ts';

/** Where what a call made is. */
export function placeOf({ ref, region = unknownRegion }: Pick<SeenEvent, 'ref' | 'region'>): Place {
  return { accountId: ref.accountId, region };
}
