import { canonicalDigest } from '../../digest/canonical-digest.ts';
import type { IdentityId } from '../../model/identity.ts';
import type { Instant } from '../../model/ids.ts';
import type { EventRef } from '../../model/trail-event.ts';
import { type Reopened, type WayIn, wayInIdLength, type WayInSubject } from '../../model/way-in.ts';
import type { Undoing } from '../case/undoings.ts';
import type { ThingKey } from '../effects/effect.ts';

/** A way in as one record shows it; several about the same one are settled into one {@link WayIn}. */
export interface WayInCandidate {
  readonly identity: IdentityId;
  readonly what: WayInSubject;
  readonly origin: WayIn['origin'];
  readonly from: Instant;
  readonly until: WayIn['until'];
  /** It was closed, and by what. */
  readonly closed: Undoing | null;
  /** What closed it is a boundary, which can be taken off again. */
  readonly heldBack?: true;
  /** Somebody else than the intruder opened it again. */
  readonly reopened?: Reopened;
  /** What ends it, where several of one ID are ended apart: two are the same door only where this is the same. */
  readonly endsWith?: readonly ThingKey[];
  readonly narrowedTo?: string;
  readonly endBegun?: Instant;
  readonly neverBack?: readonly string[];
  /** Nobody can say whether it is there. */
  readonly unsure?: boolean;
  readonly proof: readonly EventRef[];
}

/**
 * A way in's ID, from what it is: the same in every look at the case, whatever becomes of it. So long that an intruder, who chooses
 * names, finds no two things of one ID.
 */
export function wayInId(what: WayInSubject): string {
  // Names are as their authors wrote them: a digest takes well-formed text only.
  const key = keyOf(what).map((part) => part.toWellFormed());
  return canonicalDigest(key).slice('sha256:'.length, 'sha256:'.length + wayInIdLength);
}

/** What makes two the same: a session is its key, a trust its role, a grant its holder and policy. */
function keyOf(what: WayInSubject): readonly string[] {
  switch (what.kind) {
    case 'access-key':
      return [what.kind, what.accessKeyId];
    case 'session':
      return what.accessKeyId === null
        ? [what.kind, what.accountId, what.roleName ?? '', what.sessionName ?? '']
        : [what.kind, what.accessKeyId];
    case 'password':
    case 'user':
      return [what.kind, what.accountId, what.userName];
    case 'root':
      return [what.kind, what.accountId];
    case 'person':
      return [what.kind, what.identity, ...(what.signedIn === undefined ? [] : ['signed in'])];
    case 'role':
    case 'trust':
      return [what.kind, what.accountId, what.roleName];
    case 'other-credential':
      return [what.kind, what.accountId, what.userName, what.what];
    case 'grant':
      return [what.kind, what.accountId, what.holder, what.policy];
    case 'provider':
      return [what.kind, what.arn, ...(what.part === undefined ? [] : [what.part])];
    case 'share':
      return [what.kind, what.accountId, what.region, what.type, what.resource, what.by, what.sharedWith];
    case 'code':
      return [what.kind, what.accountId, what.region, what.resource, what.what];
    case 'service-login':
      return [what.kind, what.accountId, what.region, what.service, what.resource, what.login, what.credential ?? ''];
    case 'instance':
      return [what.kind, what.accountId, what.instanceId];
    case 'network':
      return [what.kind, what.accountId, what.region, what.securityGroup, what.opened];
  }
}
