import { actorKey, actorOf } from '../../investigation/actor.ts';
import type { AlertStatus } from '../../model/alert.ts';
import type { AccountId, AlertId, Digest, Instant } from '../../model/ids.ts';
import type { Rule } from '../../model/rule.ts';
import { type EcsDocument, type EventRef, eventRefKey } from '../../model/trail-event.ts';
import { alertIdOf, groupKeyOf } from '../alert-id.ts';
import type { Candidate } from '../rule-type.ts';
import { groupChanges } from './alert-changes.ts';
import { eventKey, judgedDrafts, type JudgedDraft } from './excepted-drafts.ts';
import { isLearning, learntFrom, needsHistory } from './learning.ts';
import type {
  AlertChange,
  DetectionSession,
  HeldBackCount,
  KeyedCandidate,
  LiveCandidates,
  LiveRule,
  LiveRuleSet,
  NewAlert,
  PublishedEvent,
  StoredAlert,
} from './live-ports.ts';

export interface BatchOutcome {
  readonly events: number;
  /** Those that an exception prevents are not counted. */
  readonly newAlerts: number;
  readonly changedAlerts: number;
  /** Alerts that no case takes yet, because their rule gave `max_signals` within its interval. */
  readonly carriedOver: number;
  /** When carried-over alerts can go on, or null where there are none. */
  readonly carryOnAt: Instant | null;
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
  await beginNewRules(session, ruleSet, options.now);
  const events = await session.events(options.limit);
  const batch = batchOf(ruleSet, events);
  const judged: Judged = { forCases: new Map(), newAlerts: 0, changedAlerts: 0 };
  for (const [ruleIndex, groups] of batch.groups) {
    const rule = ruleSet.rules[ruleIndex];
    if (rule !== undefined) await judgeRule(session, rule, groups, batch, judged);
  }
  await session.noteHeldBack(batch.heldBack);
  await promoteLearned(session, ruleSet, judged, options.now);
  const carried = await giveToCases(session, ruleSet, judged, batch, options.now);
  const last = events.at(-1);
  if (last !== undefined) await session.advance(last.publishedSeq);
  const { newAlerts, changedAlerts } = judged;
  return { events: events.length, newAlerts, changedAlerts, ...carried };
}

interface Judged {
  /** Live alerts that are to go to cases, by rule. */
  readonly forCases: Map<string, AlertWithAnchor[]>;
  newAlerts: number;
  changedAlerts: number;
}

interface AlertWithAnchor {
  readonly id: AlertId;
  readonly anchor: EventRef;
}

interface Batch {
  readonly events: ReadonlyMap<string, PublishedEvent>;
  /** New candidates by rule and group. */
  readonly groups: ReadonlyMap<number, ReadonlyMap<Digest, readonly KeyedCandidate[]>>;
  readonly heldBack: readonly HeldBackCount[];
}

