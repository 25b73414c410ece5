import type { AlertDetail } from '../../../model/alert-detail.ts';
import type { Actor } from '../../../model/actor.ts';
import type { AlertStatus } from '../../../model/alert.ts';
import type { CaseStatus, Verdict } from '../../../model/case-state.ts';
import type { AccountId, AlertId, CaseId, Digest, Instant } from '../../../model/ids.ts';
import type { JsonValue } from '../../../model/json.ts';
import type { Severity } from '../../../model/severity.ts';
import type { EventRef } from '../../../model/trail-event.ts';
import type { Defaulted, Json } from './columns.ts';

/** A rule's match; its key (rule, group, anchor) is written once. */
export interface AlertsTable {
  id: AlertId;
  rule_id: string;
  rule_digest: Digest;
  rule_name: string;
  severity: Severity;
  risk_score: number;
  group_values: Json<readonly string[]>;
  /** Digest of the group values: what rule state is keyed by. */
  group_key: Digest;
  anchor_account_id: AccountId;
  anchor_event_id: string;
  anchor_revision: number;
  /** The event that the anchor corrects, in the end as far as is known, where it names one and the rule looks at each event by itself. */
  anchor_corrects: string | null;
  event_refs: Json<readonly EventRef[]>;
  detail: Json<AlertDetail>;
  status: Json<AlertStatus>;
  /** `status.kind`, for looking up. */
  status_kind: AlertStatus['kind'];
  late: Defaulted<boolean>;
  /** Event time of the anchor. */
  event_time: Instant;
  /** When it was recorded. */
  at: Instant;
  amended_at: Instant | null;
  /** How often its events changed since it was recorded; 0 at first. */
  revision: Defaulted<number>;
  case_id: CaseId | null;
  claimed_at: Instant | null;
  /** Recorded beyond its rule's `max_signals` of an execution: a later execution brings it to a case. */
  carried_over: Defaulted<boolean>;
  /** When it was given to its case; what an execution may give is counted by it. */
  assigned_at: Instant | null;
}

/** The events of an alert, a row each. */
export interface AlertEventsTable {
  alert_id: AlertId;
  account_id: AccountId;
  event_id: string;
  revision: number;
  position: number;
}

/** The state of rules that look at more than one event. */
export interface RuleCandidatesTable {
  rule_id: string;
  /** The rule's meaning digest. */
  meaning: Digest;
  group_key: Digest;
  event_time: Instant;
  account_id: AccountId;
  event_id: string;
  revision: number;
  /** Position among the candidates of one event. */
  ordinal: number;
  group_values: Json<readonly string[]>;
  payload: Json<JsonValue>;
  /** The exception without which it would count; null where it counts. */
  held_back_by: string | null;
  written_at: Defaulted<Instant>;
}

/** Which rules, by what they mean, have seen which part of the published events. */
export interface RuleVersionsTable {
  rule_id: string;
  meaning: Digest;
  /** Events published after this number were evaluated by it. */
  since_seq: bigint;
  /** Up to which number it learnt from those before; null when it knows all that it needs. */
  warmed_seq: bigint | null;
  at: Instant;
}

/** Its one row: up to which published event rules have judged. */
export interface DetectCursorTable {
  seq: bigint;
  updated_at: Instant;
}

export interface RuleReadinessTable {
  rule_id: string;
  account_id: AccountId;
  history_from: Instant;
  ready: boolean;
}

/** An investigation about one actor; at most one open case per actor. */
export interface CasesTable {
  id: CaseId;
  actor_key: string;
  actor: Json<Actor>;
  account_id: AccountId;
  status: CaseStatus;
  severity: Severity;
  opened_at: Instant;
  closed_at: Instant | null;
  verdict: Verdict | null;
  /** The case that goes on, where this one turned out to be about the same intruder. */
  merged_into: CaseId | null;
  /** The workflow of a merged case knows that it has to end. */
  end_told: Defaulted<boolean>;
  /** Its doorbell was rung, or is to be, for alerts that it has not claimed yet. */
  ring_pending: Defaulted<boolean>;
  ring_pending_since: Instant | null;
  /** Who works on it, as a person said; null: nobody. */
  assigned_to: string | null;
}

/** How much each exception held back from each rule. */
export interface HeldBackCountsTable {
  exception_id: string;
  rule_id: string;
  events: bigint;
  /** Event time of the latest of them. */
  last_event_time: Instant;
  /** Alerts that it prevented and that are deleted by now. */
  alerts_gone: Defaulted<bigint>;
}

export interface DetectionTables {
  alerts: AlertsTable;
  alert_events: AlertEventsTable;
  rule_candidates: RuleCandidatesTable;
  rule_versions: RuleVersionsTable;
  detect_cursor: DetectCursorTable;
  rule_readiness: RuleReadinessTable;
  cases: CasesTable;
  held_back_counts: HeldBackCountsTable;
}
