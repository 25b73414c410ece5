import type { Seed } from '../../cloudtrail/seed.ts';
import type { Actor } from '../../model/actor.ts';
import type { AlertDetail } from '../../model/alert-detail.ts';
import type { AlertStatus } from '../../model/alert.ts';
import type { AccountId, AlertId, CaseId, Digest, Instant } from '../../model/ids.ts';
import type { Rule } from '../../model/rule.ts';
import type { Severity } from '../../model/severity.ts';
import type { EcsDocument, EventRef } from '../../model/trail-event.ts';
import type { EventFields } from '../fields/event-fields.ts';
import type { Candidate, DetectionEvent, RuleMatcher } from '../rule-type.ts';

/** All rules that are evaluated, as live detection needs them. */
export interface LiveRuleSet {
  readonly rules: readonly LiveRule[];
  /** The rules that the event is a candidate of, by their position in `rules`. */
  candidatesOf(event: DetectionEvent): readonly LiveCandidates[];
  fieldsOf(document: EcsDocument): EventFields;
}

/** An event's candidates for one rule. */
export interface LiveCandidates {
  readonly ruleIndex: number;
  readonly candidates: readonly Candidate[];
  /** The exception that holds the event back from the rule; left out where there is none. */
  readonly heldBackBy?: string | null;
}

export interface LiveRule {
  readonly rule: Rule;
  readonly matcher: RuleMatcher;
}

/** An event that was published and is to be judged. */
export interface PublishedEvent {
  readonly ref: EventRef;
  readonly publishedSeq: bigint;
  readonly eventTime: Instant;
  /** A record of a call of ours: it is no activity, and no rule sees it. */
  readonly own: boolean;
  readonly late: boolean;
  readonly ecs: EcsDocument;
}

/** An alert as live detection compares drafts with it. */
export interface StoredAlert {
  readonly id: AlertId;
  readonly groupKey: Digest;
  readonly anchor: EventRef;
  /** The ID of the event that the anchor corrects, in the end as far as is known, where the rule looks at each event by itself. */
  readonly corrects?: string | undefined;
  readonly eventTimeMs: number;
  readonly eventRefs: readonly EventRef[];
  readonly detail: AlertDetail;
  readonly status: AlertStatus;
  readonly caseId: CaseId | null;
}

/** A new alert, with all that the store keeps of it. */
export interface NewAlert {
  readonly id: AlertId;
  readonly rule: Rule;
  readonly group: readonly string[];
  readonly groupKey: Digest;
  readonly anchor: EventRef;
  readonly corrects?: string | undefined;
  readonly eventTimeMs: number;
  readonly eventRefs: readonly EventRef[];
  readonly detail: AlertDetail;
  readonly status: AlertStatus;
  readonly late: boolean;
}

/** A late event gave an alert other events, or took it away, or brought it back; its key stays. */
export interface AlertChange {
  readonly id: AlertId;
  readonly eventRefs: readonly EventRef[];
  readonly detail: AlertDetail;
  readonly status: AlertStatus;
  readonly late: boolean;
}

/** An alert that waits for its case. */
export interface AlertForCase {
  readonly id: AlertId;
  readonly actor: Actor;
  readonly actorKey: string;
  readonly accountId: AccountId;
  readonly severity: Severity;
  /** The call that the alert is about: the case's walk begins there. Null where its event was pruned. */
  readonly seed: Seed | null;
}

/** Asks for what is stored of a group from an instant on; milliseconds since 1970. */
export interface GroupQuestion {
  readonly rule: Rule;
  readonly groupKey: Digest;
  readonly candidatesFromMs: number;
  readonly alertsFromMs: number;
}

/** Asks for a group's alerts that are anchored at one of these events, in whatever revision, or at a correction of one. */
export interface AnchorQuestion {
  readonly ruleId: string;
  readonly groupKey: Digest;
  readonly eventIds: readonly string[];
}

/** By event time, then event ID; alerts are those anchored within the span asked for. */
export interface StoredGroup {
  readonly candidates: readonly KeyedCandidate[];
  readonly alerts: readonly StoredAlert[];
}

export interface CandidateOfRule {
  readonly rule: Rule;
  readonly candidate: KeyedCandidate;
}

/** A rule that is still to learn what came before it was evaluated first. */
export interface WarmingRule {
  readonly ruleId: string;
  readonly meaning: Digest;
  /** Events up to this number were published before it. */
  readonly untilSeq: bigint;
  /** Events up to this number are known to it already. */
  readonly doneSeq: bigint;
}

