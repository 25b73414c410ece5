import type { Instant } from '../model/ids.ts';
import type { JsonValue } from '../model/json.ts';
import type { EventRef } from '../model/trail-event.ts';
import type { EventFields, FieldTable } from './event-fields.ts';
import type { RequiredTexts } from './required-texts.ts';
import type { RuleFile } from './rule-file/rule-file.ts';
import type { Witness } from './witness/witness.ts';

/**
 * An event as a rule type takes it: who it is, when it happened, and its fields. All of it may be made when it is first asked
 * for, so a matcher looks at the fields first, and at the rest for candidates only.
 */
export interface DetectionEvent {
  readonly ref: EventRef;
  readonly eventTime: Instant;
  readonly eventTimeMs: number;
  readonly fields: EventFields;
}

/** What a rule keeps of an event that may become part of an alert; small, and all that the rule's state consists of. */
export interface Candidate {
  readonly ref: EventRef;
  readonly eventTimeMs: number;
  /** Terms, threshold values or join values, in the rule's field order. */
  readonly group: readonly string[];
  /** What the rule type needs beside that: a sequence's step, a cardinality's values. JSON, so that it can be stored. */
  readonly payload: JsonValue;
}

/** What nearly every event is to nearly every rule: made once. */
export const noCandidates: readonly Candidate[] = [];

export type AlertDetail =
  | { readonly kind: 'query' }
  | { readonly kind: 'new_terms'; readonly values: readonly string[] }
  | {
      readonly kind: 'threshold';
      readonly values: readonly string[];
      readonly count: number;
      readonly cardinality: number | null;
    }
  | { readonly kind: 'sequence'; readonly join: readonly string[] };

/** An alert before it has an identity in the store. */
export interface AlertDraft {
  readonly group: readonly string[];
  /** The event that made it an alert: with rule and group it is the alert's key. */
  readonly anchor: EventRef;
  /** The ID of the event that the anchor corrects, where a rule looks at each event by itself. */
  readonly corrects?: string | undefined;
  readonly eventTimeMs: number;
  /** All its events, in order. */
  readonly eventRefs: readonly EventRef[];
  readonly detail: AlertDetail;
}

/**
 * A compiled rule. Both paths, live and offline, do the same two things: collect the candidates of each event, and
 * settle each group's candidates into alerts. Settling is pure and total: the same candidates in the same order give
 * the same alerts, so a late event is judged by settling its group again.
 */
export interface RuleMatcher {
  /**
   * How far back, in milliseconds of event time, candidates can still matter; 0 where each event stands alone.
   * What came before may have used events up, so old candidates of a group may be forgotten only where two neighbours are
   * further apart than this.
   */
  readonly horizonMs: number;
  /**
   * How far before an event, in milliseconds, an alert can begin that the event still changes; `horizonMs` where left out, 0 where
   * an event changes nothing but what comes at or after it.
   */
  readonly reachMs?: number;
  /** An alert uses its events up: what comes after it is counted anew. */
  readonly usesUp?: boolean;
  /**
   * Those of one group's candidates, ordered by event time, without which an event to come, late ones included, would be judged
   * otherwise. Left out where all are needed.
   */
  readonly thin?: <C extends Candidate>(candidates: readonly C[]) => readonly C[];
  /**
   * Fields of which an event must have one of some texts to be a candidate at all; the engine indexes rules by
   * {@link import('./required-texts.ts').indexedPaths}. It may name too much, never too little; left out, every event is offered.
   */
  readonly requires?: readonly RequiredTexts[];
  /** The same for one field that is searched: an event without it is no candidate. */
  readonly witness?: Witness | undefined;
  /** The candidates that an event is to this rule; mostly none. */
  candidates(event: DetectionEvent): readonly Candidate[];
  /** All alerts of one group, from its candidates ordered by event time, then event ID. */
  settle(candidates: readonly Candidate[]): readonly AlertDraft[];
  /** How many alerts any group of one candidate has, where that is known: it need not be settled to be counted. */
  readonly loneAlerts?: 0 | 1;
}

/** A rule type is one file: its name in rule files, and how it compiles. A new type is a new file. */
export interface RuleType {
  readonly name: string;
  /** @throws RuleSyntaxError with the place in the file. */
  compile(file: RuleFile, fields: FieldTable): RuleMatcher;
}
