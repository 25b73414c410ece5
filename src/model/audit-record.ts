import type { CaseId, Instant } from './ids.ts';
import type { JsonValue } from './json.ts';

export type AuditKind =
  | 'case-opened'
  | 'case-taken-up'
  | 'alerts-claimed'
  | 'evidence-gathered'
  | 'plan-presented'
  | 'plan-expired'
  | 'decision-accepted'
  | 'decision-refused'
  | 'response-started'
  | 'action-step'
  | 'action-ended'
  | 'write-refused'
  | 'memory-accepted'
  | 'response-ended'
  | 'undo-asked'
  | 'stop-asked'
  | 'watch-started'
  | 'watch-ended'
  | 'case-closed'
  | 'case-merged'
  | 'needs-a-person';

export interface AuditRecord {
  /** Made from its content: a retry adds none. */
  readonly id: string;
  readonly at: Instant;
  /** Who did it: an approver, or `trailhound`. */
  readonly actor: string;
  readonly caseId?: CaseId;
  readonly kind: AuditKind;
  /** What it is about: a digest, an action ID, an alert ID. */
  readonly subject: string;
  readonly data: JsonValue;
}
