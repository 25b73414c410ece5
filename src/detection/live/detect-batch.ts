import type { AlertStatus } from '../../model/alert.ts';
import { type Correcting, originsOf } from '../../model/correction-chain.ts';
import type { Digest, Instant } from '../../model/ids.ts';
import type { Rule } from '../../model/rule.ts';
import { type EventRef, eventRefKey } from '../../model/trail-event.ts';
import { alertIdOf } from '../alerts/alert-id.ts';
import { correctionIn, withOrigins } from '../offline/event-copies.ts';
import type { Candidate } from '../rule-type.ts';
import { correctedBefore } from './corrected-before.ts';
import { alertOrigins, isKnownBy, joinedAlerts } from './copies-of-alerts.ts';
import { judgedDrafts, type JudgedDraft } from './excepted-drafts.ts';
import { giveToCases, type AlertWithAnchor, type CarriedOver } from './give-to-cases.ts';
import type { TouchedGroup } from './group-memory.ts';
import { judgedGroups } from './judge-groups.ts';
import { isLearning, learntFrom, needsHistory } from './learning.ts';
import { rulesWithMemory, touchedGroups } from './touched-groups.ts';
import type {
  AlertChange,
  DetectionSession,
  HeldBackCount,
  LiveCandidates,
  LiveRule,
  LiveRuleSet,
  NewAlert,
  PublishedEvent,
  StoredAlert,
} from './live-ports.ts';

export interface BatchOutcome extends CarriedOver {
  readonly events: number;
  /** Those that an exception prevents are not counted. */
  readonly newAlerts: number;
  readonly changedAlerts: number;
}

/**
 * Judges the next published events by all rules. Everything that follows from them (alerts, rule state, cases, the cursor)
 * is one transaction: a crash repeats nothing and skips nothing.
 */
export async function detectBatch(
  session: DetectionSession,
  ruleSet: LiveRuleSet,
  options: { readonly limit: number; readonly now: Instant },
): Promise<BatchOutcome> {
  const warming = await session.beginRules(rulesWithMemory(ruleSet).map(({ rule }) => rule));
  const events = await session.events(options.limit);
  const batch = batchOf(ruleSet, events);
  const judged: Judged = { warming, fresh: [], forCases: new Map(), newAlerts: 0, changedAlerts: 0 };
  const corrections = correctionsOf(events);
  const known = [...corrections, ...(await correctedBefore(session, corrections))];
  const originOf = known.length === 0 ? null : originsOf(known);
  const touched = batch.touched.map((group) => ({ ...group, found: withOrigins(group.found, originOf) }));
  const [alone, together] = partition(touched, ({ live }) => live.matcher.horizonMs === 0);
  const joined = await joinedGroups(session, ruleSet, alone, corrections);
  await judgeEachAlone(session, [...alone, ...joined], known, batch, judged);
  await judgeGroups(session, together, batch, judged);
  await session.insertAlerts(judged.fresh);
  await session.noteHeldBack(batch.heldBack);
  await promoteLearned(session, ruleSet, judged, options.now);
  const carried = await giveToCases(session, ruleSet, judged.forCases, batch.events, options.now);
  await session.followLinks(events.map(({ ref }) => ref));
  const last = events.at(-1);
  if (last !== undefined) await session.advance(last.publishedSeq);
  const { newAlerts, changedAlerts } = judged;
  return { events: events.length, newAlerts, changedAlerts, ...carried };
}

interface Judged {
  /** IDs of rules that do not know yet what came before them. */
  readonly warming: ReadonlySet<string>;
  /** Alerts that are to be written down. */
  readonly fresh: NewAlert[];
  /** Live alerts that are to go to cases, by rule. */
  readonly forCases: Map<string, AlertWithAnchor[]>;
  newAlerts: number;
  changedAlerts: number;
}

interface Batch {
  readonly events: ReadonlyMap<string, PublishedEvent>;
  /** New candidates by rule and group. */
  readonly touched: readonly TouchedGroup[];
  readonly heldBack: readonly HeldBackCount[];
}

function batchOf(ruleSet: LiveRuleSet, events: readonly PublishedEvent[]): Batch {
  const heldBack = new Map<string, HeldBackCount>();
  const touched = touchedGroups(ruleSet, events, (found, event) =>
    countHeldBack(heldBack, found, ruleSet.rules[found.ruleIndex]?.rule.id, event),
  );
  return {
    events: new Map(events.map((event) => [eventRefKey(event.ref), event])),
    touched,
    heldBack: [...heldBack.values()],
  };
}

