import { originsOf } from '../model/correction-chain.ts';
import { latestRevisions } from './latest-revisions.ts';
import { compareText, type SeenEvent } from './seen-event.ts';

type Copy = Pick<SeenEvent, 'ref' | 'unconfirmed' | 'corrects'>;

/**
 * One copy of each call, also where a corrected copy has an ID of its own: it says what the last correction says, under the ID that
 * alerts and proofs name, else the first that is there. As with revisions, what was only imported corrects nothing that a trail has shown.
 *
 * @param named the IDs of events that something else refers to.
 */
export function latestCopies<E extends Copy>(events: readonly E[], named: ReadonlySet<string>): readonly E[] {
  const revisions = latestRevisions(events);
  const corrections = revisions.filter(({ corrects }) => corrects !== undefined);
  if (corrections.length === 0) return revisions;
  const originOf = originsOf(corrections);
  const calls = Map.groupBy(revisions, ({ ref }) => `${ref.accountId}/${originOf(ref).eventId}`);
  return [...calls.values()].flatMap((copies) => {
    const confirmed = copies.filter(({ unconfirmed }) => unconfirmed === undefined);
    const counting = (confirmed.length === 0 ? copies : confirmed).toSorted(
      (a, b) => originOf(a.ref).steps - originOf(b.ref).steps || compareText(a.ref.eventId, b.ref.eventId),
    );
    const [first, last] = [counting.find(({ ref }) => named.has(ref.eventId)) ?? counting[0], counting.at(-1)];
    if (first === undefined || last === undefined) return [];
    return [first === last ? last : { ...last, ref: first.ref }];
  });
}
