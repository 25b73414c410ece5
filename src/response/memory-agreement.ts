import type { JournalledAction } from './action-journal.ts';
import type { Register } from './register.ts';
import { ResponderStopped } from './responder-stopped.ts';

/** Where register and store differ about which actions were begun. */
export interface MemoryDifferences {
  /** Intents that the register knows and the store does not: the store was restored, or rows were deleted. */
  readonly unknownToStore: readonly string[];
  /** Actions whose journal the store has and the register does not know: the register was lost, or cut short. */
  readonly unknownToRegister: readonly JournalledAction[];
}

/**
 * Compares what register and store know. An action is claimed in the store first, then spent in the register, and has its first row
 * after that: so a crash leaves no difference here. Nor do actions that begin meanwhile: what the store knew before is looked for in the
 * register, and what the register knew in what the store knows after.
 */
export async function compareMemories(
  register: Register,
  journalled: () => Promise<readonly JournalledAction[]>,
): Promise<MemoryDifferences> {
  const before = await journalled();
  const entries = await register.actions();
  const after = await journalled();
  const accepted = new Set(entries.flatMap((entry) => (entry.kind === 'accepted' ? [entry.intentId] : [])));
  const spent = new Set(entries.flatMap((entry) => (entry.kind === 'action' ? [entry.intentId] : [])));
  const known = new Set(after.map(({ intentId }) => intentId));
  return {
    unknownToStore: [...spent].filter((intentId) => !known.has(intentId) && !accepted.has(intentId)),
    unknownToRegister: before.filter(
      ({ intentId, hasRows }) => hasRows && !spent.has(intentId) && !accepted.has(intentId),
    ),
  };
}

/**
 * Lets nothing be begun as long as the two differ.
 *
 * @throws ResponderStopped
 */
export function requireAgreement({ unknownToStore, unknownToRegister }: MemoryDifferences): void {
  if (unknownToRegister.length > 0) {
    const found = `the store has the journal of ${counted(unknownToRegister.length)} that the register does not know: it was lost, or cut short.`;
    throw new ResponderStopped('register-lost', found);
  }
  if (unknownToStore.length > 0) {
    const found = `the register has ${counted(unknownToStore.length)} that the store does not know: it was restored, or rows were deleted.`;
    throw new ResponderStopped('store-restored', found);
  }
}

function counted(actions: number): string {
  return actions === 1 ? '1 action' : `${actions} actions`;
}