function countHeldBack(
  counts: Map<string, HeldBackCount>,
  { heldBackBy: exceptionId }: LiveCandidates,
  ruleId: string | undefined,
  { eventTime }: PublishedEvent,
): void {
  if (exceptionId === undefined || exceptionId === null || ruleId === undefined) return;
  const key = JSON.stringify([exceptionId, ruleId]);
  const { events, lastEventTime } = counts.get(key) ?? { events: 0, lastEventTime: eventTime };
  const isLatest = Date.parse(eventTime) > Date.parse(lastEventTime);
  counts.set(key, { exceptionId, ruleId, events: events + 1, lastEventTime: isLatest ? eventTime : lastEventTime });
}

/** All corrections among events, also those that no rule has as a candidate. */
function correctionsOf(events: readonly PublishedEvent[]): readonly Correcting[] {
  return events.flatMap(({ own, ref, ecs }) => (own ? [] : (correctionIn(ref, ecs) ?? [])));
}

/** Groups whose alerts new corrections join, though nothing of the batch is a candidate there. */
async function joinedGroups(
  session: DetectionSession,
  { rules }: LiveRuleSet,
  touched: readonly TouchedGroup[],
  corrections: readonly Correcting[],
): Promise<readonly TouchedGroup[]> {
  const found = await session.groupsCorrecting(corrections.map(({ ref }) => ref));
  return found.flatMap(({ ruleId, groupKey }): readonly TouchedGroup[] => {
    const live = rules.find(({ rule, matcher }) => rule.id === ruleId && matcher.horizonMs === 0);
    const isTouched = touched.some((group) => group.live.rule.id === ruleId && group.groupKey === groupKey);
    return live === undefined || isTouched ? [] : [{ live, groupKey, found: [] }];
  });
}

/** A rule without a horizon looks at each event by itself; a copy of an event that has alerted does not alert again. */
async function judgeEachAlone(
  session: DetectionSession,
  groups: readonly TouchedGroup[],
  corrections: readonly Correcting[],
  batch: Batch,
  judged: Judged,
): Promise<void> {
  const questions = groups.map(({ live, groupKey, found }) => {
    const eventIds = [...found, ...corrections].flatMap(idsOf);
    return { ruleId: live.rule.id, groupKey, eventIds };
  });
  const anchored = await session.alertsAnchoredAt(questions);
  for (const [place, group] of groups.entries())
    await judgeAlone(session, group, anchored[place] ?? [], corrections, batch, judged);
}

/** Of an event, and of those that it corrects. */
function idsOf(each: Pick<Candidate, 'ref'> | Correcting): readonly string[] {
  return [each.ref.eventId, ...('corrects' in each ? [each.corrects ?? []].flat() : [])];
}

async function judgeAlone(
  session: DetectionSession,
  { live, groupKey, found }: TouchedGroup,
  alerts: readonly StoredAlert[],
  corrections: readonly Correcting[],
  batch: Batch,
  judged: Judged,
): Promise<void> {
  const originOf = alertOrigins(corrections);
  const known: Pick<StoredAlert, 'anchor' | 'corrects' | 'status'>[] = [...alerts];
  for (const draft of judgedDrafts(live.matcher, found.toSorted(byTime))) {
    if (known.some((alert) => isKnownBy(draft, alert, originOf))) continue;
    known.push(await addAlert(session, live, { ...draft, corrects: originOf(draft) }, groupKey, batch, judged));
  }
  const { learnt, ended } = joinedAlerts(alerts, originOf);
  for (const { id, corrects } of learnt) await session.noteOrigin(id, corrects);
  for (const { alert, change } of ended) await amendAlert(session, live, alert, change, batch, judged);
}

/** Rules that look at several events settle their groups again, as far as what is new can matter. */
async function judgeGroups(
  session: DetectionSession,
  touched: readonly TouchedGroup[],
  batch: Batch,
  judged: Judged,
): Promise<void> {
  const groups = await judgedGroups(session, touched, (ref) => isNew(batch, ref));
  for (const { live, groupKey, changes, alerts } of groups) {
    for (const draft of changes.fresh) await addAlert(session, live, draft, groupKey, batch, judged);
    for (const change of changes.changed) {
      const before = alerts.find((alert) => alert.id === change.id);
      if (before !== undefined) await amendAlert(session, live, before, change, batch, judged);
    }
  }
}

async function amendAlert(
  session: DetectionSession,
  live: LiveRule,
  before: StoredAlert,
  change: AlertChange,
  batch: Batch,
  judged: Judged,
): Promise<void> {
  const status = await statusAfter(session, live, before, change, judged);
  await session.changeAlert({ ...change, status, late: hasLate(batch, change.eventRefs) });
  judged.changedAlerts += 1;
  const isBack = status.kind === 'live' && !standsByItself(before);
  if (isBack && before.caseId === null) queueForCase(judged, live.rule, before);
}

