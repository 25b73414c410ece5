import type { CaseCalls } from '../case/case-calls.ts';
import type { CaseMaterial } from '../case/case-material.ts';
import type { SeenEvent } from '../seen-event.ts';
import type { CaseDocument } from './case-document.ts';

/** So many names are enough to find whoever uses it. */
const namesShown = 5;

/**
 * What the case's own credentials and identities are used for besides the intrusion, as far as the events tell: it breaks when they
 * are contained. What the case made itself has no other use.
 */
export function otherUse(
  material: Pick<CaseMaterial, 'identities'>,
  { all, calls }: Pick<CaseCalls, 'all' | 'calls'>,
): CaseDocument['otherUse'] {
  const hostile = new Set(calls);
  const older = new Map(
    material.identities.filter(({ role }) => role === 'suspect' || role === 'used').map((each) => [each.id, each]),
  );
  const others = all.flatMap((event) => {
    const identity = event.callers.find((id) => older.has(id));
    return event.own || hostile.has(event) || identity === undefined ? [] : [{ identity, event }];
  });
  return [...Map.groupBy(others, ({ identity }) => identity)]
    .map(([identity, uses]) =>
      useOf(
        identity,
        uses.map(({ event }) => event),
      ),
    )
    .toSorted((a, b) => b.calls - a.calls);
}

function useOf(identity: string, events: readonly SeenEvent[]): CaseDocument['otherUse'][number] {
  return {
    identity,
    calls: events.length,
    days: new Set(events.map(({ at }) => at.slice(0, 10))).size,
    last: events.at(-1)?.at ?? '',
    sources: mostFrequent(events.flatMap(({ sourceAddress }) => sourceAddress ?? [])),
    services: mostFrequent(events.map(({ provider }) => provider.replace('.amazonaws.com', ''))),
  };
}

function mostFrequent(names: readonly string[]): readonly string[] {
  return [...Map.groupBy(names, (name) => name)]
    .toSorted((a, b) => b[1].length - a[1].length)
    .slice(0, namesShown)
    .map(([name]) => name);
}
