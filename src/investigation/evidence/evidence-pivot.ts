import type { EventRef } from '../../model/trail-event.ts';
import type { Pivot } from '../evidence-ports.ts';

/** What a piece of evidence is gathered by. */
export type EvidencePivot =
  /** The case's own alerts. */
  | { readonly kind: 'alerts' }
  /** A call: who is behind its credential. */
  | { readonly kind: 'call'; readonly ref: EventRef }
  | Exclude<Pivot, { readonly kind: 'minting' }>;

/** What a pivot is about, as the log has it. */
export function pivotName(pivot: EvidencePivot): string {
  switch (pivot.kind) {
    case 'alerts':
      return "the case's alerts";
    case 'call':
      return `event ${pivot.ref.eventId}`;
    case 'access-key':
      return pivot.accessKeyId;
    case 'user':
      return pivot.userName;
    case 'session':
      return pivot.sessionArn;
    case 'source-address':
      return pivot.address;
  }
}
