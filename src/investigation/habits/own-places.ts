import { hourMs } from '../../model/duration.ts';
import type { SeenEvent } from '../seen-event.ts';
import { dayOf, habitDays } from './habit-days.ts';
import { placeOfCaller, settledBefore } from './settled-place.ts';
import { WorkedPlaces } from './worked-places.ts';

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
  let known: KnownPlaces | undefined;
  return (event) => {
    if (event.sourceAddress === undefined) return false;
    known ??= knownPlaces(all, whoOf);
    if (known.worked.daysBefore(event) >= habitDays) return known.isSettled(event, dayOf(event));
    return known.worked.isOnlyPlace(event) && known.signInsOf(event).some((each) => isWithin(each, event));
  };
}

interface KnownPlaces {
  readonly worked: WorkedPlaces;
  readonly isSettled: (event: SeenEvent, firstDay: string) => boolean;
  /** By whoever made a call, from where it came. */
  readonly signInsOf: (event: SeenEvent) => readonly SeenEvent[];
}

function knownPlaces(all: readonly SeenEvent[], whoOf: (event: SeenEvent) => string): KnownPlaces {
  const signIns = Map.groupBy(all.filter(isSecondFactor), (event) => placeOfCaller(event, whoOf));
  return {
    worked: new WorkedPlaces(all, whoOf),
    isSettled: settledBefore(all, whoOf),
    signInsOf: (event) => signIns.get(placeOfCaller(event, whoOf)) ?? [],
  };
}

/** A sign-in to the console with a second factor. */
export function isSecondFactor({ effects, outcome }: SeenEvent): boolean {
  return outcome === 'success' && effects.some((effect) => effect.kind === 'console-login' && effect.mfa);
}

function isWithin(signIn: SeenEvent, event: SeenEvent): boolean {
  const sinceMs = Date.parse(event.at) - Date.parse(signIn.at);
  return sinceMs >= 0 && sinceMs <= signInMs;
}
