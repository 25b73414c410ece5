import type { JsonObject } from './json.ts';
import type { EventRef } from './trail-event.ts';

/** A conclusion about a case: its facts as data, a sentence of ours made of them, and the events that prove it. */
export interface Finding {
  /** Made of its kind and sentence: the same conclusion again is the same finding. */
  readonly id: string;
  readonly kind: string;
  readonly sentence: string;
  readonly direction: 'suspicious' | 'benign';
  readonly confidence: 'low' | 'medium' | 'high';
  /** ATT&CK technique IDs. */
  readonly techniques: readonly string[];
  /** Names as the log has them. */
  readonly facts: JsonObject;
  readonly proof: readonly EventRef[];
}
