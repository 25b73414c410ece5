/** What an event is to a threshold: when it happened, and which values of the cardinality field it adds. */
export interface ThresholdEvent {
  readonly eventTimeMs: number;
  readonly distinct: readonly string[];
}

/** How much has to happen within how long. */
export interface ThresholdLimits {
  readonly spanMs: number;
  /** Events at least. */
  readonly count: number;
  /** Distinct values at least; null where only events count. */
  readonly cardinality: number | null;
}

/** A span that holds enough: indexes into the events, both inclusive. */
export interface ThresholdSpan {
  readonly first: number;
  /** The event with which there was enough. */
  readonly enough: number;
  readonly last: number;
  /** Distinct values in the whole span; null where only events count. */
  readonly cardinality: number | null;
}

/**
 * Finds the spans that hold enough of one group's events, which are in order of event time.
 *
 * A span begins with an event and reaches `spanMs` beyond it, its end included. The first span that holds enough takes all
 * its events; what comes after it counts anew. Time and memory are linear in the events.
 */
export function thresholdSpans(events: readonly ThresholdEvent[], limits: ThresholdLimits): readonly ThresholdSpan[] {
  const spans: ThresholdSpan[] = [];
  let window = new DistinctValues();
  let first = 0;
  for (let index = 0; index < events.length; index += 1) {
    window.add(events[index]);
    while (distance(events, first, index) > limits.spanMs) window.remove(events[first++]);
    if (!isEnough(index - first + 1, window.size, limits)) continue;
    const last = lastWithin(events, first, index, limits.spanMs);
    for (let later = index + 1; later <= last; later += 1) window.add(events[later]);
    spans.push({ first, enough: index, last, cardinality: limits.cardinality === null ? null : window.size });
    window = new DistinctValues();
    first = last + 1;
    index = last;
  }
  return spans;
}

function isEnough(count: number, distinct: number, limits: ThresholdLimits): boolean {
  return count >= limits.count && (limits.cardinality === null || distinct >= limits.cardinality);
}

function lastWithin(events: readonly ThresholdEvent[], first: number, from: number, spanMs: number): number {
  let last = from;
  while (last + 1 < events.length && distance(events, first, last + 1) <= spanMs) last += 1;
  return last;
}

function distance(events: readonly ThresholdEvent[], from: number, to: number): number {
  return (events[to]?.eventTimeMs ?? 0) - (events[from]?.eventTimeMs ?? 0);
}

/** The distinct values of a window that moves over events. */
class DistinctValues {
  readonly #counts = new Map<string, number>();

  get size(): number {
    return this.#counts.size;
  }

  add(event: ThresholdEvent | undefined): void {
    for (const value of event?.distinct ?? []) this.#counts.set(value, (this.#counts.get(value) ?? 0) + 1);
  }

  remove(event: ThresholdEvent | undefined): void {
    for (const value of event?.distinct ?? []) {
      const left = (this.#counts.get(value) ?? 0) - 1;
      if (left > 0) this.#counts.set(value, left);
      else this.#counts.delete(value);
    }
  }
}
