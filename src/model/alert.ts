import type { AlertId } from './ids.ts';
import type { EventRef } from './trail-event.ts';

/** Written once and never derived again: a late event does not change it. */
export interface AlertKey {
  readonly ruleId: string;
  /** Terms, threshold values or join values, in the rule's field order; empty for `query` and event queries. */
  readonly group: readonly string[];
  readonly anchor: EventRef;
}

export type AlertStatus =
  | { readonly kind: 'live' }
  | { readonly kind: 'learning' }
  | { readonly kind: 'excepted'; readonly exceptionId: string }
  /** `by` is null where a late event took the alert's ground away and no other alert stands in its place. */
  | { readonly kind: 'superseded'; readonly by: AlertId | null };
