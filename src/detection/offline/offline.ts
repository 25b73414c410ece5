import type { Rule } from '../../model/rule.ts';
import { type EventRef, eventRefKey } from '../../model/trail-event.ts';
import { AboutReader } from '../alerts/alert-about.ts';
import { originsOf } from '../../model/correction-chain.ts';
import { correctedBy, createCopyReader, withOrigins } from './event-copies.ts';
import { CandidateLog, logParts, type LoggedCandidates } from './candidate-log.ts';
import type { CompiledRule, RuleSet } from '../engine.ts';
import { loggedGroups, type LoggedCandidate, type LoggedGroup } from './logged-groups.ts';
import type { AlertDraft, Candidate, DetectionEvent } from '../rule-type.ts';
import { createSuppression, type Suppression } from '../suppression.ts';

/** An alert of an offline run. */
export interface OfflineAlert extends AlertDraft {
  readonly rule: Rule;
  /** An earlier alert stands for it, as the rule's alert_suppression says; it is shown all the same. */
  readonly suppressed: boolean;
  /**
   * What its event says: the JSON of {@link import('../alerts/alert-about.ts').AboutFields}, with texts as the log has them.
   * Null where the run did not keep it.
   */
  readonly about: string | null;
}

/** How many alerts each rule has. */
export type AlertCounts = ReadonlyMap<Rule, number>;

/**
 * Hands out the parts in which candidates are settled, each once; `undefined` when none is left. Several threads may take from
 * the same.
 */
export type TakePart = () => number | undefined;

/** Collects candidates of events in any order, and settles them when all have been seen. */
export interface OfflineDetection {
  /** Judges an event and keeps what is to be kept; true where that is something. */
  take(event: DetectionEvent): boolean;
  /** What was kept, for another run of the same rule set. */
  logged(): LoggedCandidates;
  /** Keeps what another run of the same rule set has. */
  keep(logged: LoggedCandidates): void;
  /** All alerts, in the order of rules, event time and event ID. */
  alerts(): readonly OfflineAlert[];
  /** How many candidates are held: what an offline run's memory grows with. */
  readonly held: number;
}

export interface OfflineOptions {
  /** Keep of each candidate what an alert of it would say; where alerts are counted only, nobody asks. */
  readonly keepsAbout?: boolean;
}

/** Runs a rule set over events that need not be in order; the same events give the same alerts as the live path. */
export function detectOffline(ruleSet: RuleSet, { keepsAbout = false }: OfflineOptions = {}): OfflineDetection {
  const reader = keepsAbout ? new AboutReader(ruleSet.fields) : null;
  const rules = judgedRules(ruleSet);
  const readCopy = createCopyReader(ruleSet.fields);
  const log = new CandidateLog();
  const others: LoggedCandidates[] = [];
  function all(): readonly LoggedCandidates[] {
    return [log.logged(), ...others];
  }
  return {
    take(event) {
      const found = ruleSet.candidatesOf(event);
      const corrects = correctedBy(readCopy(event));
      if (corrects !== undefined) log.addCorrection({ ref: event.ref, corrects });
      // An event says the same of itself whichever rule it is for.
      const aboutFor = reader !== null && found.length > 0 ? reader.texts(event.fields) : null;
      for (const { ruleIndex, candidates } of found) {
        const suppressionGroup = rules[ruleIndex]?.suppression?.groupOf(event);
        const rule = rules[ruleIndex]?.rule;
        const about = aboutFor === null || rule === undefined ? '' : aboutFor(rule);
        for (const candidate of candidates) log.add(ruleIndex, candidate, suppressionGroup, about);
      }
      return found.length > 0;
    },
    logged: () => log.logged(),
    keep: (logged) => void others.push(logged),
    get held() {
      return all().reduce((sum, { count }) => sum + count, 0);
    },
    alerts() {
      return alertsOf(rules, settledGroups(rules, all()));
    },
  };
}

/** How many alerts each rule has, of those that have any, in the parts taken; without the alerts themselves. */
export function countAlerts({ rules }: RuleSet, logs: readonly LoggedCandidates[], takePart = eachPart()): AlertCounts {
  const counts = new Uint32Array(rules.length);
  const originOf = originsIn(logs);
  for (let part = takePart(); part !== undefined; part = takePart()) {
    for (const group of loggedGroups(logs, part)) {
      const { ruleIndex } = group;
      counts[ruleIndex] = (counts[ruleIndex] ?? 0) + countIn(group, ruleAt(rules, ruleIndex), originOf);
    }
  }
  const byRule = rules.map(({ rule }, index) => [rule, counts[index] ?? 0] as const);
  return new Map(byRule.filter(([, count]) => count > 0));
}

function countIn(group: LoggedGroup, { matcher }: CompiledRule, originOf: OriginsIn): number {
  if (group.isLone && matcher.loneAlerts !== undefined) return matcher.loneAlerts;
  return matcher.settle(inOrder(withOrigins(group.candidates(), originOf))).length;
}

/** All alerts of one part, in the order of event time, rules and event ID. */
export interface PartAlerts {
  readonly part: number;
  readonly alerts: readonly OfflineAlert[];
}

