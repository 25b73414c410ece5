import { plainText, safe, safeJoin } from '../../../model/safe-text.ts';
import { outsidersIn } from '../../ways-in/shares.ts';
import type { FindingGround, FindingKind } from '../case-finding.ts';
import { drawnFrom, suspicious } from '../drawing.ts';
import type { SeenEvent } from '../../seen-event.ts';

type Way = 'let in' | 'shared with' | 'called from';

interface Seen {
  readonly account: string;
  readonly way: Way;
  readonly event: SeenEvent;
}

/** One outside account in two ways or more: let in, shared with, called from. By itself each may be a partner. */
export const intrudersAccount: FindingKind = (ground) => {
  const byAccount = Map.groupBy(sightings(ground), ({ account }) => account);
  return [...byAccount].flatMap(([account, seen]) => {
    const ways = [...new Set(seen.map(({ way }) => way))];
    if (ways.length < 2) return [];
    return suspicious({
      kind: 'intruders-account',
      sentence: safe`Account ${plainText(account)} is likely the intruder's own: it was ${safeJoin(
        ways.map((way) => plainText(way)),
        ' and ',
      )}.`,
      confidence: 'high',
      techniques: ['T1537'],
      facts: { account, ways },
      events: seen.map(({ event }) => event),
    });
  });
};

function sightings(ground: FindingGround): readonly Seen[] {
  const own = ground.material.ownAccounts ?? [];
  const inRoles = drawnFrom(ground, 'trust-changed', 'role-created').found.flatMap((each) =>
    outsidersIn(each.effect.letsIn, [each.accountId, ...own]).map((who) => ({ who, way: 'let in' as const, each })),
  );
  const inShares = drawnFrom(ground, 'shared').found.flatMap((each) =>
    outsidersIn(each.effect.with, [each.accountId, ...own]).map((who) => ({ who, way: 'shared with' as const, each })),
  );
  const named = [...inRoles, ...inShares].flatMap(({ who, way, each }) =>
    who.accountId === null ? [] : [{ account: who.accountId, way, event: each.event }],
  );
  const called = ground.calls.all.flatMap((event): readonly Seen[] => {
    const { actor } = event;
    if (actor.kind !== 'external' || own.includes(actor.accountId)) return [];
    return [{ account: actor.accountId, way: 'called from', event }];
  });
  return [...named, ...called];
}
