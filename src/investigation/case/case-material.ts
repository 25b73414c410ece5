import type { Identity, IdentityRole } from '../../model/identity.ts';
import type { AccountId, AlertId, Digest, Instant } from '../../model/ids.ts';
import type { Link } from '../../model/link.ts';
import type { EventRef } from '../../model/trail-event.ts';
import type { ThingKey } from '../effects/effect.ts';
import type { UserState } from '../evidence-ports.ts';
import type { WalkLimit } from '../links/walk-limit.ts';
import type { SeenEvent } from '../seen-event.ts';

/** An identity or credential of a case, and how far what it does is the intruder's. */
export interface CaseIdentity extends Identity {
  readonly role: IdentityRole;
  /** What it did earlier is not the intruder's. */
  readonly since: Instant;
  /** All that it does from then on is; else only what is done with a credential that belongs to the case itself. */
  readonly whole: boolean;
}

/** An alert of a case, as far as its assessment needs it. */
export interface AlertSight {
  readonly id: AlertId;
  readonly ruleName: string;
  readonly eventRefs: readonly EventRef[];
}

/** An IAM user as IAM shows it, and since when it does. */
export interface IdentityState extends UserState {
  readonly accountId: AccountId;
  readonly userName: string;
  readonly takenAt: Instant;
}

/** What a response of ours has closed, verified by a fresh read of AWS: known before the trail delivers the call. */
export interface Closure {
  readonly things: readonly ThingKey[];
  readonly at: Instant;
  /** For a deny of older sessions: those issued later are not closed. */
  readonly issuedBefore: Instant | null;
  /** For a policy that denies: it holds until this is gone, or written anew. */
  readonly whileThere?: ThingKey;
}

/** What an undoing of ours has opened again, verified in AWS: what closed it before counts no more. */
export interface Reopening {
  readonly things: readonly ThingKey[];
  readonly at: Instant;
}

/** A named person's word that a way in may stay, and why. */
export interface Acceptance {
  readonly wayInId: string;
  /** What the way in was then: one that has changed since is another. */
  readonly what: Digest;
  /** The records by which it was shown then, by event ID; absent where the signer did not say. */
  readonly seen?: readonly string[];
  readonly acceptedBy: string;
  readonly reason: string;
  /** What goes through by it later is not covered. */
  readonly at: Instant;
  /** Null: for as long as the case is open. */
  readonly until: Instant | null;
}

/** All that a case is assessed from; live and offline alike. */
export interface CaseMaterial {
  readonly identities: readonly CaseIdentity[];
  readonly links: readonly Link[];
  /**
   * Calls of the case's identities, and calls of others that are about them (a user's key that somebody else deactivated), in
   * any order.
   */
  readonly events: readonly SeenEvent[];
  readonly alerts: readonly AlertSight[];
  /** Where the walk from identity to identity stopped. */
  readonly limits?: readonly WalkLimit[];
  /** Empty where IAM could not be asked, as offline. */
  readonly identityState: readonly IdentityState[];
  readonly closures?: readonly Closure[];
  readonly reopenings?: readonly Reopening[];
  readonly acceptances?: readonly Acceptance[];
  /** Accounts that are known to be one's own: watched ones. Whom else something is shared with is an outsider. */
  readonly ownAccounts?: readonly AccountId[];
  /** Accounts of which no record is older than a day before the case's first alert: what is usual there is not known. */
  readonly newlyRecorded?: readonly AccountId[];
  /** Why not all calls of the case are among the events, a sentence of ours each; what nobody saw may still be open. */
  readonly unread?: readonly string[];
  /** When the plan was presented: what happened later is marked. */
  readonly planPresentedAt?: Instant | null;
  /** Events that arrived after the plan was made, by the keys of their references, where that is known: late ones happened before. */
  readonly sincePlan?: ReadonlySet<string>;
  readonly now: Instant;
}
