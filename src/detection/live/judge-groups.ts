import type { Digest } from '../../model/ids.ts';
import type { EventRef } from '../../model/trail-event.ts';
import { groupChanges, type GroupChanges } from './alert-changes.ts';
import {
  rangeOf,
  remembered,
  rememberedMs,
  type GroupMemory,
  type GroupRange,
  type TouchedGroup,
} from './group-memory.ts';
import type {
  CandidateOfRule,
  DetectionSession,
  GroupQuestion,
  KeyedCandidate,
  LiveRule,
  StoredAlert,
  StoredGroup,
} from './live-ports.ts';

/** A group after its new candidates, and what they mean for its alerts. */
export interface JudgedGroup {
  readonly live: LiveRule;
  readonly groupKey: Digest;
  readonly changes: GroupChanges;
  /** The stored alerts that `changes` speaks of. */
  readonly alerts: readonly StoredAlert[];
}

/**
 * Settles groups again, each as far back as its new candidates can matter, and keeps of them what can still change an answer.
 * All groups are read at once, and written at once.
 *
 * @param isNew whether an event is judged for the first time.
 */
export async function judgedGroups(
  session: DetectionSession,
  touched: readonly TouchedGroup[],
  isNew: (ref: EventRef) => boolean,
): Promise<readonly JudgedGroup[]> {
  const judged: JudgedGroup[] = [];
  for (const { group, range, stored, memory } of await rememberGroups(session, touched)) {
    const { live, groupKey } = group;
    const changes = groupChanges(live.rule, live.matcher, memory.all, stored.alerts, isNew, range.judgedFromMs);
    judged.push({ live, groupKey, changes, alerts: stored.alerts });
  }
  return judged;
}

interface RememberedGroup {
  readonly group: TouchedGroup;
  readonly range: GroupRange;
  readonly stored: StoredGroup;
  readonly memory: GroupMemory;
}

/** Adds new candidates to what rules remember, and lets them forget what these make needless. */
export async function rememberGroups(
  session: DetectionSession,
  touched: readonly TouchedGroup[],
): Promise<readonly RememberedGroup[]> {
  const groups = (await readGroups(session, touched)).map(({ group, range, stored }) => ({
    group,
    range,
    stored,
    memory: remembered(group.live, stored.candidates, group.found),
  }));
  await session.addCandidates(groups.flatMap(({ group, memory }) => ofRule(group.live, memory.added)));
  await session.forgetCandidates(groups.flatMap(({ group, memory }) => ofRule(group.live, memory.forgotten)));
  return groups;
}

function ofRule({ rule }: LiveRule, candidates: readonly KeyedCandidate[]): readonly CandidateOfRule[] {
  return candidates.map((candidate) => ({ rule, candidate }));
}

async function readGroups(session: DetectionSession, touched: readonly TouchedGroup[]) {
  const ranges = touched.map(({ live, found }) => rangeOf(live.matcher, found));
  const stored = await session.groups(touched.map((group, index) => questionOf(group, ranges[index] ?? wholeGroup)));
  const read = touched.map((group, index) => ({
    group,
    range: ranges[index] ?? wholeGroup,
    stored: stored[index] ?? { candidates: [], alerts: [] },
  }));
  const unsure = read.filter(needsWhole);
  if (unsure.length === 0) return read;
  const whole = await session.groups(unsure.map(({ group }) => questionOf(group, wholeGroup)));
  const wholeOf = new Map(unsure.map(({ group }, index) => [group, whole[index]]));
  return read.map((one) => {
    const all = wholeOf.get(one.group);
    return all === undefined ? one : { ...one, range: wholeGroup, stored: all };
  });
}

/**
 * Where alerts use events up and exceptions hold some of them back, what would have been an alert without them depends on
 * all that came before.
 */
function needsWhole({
  group: { live, found },
  stored,
}: {
  readonly group: TouchedGroup;
  readonly stored: StoredGroup;
}) {
  function isHeldBack({ heldBackBy }: KeyedCandidate) {
    return heldBackBy !== null;
  }
  return live.matcher.usesUp === true && (found.some(isHeldBack) || stored.candidates.some(isHeldBack));
}

const wholeGroup: GroupRange = { fromMs: Number.NEGATIVE_INFINITY, judgedFromMs: Number.NEGATIVE_INFINITY };

/** An alert that uses events up can reach into the range from one horizon before it. */
function questionOf({ live: { rule, matcher }, groupKey }: TouchedGroup, { fromMs }: GroupRange): GroupQuestion {
  return { rule, groupKey, candidatesFromMs: fromMs, alertsFromMs: fromMs - rememberedMs(matcher) };
}
