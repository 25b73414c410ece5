import { actionsTaken } from '../../src/response/actions-taken.ts';
import { buildUndoPlan } from '../../src/response/undo-plan.ts';
import type { Compromise } from './response-bench.ts';
import type { Responder } from './responder.ts';

/** What an undoing of a victim's response would do, and leave to people. */
export async function plannedUndo({ plan }: Compromise, { ports }: Responder) {
  const { actions, byHand } = buildUndoPlan(plan, await actionsTaken(plan, ports), {
    version: 1,
    policy: `sha256:${'0'.repeat(64)}`,
  });
  return { actions: actions.map(({ id }) => id), byHand: byHand.map(({ kind }) => kind) };
}
