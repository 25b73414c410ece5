import type { Correcting } from '../../model/correction-chain.ts';
import { eventKey, type EventRef } from '../../model/trail-event.ts';
import { correctionIn } from '../offline/event-copies.ts';
import type { DetectionSession } from './live-ports.ts';

/** CloudTrail corrects a record once or twice; what only was imported may say anything. */
const longestChain = 32;

/**
 * Those corrections that came before and that new ones correct, or that these correct in turn, whether or not a rule has them as
 * candidates: a chain of corrections ends where a link of it is missing.
 */
export async function correctedBefore(
  session: Pick<DetectionSession, 'documentOf'>,
  corrections: readonly Correcting[],
): Promise<readonly Correcting[]> {
  const looked = new Set(corrections.map(({ ref }) => eventKey(ref)));
  const before: Correcting[] = [];
  let open = corrections;
  for (let step = 0; step < longestChain && open.length > 0; step += 1) {
    const next: Correcting[] = [];
    for (const ref of open.flatMap(correctedRef)) {
      if (looked.has(eventKey(ref))) continue;
      looked.add(eventKey(ref));
      const document = await session.documentOf(ref);
      const correction = document === null ? null : correctionIn(ref, document);
      if (correction !== null) next.push(correction);
    }
    before.push(...next);
    open = next;
  }
  return before;
}

function correctedRef({ ref, corrects }: Correcting): readonly EventRef[] {
  return corrects === undefined ? [] : [{ accountId: ref.accountId, eventId: corrects, revision: 0 }];
}
