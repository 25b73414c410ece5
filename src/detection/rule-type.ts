import type { z } from 'zod';
import type { AlertDetail } from '../model/alert-detail.ts';
import type { Instant } from '../model/ids.ts';
import type { JsonObject, JsonValue } from '../model/json.ts';
import type { EventRef } from '../model/trail-event.ts';
import type { EventFields, FieldTable } from './fields/event-fields.ts';
import type { ExplainedClause } from './explain/explained-clause.ts';
import type { RequiredTexts } from './index/required-texts.ts';
import type { KeyPath, RuleFile } from './rule-file/rule-file.ts';
import type { RuleTable } from './rule-file/rule-schema.ts';
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
  /** It calls new what it does not know: it has to learn an account's history as far as its horizon before that counts. */
  readonly learns?: boolean;
  /** An alert uses its events up: what comes after it is counted anew. */
  readonly usesUp?: boolean;
  /**
   * Those of one group's candidates, ordered by event time, without which an event to come, late ones included, would be judged
   * otherwise. Left out where all are needed.
   */
  readonly thin?: <C extends Candidate>(candidates: readonly C[]) => readonly C[];
  /**
   * Fields of which an event must have one of some texts to be a candidate at all; the engine indexes rules by
   * {@link import('./index/required-texts.ts').indexedPaths}. It may name too much, never too little; left out, every event is offered.
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

/** What a rule of some type must hold to beyond the shape of its keys. */
export interface Demand {
  /** Of `[rule]`. */
  readonly key: KeyPath;
  readonly broken: boolean;
  readonly problem: string;
  readonly remedy: string;
}

/** A rule type as far as rule files go: all that is known of a type whose rules are read and not run. */
export interface RuleTypeFormat<Section = unknown> {
  /** As `type` has it. */
  readonly name: string;
  /** The keys of `[rule]` that it has beside those of all rules, first the one of its section. */
  readonly keys: z.ZodRawShape;
  /** What its queries may be written in by Kibana's word, first what a rule that does not say it is in; none where it has no query. */
  readonly languages: readonly string[];
  /** Whether a rule without a query is none. */
  readonly needsQuery: boolean;
  /** What its own keys say, as plain data, for it goes to other threads; `null` where they are not there. */
  readSection(rule: RuleTable): Section;
  demands(section: Section, rule: RuleTable): readonly Demand[];
}

/**
 * A rule type, all of it: what it has in rule files, how it compiles, how its rules and alerts are told. One file, or one folder,
 * in `rule-types/`, and a line in `rule-types.ts`; nothing else asks which type a rule is of. What it keeps of events, how long,
 * and what of it may be forgotten is the matter of the {@link RuleMatcher} that it compiles.
 *
 * @typeParam Section what its rules have beside those of all types.
 * @typeParam Detail what its alerts have.
 */
export interface RuleType<Section = unknown, Detail extends AlertDetail = AlertDetail> extends RuleTypeFormat<Section> {
  /** Those of its languages that it compiles. */
  readonly reads: readonly string[];
  /** @throws RuleSyntaxError with the place in the file. */
  compile(file: RuleFile<Section>, fields: FieldTable): RuleMatcher;
  /** Fields without which an event that the query finds belongs to no alert. */
  groupFields(section: Section): readonly string[];
  /** Fields whose values are counted. */
  countedFields(section: Section): readonly string[];
  /** Whether the query can find anything where the fields of those paths are absent. @throws QuerySyntaxError */
  canFindWithout(query: string, absent: RegExp): boolean;
  /** The section as scripts read it, under names that no other type has; what it says decides what a rule means. */
  sectionAsJson(section: Section): JsonObject;
  /** The section for people, a name and what it says each. */
  facts(file: RuleFile<Section>): readonly (readonly [name: string, text: string])[];
  /** The query clause by clause on one event. @throws QuerySyntaxError */
  explain(file: RuleFile<Section>, query: string, event: EventFields, fields: FieldTable): readonly ExplainedClause[];
  /** What else decides over an event that the rule keeps: sentences. */
  notesOn(file: RuleFile<Section>, clauses: readonly ExplainedClause[]): readonly string[];
  /** What is said of an alert beside its rule and its events, as scripts read it. */
  alertAsJson(detail: Detail, eventIds: readonly string[]): JsonObject;
  /** The same in a few words; empty where there is nothing to say. */
  alertInWords(detail: Detail, eventCount: number): string;
}
