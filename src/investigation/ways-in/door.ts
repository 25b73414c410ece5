import type { CaseEffect } from '../case/case-effects.ts';
import type { Standing } from '../case/standing.ts';
import type { Undoing } from '../case/undoings.ts';
import type { WayInCandidate } from './candidate.ts';
import { doorDoubt } from './doubt.ts';

/** A door that an effect opened, as a way in: closed, being closed, or opened again, as the effect itself is where nothing else is said. */
export function door(
  { at, effect, event, ...become }: CaseEffect,
  of: Pick<WayInCandidate, 'identity' | 'what' | 'narrowedTo'>,
  closed: Undoing | null = become.undone,
  { reopened: again, ending: begun }: Standing = become,
): WayInCandidate {
  const unsure = doorDoubt(of) === null ? {} : { unsure: true };
  const ends = 'endsWith' in effect && effect.endsWith !== undefined ? { endsWith: effect.endsWith } : {};
  const opened = { ...of, origin: 'made', from: at, until: 'until-removed', closed, ...ends, ...unsure } as const;
  if (closed !== null) return { ...opened, proof: [event.ref] };
  if (begun !== undefined)
    return {
      ...opened,
      unsure: true,
      endBegun: begun.at,
      proof: [event.ref, ...(begun.proof === null ? [] : [begun.proof])],
    };
  return again === undefined
    ? { ...opened, proof: [event.ref] }
    : { ...opened, reopened: { at: again.at, by: again.by }, proof: [event.ref, again.proof] };
}
