import type { AccountId, Instant } from '../../model/ids.ts';
import type { CaseEffects, Opening, Undoing } from '../case-effects.ts';
import type { IdentityState } from '../case-material.ts';
import type { ThingKey } from '../effects/effect.ts';
import { thing } from '../effects/thing.ts';

/** What has closed a user's credentials since an instant: a record, a denial of everything, or IAM's present state. */
export interface Closing {
  readonly key: (owner: Owner, accessKeyId: string, since: Instant, opening?: Opening) => Undoing | null;
  readonly password: (owner: Owner, since: Instant) => Undoing | null;
  readonly other: (owner: Owner, credentialId: string, since: Instant, opening: Opening) => Undoing | null;
  readonly user: (owner: Owner, since: Instant) => Undoing | null;
}

export interface Owner {
  readonly accountId: AccountId;
  readonly userName: string;
}

/** Makes {@link Closing} of a case's undoings and of what IAM showed. */
export function closingBy(
  { denials, undoneSince, replacedBy, reopenedAt }: CaseEffects,
  states: readonly IdentityState[],
): Closing {
  const closed = (
    { accountId, userName }: Owner,
    own: ThingKey | null,
    since: Instant,
    isGone: (state: IdentityState) => boolean,
    opening: Opening = 'made',
  ): Undoing | null => {
    const things = [...(own === null ? [] : [own]), thing.user(accountId, userName)];
    const known = undoneSince(things, since, opening) ?? denials.denied(thing.deniedUser(accountId, userName), null);
    if (known !== null) return known;
    const state = latestState(states, { accountId, userName }, since);
    return state !== undefined && (!state.exists || isGone(state)) ? { at: state.takenAt, proof: null } : null;
  };
  return {
    key: (owner, accessKeyId, since, opening = 'made') => {
      const own = thing.accessKey(accessKeyId);
      // Whoever activated it again opened it again, though they are not the intruder.
      const recorded = replacedBy('key-created', [own], since)?.at ?? since;
      const ours = reopenedAt([own]);
      const again = ours !== null && Date.parse(ours) > Date.parse(recorded) ? ours : recorded;
      const isGone = ({ keys }: IdentityState): boolean =>
        // A key that IAM does not list is deleted; one that it could not be asked about may be there.
        keys !== null && !keys.some((key) => key.accessKeyId === accessKeyId && key.status === 'Active');
      return closed(owner, own, again, isGone, again === since ? opening : 'again');
    },
    password: (owner, since) =>
      closed(owner, thing.password(owner.accountId, owner.userName), since, ({ hasPassword }) => hasPassword === false),
    other: (owner, credentialId, since, opening) =>
      closed(owner, thing.credential(owner.accountId, credentialId), since, () => false, opening),
    user: (owner, since) => closed(owner, null, since, () => false),
  };
}

/** IAM is asked again and again: only what it said later than the record counts. */
function latestState(states: readonly IdentityState[], owner: Owner, since: Instant): IdentityState | undefined {
  return states
    .filter(
      (state) =>
        state.accountId === owner.accountId &&
        state.userName.toLowerCase() === owner.userName.toLowerCase() &&
        Date.parse(state.takenAt) >= Date.parse(since),
    )
    .toSorted((a, b) => Date.parse(a.takenAt) - Date.parse(b.takenAt))
    .at(-1);
}
