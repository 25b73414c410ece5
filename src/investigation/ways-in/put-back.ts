import type { CaseEffect, CaseEffects } from '../case/case-effects.ts';
import type { Replacement } from '../case/replacements.ts';
import type { Effect, EffectKind, EffectOf, Grants, LetIn } from '../effects/effect.ts';
import { dayMs } from '../../model/duration.ts';
import { grantsNothingNew, letsInNobodyNew } from '../effects/narrower.ts';
import { stillLetsIn } from '../effects/still-lets-in.ts';
import { thing } from '../effects/thing.ts';

/**
 * What an effect makes of what somebody else had done to the same thing: `proved`, where it gives nothing that was not given before;
 * `perhaps`, where it shuts out those whom that let in, is what stood before, or takes away what it gave, and nobody can say from the
 * trail whether that is how the owners had it; `at home`, where an intruder may do the same to what an owner did, so that only the place
 * tells: it is a repair from one of the caller's own alone.
 */
export type PutBack = 'proved' | 'perhaps' | 'at home';

/** What an effect puts back of another's; null where it is no repair, or mends what the case itself did. */
export function putBack(each: CaseEffect, known: CaseEffects): PutBack | null {
  const { effect, accountId } = each;
  switch (effect.kind) {
    case 'trust-changed':
      return trustPutBack(
        { ...each, effect },
        known.stoodBefore(effect.kind, thing.trust(accountId, effect.roleName), each.at),
      );
    case 'policy-version-set':
      return versionPutBack({ ...each, effect }, known);
    case 'policy-granted':
      return takesAway(effect, each.event.effects) ? 'perhaps' : null;
    case 'password-set':
      return passwordPutBack({ ...each, effect }, known);
    case 'service-login-made':
      return loginPutBack({ ...each, effect }, known);
    case 'shared':
      return sharePutBack({ ...each, effect }, known);
    case 'provider-made':
      return providerPutBack({ ...each, effect }, known);
    case 'boundary-changed':
      return boundaryPutBack({ ...each, effect }, known);
    default:
      return null;
  }
}

/** Whether an effect only gives what was given before: a repair that opens nothing, whoever made it. */
export function isProvedRepair(each: CaseEffect, known: CaseEffects): boolean {
  return putBack(each, known) === 'proved';
}

function trustPutBack(
  each: CaseEffect<EffectOf<'trust-changed'>>,
  before: readonly Replacement<'trust-changed'>[],
): PutBack | null {
  const { effect, accountId } = each;
  const last = lastByOthers(each, before);
  if (last === null || effect.unread) return null;
  if (!last.effect.unread && letsInNobodyNew(effect.letsIn, last.effect.letsIn)) return 'proved';
  // What stood before may have been an intruder's as well, whom somebody had shut out.
  const stood = before.some(({ effect: { document } }) => document !== undefined && document === effect.document);
  if (stood && last.effect.document !== effect.document) return 'perhaps';
  return !last.effect.unread && shutsOut(effect.letsIn, last.effect.letsIn, accountId) ? 'perhaps' : null;
}

/**
 * Whether a trust lets in but services and others of its own account, nobody of the case among them, where another's let in outsiders
 * before: that shut a way in, and opened none.
 */
export function shutsTrust(
  each: CaseEffect<EffectOf<'trust-changed'>>,
  known: CaseEffects,
  isOfCase: (principal: string) => boolean,
): boolean {
  const { effect, accountId, at } = each;
  const last = lastByOthers(each, known.stoodBefore('trust-changed', thing.trust(accountId, effect.roleName), at));
  return (
    last !== null &&
    !effect.unread &&
    shutsOut(effect.letsIn, last.effect.letsIn, accountId) &&
    !effect.letsIn.some(({ principal }) => isOfCase(principal))
  );
}

/** Outsiders whom the trust let in that stood before an effect: whoever puts that back lets them in again. */
export function outsidersBefore(
  { effect: { roleName }, accountId, at }: CaseEffect<EffectOf<'trust-changed'>>,
  known: CaseEffects,
  ownAccounts: readonly string[],
): readonly string[] {
  const last = known.stoodBefore('trust-changed', thing.trust(accountId, roleName), at).at(-1);
  return (last?.effect.letsIn ?? [])
    .filter(
      (who) => isOutsider(who, accountId) && !ownAccounts.includes(who.accountId ?? '') && who.kind !== 'provider',
    )
    .map(({ principal }) => principal);
}

function sharePutBack(each: CaseEffect<EffectOf<'shared'>>, known: CaseEffects): PutBack | null {
  const { effect, accountId, at } = each;
  // A statement or a grant is one beside others: it replaces nothing.
  if (effect.by !== 'policy' && effect.by !== 'ACL') return null;
  const before = known
    .stoodBefore('shared', thing.shares(each, effect), at)
    .filter(({ effect: { by } }) => by === effect.by);
  const last = lastByOthers(each, before);
  if (last === null) return null;
  if (letsInNobodyNew(effect.with, last.effect.with)) return 'proved';
  return shutsOut(effect.with, last.effect.with, accountId) ? 'perhaps' : null;
}

/** All whom the one before let in from outside, and nobody else from there. */
function shutsOut(after: readonly LetIn[], before: readonly LetIn[], ownAccount: CaseEffect['accountId']): boolean {
  const outsiders = before.filter((who) => isOutsider(who, ownAccount));
  return (
    outsiders.length > 0 &&
    !after.some((who) => isOutsider(who, ownAccount)) &&
    !outsiders.some((who) => stillLetsIn(after, who, ownAccount))
  );
}

