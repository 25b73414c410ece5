import { caseSubject } from '../../src/investigation/evidence/case-subject.ts';
import type { ClaimedAlert } from '../../src/investigation/evidence/alert-events-content.ts';
import type { GatheredEvidence } from '../../src/investigation/evidence/evidence-content.ts';
import type { GatheringPorts, Look } from '../../src/investigation/evidence/evidence-source.ts';
import { notFollowed, piecesOf, sourceOf } from '../../src/investigation/evidence/evidence-sources.ts';
import type { Asking } from '../../src/investigation/evidence-ports.ts';
import type { Actor } from '../../src/model/actor.ts';
import type { Instant } from '../../src/model/ids.ts';

/** Asks as often as it likes, and remembers nothing. */
export const freely: Asking = {
  budget: Number.MAX_SAFE_INTEGER,
  spend: async () => true,
  known: async () => null,
  keep: async () => {},
};

/** All evidence of a case at once, as a look gathers it piece by piece. */
export async function gatherEvidence(
  request: {
    readonly actor: Actor;
    readonly alerts: readonly ClaimedAlert[];
    readonly now: Instant;
    readonly lookBackMs: number;
  },
  ports: GatheringPorts,
): Promise<readonly GatheredEvidence[]> {
  const { actor, alerts, now: at, lookBackMs } = request;
  const evidence: GatheredEvidence[] = [];
  for (let row = 0, last = false; !last; row += 1) {
    const subject = caseSubject(actor, evidence);
    const firstMs = subject.calls.reduce((first, call) => Math.min(first, Date.parse(call.at)), Date.parse(at));
    const span = { from: new Date(firstMs - lookBackMs).toISOString() as Instant, to: at };
    const look: Look = { alerts, span, at, asking: freely };
    const next = piecesOf(row, subject);
    for (const piece of next.pieces) evidence.push(await sourceOf(piece).gather(piece.pivot, look, ports));
    last = next.last;
  }
  return [...evidence, ...notFollowed(caseSubject(actor, evidence), at)];
}
