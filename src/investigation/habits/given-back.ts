import type { WayIn } from '../../model/way-in.ts';
import { assessCase } from '../case/assess-case.ts';
import type { CaseMaterial } from '../case/case-material.ts';
import type { SeenEvent } from '../seen-event.ts';

/**
 * Tells calls by what an undoing has opened again, action by action: a key that was activated while its user is still denied everything
 * is not given back.
 *
 * @param graceMs how long before an undoing was seen in AWS it may have taken effect
 */
export function givenBackIn(
  material: CaseMaterial,
  graceMs: number,
): (call: Pick<SeenEvent, 'at' | 'accessKeyId' | 'callers'>) => boolean {
  const { reopenings = [] } = material;
  if (reopenings.length === 0) return () => false;
  const fromMs = Math.min(...reopenings.map(({ at }) => Date.parse(at))) - graceMs;
  const waysIn = givenBack(material, fromMs);
  const credentials = new Map(
    waysIn.now.flatMap(({ id, what }) =>
      'accessKeyId' in what && what.accessKeyId !== null ? [[what.accessKeyId, waysIn.again.has(id)] as const] : [],
    ),
  );
  const identities = new Set(waysIn.now.filter(({ id }) => waysIn.again.has(id)).map(({ identity }) => identity));
  return ({ at, accessKeyId, callers }) => {
    if (Date.parse(at) < fromMs) return false;
    const byItself = accessKeyId === undefined ? undefined : credentials.get(accessKeyId);
    return byItself ?? callers.some((id) => identities.has(id));
  };
}

/**
 * The ways in as an undoing left them, and those among them that were closed before it. What was called since is not looked at: it says
 * that something is open, and not by whose will.
 */
function givenBack(
  material: CaseMaterial,
  fromMs: number,
): { readonly now: readonly WayIn[]; readonly again: ReadonlySet<string> } {
  const events = material.events.filter(({ at }) => Date.parse(at) < fromMs);
  const before = assessCase({ ...material, events, reopenings: [] }).waysIn;
  const closed = new Set(before.filter(({ state }) => state === 'closed').map(({ id }) => id));
  const now = assessCase({ ...material, events }).waysIn;
  return {
    now,
    again: new Set(now.filter(({ id, state }) => state !== 'closed' && closed.has(id)).map(({ id }) => id)),
  };
}
