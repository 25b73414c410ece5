import type { Seed } from '../../cloudtrail/seed.ts';
import type { IdentityId } from '../../model/identity.ts';
import type { KnownLinks } from './known-links.ts';

/**
 * Where a walk begins, with what the calls were made with. Another account's record of a call names no key; where the caller's own
 * record of it makes a link, that one does, and others who use a session by the same name are not under suspicion with it.
 */
export async function signedSeeds(seeds: readonly Seed[], known: KnownLinks): Promise<readonly Seed[]> {
  const unsigned = seeds.filter(({ credential }) => credential === null);
  if (unsigned.length === 0) return seeds;
  const links = await known.touching(unsigned.map(({ identity }) => identity));
  const keys = Map.groupBy(
    links.filter(({ madeWith }) => madeWith !== undefined),
    ({ from, at }) => callKey(from, at),
  );
  return seeds.map((seed) => {
    if (seed.credential !== null) return seed;
    const [key, ...others] = new Set(keys.get(callKey(seed.identity, seed.at))?.map(({ madeWith }) => madeWith));
    return key === undefined || others.length > 0 ? seed : { ...seed, credential: key };
  });
}

function callKey(caller: IdentityId, at: string): string {
  return `${caller} ${Date.parse(at)}`;
}