/** The alerts of the parts taken, part by part. */
export function* alertsByPart(
  ruleSet: RuleSet,
  logs: readonly LoggedCandidates[],
  takePart: TakePart,
): Generator<PartAlerts> {
  const rules = judgedRules(ruleSet);
  for (let part = takePart(); part !== undefined; part = takePart()) {
    const alerts = alertsOf(rules, settledInPart(rules, logs, part));
    yield { part, alerts: alerts.toSorted((a, b) => a.eventTimeMs - b.eventTimeMs) };
  }
}

function eachPart(): TakePart {
  let next = 0;
  return () => (next < logParts ? next++ : undefined);
}

/** What settles a rule's candidates. */
interface Settling extends Pick<CompiledRule, 'matcher'> {
  readonly suppression: Suppression | null;
}

interface JudgedRule extends Settling, Pick<CompiledRule, 'rule'> {}

function judgedRules({ rules, fields }: RuleSet): readonly JudgedRule[] {
  return rules.map(({ rule, matcher, file: { alertSuppression } }) => ({
    rule,
    matcher,
    suppression: alertSuppression && createSuppression(alertSuppression, rule.lookBackMs, fields),
  }));
}

interface SettledGroup {
  readonly ruleIndex: number;
  readonly drafts: readonly ToldDraft[];
}

/** A draft, and what the event that made it an alert says, as it was logged. */
interface ToldDraft extends Pick<OfflineAlert, 'about'> {
  readonly draft: AlertDraft;
}

function withAbout(drafts: readonly AlertDraft[], candidates: readonly LoggedCandidate[]): readonly ToldDraft[] {
  const [first] = candidates;
  if (candidates.length === 1 || first?.about === undefined)
    return drafts.map((draft) => ({ draft, about: first?.about ?? null }));
  const byRef = new Map(candidates.map(({ ref, about }) => [eventRefKey(ref), about]));
  return drafts.map((draft) => ({ draft, about: byRef.get(eventRefKey(draft.anchor)) ?? null }));
}

/** Settles what is logged, group by group. @param rules by their index in the logs. */
export function* settledGroups(
  rules: readonly Settling[],
  logs: readonly LoggedCandidates[],
  takePart = eachPart(),
): Generator<SettledGroup> {
  for (let part = takePart(); part !== undefined; part = takePart()) yield* settledInPart(rules, logs, part);
}

type OriginsIn = ReturnType<typeof originsOf> | null;

/** What events are copies of, by all corrections that were met; null where none was. */
function originsIn(logs: readonly LoggedCandidates[]): OriginsIn {
  const corrections = logs.flatMap((log) => log.corrections);
  return corrections.length === 0 ? null : originsOf(corrections);
}

function* settledInPart(
  rules: readonly Settling[],
  logs: readonly LoggedCandidates[],
  part: number,
): Generator<SettledGroup> {
  const originOf = originsIn(logs);
  for (const group of loggedGroups(logs, part)) {
    const { ruleIndex } = group;
    const { matcher, suppression } = ruleAt(rules, ruleIndex);
    const candidates = withOrigins(group.candidates(), originOf);
    for (const { ref, suppressionGroup } of candidates)
      if (suppressionGroup !== undefined) suppression?.note(ref, suppressionGroup);
    yield { ruleIndex, drafts: withAbout(matcher.settle(inOrder(candidates)), candidates) };
  }
}

function ruleAt<T>(rules: readonly T[], index: number): T {
  const rule = rules[index];
  if (rule === undefined) throw new RangeError(`the rule set has no rule ${index}`);
  return rule;
}

/** In the order of rules, event time and event ID. */
function alertsOf(rules: readonly JudgedRule[], groups: Iterable<SettledGroup>): readonly OfflineAlert[] {
  const drafts: ToldDraft[][] = rules.map(() => []);
  for (const group of groups) for (const draft of group.drafts) drafts[group.ruleIndex]?.push(draft);
  return rules.flatMap((rule, index) => alertsOfRule(rule, drafts[index] ?? []));
}

function alertsOfRule({ rule, suppression }: JudgedRule, drafts: readonly ToldDraft[]): readonly OfflineAlert[] {
  const ordered = drafts.toSorted(byAlertTime);
  const suppressed = suppression?.judge(ordered.map(({ draft }) => draft));
  return ordered.map(({ draft, about }, position) => ({
    ...draft,
    rule,
    suppressed: suppressed?.[position] ?? false,
    about,
  }));
}

function inOrder(candidates: readonly Candidate[]): readonly Candidate[] {
  return candidates.length === 1 ? candidates : candidates.toSorted(byTimeThenId);
}

/** The order in which candidates are settled: event time, then event ID, account and revision. */
function byTimeThenId(a: Candidate, b: Candidate): number {
  return a.eventTimeMs - b.eventTimeMs || compareRefs(a.ref, b.ref);
}

function byAlertTime({ draft: a }: ToldDraft, { draft: b }: ToldDraft): number {
  return a.eventTimeMs - b.eventTimeMs || compareRefs(a.anchor, b.anchor) || compareGroups(a.group, b.group);
}

function compareGroups(a: readonly string[], b: readonly string[]): number {
  return compareTexts(JSON.stringify(a), JSON.stringify(b));
}

function compareRefs(a: EventRef, b: EventRef): number {
  return compareTexts(a.eventId, b.eventId) || compareTexts(eventRefKey(a), eventRefKey(b));
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
