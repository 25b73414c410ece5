import { type EntryOf, findEntry, type Register, registerKeys } from './register.ts';
import type { Instant } from '../model/ids.ts';
import type { Clock } from './ports.ts';
import { ResponderStopped } from './responder-stopped.ts';

/** What the register remembers of one step, whatever becomes of its journal. */
export interface StepMemory {
  /** Whether AWS was seen to show the step as taken, ever. */
  isTaken(): Promise<boolean>;
  noteTaken(): Promise<void>;
  /** Whether the step was called, ever: what AWS shows of it since may be our own doing, whatever becomes of the journal. */
  wasCalled(): Promise<boolean>;
  /** @param checkedAt when the look was written down that it is called by. */
  noteCall(checkedAt: Instant): Promise<void>;
  /** Every attempt that was spent, the first one first. */
  attempts(): Promise<readonly EntryOf<'attempt'>[]>;
  /** Whether a person has accepted that the store does not know any more what was done of the action. */
  isAccepted(): Promise<boolean>;
  /**
   * Spends an attempt at a call that must not be made twice.
   *
   * @throws ResponderStopped where it was made before: then the journal has lost it.
   */
  spendAttempt(attempt: number): Promise<void>;
}

export function stepMemory(register: Register, clock: Clock, intentId: string, step: string): StepMemory {
  return {
    isTaken: async () => (await register.find(registerKeys.step(intentId, step))) !== null,
    noteTaken: async () => {
      await register.spend({ kind: 'step', intentId, step, at: clock.now() });
    },
    wasCalled: async () => (await register.find(registerKeys.call(intentId, step))) !== null,
    noteCall: async (checkedAt) => {
      await register.spend({ kind: 'call', intentId, step, checkedAt, at: clock.now() });
    },
    attempts: async () => {
      const spent: EntryOf<'attempt'>[] = [];
      for (let attempt = 0; ; attempt += 1) {
        const entry = await findEntry(register, 'attempt', registerKeys.attempt(intentId, step, attempt));
        if (entry === null) return spent;
        spent.push(entry);
      }
    },
    isAccepted: async () => (await register.find(registerKeys.accepted(intentId))) !== null,
    spendAttempt: async (attempt) => {
      const { fresh } = await register.spend({ kind: 'attempt', intentId, step, attempt, at: clock.now() });
      if (!fresh) throw attemptNotJournalled(intentId, step, attempt);
    },
  };
}

/** That the register knows an attempt that the journal does not: the store forgot what may have changed AWS. */
export function attemptNotJournalled(intentId: string, step: string, attempt: number): ResponderStopped {
  const found = `attempt ${attempt} at ${step} of intent ${intentId} was made, and the store does not know it.`;
  return new ResponderStopped('store-restored', found);
}
