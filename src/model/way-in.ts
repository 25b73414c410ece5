import type { Actor } from './actor.ts';
import type { AccountId, Instant } from './ids.ts';
import type { IdentityId } from './identity.ts';
import type { EventRef } from './trail-event.ts';

/** What gives access, as typed content: every sentence about it is made of it by code. Texts are as the log has them. */
export type WayInSubject =
  | {
      readonly kind: 'access-key';
      readonly accountId: AccountId;
      readonly userName: string;
      readonly accessKeyId: string;
      /** When it was made, where its record does not tell its ID: by that it is found among the user's keys. */
      readonly madeAt?: Instant;
    }
  | {
      readonly kind: 'session';
      readonly accountId: AccountId;
      readonly accessKeyId: string | null;
      readonly roleName: string | null;
      readonly sessionName: string | null;
      /** Whose own session it is, where it is a user's: a policy on that user ends it. */
      readonly userName?: string;
      /** For what AWS begins such sessions by itself: then it stands for the next ones, whatever becomes of one. */
      readonly renewedFor?: RenewedFor;
      /** The ARN of the anchor that gives such sessions to whoever has the `certificate`. */
      readonly trustAnchor?: string;
    }
  | { readonly kind: 'password'; readonly accountId: AccountId; readonly userName: string }
  | { readonly kind: 'user'; readonly accountId: AccountId; readonly userName: string }
  | { readonly kind: 'root'; readonly accountId: AccountId }
  /** Somebody of a directory, who can begin sessions as long as the directory lets them. */
  | {
      readonly kind: 'person';
      readonly identity: IdentityId;
      readonly name: string;
      /** Only what was begun by a password that the intruder had set: the person is another's. */
      readonly signedIn?: true;
    }
  | { readonly kind: 'role'; readonly accountId: AccountId; readonly roleName: string }
  /** Keys of CodeCommit, Bedrock and the like; MFA devices; signing certificates. */
  | {
      readonly kind: 'other-credential';
      readonly accountId: AccountId;
      readonly userName: string;
      readonly what: string;
    }
  | {
      readonly kind: 'trust';
      readonly accountId: AccountId;
      readonly roleName: string;
      readonly letsIn: readonly string[];
    }
  | {
      readonly kind: 'grant';
      readonly accountId: AccountId;
      /** A user, group or role. */
      readonly holder: string;
      readonly policy: string;
      readonly administrator: boolean;
    }
  | {
      readonly kind: 'provider';
      readonly accountId: AccountId;
      readonly arn: string;
      /** Of one that was there before, what was added: a client ID. */
      readonly part?: string;
    }
  | {
      readonly kind: 'share';
      readonly accountId: AccountId;
      readonly region: string;
      readonly type: string;
      readonly resource: string;
      /** By what it is shared: `policy`, `ACL`, `list`, `statement NAME`. */
      readonly by: string;
      readonly sharedWith: string;
    }
  | {
      readonly kind: 'code';
      readonly accountId: AccountId;
      readonly region: string;
      readonly resource: string;
      readonly what: string;
    }
  /** A login of a service's own, that IAM does not know: whoever has it needs no identity of the account. */
  | {
      readonly kind: 'service-login';
      readonly accountId: AccountId;
      readonly region: string;
      /** `transfer`, `database`, `ssm`. */
      readonly service: string;
      readonly resource: string;
      readonly login: string;
      /** `null` for the login itself. */
      readonly credential: string | null;
    }
  | { readonly kind: 'instance'; readonly accountId: AccountId; readonly instanceId: string }
  | {
      readonly kind: 'network';
      readonly accountId: AccountId;
      readonly region: string;
      /** Or another gateway of `type`. */
      readonly securityGroup: string;
      readonly opened: string;
      /** What kind of gateway; absent for a security group. */
      readonly type?: string;
    };

/**
 * What AWS gives new credentials of its role to, for as long as it has that; a session is named after it, but for a `service`'s. A
 * `certificate` is whoever has it: IAM Roles Anywhere names the session by its serial number, where the profile takes no other name.
 */
export type RenewedFor = 'instance' | 'task' | 'managed-node' | 'function' | 'service' | 'certificate';

/** How the sessions are named that somebody may have made and no record shows, before whose they are. */
export const unseenSession = 'unseen, of ';

export type WayInState = 'open' | 'closed' | 'unknown' | { readonly acceptedBy: string; readonly reason: string };

/** A way by which the intruder can still come in, or could. */
export interface WayIn {
  /** Made from what it is: the same way in has the same ID in every look at the case. */
  readonly id: string;
  readonly identity: IdentityId;
  readonly what: WayInSubject;
  /** Made, opened or handed out in the case; or what it came in by, which is older. */
  readonly origin: 'made' | 'used';
  readonly state: WayInState;
  /** It is closed by a boundary that denies everything, for as long as nobody takes that off; absent where something else closed it. */
  readonly heldBack?: true;
  /** The organization whose identities alone it lets in: whether that is one's own nobody can say from the trail. */
  readonly narrowedTo?: string;
  /** Since when it is being taken away, by a call that only began it: that it was carried through no record says. */
  readonly endBegun?: Instant;
  /** Outsiders whom the trust let in that stood before: that is never put back. */
  readonly neverBack?: readonly string[];
  /** Who, that is not the intruder, opened again what had been closed; its record is in `proof`. */
  readonly reopened?: Reopened;
  readonly until: Instant | 'until-removed' | 'unknown';
  /** Empty where no record shows it: `unknown` says so. */
  readonly proof: readonly EventRef[];
}

/** An opening of something that was there before, by somebody else than the intruder. */
export interface Reopened {
  readonly at: Instant;
  readonly by: Actor;
}

/** Of a way in's ID: hexadecimal digits of a digest, as many as name a plan. */
export const wayInIdLength = 20;
