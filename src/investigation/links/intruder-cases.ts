import type { IdentityId } from '../../model/identity.ts';
import { dayMs } from '../../model/duration.ts';
import type { Instant } from '../../model/ids.ts';
import type { Link } from '../../model/link.ts';
import { isConsoleSession, kindOf } from './identity-parts.ts';
import type { LinkIndex } from './link-index.ts';
import { areTwoWays, outsideWays, type OutsideWay } from './outside-ways.ts';
import { firstLetInBy } from './outsiders-let-in.ts';
import type { Seed } from '../../cloudtrail/seed.ts';
import type { Member } from './members.ts';
import { walk, type Walk } from './walk.ts';

/** An alert, and the call that it is about. */
export interface SuspectAlert<A> {
  readonly alert: A;
  readonly seed: Seed;
}

/** One intruder, as far as proved: the alerts, and what the walk from them came to. */
export interface IntruderCase<A> {
  readonly alerts: readonly SuspectAlert<A>[];
  readonly walk: Walk;
}

/** One case for each intruder: alerts whose walks come to the same credential belong together. */
export async function intruderCases<A>(
  alerts: readonly SuspectAlert<A>[],
  index: LinkIndex,
): Promise<readonly IntruderCase<A>[]> {
  let groups = [...Map.groupBy(alerts, ({ seed }) => seed.principal).values()];
  for (;;) {
    const cases = await Promise.all(groups.map((group) => caseOf(group, index)));
    const resets = await Promise.all(cases.map(({ walk: each }) => resetsIn(each, index)));
    const ties = [...tiedByOutsiders(cases, index), ...(await tiedByCallersLetIn(cases, index))];
    const together = joined(cases, resets, ties);
    if (together.length === cases.length) return cases;
    groups = together.map((some) => some.flatMap((each) => each.alerts));
  }
}

async function caseOf<A>(alerts: readonly SuspectAlert<A>[], index: LinkIndex): Promise<IntruderCase<A>> {
  return { alerts, walk: await walk(firstSeeds(alerts), index) };
}

/** The first call of each caller from each address. */
function firstSeeds<A>(alerts: readonly SuspectAlert<A>[]): readonly Seed[] {
  const seeds = new Map<string, Seed>();
  for (const { seed } of alerts) {
    const key = JSON.stringify([seed.identity, seed.credential, seed.source]);
    const known = seeds.get(key);
    if (known === undefined || Date.parse(seed.at) < Date.parse(known.at)) seeds.set(key, seed);
  }
  return [...seeds.values()];
}

/** A console session by which somebody can come in whose password the case set only after others had. */
interface Reset {
  readonly session: IdentityId;
  readonly at: Instant;
  readonly source: string | null;
}

/**
 * Whose password a case set within a day after somebody else had: the sessions go by one name whoever signs in, and that two set the same
 * user's password is no sign that they are one.
 */
async function resetsIn({ links, members }: Walk, index: LinkIndex): Promise<readonly Reset[]> {
  const settings = links.filter(({ how }) => how === 'set-password');
  if (settings.length === 0) return [];
  const { byNode } = await index.touching(
    settings.map(({ to }) => to),
    [],
  );
  return settings.flatMap(({ to, at, source }) => {
    const known = byNode.get(to) ?? [];
    const before = known.filter((each) => each.how === 'set-password' && each.to === to && isShortlyBefore(each, at));
    const isReset = before.some(({ madeWith, from }) => !members.has(madeWith ?? from));
    const isFirst = !before.some(({ madeWith, from }) => members.has(madeWith ?? from));
    if (!isReset || !isFirst) return [];
    const sessions = links.filter(
      ({ how, from, to: session }) => how === 'signed-in' && from === to && isConsoleSession(session),
    );
    return sessions.map(({ to: session }) => ({ session, at, source: source ?? null }));
  });
}