function isOutsider({ kind, accountId }: LetIn, ownAccount: CaseEffect['accountId']): boolean {
  return kind !== 'service' && accountId !== ownAccount;
}

/** Another version than the one that somebody set, which gave more, or as much. What neither is known to give, only its owner puts back. */
function versionPutBack(each: CaseEffect<EffectOf<'policy-version-set'>>, known: CaseEffects): PutBack | null {
  const { effect, at } = each;
  const document = thing.policyDocument(effect.policyArn);
  const last = lastByOthers(each, known.stoodBefore('policy-version-set', document, at));
  if (last === null || last.effect.version === effect.version) return null;
  const made = known.stoodBefore('policy-version-made', document, at);
  /** A version that is chosen gives what it was made with. */
  function grantsOf({ grants, version }: EffectOf<'policy-version-set'>): Grants {
    const own = grants.unread ? made.find(({ effect: each }) => each.version === version) : undefined;
    return own?.effect.grants ?? grants;
  }
  const [grants, before] = [grantsOf(effect), grantsOf(last.effect)];
  if (grantsNothingNew(grants, before)) return 'proved';
  if (!grants.unread) return before.unread && !leads(grants) ? 'perhaps' : null;
  if (leads(before)) return 'perhaps';
  return before.unread && isSoon(last, each) ? 'at home' : null;
}

/** Fewer of the roles that somebody had a profile open; of what a provider trusts no record says anything. */
function providerPutBack(each: CaseEffect<EffectOf<'provider-made'>>, known: CaseEffects): PutBack | null {
  const { effect, at } = each;
  const last = lastByOthers(each, known.stoodBefore('provider-made', thing.provider(effect.arn), at));
  if (last === null || effect.part !== undefined || last.effect.part !== undefined) return null;
  if (effect.what === 'certificate-profile') {
    const isFewer = effect.roleArns.length > 0 && effect.roleArns.every((arn) => last.effect.roleArns.includes(arn));
    return isFewer ? 'proved' : null;
  }
  const isOfOwnKind = effect.what === 'saml' || effect.what === 'oidc' || effect.what === 'trust-anchor';
  return isOfOwnKind && isSoon(last, each) ? 'at home' : null;
}

/** A boundary that somebody had taken off, or put another in the place of. */
function boundaryPutBack(each: CaseEffect<EffectOf<'boundary-changed'>>, known: CaseEffects): PutBack | null {
  const { effect, accountId, at } = each;
  const before = known.stoodBefore('boundary-changed', thing.boundary(accountId, effect.holder), at);
  const last = lastByOthers(each, before);
  const isBack = last !== null && effect.boundary !== null && last.effect.boundary !== effect.boundary;
  return isBack && isSoon(last, each) ? 'at home' : null;
}

/** Whoever answers for something sees what others did to it within this time. */
export const noticedWithinMs = 7 * dayMs;

function isSoon(before: Pick<CaseEffect, 'at'>, { at }: Pick<CaseEffect, 'at'>): boolean {
  return Date.parse(at) - Date.parse(before.at) <= noticedWithinMs;
}

/** What somebody does about another's change, they do within this time. */
const repairWithinMs = dayMs;

/** A password that another had set shortly before: whoever that was is shut out, and whoever sets it has it. */
function passwordPutBack(each: CaseEffect<EffectOf<'password-set'>>, known: CaseEffects): PutBack | null {
  const { effect, accountId, at } = each;
  const before = known.stoodBefore('password-set', thing.password(accountId, effect.userName), at);
  const last = lastByOthers(each, before);
  return last !== null && Date.parse(at) - Date.parse(last.at) <= repairWithinMs ? 'at home' : null;
}

/** The same of somebody in a directory of a service. */
function loginPutBack(each: CaseEffect<EffectOf<'service-login-made'>>, known: CaseEffects): PutBack | null {
  const { effect, at } = each;
  if (effect.credential !== 'password') return null;
  const own = thing.serviceLogin(each, effect.service, effect.resource, effect.login, effect.credential);
  const last = lastByOthers(each, known.stoodBefore('service-login-made', own, at));
  return last !== null && Date.parse(at) - Date.parse(last.at) <= repairWithinMs ? 'at home' : null;
}

function leads({ administrator, powers }: Grants): boolean {
  return administrator || powers.length > 0;
}

/** A policy that gives nothing and denies some: AWS's quarantine, attached by hand, or the end of a role's older sessions. */
function takesAway({ grants, policy }: EffectOf<'policy-granted'>, made: readonly Effect[]): boolean {
  const deniesSome =
    made.some((effect) => effect.kind === 'undone' && effect.how === 'denied') ||
    /:iam::aws:policy\/AWSCompromisedKeyQuarantine/u.test(policy);
  return grants.denies || (!grants.unread && !leads(grants) && deniesSome);
}

/** What stood last, where somebody else than the author of an effect had put it there. */
function lastByOthers<K extends EffectKind>(
  { event }: CaseEffect,
  before: readonly Replacement<K>[],
): Replacement<K> | null {
  const last = before.at(-1);
  return last === undefined || last.callers.some((id) => event.callers.includes(id)) ? null : last;
}
