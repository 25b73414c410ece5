import { hourMs } from '../../model/duration.ts';
import type { SeenEvent } from '../seen-event.ts';
import { dayOf, habitDays } from './habit-days.ts';
import { settledPlaces } from './settled-place.ts';

/** A console session lasts no longer (IAM User Guide). */
const signInMs = 12 * hourMs;

/**
 * Tells whether a call comes from a place of the caller's own: where they have worked with success on several days before, for as long as
 * they are known or for two weeks; or where they signed in with a second factor, and nothing of theirs is known from elsewhere.
 *
 * @param whoOf who makes a call
 */
export function ownPlaces(
  all: readonly SeenEvent[],
  whoOf: (event: SeenEvent) => string,
): (event: SeenEvent) => boolean {
  /** Of most cases nobody asks. */
  let byCaller: ReadonlyMap<string, readonly SeenEvent[]> | undefined;
  const settledAsOf = new Map<string, (event: SeenEvent) => boolean>();
  function isSettled(event: SeenEvent): boolean {
    const day = dayOf(event);
    const known = settledAsOf.get(day) ?? settledPlaces(all, whoOf, day);
    settledAsOf.set(day, known);
    return known(event);
  }
  return (event) => {
    const { sourceAddress } = event;
    if (sourceAddress === undefined) return false;
    byCaller ??= Map.groupBy(all, whoOf);
    const before = (byCaller.get(whoOf(event)) ?? []).filter((each) => each === event || isBefore(each, event));
    const there = before.filter((each) => each.sourceAddress === sourceAddress);
    const days = new Set(there.filter(({ outcome }) => outcome === 'success').map(dayOf));
    days.delete(dayOf(event));
    if (days.size >= habitDays) return isSettled(event);
    return there.length === before.length && there.some((each) => isSecondFactor(each) && isWithin(each, event));
  };
}

/** A sign-in to the console with a second factor. */
export function isSecondFactor({ effects, outcome }: SeenEvent): boolean {
  return outcome === 'success' && effects.some((effect) => effect.kind === 'console-login' && effect.mfa);
}

function isBefore(one: SeenEvent, other: SeenEvent): boolean {
  return Date.parse(one.at) <= Date.parse(other.at);
}

function isWithin(signIn: SeenEvent, event: SeenEvent): boolean {
  return Date.parse(event.at) - Date.parse(signIn.at) <= signInMs;
}
