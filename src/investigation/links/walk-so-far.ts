import type { IdentityId } from '../../model/identity.ts';
import type { Link } from '../../model/link.ts';
import { dayMs } from '../../model/duration.ts';
import { kindOf } from './identity-parts.ts';
import type { KnownLinks } from './known-links.ts';
import type { LinkIndex } from './link-index.ts';
import { isWholeWhenSuspect, Members } from './members.ts';
import { outsideAccountOf } from './outsiders-let-in.ts';
import { TakenLinks } from './taken-links.ts';
import { isTrustAnchor } from './trust-anchors.ts';
import type { WalkLimit } from './walk-limit.ts';
import type { Seed } from '../../cloudtrail/seed.ts';

/** What a compromised credential did up to a day before its first alert counts as the intruder's. */
const walkLookBackMs = dayMs;

/** Where a walk begins, and by what it goes. */
interface WalkStart {
  readonly seeds: readonly Seed[];
  readonly index: LinkIndex;
  readonly known: KnownLinks;
  /** Where the alerts' calls came from. */
  readonly addresses: ReadonlySet<string>;
  /** Whom a person has given a case of their own. */
  readonly apart: ReadonlySet<IdentityId>;
  /** People of a directory whom alerts are about since the intruder set their password: what else they do may be their own. */
  readonly handed: ReadonlySet<IdentityId>;
}

/** What a walk has come to, taken and learned so far: each part of it reads and adds to this. */
export class WalkSoFar {
  readonly seeds: readonly Seed[];
  readonly index: LinkIndex;
  readonly known: KnownLinks;
  readonly members: Members;
  readonly taken = new TakenLinks();
  readonly limits = new Map<string, WalkLimit>();
  /** Where the intruder is known to have called from. */
  readonly addresses: Set<string>;
  /** People of a directory whom alerts are about since the intruder set their password: what else they do may be their own. */
  readonly handed: ReadonlySet<IdentityId>;
  /** Where those are at work as ever whose password the intruder set, by what they do in the console. */
  readonly ownPlaces = new Map<IdentityId, ReadonlySet<string>>();
  /** People whom only a trust that the intruder opened lets in. */
  readonly strangers = new Set<IdentityId>();
  readonly fromMs: number;

  constructor({ seeds, index, known, addresses, apart, handed }: WalkStart) {
    this.seeds = seeds;
    this.handed = handed;
    this.index = index;
    this.known = known;
    this.members = new Members(apart, this.limits);
    this.addresses = new Set(addresses);
    this.fromMs = Math.min(...seeds.map(({ at }) => Date.parse(at))) - walkLookBackMs;
    for (const seed of seeds) this.#plant(seed);
  }

  #plant({ principal, identity, credential }: Seed): void {
    if (credential !== null) this.members.join({ id: credential, role: 'suspect', sinceMs: this.fromMs, whole: true });
    for (const id of new Set([principal, identity])) {
      if (this.handed.has(id)) continue;
      const whole = isWholeWhenSuspect(id) || (credential === null && kindOf(id) === 'session');
      this.members.join({ id, role: isTrustAnchor(id) ? 'outside' : 'suspect', sinceMs: this.fromMs, whole });
    }
  }

  isOutside(id: IdentityId): boolean {
    return outsideAccountOf({ identity: id }, this.index) !== undefined;
  }

  isOwnCall({ from, madeWith }: Link): boolean {
    return this.members.has(madeWith ?? from);
  }

  /** Also with a credential that is not known yet, where all that its caller does is the intruder's. */
  isMembersCall(link: Link): boolean {
    return this.isOwnCall(link) || this.members.get(link.from)?.whole === true;
  }
}
