import type { AlertId, Digest } from '../../model/ids.ts';
import type { Severity } from '../../model/severity.ts';
import type { EventRef } from '../../model/trail-event.ts';
import type { SeenEvent } from '../seen-event.ts';

/** An alert of the case, as gathering takes it. */
export interface ClaimedAlert {
  readonly id: AlertId;
  readonly ruleId: string;
  readonly ruleName: string;
  readonly ruleDigest: Digest;
  readonly severity: Severity;
  readonly eventRefs: readonly EventRef[];
}

/** What the alerts were raised for. */
export interface AlertEventsContent {
  readonly alerts: readonly ClaimedAlert[];
  /**
   * Their events, oldest first: of each credential, address and session at least one, all with effects or that were refused, and of the
   * others as many as a person looks at.
   */
  readonly events: readonly SeenEvent[];
  /** Events that were read and are not among those. */
  readonly leftOut: number;
  /** Events that were imported, and that the account's own trail does not show. */
  readonly unconfirmed: number;
}

/** An alert as gathering takes it, without what only the case shows of it. */
export function claimedAlert(alert: ClaimedAlert): ClaimedAlert {
  const { id, ruleId, ruleName, ruleDigest, severity, eventRefs } = alert;
  return { id, ruleId, ruleName, ruleDigest, severity, eventRefs };
}
