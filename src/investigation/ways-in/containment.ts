import type { WayIn } from '../../model/way-in.ts';

/** Whether a case may be called contained, and what stands against it. */
export interface Containment {
  readonly verdict: 'contained' | 'partly-contained';
  /** Ways in that are open, or of which nobody knows. */
  readonly left: readonly WayIn[];
}

/** Contained means: every way in is closed, or a named person has accepted it with a reason. What is unknown is not closed. */
export function containment(waysIn: readonly WayIn[]): Containment {
  const left = waysIn.filter(({ state }) => !isSettled(state));
  return { verdict: left.length === 0 ? 'contained' : 'partly-contained', left };
}

function isSettled(state: WayIn['state']): boolean {
  if (typeof state === 'string') return state === 'closed';
  return state.acceptedBy.trim() !== '' && state.reason.trim() !== '';
}
