import type { SeenEvent } from '../seen-event.ts';
import { dayOf } from './habit-days.ts';

/** What is known of somebody at one address. */
interface WorkedPlace {
  /** Of the first call from there. */
  firstMs: number;
  /** When on each day, in UTC, a call from there first succeeded. */
  readonly successes: Map<string, number>;
}

type Address = SeenEvent['sourceAddress'];

/** Where people have worked, and on which days; a case asks it of each of its calls, so it is made once of all of them. */
export class WorkedPlaces {
  readonly #whoOf: (event: SeenEvent) => string;
  readonly #byPerson = new Map<string, Map<Address, WorkedPlace>>();

  /** @param whoOf who makes a call */
  constructor(all: readonly SeenEvent[], whoOf: (event: SeenEvent) => string) {
    this.#whoOf = whoOf;
    for (const event of all) this.#note(event);
  }

  /** On how many days, its own left out, whoever made a call had worked with success where it came from, until then. */
  daysBefore(event: SeenEvent): number {
    const untilMs = Date.parse(event.at);
    const own = dayOf(event);
    let days = 0;
    for (const [day, firstMs] of this.#placeOf(event)?.successes ?? [])
      days += Number(day !== own && firstMs <= untilMs);
    return days;
  }

  /** On how many days whoever made a call worked with success where it came from, before and after. */
  daysThere(event: SeenEvent): number {
    return this.#placeOf(event)?.successes.size ?? 0;
  }

  /** Whether until a call whoever made it had been nowhere but where it came from. */
  isOnlyPlace(event: SeenEvent): boolean {
    const untilMs = Date.parse(event.at);
    for (const [address, { firstMs }] of this.#byPerson.get(this.#whoOf(event)) ?? [])
      if (address !== event.sourceAddress && firstMs <= untilMs) return false;
    return true;
  }

  #placeOf(event: SeenEvent): WorkedPlace | undefined {
    return this.#byPerson.get(this.#whoOf(event))?.get(event.sourceAddress);
  }

  #note(event: SeenEvent): void {
    const atMs = Date.parse(event.at);
    const place = this.#placeFor(event);
    if (atMs < place.firstMs) place.firstMs = atMs;
    if (event.outcome !== 'success') return;
    const day = dayOf(event);
    place.successes.set(day, Math.min(place.successes.get(day) ?? Number.POSITIVE_INFINITY, atMs));
  }

  #placeFor(event: SeenEvent): WorkedPlace {
    const who = this.#whoOf(event);
    const places = this.#byPerson.get(who) ?? new Map<Address, WorkedPlace>();
    this.#byPerson.set(who, places);
    const known = places.get(event.sourceAddress) ?? { firstMs: Number.POSITIVE_INFINITY, successes: new Map() };
    places.set(event.sourceAddress, known);
    return known;
  }
}
