import type { Random } from './random.ts';

/**
 * What may go wrong with a call, on demand.
 *
 * - `throttled`, `access-denied`, `expired-token`: the service's own refusal, nothing done
 * - `server-error`: a 5xx in the service's own shape; `html-error`: a 5xx with a page that is no answer
 * - `failed-after`: the work is done, and a 5xx in the service's own shape says that it failed
 * - `truncated`: the work is done, the answer ends in the middle (status 200, length correct)
 * - `empty`, `html-answer`, `wrong-protocol`: the work is done, and status 200 comes with nothing, with a page, or with an answer
 *   of the other family of protocols
 * - `wrong-length`: the work is done, the answer is shorter than its header says, and the connection ends
 * - `slow`: the work is done, the answer comes after `delayMs`
 * - `cut-before`, `cut-after`: the connection is destroyed before or after the side effect
 */
export type FaultKind =
  | 'throttled'
  | 'access-denied'
  | 'expired-token'
  | 'server-error'
  | 'html-error'
  | 'failed-after'
  | 'truncated'
  | 'empty'
  | 'html-answer'
  | 'wrong-protocol'
  | 'wrong-length'
  | 'slow'
  | 'cut-before'
  | 'cut-after';

export const faultKinds: readonly FaultKind[] = [
  'throttled',
  'access-denied',
  'expired-token',
  'server-error',
  'html-error',
  'failed-after',
  'truncated',
  'empty',
  'html-answer',
  'wrong-protocol',
  'wrong-length',
  'slow',
  'cut-before',
  'cut-after',
];

export interface CallTraits {
  readonly service: string;
  readonly operation: string;
  readonly accountId: string | null;
  readonly region: string;
  readonly accessKeyId: string | null;
  readonly roleName: string | null;
}

export interface FaultDefinition {
  readonly kind: FaultKind;
  /** All traits given must be equal; none given matches every call. */
  readonly match?: Partial<CallTraits>;
  /** How many calls it hits (default 1); null: until removed or `forMs` has passed. */
  readonly times?: number | null;
  /** How many matching calls pass before it hits (default 0). */
  readonly skip?: number;
  readonly forMs?: number;
  /** The part of matching calls that it hits, by the seeded source (default 1). */
  readonly probability?: number;
  readonly delayMs?: number;
  /** HTTP status of the 5xx kinds (default 500). */
  readonly status?: number;
  /** The part of a `truncated` or `wrong-length` answer that is sent (default 0.5). */
  readonly keep?: number;
}

export interface Fault extends FaultDefinition {
  readonly id: string;
  readonly endsAtMs: number | null;
  left: number | null;
  toSkip: number;
  hits: number;
}

export interface Faults {
  add(definition: FaultDefinition, nowMs: number): Fault;
  remove(id: string | null): void;
  list(): readonly Fault[];
  /** The fault that hits this call, if any; it is spent by that. */
  take(call: CallTraits, nowMs: number): Fault | null;
}

export function createFaults(random: Random): Faults {
  let faults: Fault[] = [];
  let made = 0;
  return {
    add(definition, nowMs) {
      made += 1;
      const fault: Fault = {
        ...definition,
        id: `fault-${made}`,
        endsAtMs: definition.forMs === undefined ? null : nowMs + definition.forMs,
        left: definition.times === undefined ? (definition.forMs === undefined ? 1 : null) : definition.times,
        toSkip: definition.skip ?? 0,
        hits: 0,
      };
      faults.push(fault);
      return fault;
    },
    remove(id) {
      faults = id === null ? [] : faults.filter((fault) => fault.id !== id);
    },
    list: () => faults,
    take(call, nowMs) {
      for (const fault of faults) {
        if (fault.left === 0 || (fault.endsAtMs !== null && nowMs >= fault.endsAtMs) || !matches(fault, call)) continue;
        if (fault.toSkip > 0) {
          fault.toSkip -= 1;
          continue;
        }
        if (random() >= (fault.probability ?? 1)) continue;
        if (fault.left !== null) fault.left -= 1;
        fault.hits += 1;
        return fault;
      }
      return null;
    },
  };
}

function matches(fault: Fault, call: CallTraits): boolean {
  return Object.entries(fault.match ?? {}).every(([trait, wanted]) => call[trait as keyof CallTraits] === wanted);
}
