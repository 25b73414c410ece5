/** A random source that repeats itself from its seed: splitmix32. */
export type Random = () => number;

export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
}

/** What AWS knows of one account and region: which events there are, and from when on each is shown. Times in seconds. */
export interface TrueSource {
  /** Ascending. */
  readonly eventTimes: Float64Array;
  readonly deliveredAt: Float64Array;
}

/** How busy a source is and how late its records come. */
export interface SourceShape {
  readonly from: number;
  readonly to: number;
  readonly eventsPerHour: number;
  /** The part of records that come hours late. */
  readonly lateShare: number;
  readonly latestS: number;
  /** So many events within one second, one of them hours late, whatever chance gives besides. */
  readonly burst: { readonly at: number; readonly events: number };
}

export function makeSource(shape: SourceShape, random: Random): TrueSource {
  const times: number[] = [];
  const meanGapS = 3600 / shape.eventsPerHour;
  for (let at = shape.from; at <= shape.to;) {
    at += -Math.log(1 - random()) * meanGapS;
    const burst = random() < 0.01 ? 1 + Math.floor(random() * 200) : 1;
    for (let index = 0; index < burst; index++) times.push(Math.floor(at));
  }
  for (let index = 0; index < shape.burst.events; index++) times.push(shape.burst.at);
  const eventTimes = Float64Array.from(times).sort();
  const deliveredAt = eventTimes.map((time) => time + delayOf(shape, random));
  const last = eventTimes.lastIndexOf(shape.burst.at);
  deliveredAt[last] = shape.burst.at + shape.latestS * (0.25 + random() * 0.75);
  return { eventTimes, deliveredAt };
}

function delayOf({ lateShare, latestS }: SourceShape, random: Random): number {
  return random() < lateShare ? random() * latestS : -Math.log(1 - random()) * 120;
}

/** The places of the events that are shown at a time, newest first, as LookupEvents has it. */
export function shownWithin(source: TrueSource, from: number, to: number, at: number): readonly number[] {
  const shown: number[] = [];
  for (let place = firstAfter(source.eventTimes, to) - 1; place >= 0; place--) {
    const time = source.eventTimes[place] ?? 0;
    if (time < from) break;
    if ((source.deliveredAt[place] ?? Infinity) <= at) shown.push(place);
  }
  return shown;
}

function firstAfter(times: Float64Array, time: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] ?? 0) <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}
