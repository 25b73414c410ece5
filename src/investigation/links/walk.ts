import type { IdentityId } from '../../model/identity.ts';
import type { Link } from '../../model/link.ts';
import { givenPasswords } from './given-passwords.ts';
import { KnownLinks } from './known-links.ts';
import type { LinkIndex } from './link-index.ts';
import type { Member } from './members.ts';
import { signedSeeds } from './signed-seeds.ts';
import { nameSuspects } from './suspects.ts';
import { certifiedSeeds } from './trust-anchors.ts';
import { walkBackwards } from './walk-backwards.ts';
import { walkForwards } from './walk-forwards.ts';
import type { WalkLimit } from './walk-limit.ts';
import { WalkSoFar } from './walk-so-far.ts';
import type { Seed } from '../../cloudtrail/seed.ts';

export interface Walk {
  readonly members: ReadonlyMap<IdentityId, Member>;
  readonly links: readonly Link[];
  readonly limits: readonly WalkLimit[];
}

/**
 * Walks from the credentials that alerts are about over proved links: back to whoever handed them out, then forwards to what
 * they minted, made, changed and stole. An edge that many use ends the walk, but for what carries alerts itself or was done from
 * the address of an alert's call.
 */
export async function walk(
  seeds: readonly Seed[],
  index: LinkIndex,
  apart: ReadonlySet<IdentityId> = nobody,
): Promise<Walk> {
  const addresses = new Set(seeds.map(({ source }) => source).filter((source) => source !== null));
  const known = new KnownLinks(index, [...addresses]);
  const signed = await certifiedSeeds(await signedSeeds(seeds, known), known);
  async function walkWith(handed: ReadonlySet<IdentityId>): Promise<WalkSoFar> {
    const soFar = new WalkSoFar({ seeds: signed, index, known, addresses, apart, handed });
    await walkBackwards(soFar);
    await walkForwards(soFar);
    return soFar;
  }
  const walked = await walkWith(nobody);
  const handed = givenPasswords(walked);
  return resultOf(handed.size === 0 ? walked : await walkWith(handed));
}

const nobody: ReadonlySet<IdentityId> = new Set();

function resultOf(walked: WalkSoFar): Walk {
  nameSuspects(walked);
  // Who made something is no limit where the walk comes from there.
  const limits = [...walked.limits.values()].filter(
    (each) => each.kind !== 'made-by' || !walked.members.has(each.maker),
  );
  return { members: walked.members.byId(), links: walked.taken.links(), limits };
}
