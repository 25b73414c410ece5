import type { Instant } from '../../model/ids.ts';
import type { IdentityId } from '../../model/identity.ts';
import type { Link } from '../../model/link.ts';
import { hourMs } from '../../model/duration.ts';
import { earliestFirst } from '../../model/instant.ts';
import { instanceIdOfSession, kindOf } from './identity-parts.ts';
import type { InstanceSession } from './link-index.ts';
import type { Member } from './members.ts';
import type { WalkSoFar } from './walk-so-far.ts';

/** What runs on an instance acts within this time, where only that ties the two. */
export const afterRunningMs = hourMs;

/** Calls that ran something on the instance shortly before, from where its credentials were then used. */
export async function ranBefore(
  walk: WalkSoFar,
  node: { readonly identity: IdentityId; readonly at: Instant; readonly source: string | null },
) {
  const instance = instanceIdOfSession(node.identity);
  if (instance === undefined) return [];
  const touching = await walk.known.touching([instance]);
  const ran = touching.filter(
    ({ how, to, at }) =>
      how === 'ran-on-instance' &&
      to === instance &&
      Date.parse(at) <= Date.parse(node.at) &&
      Date.parse(node.at) - Date.parse(at) <= afterRunningMs,
  );
  // From elsewhere, as a command that works at the instance's own address, only where alerts lie on that side too.
  const suspected = await walk.index.suspected(ran.flatMap(({ from, madeWith }) => [from, madeWith ?? from]));
  return ran.filter(
    ({ source, from, madeWith }) =>
      (node.source !== null && source === node.source) || suspected.has(from) || suspected.has(madeWith ?? from),
  );
}

/** What acted as an instance after the intruder had run something on it: all, where the instance is the intruder's own. */
export async function usesOfInstance(walk: WalkSoFar, member: Member): Promise<readonly Link[]> {
  const seen = (await walk.index.instanceSessions([member.id])).filter(({ at }) => Date.parse(at) >= member.sinceMs);
  const suspected = await walk.index.suspected(seen.map(({ session }) => session));
  function isStolen({ at, source, session }: InstanceSession): boolean {
    return (
      (source !== null && walk.addresses.has(source)) ||
      (suspected.has(session) && Date.parse(at) - member.sinceMs <= afterRunningMs)
    );
  }
  const used = [
    ...(member.role === 'created' ? seen : seen.filter(isStolen)),
    ...handedOnFrom(walk, member),
    ...alertedOn(walk, member),
  ];
  const firsts = [...Map.groupBy(used, ({ session }) => session).values()].flatMap(
    (same) => same.toSorted(earliestFirst)[0] ?? [],
  );
  for (const first of firsts) onlySince(walk, first, member);
  return firsts.map(({ session: to, at, proof }) => ({
    from: member.id,
    to,
    how: 'ran-on-instance',
    strength: 'proved',
    at,
    proof: [proof],
    as: 'used',
  }));
}

/** What a session of an instance did before the intruder was on it is the instance's own work, where no alert says otherwise. */
function onlySince(walk: WalkSoFar, { session, at }: InstanceSession, on: Member): void {
  const seeds = walk.seeds.filter(({ identity }) => identity === session);
  const keys = [
    ...seeds.map(({ credential }) => credential),
    ...walk.taken
      .steps()
      .filter(({ from }) => from === session)
      .map(({ madeWith }) => madeWith),
  ];
  const sinceMs = Math.min(sinceEntered(on, Date.parse(at)), ...seeds.map((seed) => Date.parse(seed.at)));
  for (const id of new Set([session, ...keys])) {
    const known = walk.members.get(id ?? '');
    if (known !== undefined && known.sinceMs < sinceMs) walk.members.put({ ...known, sinceMs });
  }
}

/** Sessions of an instance that alerts are about soon after it was entered: of an hour in which they were at work before too, only that is known. */
function alertedOn(walk: WalkSoFar, { id, sinceMs }: Member): readonly InstanceSession[] {
  const entered = walk.taken.stepsTo(id).find(({ how }) => how === 'ran-on-instance');
  if (entered === undefined) return [];
  return walk.seeds
    .filter(({ identity, at }) => {
      const afterMs = Date.parse(at) - sinceMs;
      return instanceIdOfSession(identity) === id && afterMs >= 0 && afterMs <= afterRunningMs;
    })
    .map(({ identity: session, at, source }) => ({ instance: id, session, at, source, proof: entered.proof[0] }));
}

/** Sessions of an instance that gave the case something, from when they did. */
function handedOnFrom(walk: WalkSoFar, { id, sinceMs }: Member): readonly InstanceSession[] {
  return walk.taken
    .steps()
    .filter(
      ({ from, at, madeWith }) =>
        madeWith !== undefined && instanceIdOfSession(from) === id && Date.parse(at) >= sinceMs,
    )
    .map(({ from, at, source = null, proof }) => ({ instance: id, session: from, at, source, proof: proof[0] }));
}

/** From when what a step leads to may act for the intruder: who is on an instance has its session before the first call that proves it. */
export function actsFrom(walk: WalkSoFar, { from, to, how, at }: Link): number {
  const on = how === 'ran-on-instance' && kindOf(to) === 'session' ? walk.members.get(from) : undefined;
  return on === undefined ? Date.parse(at) : sinceEntered(on, Date.parse(at));
}

/** Within the time in which what was run on an instance acts, since it was entered. */
function sinceEntered({ sinceMs }: Member, firstUseMs: number): number {
  return firstUseMs - sinceMs <= afterRunningMs ? Math.min(sinceMs, firstUseMs) : firstUseMs;
}
