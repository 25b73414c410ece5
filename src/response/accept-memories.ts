import type { Instant } from '../model/ids.ts';
import type { Execution } from './action-journal.ts';
import { intentIdOf } from './intent.ts';
import type { MemoryDifferences } from './memory-agreement.ts';
import type { Register } from './register.ts';

/**
 * Has the register take what differs as it is: what the store forgot is not asked for any more, and what the register did not know
 * is spent and over, so that nothing that was begun can be done again.
 */
export async function acceptMemories(
  register: Register,
  { unknownToStore, unknownToRegister }: MemoryDifferences,
  reason: string,
  at: Instant,
): Promise<void> {
  await register.since();
  const execution = nobody();
  for (const intentId of unknownToStore) await register.spend({ kind: 'accepted', intentId, reason, at });
  for (const { intentId: storedIntent, planDigest, actionId, caseId } of unknownToRegister) {
    // The store may have been written by anybody: the intent is made again, and spent by an execution that nobody can be.
    for (const intentId of new Set([intentIdOf(planDigest, actionId), storedIntent])) {
      await register.spend({ kind: 'end', intentId, outcome: 'unknown', at });
      await register.spend({ kind: 'action', intentId, planDigest, actionId, caseId, execution, at });
    }
    await register.spend({ kind: 'accepted', intentId: storedIntent, reason, at });
    await register.spend({ kind: 'plan', planDigest, execution, at });
  }
}

/** Temporal gives no run these IDs, and nobody but the register knows them: what it has begun can be gone on with by none. */
function nobody(): Execution {
  return { workflowId: `accepted/${crypto.randomUUID()}`, runId: crypto.randomUUID() };
}
