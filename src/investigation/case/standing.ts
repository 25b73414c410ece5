import { isDeepStrictEqual } from 'node:util';
import type { AccountId, Instant } from '../../model/ids.ts';
import type { Effect, EffectKind, EffectOf } from '../effects/effect.ts';
import { letsInAllOf } from '../effects/opening-overlap.ts';
import { stillLetsIn } from '../effects/still-lets-in.ts';
import { thing } from '../effects/thing.ts';
import type { ReplacedBy, Replacement } from './replacements.ts';
import { justBefore, type Undoing } from './undoings.ts';

/** What has become of what was opened: the last that is known of its end, or of its being opened again. */
export interface Standing {
  /** When it was undone, by which record; `null` while it stands, as far as the records say. */
  readonly undone: Undoing | null;
  /** Since when it is being undone, where no record says that this was carried through. */
  readonly ending?: Undoing;
  /** Who else opened the very same again after it had been undone. */
  readonly reopened?: OpenedAgain;
}

export type OpenedAgain = Pick<Replacement<EffectKind>, 'at' | 'by' | 'proof'>;

/** What was undone, or only begun to be, and opened again by somebody since, is open; and may have been begun to be undone since then. */
export function standingOf(
  at: Instant,
  undone: Undoing | null,
  {
    endingSince,
    openedSince,
  }: {
    readonly endingSince: (since: Instant) => Undoing | null;
    readonly openedSince: (since: Instant) => OpenedAgain | null;
  },
): Standing {
  const again = undone === null ? null : openedSince(justBefore(undone.at));
  if (undone !== null && again === null) return { undone };
  const ending = endingSince(again?.at ?? at);
  const reopened = ending === null ? again : openedSince(justBefore(ending.at));
  if (reopened !== null) return { undone: null, reopened };
  return ending === null ? { undone: null } : { undone: null, ending };
}

/**
 * Whether what somebody else opened later is what was opened here, or more, so that whoever was let in is in again. What is made anew by
 * a name is another thing, with other credentials, unless what it is made of is what somebody has, or all that was asked for is the same.
 */
export function isSame(effect: Effect, later: Effect): boolean {
  switch (effect.kind) {
    case 'policy-granted':
      return (
        later.kind === effect.kind && isDeepStrictEqual([later.holder, later.policy], [effect.holder, effect.policy])
      );
    case 'shared':
      // Of each whom it lets in apart.
      return false;
    case 'network-opened':
      return (
        later.kind === effect.kind &&
        later.securityGroup === effect.securityGroup &&
        later.type === effect.type &&
        letsInAllOf(later.opened, effect.opened)
      );
    case 'provider-made':
      return later.kind === effect.kind && isSameProvider(effect, later);
    case 'person-created':
      return later.kind === effect.kind && later.userId === effect.userId;
    case 'code-planted':
      return later.kind === effect.kind && later.what === effect.what && later.asked === effect.asked;
    case 'service-login-made':
      return effect.isHeld === true && isDeepStrictEqual(withoutEndings(later), withoutEndings(effect));
    case 'group-joined':
    case 'permission-set-granted':
    case 'access-granted':
    case 'role-passed':
      return isDeepStrictEqual(withoutEndings(later), withoutEndings(effect));
    default:
      return false;
  }
}

/**
 * By whom a role was made anew whose trust lets in some of the same, after it was deleted: whoever assumes it names it by its name. A trust
 * that was written since says who may.
 */
export function trustedAgain(
  { roleName, letsIn }: EffectOf<'role-created' | 'trust-changed'>,
  accountId: AccountId,
  since: Instant,
  replaced: ReplacedBy,
): OpenedAgain | null {
  const role = [thing.role(accountId, roleName)];
  const made = replaced('role-created', role, since);
  if (made === null) return null;
  const changed = replaced('trust-changed', role, made.at, ({ unread }) => !unread);
  const last = changed ?? made;
  const isSomebodyIn = letsIn.some((who) => who.kind !== 'service' && stillLetsIn(last.effect.letsIn, who, accountId));
  return isSomebodyIn ? last : null;
}

/** One that gives some of the same roles; a certificate's profile that is switched on may not name them. */
function isSameProvider(effect: EffectOf<'provider-made'>, later: EffectOf<'provider-made'>): boolean {
  if (later.what !== effect.what || later.arn !== effect.arn || later.part !== effect.part) return false;
  const isSilent =
    later.roleArns.length === 0 && (effect.what === 'certificate-profile' || effect.roleArns.length === 0);
  return isSilent || later.roleArns.some((arn) => effect.roleArns.includes(arn));
}

function withoutEndings(effect: Effect): object {
  return { ...effect, endsWith: undefined, begun: undefined };
}
