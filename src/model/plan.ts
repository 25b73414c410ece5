import type { Action } from './action.ts';
import type { Actor } from './actor.ts';
import type { AccountId, CaseId, Digest, Instant } from './ids.ts';
import type { WayIn, WayInSubject } from './way-in.ts';

interface UserIn {
  readonly accountId: AccountId;
  readonly userName: string;
}

interface KeyOfUser extends UserIn {
  readonly accessKeyId: string;
}

/** What a plan leaves to people, and why, as typed content: every sentence about it is made of it by code. */
export type ByHand =
  /** The configuration here gives no right to change the account. */
  | ({ readonly kind: 'account-not-ours' } & KeyOfUser)
  /** IAM did not show which keys the user has: a rotation cannot be planned. */
  | ({ readonly kind: 'keys-not-shown' } & KeyOfUser)
  | ({ readonly kind: 'key-gone' } & KeyOfUser)
  /** The user has as many keys as AWS allows: a rotation needs one of them deleted. */
  | ({ readonly kind: 'no-room-for-a-key'; readonly inactive: boolean; readonly otherKeyId: string } & KeyOfUser)
  | ({ readonly kind: 'temporary-key' } & KeyOfUser)
  | ({ readonly kind: 'password-session' } & UserIn)
  /** The role of an instance, whose credentials are used elsewhere: its trust lets in EC2 only, and must. */
  | {
      readonly kind: 'instance-session';
      readonly accountId: AccountId;
      readonly roleName: string;
      readonly instanceId: string;
    }
  | { readonly kind: 'role-session'; readonly accountId: AccountId; readonly roleName: string }
  /** Its sessions are ended by the plan: whoever its trust lets in can begin another. */
  | { readonly kind: 'role-trust'; readonly accountId: AccountId; readonly roleName: string }
  | { readonly kind: 'identity-center-session' }
  | { readonly kind: 'root' }
  | { readonly kind: 'outsider' }
  | { readonly kind: 'service' }
  | { readonly kind: 'unknown-caller' }
  /** So many of the alerts' events were imported, and the account's own trail does not show them. */
  | { readonly kind: 'unconfirmed'; readonly events: number }
  /** More credentials, users, sessions or addresses than are followed. */
  | { readonly kind: 'not-followed'; readonly what: string; readonly count: number; readonly first: string }
  /** The budget of requests to AWS was spent before all was asked, of so many pieces of evidence. */
  | { readonly kind: 'not-asked'; readonly budget: number; readonly pieces: number }
  /** So many pieces of evidence could not be gathered. */
  | { readonly kind: 'not-gathered'; readonly pieces: number }
  /** The session leads back to another identity. */
  | { readonly kind: 'behind'; readonly actor: Actor }
  /** A password was deleted: no undoing brings it back. */
  | ({ readonly kind: 'password-gone' } & UserIn)
  /** A rotation that is undone leaves its secret where it is. */
  /** A new key of the user is refused: the denial alone closes ways in, which end by themselves at an instant, or not. */
  | ({
      readonly kind: 'denial-stays';
      readonly policyName: string;
      readonly waysIn: number;
      readonly until: Instant | null;
    } & UserIn)
  | { readonly kind: 'secret-stays'; readonly secretName: string; readonly secretRegion: string }
  /** What a response did, or whether it did anything, is not known: it cannot be undone by a plan. */
  | { readonly kind: 'not-undone'; readonly actionId: string }
  /** No action closes it; the commands for it are made of what it is. */
  | { readonly kind: 'way-in'; readonly id: string; readonly what: WayInSubject }
  /** A new key's secret could be read by an identity of the case: the key is not replaced. */
  | ({ readonly kind: 'secret-readable'; readonly by: string } & KeyOfUser)
  /** For so many identities of the case, the first few by name, it could not be found out whether they may read the new key's secret. */
  | ({ readonly kind: 'readers-unknown'; readonly count: number; readonly first: readonly string[] } & KeyOfUser);

/** What AWS had not been asked yet when a plan was made: it may change what the plan proposes. */
export type NotKnownYet =
  /** IAM's word about the users of the case: their keys, passwords and rights. */
  | { readonly kind: 'identity-state'; readonly users: number }
  /** What happened before the event store begins; null: the store has nothing of the account but what was imported. */
  | { readonly kind: 'older-events'; readonly before: Instant | null };

/** What a plan is for; `undo` names the plan whose actions it takes back. */
export type PlanPurpose = 'contain' | 'rotate' | { readonly undo: Digest };

/** Frozen when it is presented: what was shown is what is signed. */
export interface Plan {
  readonly caseId: CaseId;
  readonly version: number;
  readonly purpose: PlanPurpose;
  readonly actions: readonly Action[];
  readonly byHand: readonly ByHand[];
  /** Left out once AWS was asked. */
  readonly notKnownYet?: readonly NotKnownYet[];
  /** By which the intruder can still come in, or could, whatever the plan does. */
  readonly waysIn: readonly WayIn[];
  /** What was seen when it was made. */
  readonly basis: { readonly evidence: readonly Digest[]; readonly rules: readonly Digest[]; readonly policy: Digest };
  /** Over all other fields; made again by whoever shows, signs or writes. */
  readonly digest: Digest;
}

/** The plan without its digest: what the digest is made of. */
export type PlanContent = Omit<Plan, 'digest'>;
