import type { CaseId } from '../../model/ids.ts';
import { minuteMs } from '../../model/duration.ts';

/** How much is told of a case that is new: all of it, a line, or that there is one more. */
export type CaseTelling = 'whole' | 'in-a-line' | 'counted';

/** Of cases that open at once, as after an import, so many are told whole, and so many named. */
const toldWhole = 3;
const named = 10;
/** For so long a case is new, and counts among those that open at once. */
const newForMs = minuteMs;

/** Keeps a flood of new cases from the screen; what comes of a case later is told whole. */
export interface CasePace {
  readonly tellingOf: (caseId: CaseId) => CaseTelling;
  /** How many cases are to be counted that have not been yet; to be asked once they are told. */
  readonly takeCounted: () => number;
}

/** @param now milliseconds, of any clock that goes forward. */
export function createCasePace(now: () => number = () => performance.now()): CasePace {
  const fresh = new Map<CaseId, { readonly atMs: number; readonly telling: CaseTelling }>();
  const known = new Set<CaseId>();
  let counted = 0;
  function forgetOld(): void {
    for (const [caseId, { atMs }] of fresh) if (now() - atMs > newForMs) fresh.delete(caseId);
  }
  function tellingOfNew(): CaseTelling {
    if (fresh.size < toldWhole) return 'whole';
    return fresh.size < named ? 'in-a-line' : 'counted';
  }
  return {
    tellingOf(caseId) {
      forgetOld();
      const recent = fresh.get(caseId);
      if (recent !== undefined) return recent.telling;
      if (known.has(caseId)) return 'whole';
      known.add(caseId);
      const telling = tellingOfNew();
      fresh.set(caseId, { atMs: now(), telling });
      if (telling === 'counted') counted += 1;
      return telling;
    },
    takeCounted() {
      const taken = counted;
      counted = 0;
      return taken;
    },
  };
}
