import { type Register, registerKeys } from './register.ts';
import type { Clock } from './ports.ts';
import { ResponderStopped } from './responder-stopped.ts';

/** What the register remembers of one step, whatever becomes of its journal. */
export interface StepMemory {
  /** Whether AWS was seen to show the step as taken, ever. */
  isTaken(): Promise<boolean>;
  noteTaken(): Promise<void>;
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
    spendAttempt: async (attempt) => {
      const { fresh } = await register.spend({ kind: 'attempt', intentId, step, attempt, at: clock.now() });
      if (fresh) return;
      const found = `attempt ${attempt} at ${step} of intent ${intentId} was made before, and the store does not know it.`;
      throw new ResponderStopped('store-restored', found);
    },
  };
}