function batchOf(ruleSet: LiveRuleSet, events: readonly PublishedEvent[]): Batch {
  const groups = new Map<number, Map<Digest, KeyedCandidate[]>>();
  const heldBack = new Map<string, HeldBackCount>();
  for (const event of events) {
    for (const found of candidatesOf(ruleSet, event)) {
      const { ruleIndex } = found;
      countHeldBack(heldBack, found, ruleSet.rules[ruleIndex]?.rule.id, event);
      const ofRule = groups.get(ruleIndex) ?? new Map<Digest, KeyedCandidate[]>();
      groups.set(ruleIndex, ofRule);
      for (const candidate of keyed(found)) {
        const ofGroup = ofRule.get(candidate.groupKey) ?? [];
        ofRule.set(candidate.groupKey, ofGroup);
        ofGroup.push(candidate);
      }
    }
  }
  return {
    events: new Map(events.map((event) => [eventRefKey(event.ref), event])),
    groups,
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

/** Records of our own calls are no activity: no rule sees them. */
function candidatesOf(ruleSet: LiveRuleSet, event: PublishedEvent): readonly LiveCandidates[] {
  if (event.own) return [];
  return ruleSet.candidatesOf({
    ref: event.ref,
    eventTime: event.eventTime,
    eventTimeMs: Date.parse(event.eventTime),
    fields: ruleSet.fieldsOf(event.ecs),
  });
}

function keyed({ candidates, heldBackBy = null }: LiveCandidates): readonly KeyedCandidate[] {
  return candidates.map((candidate, ordinal) => ({
    ...candidate,
    ordinal,
    groupKey: groupKeyOf(candidate.group),
    heldBackBy,
  }));
}

async function judgeRule(
  session: DetectionSession,
  live: LiveRule,
  groups: ReadonlyMap<Digest, readonly KeyedCandidate[]>,
  batch: Batch,
  judged: Judged,
): Promise<void> {
  for (const [groupKey, found] of groups) {
    if (live.matcher.horizonMs === 0) await judgeAlone(session, live, groupKey, found, batch, judged);
    else await judgeGroup(session, live, groupKey, found, batch, judged);
  }
}

/** A rule without a horizon looks at each event by itself; a copy of an event that has alerted does not alert again. */
async function judgeAlone(
  session: DetectionSession,
  live: LiveRule,
  groupKey: Digest,
  found: readonly KeyedCandidate[],
  batch: Batch,
  judged: Judged,
): Promise<void> {
  const eventIds = found.map((candidate) => candidate.ref.eventId);
  const alerts = await session.alertsAnchoredAt(live.rule.id, groupKey, eventIds);
  for (const draft of judgedDrafts(live.matcher, found.toSorted(byTime))) {
    if (!alerts.some((alert) => isKnownBy(draft, alert))) await addAlert(session, live, draft, groupKey, batch, judged);
  }
}

/** What an exception prevented says nothing about a copy of its event that the exception does not speak of. */
function isKnownBy(draft: JudgedDraft, alert: StoredAlert): boolean {
  const sameContent = eventRefKey(draft.anchor) === eventRefKey(alert.anchor);
  const speaksOfCopies = draft.exceptedBy !== null || alert.status.kind !== 'excepted';
  return sameContent || (speaksOfCopies && eventKey(draft.anchor) === eventKey(alert.anchor));
}

/** A rule that looks at several events settles the group again, with all that is known of it. */
async function judgeGroup(
  session: DetectionSession,
  live: LiveRule,
  groupKey: Digest,
  found: readonly KeyedCandidate[],
  batch: Batch,
  judged: Judged,
): Promise<void> {
  const { rule, matcher } = live;
  await session.addCandidates(rule, found);
  const candidates = await session.candidatesOf(rule, groupKey);
  const alerts = await session.alertsOf(rule.id, groupKey);
  const { fresh, changed } = groupChanges(rule, matcher, candidates, alerts, (ref) => isNew(batch, ref));
  for (const draft of fresh) await addAlert(session, live, draft, groupKey, batch, judged);
  for (const change of changed) {
    const before = alerts.find((alert) => alert.id === change.id);
    if (before === undefined) continue;
    const status = await statusAfter(session, live, before, change);
    await session.changeAlert({ ...change, status, late: hasLate(batch, change.eventRefs) });
    judged.changedAlerts += 1;
    const isBack = status.kind === 'live' && !standsByItself(before);
    if (isBack && before.caseId === null) queueForCase(judged, rule, before);
  }
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
): Promise<AlertStatus> {
  if (change.status.kind !== 'live' || standsByItself(before)) return change.status;
  return (await isLearning(session, live, before)) ? { kind: 'learning' } : change.status;
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
): Promise<void> {
  const { rule } = live;
  const id = alertIdOf({ ruleId: rule.id, group: draft.group, anchor: draft.anchor });
  const status = await firstStatus(session, live, draft);
  const alert: NewAlert = { ...draft, id, rule, groupKey, late: hasLate(batch, draft.eventRefs), status };
  await session.insertAlert(alert);
  if (status.kind === 'excepted') return;
  judged.newAlerts += 1;
  if (status.kind === 'live') queueForCase(judged, rule, alert);
}

async function firstStatus(session: DetectionSession, live: LiveRule, draft: JudgedDraft): Promise<AlertStatus> {
  if (draft.exceptedBy !== null) return { kind: 'excepted', exceptionId: draft.exceptedBy };
  return { kind: (await isLearning(session, live, draft)) ? 'learning' : 'live' };
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
  const learners = new Map(ruleSet.rules.filter(needsHistory).map((live) => [live.rule.id, live]));
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

/**
 * Gives alerts to cases, the oldest first: per rule at most `max_signals` within the rule's interval. The others stay
 * recorded and wait; nothing is dropped.
 */
async function giveToCases(
  session: DetectionSession,
  ruleSet: LiveRuleSet,
  judged: Judged,
  batch: Batch,
  now: Instant,
): Promise<Pick<BatchOutcome, 'carriedOver' | 'carryOnAt'>> {
  const rules = new Map(ruleSet.rules.map(({ rule }) => [rule.id, rule]));
  const waiting = await session.rulesCarriedOver();
  let carriedOver = 0;
  let carryOnAt: Instant | null = null;
  for (const ruleId of new Set([...waiting, ...judged.forCases.keys()])) {
    const rule = rules.get(ruleId);
    // The alerts of a rule that was taken away still belong to somebody.
    const room = rule === undefined ? Number.POSITIVE_INFINITY : await roomOf(session, rule, now);
    const left = await giveRule(session, ruleId, rule, room, judged, batch);
    carriedOver += left;
    if (left > 0 && rule !== undefined) carryOnAt = earlier(carryOnAt, await roomAgainAt(session, rule, now));
  }
  return { carriedOver, carryOnAt };
}

async function giveRule(
  session: DetectionSession,
  ruleId: string,
  rule: Rule | undefined,
  room: number,
  judged: Judged,
  batch: Batch,
): Promise<number> {
  const fresh = judged.forCases.get(ruleId) ?? [];
  const limit = Number.isFinite(room) ? room : 1000;
  // One more than there is room for tells whether something is left.
  const older = await session.carriedOver(ruleId, limit + 1);
  const queue = [...older, ...fresh];
  const going = queue.slice(0, limit);
  for (const alert of going) await assign(session, alert, rule?.severity ?? 'medium', batch);
  const staying = queue.slice(limit);
  await session.carryOver(staying.map((alert) => alert.id));
  return staying.length;
}

async function assign(
  session: DetectionSession,
  { id, anchor }: AlertWithAnchor,
  severity: Rule['severity'],
  batch: Batch,
): Promise<void> {
  const document = batch.events.get(eventRefKey(anchor))?.ecs ?? (await session.documentOf(anchor));
  const actor = actorOf(document ?? noDocument);
  await session.assign({ id, actor, actorKey: actorKey(actor), accountId: accountOf(anchor), severity });
}

/** An event that was pruned: its alert goes to the case of an unknown identity. */
const noDocument: EcsDocument = {};

function accountOf(ref: EventRef): AccountId {
  return ref.accountId;
}

async function roomOf(session: DetectionSession, rule: Rule, now: Instant): Promise<number> {
  return Math.max(0, rule.maxSignals - (await session.assignedSince(rule.id, before(now, rule.intervalMs))));
}

async function roomAgainAt(session: DetectionSession, rule: Rule, now: Instant): Promise<Instant> {
  const oldest = (await session.oldestAssignedSince(rule.id, before(now, rule.intervalMs))) ?? now;
  return new Date(Date.parse(oldest) + rule.intervalMs).toISOString() as Instant;
}

function before(now: Instant, ms: number): Instant {
  return new Date(Date.parse(now) - ms).toISOString() as Instant;
}

function earlier(a: Instant | null, b: Instant): Instant {
  return a === null || Date.parse(b) < Date.parse(a) ? b : a;
}

/** A rule version that was never evaluated starts with the candidates among the events of its horizon, without alerting on them. */
async function beginNewRules(session: DetectionSession, ruleSet: LiveRuleSet, now: Instant): Promise<void> {
  const stateful = ruleSet.rules.filter(({ matcher }) => matcher.horizonMs > 0);
  const fresh = new Set(await session.beginRuleVersions(stateful.map(({ rule }) => rule)));
  const horizonMs = Math.max(
    0,
    ...stateful.filter(({ rule }) => fresh.has(rule)).map(({ matcher }) => matcher.horizonMs),
  );
  if (fresh.size === 0 || session.cursor === 0n) return;
  for (let after = 0n; ;) {
    const events = await session.eventsSince(before(now, horizonMs), after, 1000);
    for (const event of events) await keepCandidates(session, ruleSet, fresh, event);
    const last = events.at(-1);
    if (last === undefined) return;
    after = last.publishedSeq;
  }
}

async function keepCandidates(
  session: DetectionSession,
  ruleSet: LiveRuleSet,
  fresh: ReadonlySet<Rule>,
  event: PublishedEvent,
): Promise<void> {
  for (const found of candidatesOf(ruleSet, event)) {
    const rule = ruleSet.rules[found.ruleIndex]?.rule;
    if (rule !== undefined && fresh.has(rule)) await session.addCandidates(rule, keyed(found));
  }
}
