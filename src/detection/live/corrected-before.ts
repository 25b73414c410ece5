import { eventRefKey, type EventRef } from '../../model/trail-event.ts';
import { detectionEventOf } from '../detection-event.ts';
import { groupKeyOf } from '../alerts/alert-id.ts';
import { correctedBy } from '../offline/event-copies.ts';
import type { Candidate } from '../rule-type.ts';
import type { TouchedGroup } from './group-memory.ts';
import type { DetectionSession, LiveRuleSet } from './live-ports.ts';

/** CloudTrail corrects a record once or twice; what only was imported may say anything. */
const longestChain = 32;

/**
 * Those of a group's candidates that passed before and that new ones correct, or that these correct in turn: a rule that looks at
 * each event by itself remembers none, and a chain of corrections ends where a link of it is missing.
 */
export async function correctedBefore(
  session: DetectionSession,
  ruleSet: LiveRuleSet,
  { live, groupKey, found }: TouchedGroup,
): Promise<readonly Candidate[]> {
  const looked = new Set(found.map(({ ref }) => eventRefKey(firstRevision(ref, ref.eventId))));
  const before: Candidate[] = [];
  let open: readonly Candidate[] = found;
  for (let step = 0; step < longestChain && open.length > 0; step += 1) {
    const next: Candidate[] = [];
    for (const ref of open.flatMap(correctedRef)) {
      if (looked.has(eventRefKey(ref))) continue;
      looked.add(eventRefKey(ref));
      const document = await session.documentOf(ref);
      if (document === null) continue;
      const event = { ...detectionEventOf(document, ruleSet.fieldsOf(document)), ref };
      next.push(...live.matcher.candidates(event).filter(({ group }) => groupKeyOf(group) === groupKey));
    }
    before.push(...next);
    open = next;
  }
  return before;
}

function correctedRef({ ref, payload }: Candidate): readonly EventRef[] {
  const corrects = correctedBy(payload);
  return corrects === undefined ? [] : [firstRevision(ref, corrects)];
}

function firstRevision(ref: EventRef, eventId: string): EventRef {
  return { ...ref, eventId, revision: 0 };
}