function isShortlyBefore({ at }: Link, instant: Instant): boolean {
  const beforeMs = Date.parse(instant) - Date.parse(at);
  return beforeMs > 0 && beforeMs <= dayMs;
}

/** Cases that hold the same credential, or that an outside account ties, each with those that it belongs with. */
function joined<A>(
  cases: readonly IntruderCase<A>[],
  resets: readonly (readonly Reset[])[],
  ties: readonly Tie[],
): readonly (readonly IntruderCase<A>[])[] {
  const parents = cases.map((_, position) => position);
  function rootOf(position: number): number {
    const parent = parents[position] ?? position;
    return parent === position ? position : rootOf(parent);
  }
  function tie(a: number, b: number): void {
    void (parents[rootOf(b)] = rootOf(a));
  }
  /** Whoever sets a password again from where others' alerts were before is taken for them. */
  function isReset(id: IdentityId, position: number): boolean {
    const own = (resets[position] ?? []).filter(({ session }) => session === id);
    const others = cases.filter((_, each) => each !== position).flatMap(({ alerts }) => alerts);
    return (
      own.length > 0 &&
      !own.some(({ source, at }) =>
        others.some(({ seed }) => source !== null && seed.source === source && Date.parse(seed.at) <= Date.parse(at)),
      )
    );
  }
  const holders = new Map<IdentityId, number>();
  cases.forEach(({ walk: { members } }, position) => {
    for (const member of members.values()) {
      if (!isHeld(member) || isReset(member.id, position)) continue;
      const holder = holders.get(member.id);
      if (holder === undefined) holders.set(member.id, position);
      else tie(holder, position);
    }
  });
  cases.forEach(({ walk: { members } }, position) => {
    for (const { id, role } of members.values()) {
      const holder = role === 'suspect' ? holders.get(id) : undefined;
      if (holder !== undefined) tie(holder, position);
    }
  });
  for (const [a, b] of ties) tie(a, b);
  return [...Map.groupBy(cases.keys(), rootOf).values()].map((positions) =>
    positions.map((position) => cases[position]).filter((each) => each !== undefined),
  );
}

/** What can be in one case only: a credential, and an identity all of whose work is the intruder's. */
export function isHeld({ id, role, whole }: Member): boolean {
  return role !== 'outside' && (whole || kindOf(id) === 'access-key') && kindOf(id) !== 'account';
}

/** Two cases that belong together, by where they stand. */
type Tie = readonly [number, number];

/** An outside account that occurs in two ways in two cases is the same intruder's in both. */
function tiedByOutsiders<A>(cases: readonly IntruderCase<A>[], index: LinkIndex): readonly Tie[] {
  const seen = new Map<string, { readonly position: number; readonly ways: ReadonlySet<OutsideWay> }[]>();
  return cases.flatMap(({ walk: { links } }, position) =>
    [...outsideWays(links, index)].flatMap(([accountId, ways]) => {
      const others = seen.get(accountId) ?? [];
      seen.set(accountId, [...others, { position, ways }]);
      const tied = others.filter((other) => areTwoWays(ways, other.ways));
      return tied.map((other) => [other.position, position] as const);
    }),
  );
}

/** Alerts about an outside account, as one that copies what was shared with it, belong to the case that let it in, where nobody had before. */
async function tiedByCallersLetIn<A>(
  cases: readonly IntruderCase<A>[],
  index: Pick<LinkIndex, 'isWatched' | 'touching'>,
): Promise<readonly Tie[]> {
  const ties = cases.map(async ({ alerts }, position): Promise<readonly Tie[]> => {
    const makers = firstSeeds(alerts).map(async (seed) => {
      const maker = await firstLetInBy(seed, index);
      return maker === undefined ? -1 : cases.findIndex(({ walk: { members } }) => members.has(maker));
    });
    return (await Promise.all(makers)).flatMap((maker): readonly Tie[] => (maker < 0 ? [] : [[maker, position]]));
  });
  return (await Promise.all(ties)).flat();
}
