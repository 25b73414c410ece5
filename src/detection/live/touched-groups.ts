import type { Digest } from '../../model/ids.ts';
import { groupKeyOf } from '../alerts/alert-id.ts';
import type { TouchedGroup } from './group-memory.ts';
import type { KeyedCandidate, LiveCandidates, LiveRule, LiveRuleSet, PublishedEvent } from './live-ports.ts';

/** The rules that look at more than one event, and so keep something of events that have passed. */
export function rulesWithMemory({ rules }: LiveRuleSet): readonly LiveRule[] {
  return rules.filter(({ matcher }) => matcher.horizonMs > 0);
}

/**
 * What events are to rules, by rule and group.
 *
 * @param onFound told of each rule that keeps something of an event.
 */
export function touchedGroups(
  ruleSet: LiveRuleSet,
  events: readonly PublishedEvent[],
  onFound?: (found: LiveCandidates, event: PublishedEvent) => void,
): readonly TouchedGroup[] {
  const groups = new Map<string, TouchedGroup & { readonly found: KeyedCandidate[] }>();
  for (const event of events) {
    for (const found of candidatesOf(ruleSet, event)) {
      const live = ruleSet.rules[found.ruleIndex];
      if (live === undefined) continue;
      onFound?.(found, event);
      for (const candidate of keyed(found)) touch(groups, live, found.ruleIndex, candidate);
    }
  }
  return [...groups.values()];
}

function touch(
  groups: Map<string, TouchedGroup & { readonly found: KeyedCandidate[] }>,
  live: LiveRule,
  ruleIndex: number,
  candidate: KeyedCandidate,
): void {
  const key = `${ruleIndex} ${candidate.groupKey}`;
  const group = groups.get(key);
  if (group === undefined) groups.set(key, { live, groupKey: candidate.groupKey, found: [candidate] });
  else group.found.push(candidate);
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
  return candidates.map((candidate, ordinal): KeyedCandidate => {
    const groupKey: Digest = groupKeyOf(candidate.group);
    return { ...candidate, ordinal, groupKey, heldBackBy };
  });
}
