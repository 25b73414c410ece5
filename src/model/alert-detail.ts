import type { JsonValue } from './json.ts';

/**
 * What an alert has beside its rule and its events: the terms that are new, a count. The rule's type alone says what is in it and
 * reads it; for everybody else it is JSON to keep.
 */
export interface AlertDetail {
  /** Tells the forms that one rule type may have. */
  readonly kind: string;
  readonly [key: string]: JsonValue;
}
