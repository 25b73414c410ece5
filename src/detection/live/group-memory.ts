import { dayMs } from '../../model/duration.ts';
import type { Digest } from '../../model/ids.ts';
import { eventRefKey } from '../../model/trail-event.ts';
import type { Candidate, RuleMatcher } from '../rule-type.ts';
import type { KeyedCandidate, LiveRule } from './live-ports.ts';

/**
 * How far back a live rule looks at most. A sequence without `maxspan` waits for ever in files; live it waits for as long as
 * CloudTrail shows events (90 days, its guide): what began before has long been looked at.
 */
const longestHorizonMs = 90 * dayMs;

/** An event is taken to come at most so late; the last sweep reads a window again after a day. */
export const latenessMs = 3 * dayMs;

/** How far back candidates of a group matter to an event of the group. */
export function rememberedMs({ horizonMs }: RuleMatcher): number {
  return Math.min(horizonMs, longestHorizonMs);
}

/** Which part of a group has to be looked at, in milliseconds since 1970. */
export interface GroupRange {
  /** Candidates from here on are read. */
  readonly fromMs: number;
  /** Alerts that begin before this are not changed by the new events, whatever these are. */
  readonly judgedFromMs: number;
}

/** The part of a group that its new candidates can matter to. */
export function rangeOf(matcher: RuleMatcher, found: readonly Candidate[]): GroupRange {
  const firstMs = found.reduce((first, { eventTimeMs }) => Math.min(first, eventTimeMs), Number.POSITIVE_INFINITY);
  const judgedFromMs = firstMs - Math.min(matcher.reachMs ?? matcher.horizonMs, longestHorizonMs);
  return { judgedFromMs, fromMs: judgedFromMs - rememberedMs(matcher) };
}

/**
 * Candidates of a rule before this can be forgotten.
 *
 * @param settledMs no event from before it is awaited any more, in milliseconds since 1970.
 */
export function forgottenBeforeMs(matcher: RuleMatcher, settledMs: number): number {
  return settledMs - Math.min(matcher.reachMs ?? matcher.horizonMs, longestHorizonMs) - rememberedMs(matcher);
}

/** What is to be written of a group after new candidates came to those that are stored. */
export interface GroupMemory {
  /** Stored and new together, by event time, then event ID. */
  readonly all: readonly KeyedCandidate[];
  readonly added: readonly KeyedCandidate[];
  readonly forgotten: readonly KeyedCandidate[];
}

/** Puts new candidates to stored ones, and keeps those that can still change an answer. */
export function remembered(
  { matcher }: LiveRule,
  stored: readonly KeyedCandidate[],
  found: readonly KeyedCandidate[],
): GroupMemory {
  const known = new Map(stored.map((candidate) => [candidateKey(candidate), candidate]));
  const fresh = new Map(found.map((candidate) => [candidateKey(candidate), candidate]));
  const all = [...new Map([...fresh, ...known]).values()].toSorted(inOrder);
  const kept = new Set(keptOf(matcher, all).map(candidateKey));
  return {
    all,
    added: [...fresh].flatMap(([key, candidate]) => (kept.has(key) && !known.has(key) ? [candidate] : [])),
    forgotten: [...known].flatMap(([key, candidate]) => (kept.has(key) ? [] : [candidate])),
  };
}

/** What exceptions hold back is thinned by itself: without it, the rest must be enough. */
function keptOf(matcher: RuleMatcher, all: readonly KeyedCandidate[]): readonly KeyedCandidate[] {
  const { thin } = matcher;
  if (thin === undefined) return all;
  const byException = Map.groupBy(all, ({ heldBackBy }) => heldBackBy);
  return [...byException.values()].flatMap((alike) => thin(alike));
}

function candidateKey(candidate: KeyedCandidate): string {
  return `${eventRefKey(candidate.ref)} ${candidate.ordinal}`;
}

function inOrder(a: KeyedCandidate, b: KeyedCandidate): number {
  return (
    a.eventTimeMs - b.eventTimeMs ||
    compareTexts(a.ref.eventId, b.ref.eventId) ||
    compareTexts(a.ref.accountId, b.ref.accountId) ||
    a.ref.revision - b.ref.revision ||
    a.ordinal - b.ordinal
  );
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** New candidates of one rule and group. */
export interface TouchedGroup {
  readonly live: LiveRule;
  readonly groupKey: Digest;
  readonly found: readonly KeyedCandidate[];
}
