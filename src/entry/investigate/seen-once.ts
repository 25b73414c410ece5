import { seenEvent, type FoundEvent, type SeenEvent } from '../../investigation/seen-event.ts';

const seenBefore = new WeakMap<FoundEvent, SeenEvent>();

/** Cases share events: what evidence keeps of one is made once. */
export function seenOnce(event: FoundEvent): SeenEvent {
  const known = seenBefore.get(event);
  if (known !== undefined) return known;
  const seen = seenEvent(event);
  seenBefore.set(event, seen);
  return seen;
}
