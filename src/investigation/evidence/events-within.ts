import { counted, forNumber } from '../../model/counted.ts';
import { byTime, type SeenEvent } from '../seen-event.ts';

interface Sized {
  readonly event: SeenEvent;
  readonly bytes: number;
}

/** Of those that were too large, so many are named. */
const namedLimit = 5;
/** A name of a log's author that is longer is no name of AWS. */
const nameLimit = 100;

/**
 * Calls that evidence keeps, up to so many bytes of JSON. Where they are more, the largest go first: whoever blows up a few records
 * hides those, which are named, and not the many others. What is kept does not depend on the order in which calls are found.
 */
export class EventsWithin {
  readonly #limit: number;
  readonly #named: Sized[] = [];
  #kept: Sized[] = [];
  #bytes = 0;
  #leftOut = 0;

  /** @param limit in bytes */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#kept.length;
  }

  /** How many were left out for their size. */
  get leftOut(): number {
    return this.#leftOut;
  }

  add(event: SeenEvent): void {
    const bytes = Buffer.byteLength(JSON.stringify(event));
    this.#kept.push({ event, bytes });
    this.#bytes += bytes;
    // A few at a time: to sort for each would take quadratic time.
    if (this.#bytes > 2 * this.#limit) this.#leaveOutLargest();
  }

  /** Takes one back, the last or the largest. */
  pop(): SeenEvent | undefined {
    const last = this.#kept.pop();
    this.#bytes -= last?.bytes ?? 0;
    return last?.event;
  }

  events(): readonly SeenEvent[] {
    this.#leaveOutLargest();
    return this.#kept.map(({ event }) => event);
  }

  #leaveOutLargest(): void {
    if (this.#bytes <= this.#limit) return;
    this.#kept.sort((a, b) => a.bytes - b.bytes || byTime(a.event, b.event));
    while (this.#bytes > this.#limit) {
      const largest = this.#kept.pop();
      if (largest === undefined) return;
      this.#bytes -= largest.bytes;
      this.#leftOut += 1;
      this.#name(largest);
    }
  }

  #name(largest: Sized): void {
    this.#named.push(largest);
    this.#named.sort((a, b) => b.bytes - a.bytes || byTime(a.event, b.event));
    this.#named.splice(namedLimit);
  }

  /** What was left out for its size, in a sentence of ours; none where nothing was. */
  inWords(): readonly string[] {
    if (this.#leftOut === 0) return [];
    const [largest] = this.#named;
    const names = this.#named.map(
      ({ event: { action, ref, at } }) =>
        `${action.slice(0, nameLimit)} (${ref.eventId.slice(0, nameLimit)}) of ${at.slice(0, nameLimit)}`,
    );
    const shown = names.length < this.#leftOut ? 'the largest are' : forNumber(this.#leftOut, 'it is', 'they are');
    return [
      `TOO LARGE TOGETHER: ${counted(this.#leftOut, 'call')} of up to ${counted(Math.ceil((largest?.bytes ?? 0) / 1024), 'KiB', 'KiB')} ${forNumber(this.#leftOut, 'is', 'are')} not kept here, ${shown} ${names.join(', ')}; \`trailhound events search\` has the whole records.`,
    ];
  }
}
