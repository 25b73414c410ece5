import { eventRefKey } from '../../model/trail-event.ts';
import { seenEvent, type FoundEvent, type SeenEvent } from '../seen-event.ts';
import { counted } from '../../model/counted.ts';

/** Reduces events to what evidence keeps; one that cannot be is named, and takes no other with it. */
export class ReadableEvents {
  readonly #unreadable = new Map<string, string>();

  read(found: readonly FoundEvent[]): readonly SeenEvent[] {
    return found.flatMap((event) => {
      try {
        return [seenEvent(event)];
      } catch (error) {
        this.#unreadable.set(eventRefKey(event.ref), error instanceof Error ? error.message : 'unknown');
        return [];
      }
    });
  }

  /** A sentence of ours where there were any. */
  unreadableInWords(): readonly string[] {
    const [first] = this.#unreadable;
    if (first === undefined) return [];
    const [event, why] = first;
    return [
      `${counted(this.#unreadable.size, 'record')} could not be processed (the first is ${event}: ${why.slice(0, 200)}).`,
    ];
  }
}
