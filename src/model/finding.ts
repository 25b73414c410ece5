import type { Digest } from './ids.ts';

/** A conclusion, in a sentence of ours, that names the evidence it rests on. */
export interface Finding {
  readonly id: string;
  readonly kind: string;
  readonly sentence: string;
  readonly direction: 'suspicious' | 'benign';
  readonly confidence: 'low' | 'medium' | 'high';
  readonly evidence: readonly [Digest, ...Digest[]];
  /** ATT&CK technique IDs. */
  readonly techniques: readonly string[];
}
