import type { Instant } from '../../model/ids.ts';
import { compareInstants, earliestFirst } from '../../model/instant.ts';
import type { CaseEffects } from '../case/case-effects.ts';
import type { Replacement } from '../case/replacements.ts';
import type { Opening, Undoing } from '../case/undoings.ts';
import type { IdentityState } from '../case/case-material.ts';
import type { ThingKey } from '../effects/effect.ts';
import { user } from '../../cloudtrail/identities.ts';
import { thing } from '../effects/thing.ts';
import type { UserIds } from '../users/user-ids.ts';
import type { NamedUser } from '../users/user-names.ts';

/** What has closed a user's credentials since an instant: a record, a denial of everything, or IAM's present state. */
export interface Closing {
  readonly key: (owner: Owner, accessKeyId: string, since: Instant, opening?: Opening) => Undoing | null;
  /** Who else than the intruder last switched a key or another credential on again since. */
  readonly reactivation: (credential: ThingKey, since: Instant) => Reactivation | null;
  readonly password: (owner: Owner, since: Instant) => Undoing | null;
  /** A call of somebody else's that may have set another password since, or none. */
  readonly perhapsReset: (owner: Owner, since: Instant) => Undoing | null;
  readonly other: (owner: Owner, credentialId: string, since: Instant, opening: Opening) => Undoing | null;
  readonly user: (owner: Owner, since: Instant) => Undoing | null;
}

export type Reactivation = Replacement<'key-created'> | Replacement<'credential-made'>;

export type Owner = NamedUser;

/** What a credential is called while its owner has a name; the owner itself apart. */
type OwnThing = (named: Owner) => readonly ThingKey[];

/** When the owner was known by its name, and from when on a closing counts. */
interface Span {
  readonly at: Instant;
  readonly since: Instant;
}

/** Makes {@link Closing} of a case's undoings and of what IAM showed. */
export function closingBy(effects: CaseEffects, states: readonly IdentityState[], userIds: UserIds): Closing {
  const { names, undoneSince, replacedBy, reopenedAt } = effects;
  function closed(
    owner: Owner,
    own: OwnThing,
    { at, since }: Span,
    isGone: (state: IdentityState) => boolean,
    opening: Opening = 'made',
  ): Undoing | null {
    const undone = names.stages(owner, at).flatMap((stage) => {
      const from = Date.parse(stage.from) > Date.parse(since) ? stage.from : since;
      return undoneSince([...own(stage), thing.user(stage.accountId, stage.userName)], from, opening) ?? [];
    });
    const known = [...undone, deniedUser(effects, owner, at, null) ?? []].flat();
    const last = known.toSorted(earliestFirst).at(-1);
    if (last !== undefined) return last;
    function isOwners(state: IdentityState): boolean {
      return (
        state.accountId === owner.accountId &&
        Date.parse(state.takenAt) >= Date.parse(since) &&
        names.isNameAt(owner, at, state.userName, state.takenAt) &&
        userIds.mayBe(owner, state.userId)
      );
    }
    const state = latestOf(states.filter(isOwners));
    if (state === undefined) return null;
    // A name that nobody has says nothing of who may have been renamed once more: their end is in the trail.
    const isNobody = !state.exists && names.stages(owner, at).length === 1;
    return isNobody || (state.exists && isGone(state)) ? { at: state.takenAt, proof: null } : null;
  }
  function reactivation(credential: ThingKey, since: Instant): Reactivation | null {
    return replacedBy('key-created', [credential], since) ?? replacedBy('credential-made', [credential], since);
  }
  /** Whoever sets another's password anew voids the one that there was; a user who changes its own may be the intruder. */
  function resetByAnother(owner: Owner, since: Instant, isPerhaps = false): Undoing | null {
    const resets = names.stages(owner, since).flatMap((stage) => {
      const from = Date.parse(stage.from) > Date.parse(since) ? stage.from : since;
      const own = user(stage.accountId, stage.userName).id;
      const password = thing.password(stage.accountId, stage.userName);
      return (
        replacedBy(
          'password-set',
          [password],
          from,
          ({ perhaps = false }, callers) => perhaps === isPerhaps && !callers.includes(own),
        ) ?? []
      );
    });
    return resets.toSorted(earliestFirst).at(-1) ?? null;
  }
  return {
    reactivation,
    key: (owner, accessKeyId, since, opening = 'made') => {
      const own = thing.accessKey(accessKeyId);
      // Whoever activated it again opened it again, though they are not the intruder.
      const recorded = reactivation(own, since)?.at ?? since;
      const ours = reopenedAt([own]);
      const again = ours !== null && Date.parse(ours) > Date.parse(recorded) ? ours : recorded;
      function isGone({ keys }: IdentityState): boolean {
        // A key that IAM does not list is deleted; one that it could not be asked about may be there.
        return keys !== null && !keys.some((key) => key.accessKeyId === accessKeyId && key.status === 'Active');
      }
      return closed(owner, () => [own], { at: since, since: again }, isGone, again === since ? opening : 'again');
    },
    password: (owner, since) =>
      closed(
        owner,
        (named) => [thing.password(named.accountId, named.userName)],
        { at: since, since },
        ({ hasPassword }) => hasPassword === false,
      ) ?? resetByAnother(owner, since),
    perhapsReset: (owner, since) => resetByAnother(owner, since, true),
    other: (owner, credentialId, since, opening) => {
      const own = thing.credential(owner.accountId, credentialId);
      const again = reactivation(own, since)?.at;
      return closed(
        owner,
        () => [own],
        { at: since, since: again ?? since },
        () => false,
        again === undefined ? opening : 'again',
      );
    },
    user: (owner, since) =>
      closed(
        owner,
        () => [],
        { at: since, since },
        () => false,
      ),
  };
}

/** IAM is asked again and again: the last word counts. */
function latestOf(states: readonly IdentityState[]): IdentityState | undefined {
  return states.toSorted((a, b) => compareInstants(a.takenAt, b.takenAt)).at(-1);
}

/**
 * Whether a user, by whatever name since an instant, is denied everything that a credential issued at another may do. What denies whoever
 * had a name before is not what denies who has got it.
 */
export function deniedUser(
  { denials, names }: CaseEffects,
  owner: NamedUser,
  from: Instant,
  issuedAt: Instant | null,
): Undoing | null {
  const denied = names.stages(owner, from).flatMap((stage, index) => {
    const found = denials.denied(thing.deniedUser(stage.accountId, stage.userName), issuedAt);
    return found !== null && (index === 0 || Date.parse(found.at) > Date.parse(stage.from)) ? [found] : [];
  });
  return denied.at(-1) ?? null;
}
