import type { Instant } from '../../src/model/ids.ts';
import { isBegun, type Register, type RegisterEntry, registerKeyOf } from '../../src/response/register.ts';
import type { Clock } from '../../src/response/ports.ts';
import { stepMemory, type StepMemory } from '../../src/response/step-memory.ts';

/** A register in memory, for tests that are about something else. */
export function memoryRegister(): Register & { readonly entries: Map<string, RegisterEntry> } {
  const entries = new Map<string, RegisterEntry>();
  return {
    entries,
    since: async () => '2026-01-01T00:00:00.000Z' as Instant,
    spend: async (entry) => {
      const key = registerKeyOf(entry);
      const standing = entries.get(key);
      if (standing === undefined) entries.set(key, entry);
      return { entry: standing ?? entry, fresh: standing === undefined };
    },
    find: async (key) => entries.get(key) ?? null,
    begun: async () => [...entries.values()].filter(isBegun),
  };
}

/** What it remembers of one step. */
export function memoryOf(register: Register, intentId: string, step: string, clock: Clock = realClock): StepMemory {
  return stepMemory(register, clock, intentId, step);
}

const realClock: Clock = { now: () => new Date().toISOString() as Instant, wait: async () => {} };