function standsByItself({ status }: StoredAlert): boolean {
  return status.kind !== 'superseded' && status.kind !== 'excepted';
}

/** An alert that is no longer superseded may be one of those that were only marked while the rule was learning. */
async function statusAfter(
  session: DetectionSession,
  live: LiveRule,
  before: StoredAlert,
  change: AlertChange,
  judged: Judged,
): Promise<AlertStatus> {
  if (change.status.kind !== 'live' || standsByItself(before)) return change.status;
  return (await isStillLearning(session, live, before, judged)) ? { kind: 'learning' } : change.status;
}

function isNew(batch: Batch, ref: EventRef): boolean {
  return batch.events.has(eventRefKey(ref));
}

function hasLate(batch: Batch, refs: readonly EventRef[]): boolean {
  return refs.some((ref) => batch.events.get(eventRefKey(ref))?.late === true);
}

function byTime(a: Candidate, b: Candidate): number {
  return a.eventTimeMs - b.eventTimeMs || (a.ref.eventId < b.ref.eventId ? -1 : Number(a.ref.eventId > b.ref.eventId));
}

async function addAlert(
  session: DetectionSession,
  live: LiveRule,
  draft: JudgedDraft,
  groupKey: Digest,
  batch: Batch,
  judged: Judged,
): Promise<NewAlert> {
  const { rule } = live;
  const id = alertIdOf({ ruleId: rule.id, group: draft.group, anchor: draft.anchor });
  const status = await firstStatus(session, live, draft, judged);
  const alert: NewAlert = { ...draft, id, rule, groupKey, late: hasLate(batch, draft.eventRefs), status };
  judged.fresh.push(alert);
  if (status.kind === 'excepted') return alert;
  judged.newAlerts += 1;
  if (status.kind === 'live') queueForCase(judged, rule, alert);
  return alert;
}

async function firstStatus(
  session: DetectionSession,
  live: LiveRule,
  draft: JudgedDraft,
  judged: Judged,
): Promise<AlertStatus> {
  if (draft.exceptedBy !== null) return { kind: 'excepted', exceptionId: draft.exceptedBy };
  return { kind: (await isStillLearning(session, live, draft, judged)) ? 'learning' : 'live' };
}

/** What is new to a rule that does not know yet what came before it may be old. */
async function isStillLearning(
  session: DetectionSession,
  live: LiveRule,
  draft: Pick<JudgedDraft, 'anchor' | 'eventTimeMs'>,
  { warming }: Judged,
): Promise<boolean> {
  return (needsHistory(live) && warming.has(live.rule.id)) || (await isLearning(session, live, draft));
}

function queueForCase(judged: Judged, rule: Rule, { id, anchor }: AlertWithAnchor): void {
  if (rule.buildingBlock) return; // it exists for other rules to build on, and is shown, not investigated
  const queue = judged.forCases.get(rule.id) ?? [];
  judged.forCases.set(rule.id, queue);
  queue.push({ id, anchor });
}

/** Matches that were marked while the history was being read, and that the history has now proved, go on to cases. */
async function promoteLearned(
  session: DetectionSession,
  ruleSet: LiveRuleSet,
  judged: Judged,
  now: Instant,
): Promise<void> {
  const learners = new Map(
    ruleSet.rules
      .filter((live) => needsHistory(live) && !judged.warming.has(live.rule.id))
      .map((live) => [live.rule.id, live]),
  );
  if (learners.size === 0) return;
  for (const { ruleId, accountId } of await session.learningAccounts([...learners.keys()])) {
    const live = learners.get(ruleId);
    if (live === undefined) continue;
    const learnt = await learntFrom(session, live, accountId);
    if (learnt === null || learnt.fromMs > Date.parse(now)) continue;
    await session.noteReadiness(ruleId, accountId, learnt.historyFrom, true);
    for (const alert of await session.learningAlerts(ruleId, accountId)) {
      if (alert.eventTimeMs < learnt.fromMs) continue;
      await session.changeAlert({ ...alert, status: { kind: 'live' }, late: false });
      judged.changedAlerts += 1;
      queueForCase(judged, live.rule, alert);
    }
  }
}

function partition<T>(items: readonly T[], holds: (item: T) => boolean): readonly [readonly T[], readonly T[]] {
  return [items.filter((item) => holds(item)), items.filter((item) => !holds(item))];
}