/** The store within one transaction of detection, which holds the cursor. */
export interface DetectionSession {
  readonly cursor: bigint;
  /** The next published events, in the order of their numbers. */
  events(limit: number): Promise<readonly PublishedEvent[]>;
  documentOf(ref: EventRef): Promise<EcsDocument | null>;
  /**
   * Takes note of rules that are evaluated for the first time, or whose meaning changed.
   *
   * @returns the IDs of those that do not know yet what came before them; see {@link DetectionStore.warmingNext}.
   */
  beginRules(rules: readonly Rule[]): Promise<ReadonlySet<string>>;
  /** What is stored of groups, in the order of the questions. */
  groups(questions: readonly GroupQuestion[]): Promise<readonly StoredGroup[]>;
  addCandidates(candidates: readonly CandidateOfRule[]): Promise<void>;
  forgetCandidates(candidates: readonly CandidateOfRule[]): Promise<void>;
  /** Adds to what exceptions held back so far. */
  noteHeldBack(counts: readonly HeldBackCount[]): Promise<void>;
  /** The alerts of groups that are anchored at events, in whatever revision, or at corrections of them; in the order of the questions. */
  alertsAnchoredAt(questions: readonly AnchorQuestion[]): Promise<readonly (readonly StoredAlert[])[]>;
  /** By rule and group, where alerts are anchored at corrections of these events. */
  groupsCorrecting(
    events: readonly Pick<EventRef, 'accountId' | 'eventId'>[],
  ): Promise<readonly { readonly ruleId: string; readonly groupKey: Digest }[]>;
  insertAlerts(alerts: readonly NewAlert[]): Promise<void>;
  /** Remembers which event an alert's anchor corrects in the end; a correction between the two had not come before. */
  noteOrigin(id: AlertId, corrects: string): Promise<void>;
  changeAlert(change: AlertChange): Promise<void>;
  /** From when on an account's history is read without a hole, up to the live part; null where nothing is read yet. */
  historyFrom(accountId: AccountId): Promise<Instant | null>;
  /** Since when the account's oldest region is read as events happen; what is older is history. Null where nobody reads it. */
  watchedSince(accountId: AccountId): Promise<Instant | null>;
  /** Remembers how ready a rule is for an account; true where it became ready by this. */
  noteReadiness(ruleId: string, accountId: AccountId, historyFrom: Instant, ready: boolean): Promise<boolean>;
  learningAccounts(
    ruleIds: readonly string[],
  ): Promise<readonly { readonly ruleId: string; readonly accountId: AccountId }[]>;
  /** Those of an account, or of all where it is null, by event time. */
  learningAlerts(ruleId: string, accountId: AccountId | null): Promise<readonly StoredAlert[]>;
  /** How many of a rule's alerts were given to cases since then. */
  assignedSince(ruleId: string, since: Instant): Promise<number>;
  /** When the oldest of them was given, or null. */
  oldestAssignedSince(ruleId: string, since: Instant): Promise<Instant | null>;
  /** The rules of which alerts are carried over. */
  rulesCarriedOver(): Promise<readonly string[]>;
  /** The oldest alerts that an execution could not give to cases any more. */
  carriedOver(ruleId: string, limit: number): Promise<readonly { readonly id: AlertId; readonly anchor: EventRef }[]>;
  carryOver(ids: readonly AlertId[]): Promise<void>;
  /** Gives alerts to the open cases that hold their callers, or to new ones. */
  assign(alerts: readonly AlertForCase[]): Promise<void>;
  /** Lets open cases grow by what these events lead on to; it may show that two are one. */
  followLinks(refs: readonly EventRef[]): Promise<void>;
  advance(cursor: bigint): Promise<void>;
}

/** The store, as detection needs it. */
export interface DetectionStore {
  /** Lets the next publication ring again; called before events are taken, so that none is overlooked. */
  stillDoorbell(): Promise<void>;
  /** Runs one batch in one transaction: all of it is kept, or nothing. */
  inTransaction<T>(now: Instant, work: (session: DetectionSession) => Promise<T>): Promise<T>;
  /** Cases with unclaimed alerts whose bell was not rung yet; they count as rung from then on. */
  casesToRing(): Promise<readonly CaseId[]>;
  /** Cases that have waited for longer than that with unclaimed alerts. */
  casesWaiting(olderThanMs: number): Promise<readonly CaseId[]>;
  /** Open cases that were opened longer ago than that. */
  openCases(olderThanMs: number): Promise<readonly CaseId[]>;
  /** True where published events wait behind the cursor. */
  eventsWaiting(): Promise<boolean>;
  /** Rules that are still to learn what came before them. */
  warmingRules(): Promise<readonly WarmingRule[]>;
  /**
   * Lets rules learn from the next events before them, in one transaction that holds the cursor.
   *
   * @param rules with the same `doneSeq` and `untilSeq`.
   * @returns true where there is nothing left to learn.
   */
  warm(rules: readonly WarmingRule[], part: WarmingPart): Promise<boolean>;
  /** No event from before it is awaited in any source that is watched: gaps and history that are to be read yet count. */
  awaitedFrom(now: Instant): Promise<Instant>;
  /** Deletes what rules need no more, and what is left of rules that are gone; returns how many candidates. */
  forget(floors: readonly RuleFloor[], writtenBefore: Instant): Promise<number>;
}

/** Which events rules learn from, and what is done with a part of them. */
export interface WarmingPart {
  readonly from: Instant;
  readonly limit: number;
  readonly now: Instant;
  readonly learn: (session: DetectionSession, events: readonly PublishedEvent[], last: boolean) => Promise<void>;
}

/** Before which event time a rule's candidates can be forgotten. */
export interface RuleFloor {
  readonly rule: Rule;
  readonly before: Instant;
}

/** How many of a rule's events an exception held back, of those that were judged together. */
export interface HeldBackCount {
  readonly exceptionId: string;
  readonly ruleId: string;
  readonly events: number;
  /** Event time of the latest of them. */
  readonly lastEventTime: Instant;
}

/** A candidate, or what would be one but for an exception. */
export interface JudgedCandidate extends Candidate {
  /** The exception that held it back when it was judged; null where it counts. */
  readonly heldBackBy: string | null;
}

/** A candidate with the key that its group is stored under. */
export interface KeyedCandidate extends JudgedCandidate {
  readonly groupKey: Digest;
  /** Its position among the candidates of one event. */
  readonly ordinal: number;
}
