import { actorKey, actorOf } from '../../cloudtrail/actor.ts';
import { seedOfEvent } from '../../cloudtrail/seed.ts';
import type { AccountId, AlertId, Instant } from '../../model/ids.ts';
import type { Rule } from '../../model/rule.ts';
import { type EcsDocument, type EventRef, eventRefKey } from '../../model/trail-event.ts';
import { earlierOf, instantAfter } from '../../model/instant.ts';
import type { AlertForCase, DetectionSession, LiveRuleSet, PublishedEvent } from './live-ports.ts';

/** An alert that is to go to a case. */
export interface AlertWithAnchor {
  readonly id: AlertId;
  readonly anchor: EventRef;
}

/** What could not be given to cases yet. */
export interface CarriedOver {
  /** Alerts that no case takes yet, because their rule gave `max_signals` within its interval. */
  readonly carriedOver: number;
  /** When they can go on, or null where there are none. */
  readonly carryOnAt: Instant | null;
}

/**
 * Gives alerts to cases, the oldest first: per rule at most `max_signals` within the rule's interval. The others stay
 * recorded and wait; nothing is dropped.
 */
export async function giveToCases(
  session: DetectionSession,
  ruleSet: LiveRuleSet,
  forCases: ReadonlyMap<string, readonly AlertWithAnchor[]>,
  events: ReadonlyMap<string, PublishedEvent>,
  now: Instant,
): Promise<CarriedOver> {
  const rules = new Map(ruleSet.rules.map(({ rule }) => [rule.id, rule]));
  const waiting = await session.rulesCarriedOver();
  let carriedOver = 0;
  let carryOnAt: Instant | null = null;
  for (const ruleId of new Set([...waiting, ...forCases.keys()])) {
    const rule = rules.get(ruleId);
    // The alerts of a rule that was taken away still belong to somebody.
    const room = rule === undefined ? Number.POSITIVE_INFINITY : await roomOf(session, rule, now);
    const left = await giveRule(session, ruleId, rule, room, forCases.get(ruleId) ?? [], events);
    carriedOver += left;
    if (left > 0 && rule !== undefined) carryOnAt = earlierOf(carryOnAt, await roomAgainAt(session, rule, now));
  }
  return { carriedOver, carryOnAt };
}

async function giveRule(
  session: DetectionSession,
  ruleId: string,
  rule: Rule | undefined,
  room: number,
  fresh: readonly AlertWithAnchor[],
  events: ReadonlyMap<string, PublishedEvent>,
): Promise<number> {
  const limit = Number.isFinite(room) ? room : 1000;
  // One more than there is room for tells whether something is left.
  const older = await session.carriedOver(ruleId, limit + 1);
  const queue = [...older, ...fresh];
  const going = queue.slice(0, limit);
  const given: AlertForCase[] = [];
  for (const alert of going) given.push(await forCase(session, alert, rule?.severity ?? 'medium', events));
  await session.assign(given);
  const staying = queue.slice(limit);
  await session.carryOver(staying.map((alert) => alert.id));
  return staying.length;
}

async function forCase(
  session: DetectionSession,
  { id, anchor }: AlertWithAnchor,
  severity: Rule['severity'],
  events: ReadonlyMap<string, PublishedEvent>,
): Promise<AlertForCase> {
  const document = events.get(eventRefKey(anchor))?.ecs ?? (await session.documentOf(anchor));
  const actor = actorOf(document ?? noDocument);
  const seed = document === null ? null : seedOfEvent(document);
  return { id, actor, actorKey: actorKey(actor), accountId: accountOf(anchor), severity, seed };
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
  return instantAfter(oldest, rule.intervalMs);
}

function before(now: Instant, ms: number): Instant {
  return instantAfter(now, -ms);
}
