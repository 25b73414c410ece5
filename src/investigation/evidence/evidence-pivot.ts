import type { EventRef } from '../../model/trail-event.ts';
import type { Pivot } from '../evidence-ports.ts';

/** What a piece of evidence is gathered by. */
export type EvidencePivot =
  /** The case's own alerts. */
  | { readonly kind: 'alerts' }
  /** A call: who is behind its credential. */
  | { readonly kind: 'call'; readonly ref: EventRef }
  | Exclude<Pivot, { readonly kind: 'minting' }>;
