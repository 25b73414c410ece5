import { listUnder } from '../../model/list-under.ts';
import type { ThingKey } from '../effects/effect.ts';
import { thingsIn } from '../plan/things-at-stake.ts';
import type { SeenEvent } from '../seen-event.ts';
import { firstWhere } from './first-where.ts';
import { placeOf } from './place-of.ts';

/** Calls by what they did something about, each list in the order of all. */
export class CallsByThing {
  readonly #calls = new Map<ThingKey, SeenEvent[]>();
  readonly #positions: ReadonlyMap<SeenEvent, number>;

  /** @param all oldest first. */
  constructor(all: readonly SeenEvent[]) {
    this.#positions = new Map(all.map((event, position) => [event, position]));
    for (const event of all)
      for (const key of thingsIn(event.effects, placeOf(event))) listUnder(this.#calls, key, event);
  }

  positionOf(event: SeenEvent): number {
    return this.#positions.get(event) ?? 0;
  }

  before(key: ThingKey, event: SeenEvent): readonly SeenEvent[] {
    const position = this.positionOf(event);
    const about = this.#calls.get(key) ?? [];
    return about.slice(
      0,
      firstWhere(about, (each) => this.positionOf(each) >= position),
    );
  }

  after(key: ThingKey, event: SeenEvent): readonly SeenEvent[] {
    const position = this.positionOf(event);
    const about = this.#calls.get(key) ?? [];
    return about.slice(firstWhere(about, (each) => this.positionOf(each) > position));
  }
}
