import type { JournalledAction } from './action-journal.ts';
import type { BegunEntry, EntryOf, Register } from './register.ts';
import { ResponderStopped } from './responder-stopped.ts';
import { counted } from '../model/counted.ts';

/** Where register and store differ about what was begun. */
export interface MemoryDifferences {
  /** Intents that the register knows, or knows more attempts of than the store does: the store was restored, or rows were deleted. */
  readonly unknownToStore: readonly string[];
  /** Actions whose journal the store has and the register does not know: the register was lost, or cut short. */
  readonly unknownToRegister: readonly JournalledAction[];
}

/**
 * Compares what register and store know. An action is claimed in the store first, then spent in the register, and has its first row
 * after that; an attempt has its row first: so a crash leaves no difference here. Nor does what begins meanwhile: what the store knew
 * before is looked for in the register, and what the register knew in what the store knows after.
 */
export async function compareMemories(
  register: Register,
  journalled: () => Promise<readonly JournalledAction[]>,
): Promise<MemoryDifferences> {
  const before = await journalled();
  const entries = await register.begun();
  const after = await journalled();
  const accepted = new Set(ofKind(entries, 'accepted').map(({ intentId }) => intentId));
  const spent = new Set(ofKind(entries, 'action').map(({ intentId }) => intentId));
  const known = new Map(after.map((action) => [action.intentId, action]));
  const forgotten = [
    ...[...spent].filter((intentId) => !known.has(intentId)),
    ...ofKind(entries, 'attempt')
      .filter((attempt) => !isJournalled(attempt, known.get(attempt.intentId)))
      .map(({ intentId }) => intentId),
  ];
  return {
    unknownToStore: [...new Set(forgotten)].filter((intentId) => !accepted.has(intentId)),
    unknownToRegister: before.filter(
      ({ intentId, hasRows }) => hasRows && !spent.has(intentId) && !accepted.has(intentId),
    ),
  };
}

function ofKind<Kind extends BegunEntry['kind']>(entries: readonly BegunEntry[], kind: Kind): readonly EntryOf<Kind>[] {
  return entries.filter((entry): entry is BegunEntry & EntryOf<Kind> => entry.kind === kind);
}

function isJournalled({ step, attempt }: EntryOf<'attempt'>, action: JournalledAction | undefined): boolean {
  return action?.attempts.some((known) => known.step === step && known.attempt === attempt) ?? false;
}

/**
 * Lets nothing be begun as long as the two differ.
 *
 * @throws ResponderStopped
 */
export function requireAgreement({ unknownToStore, unknownToRegister }: MemoryDifferences): void {
  if (unknownToRegister.length > 0) {
    const found = `the store has the journal of ${counted(unknownToRegister.length, 'action')} that the register does not know: it was lost, or cut short.`;
    throw new ResponderStopped('register-lost', found);
  }
  if (unknownToStore.length > 0) {
    const found = `the register has ${counted(unknownToStore.length, 'action')} that the store does not know, or not all attempts of: it was restored, or rows were deleted.`;
    throw new ResponderStopped('store-restored', found);
  }
}
