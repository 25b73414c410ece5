import type { Instant } from '../../model/ids.ts';
import type { EventRef } from '../../model/trail-event.ts';

/** What an exception held back from a rule, live. */
export interface HeldBackTotal {
  readonly exceptionId: string;
  readonly ruleId: string;
  /** Events of the rule that it took away, corrected copies included. */
  readonly events: number;
  /** Alerts that would have arisen without it. */
  readonly alerts: number;
  /** Event time of the latest event; null where there is none. */
  readonly lastEventTime: Instant | null;
}

/** An alert that would have arisen without an exception. */
export interface PreventedAlert {
  readonly ruleId: string;
  readonly ruleName: string;
  /** Terms, threshold values or join values. */
  readonly group: readonly string[];
  readonly eventTime: Instant;
  readonly eventRefs: readonly EventRef[];
}
