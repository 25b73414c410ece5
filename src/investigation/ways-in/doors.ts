import type { AccountId } from '../../model/ids.ts';
import { effectsOfKind, type CaseEffect, type CaseEffects } from '../case/case-effects.ts';
import type { Replacement } from '../case/replacements.ts';
import { standingOf, type Standing } from '../case/standing.ts';
import { justBefore, openingOf, type Undoing } from '../case/undoings.ts';
import type { CaseMaterial } from '../case/case-material.ts';
import type { EffectOf, Grants, Holder, LetIn } from '../effects/effect.ts';
import { isDenyAll, isOutside } from '../effects/policy-content.ts';
import { delegatedAdministrator } from '../effects/doors/share-doors.ts';
import { narrowedClaims } from '../effects/narrower.ts';
import { organizationOf, stillLetsIn } from '../effects/still-lets-in.ts';
import { regionOf, thing } from '../effects/thing.ts';
import { thingsOf } from '../effects/things-of.ts';
import { matchesGlob } from '../../cloudtrail/policy-globs.ts';
import { account, instance, person, provider, role, roleNamed, user } from '../../cloudtrail/identities.ts';
import type { IdentityId } from '../../model/identity.ts';
import type { Link } from '../../model/link.ts';
import { earliestFirst, instantAfter } from '../../model/instant.ts';
import type { WayInCandidate } from './candidate.ts';
import { deniedUser } from './closing.ts';
import { briefArn } from '../findings/drawing.ts';
import { doorDoubt } from './doubt.ts';
import { isProvedRepair, outsidersBefore, shutsTrust } from './put-back.ts';

/** Roles, trusts, providers, grants, shares, code, machines and networks that the case opened. */
export function doorWaysIn(
  known: CaseEffects,
  { ownAccounts = [], links, identities }: Pick<CaseMaterial, 'ownAccounts' | 'links' | 'identities'>,
): readonly WayInCandidate[] {
  const { effects } = known;
  const entrants = { cameIn: subjectsIn(links), ofCase: new Set(identities.map(({ id }) => id)), ownAccounts };
  return [
    ...effectsOfKind(effects, 'role-created').flatMap((each) => roleDoor(each, known)),
    ...effectsOfKind(effects, 'trust-changed').flatMap((each) => trustDoor(each, known, entrants)),
    ...effectsOfKind(effects, 'provider-made').map((each) => providerDoor(each, known)),
    ...effectsOfKind(effects, 'person-created').map(personDoor),
    ...effectsOfKind(effects, 'policy-granted').flatMap((each) => grantDoor(each, known)),
    ...effectsOfKind(effects, 'policy-version-set').flatMap((each) => versionDoor(each, known)),
    ...effectsOfKind(effects, 'group-joined').map((each) => groupDoor(each, known)),
    ...effectsOfKind(effects, 'permission-set-granted').map(permissionSetDoor),
    ...effectsOfKind(effects, 'access-granted').map(accessDoor),
    ...effectsOfKind(effects, 'role-passed').flatMap(profileDoor),
    ...effectsOfKind(effects, 'service-login-made').map((each) => loginDoor(each, known)),
    ...effectsOfKind(effects, 'shared').flatMap((each) => shareDoors(each, known, ownAccounts)),
    ...effectsOfKind(effects, 'code-planted').map(codeDoor),
    ...effectsOfKind(effects, 'code-run')
      .filter((each) => isOwnDefinition(each, known))
      .map(codeDoor),
    ...effectsOfKind(effects, 'instance-entered').map(instanceDoor),
    ...effectsOfKind(effects, 'network-opened').map(networkDoor),
  ];
}

function door(
  { at, effect, event, ...become }: CaseEffect,
  of: Pick<WayInCandidate, 'identity' | 'what' | 'narrowedTo'>,
  closed: Undoing | null = become.undone,
  { reopened: again, ending: begun }: Standing = become,
): WayInCandidate {
  const unsure = doorDoubt(of) === null ? {} : { unsure: true };
  const ends = 'endsWith' in effect && effect.endsWith !== undefined ? { endsWith: effect.endsWith } : {};
  const opened = { ...of, origin: 'made', from: at, until: 'until-removed', closed, ...ends, ...unsure } as const;
  if (closed !== null) return { ...opened, proof: [event.ref] };
  if (begun !== undefined)
    return {
      ...opened,
      unsure: true,
      endBegun: begun.at,
      proof: [event.ref, ...(begun.proof === null ? [] : [begun.proof])],
    };
  return again === undefined
    ? { ...opened, proof: [event.ref] }
    : { ...opened, reopened: { at: again.at, by: again.by }, proof: [event.ref, again.proof] };
}

/**
 * Whoever its trust lets in may become the role, again after older sessions were revoked; one that only a service of AWS may take is
 * no way in by itself.
 */
function roleDoor(each: CaseEffect<EffectOf<'role-created'>>, { denials }: CaseEffects): readonly WayInCandidate[] {
  const { accountId, effect, undone } = each;
  const { roleName, letsIn } = effect;
  if (letsIn.length > 0 && letsIn.every(({ kind }) => kind === 'service')) return [];
  const closed = undone ?? denials.denied(thing.deniedRole(accountId, roleName), null);
  return [door(each, { identity: role(accountId, roleName).id, what: { kind: 'role', accountId, roleName } }, closed)];
}

/** Who is of the case: as its providers call whoever came in, and by their IDs. */
interface Entrants {
  readonly cameIn: readonly string[];
  readonly ofCase: ReadonlySet<IdentityId>;
  readonly ownAccounts: readonly string[];
}

/** A trust is closed by the role's end, or by a later one, of somebody else's, that lets none of these in. */
function trustDoor(
  each: CaseEffect<EffectOf<'trust-changed'>>,
  known: CaseEffects,
  { cameIn, ofCase, ownAccounts }: Entrants,
): readonly WayInCandidate[] {
  const { accountId, effect, at, undone } = each;
  const { roleName } = effect;
  const people = effect.letsIn.filter(({ kind }) => kind !== 'service');
  const letsIn = people.map(({ principal }) => principal);
  const identity = role(accountId, roleName).id;
  const replaced = known.replacedBy('trust-changed', [thing.trust(accountId, roleName)], at);
  const later = replaced === null || replaced.effect.unread ? people : replaced.effect.letsIn;
  const verdict =
    replaced !== null && isAsBefore(replaced, each, known) ? 'left out' : verdictOf(later, people, accountId, cameIn);
  const restored = verdict === 'left out' ? replaced : null;
  // A trust that lets in nobody but services, or nobody whom another's had not let in before, is closed by its own record.
  const opensNothing =
    (letsIn.length === 0 && !effect.unread) ||
    isProvedRepair(each, known) ||
    shutsTrust(each, known, (principal) => namesOneOf(ofCase, principal, accountId));
  const harmless = opensNothing ? { at, proof: each.event.ref } : null;
  const what = { kind: 'trust' as const, accountId, roleName, letsIn };
  const neverBack = outsidersBefore(each, known, ownAccounts);
  const before = neverBack.length === 0 ? {} : { neverBack };
  return [{ ...door(each, { identity, what, ...narrowing(verdict) }, undone ?? restored ?? harmless), ...before }];
}

/** Whether a principal is one of some identities, or the role whose session one is. */
function namesOneOf(ids: ReadonlySet<IdentityId>, principal: string, accountId: AccountId): boolean {
  const [, kind = '', path = ''] = /^arn:[^:]*:(?:iam|sts)::\d*:(user|role|assumed-role)\/(.+)$/u.exec(principal) ?? [];
  if (kind === 'user') return ids.has(user(accountId, path.slice(path.lastIndexOf('/') + 1)).id);
  if (kind === '') return false;
  const of = kind === 'role' ? roleNamed(principal, accountId).id : role(accountId, path.split('/')[0] ?? '').id;
  return [...ids].some((id) => id === of || id.startsWith(`session${of.slice('role'.length)}/`));
}

/** Whether somebody else put the very trust back that stood before the case first changed it. */
function isAsBefore(
  { effect: { document } }: Replacement<'trust-changed'>,
  { accountId, effect: { roleName } }: CaseEffect<EffectOf<'trust-changed'>>,
  known: CaseEffects,
): boolean {
  const trust = thing.trust(accountId, roleName);
  const first = known.doneTo(trust).find(({ effect }) => effect.kind === 'trust-changed');
  const stood = first === undefined ? undefined : known.stoodBefore('trust-changed', trust, first.at).at(-1);
  return document !== undefined && stood?.effect.document === document;
}

/**
 * What a document that replaced another makes of those whom that one let in: an organization may have them in it, and a provider may vouch
 * for fewer.
 */
type Verdict = 'let in' | 'left out' | { readonly narrowedTo: string };

function verdictOf(
  later: readonly LetIn[],
  people: readonly LetIn[],
  accountId: AccountId,
  cameIn: readonly string[] = [],
): Verdict {
  const named = people.filter((who) => stillLetsIn(later, who, accountId));
  const fewer = new Map(named.map((who) => [who, fewerOf(who, later, cameIn)]));
  if (named.some((who) => who.kind !== 'organization' && fewer.get(who) === null)) return 'let in';
  const [narrowedTo] = [
    ...named.map((who) => fewer.get(who) ?? who.principal),
    ...people.flatMap((who) => organizationOf(later, who) ?? []),
  ];
  return narrowedTo === undefined ? 'left out' : { narrowedTo };
}

/** For whom alone a provider vouches since; null where it may be for somebody who came in by it in the case. */
function fewerOf(who: LetIn, later: readonly LetIn[], cameIn: readonly string[]): string | null {
  if (who.kind !== 'provider') return null;
  const same = later.filter(({ principal }) => principal === who.principal);
  const narrowed = same.map((each) => narrowedClaims(each, who));
  const letsInAgain = same.some((each) => cameIn.some((subject) => mayVouchFor(each, subject)));
  return letsInAgain || narrowed.includes(null) ? null : narrowed.join(', ');
}

/** Who came into the case from a directory or by a provider, as that calls them. */
function subjectsIn(links: readonly Link[]): readonly string[] {
  return links.flatMap(({ from }) => {
    const [kind, , subject] = from.split('/').map(decodeURIComponent);
    return kind === 'person' && subject !== undefined ? [subject] : [];
  });
}

/** Claims of the subject end so, whichever provider's they are. */
function mayVouchFor({ claims = {} }: LetIn, subject: string): boolean {
  return Object.entries(claims).some(
    ([key, patterns]) => key.endsWith(':sub') && patterns.some((pattern) => matchesGlob(pattern, subject)),
  );
}

function narrowing(verdict: Verdict): Pick<WayInCandidate, 'narrowedTo'> {
  return typeof verdict === 'object' ? verdict : {};
}

/** A profile of Roles Anywhere vouches for nobody: what it opens is its roles. */
function providerDoor(each: CaseEffect<EffectOf<'provider-made'>>, known: CaseEffects): WayInCandidate {
  const { accountId, effect, undone } = each;
  const [opened] = effect.what === 'certificate-profile' ? effect.roleArns : [];
  const others = othersRoles(each, known);
  // Who gives fewer roles than another's doing gave opens nothing.
  const harmless = isProvedRepair(each, known) ? { at: each.at, proof: each.event.ref } : null;
  const identity = opened === undefined ? provider(effect.arn).id : roleNamed(opened, accountId).id;
  return door(
    each,
    {
      identity,
      what: {
        kind: 'provider',
        accountId,
        arn: effect.arn,
        ...(effect.part === undefined ? {} : { part: effect.part }),
      },
      ...(others !== null && 'narrowedTo' in others ? others : {}),
    },
    undone ?? (others !== null && 'at' in others ? others : null) ?? harmless,
  );
}

/**
 * An identity pool or a profile gives other roles since, by somebody else's doing. A profile that was there before goes on giving what it
 * gave then, where that is known.
 */
function othersRoles(
  { effect, at }: CaseEffect<EffectOf<'provider-made'>>,
  known: CaseEffects,
): Undoing | { readonly narrowedTo: string } | null {
  const { what, arn, roleArns } = effect;
  if ((what !== 'sign-in-directory' && what !== 'certificate-profile') || roleArns.length === 0) return null;
  const own = thing.provider(arn);
  const replaced = known.replacedBy('provider-made', [own], at, (later) => later.roleArns.length > 0);
  if (replaced === null) return null;
  const kept = replaced.effect.roleArns.filter((each) => roleArns.includes(each));
  if (kept.length === 0) return replaced;
  const done = known.doneTo(own).filter((each) => each.effect.kind === 'provider-made');
  if (what === 'sign-in-directory' || done.some(({ event }) => openingOf(event) === 'made')) return null;
  const before = known.stoodBefore('provider-made', own, done[0]?.at ?? at).at(-1)?.effect.roleArns;
  if (before !== undefined) return kept.every((each) => before.includes(each)) ? replaced : null;
  return kept.length < roleArns.length ? { narrowedTo: kept.map(briefArn).join(', ') } : null;
}

/** Somebody whom the case put into a directory comes in by whatever they are assigned. */
function personDoor(each: CaseEffect<EffectOf<'person-created'>>): WayInCandidate {
  const { storeId, userId, userName } = each.effect;
  const identity = person(storeId, userId, userName).id;
  return door(each, { identity, what: { kind: 'person', identity, name: userName } });
}

/** Rights that lead to more, or that nobody could read. What grants little opens nothing. */
export function leadsOn({ administrator, powers, unread }: Grants): boolean {
  return administrator || powers.length > 0 || unread;
}

function grantDoor(each: CaseEffect<EffectOf<'policy-granted'>>, known: CaseEffects): readonly WayInCandidate[] {
  const { accountId, effect, at, undone } = each;
  const { holder, policy, grants } = effect;
  if (!leadsOn(grants)) return [];
  const { administrator } = grants;
  const what = {
    kind: 'grant' as const,
    accountId,
    holder: `${holder.kind} ${latestName(known, each, holder)}`,
    policy,
    administrator,
  };
  const replaced = known.replacedBy('policy-granted', [thing.policy(accountId, holder, policy)], at);
  const tamed = replaced !== null && !leadsOn(replaced.effect.grants) ? replaced : null;
  const ended = undone ?? tamed ?? deniedHolder(known, each, holder);
  const held = ended === null ? heldBack(known, accountId, holder) : null;
  const opened = door(each, { identity: holderIdentity(each, holder), what }, ended ?? held);
  return [held === null ? opened : { ...opened, heldBack: true }];
}

/** Groups and permission sets are no identities: whoever gave them the policy stands for them. */
function holderIdentity({ accountId, identity }: CaseEffect, holder: Holder): string {
  if (holder.kind === 'group' || holder.kind === 'permission-set') return identity;
  return holder.kind === 'role' ? role(accountId, holder.name).id : user(accountId, holder.name).id;
}

/**
 * What a holder is granted comes to nothing under a boundary that allows nothing, as long as it has that: whoever took it off. Within
 * one second nobody knows which came last, and it counts as off.
 */
export function heldBack(known: CaseEffects, accountId: AccountId, holder: Holder): Undoing | null {
  const key = thing.boundary(accountId, holder);
  const own = known
    .doneTo(key)
    .flatMap(({ effect, at, event }) =>
      'boundary' in effect ? [{ at, proof: event.ref, boundary: effect.boundary }] : [],
    );
  const [first] = own;
  if (first === undefined) return null;
  // A boundary goes with its user to the new name, where its end would be missed.
  const isRenamed = holder.kind === 'user' && known.names.isRenamed({ accountId, userName: holder.name });
  if (isRenamed) return null;
  const since = justBefore(first.at);
  function lastOf(isMeant: (boundary: string | null) => boolean): Undoing | null {
    const others = known.replacedBy('boundary-changed', [key], since, ({ boundary }) => isMeant(boundary));
    return latest([...own.filter(({ boundary }) => isMeant(boundary)), ...(others === null ? [] : [others])]);
  }
  const held = lastOf((boundary) => isDenyAll(boundary ?? ''));
  const freed = lastOf((boundary) => !isDenyAll(boundary ?? ''));
  return held === null || (freed !== null && Date.parse(freed.at) >= Date.parse(held.at)) ? null : held;
}

function latest(undoings: readonly Undoing[]): Undoing | null {
  const last = undoings.toSorted(earliestFirst).at(-1);
  return last === undefined ? null : { at: last.at, proof: last.proof };
}

function latestName({ names }: CaseEffects, { accountId, at }: CaseEffect, { kind, name }: Holder): string {
  return kind === 'user' ? names.latest({ accountId, userName: name }, at) : name;
}

function deniedHolder(known: CaseEffects, { accountId, at }: CaseEffect, holder: Holder) {
  switch (holder.kind) {
    case 'user':
      return deniedUser(known, { accountId, userName: holder.name }, at, null);
    case 'role':
      // A denial of older sessions leaves the next one what the policy grants.
      return known.denials.denied(thing.deniedRole(accountId, holder.name), null);
    default:
      return null;
  }
}

function versionDoor(each: CaseEffect<EffectOf<'policy-version-set'>>, known: CaseEffects): readonly WayInCandidate[] {
  const { accountId, effect, identity, at, undone } = each;
  const { grants, policyArn } = effect;
  if (!leadsOn(grants) || isProvedRepair(each, known)) return [];
  const { administrator } = grants;
  const what = {
    kind: 'grant' as const,
    accountId,
    holder: 'whoever has the policy',
    policy: policyArn,
    administrator,
  };
  // Somebody else chose another version since: what an older one grants is not in the call, but it is theirs.
  const document = thing.policyDocument(policyArn);
  const replaced = known.replacedBy('policy-version-set', [document], at);
  const own = known.doneTo(document).flatMap(({ effect: made }) => ('version' in made ? (made.version ?? []) : []));
  const isTheirs =
    replaced !== null &&
    !own.includes(replaced.effect.version ?? '') &&
    (replaced.effect.grants.unread || !leadsOn(replaced.effect.grants));
  return [door(each, { identity, what }, undone ?? (isTheirs ? replaced : null))];
}

function groupDoor(each: CaseEffect<EffectOf<'group-joined'>>, known: CaseEffects): WayInCandidate {
  const { accountId, at, effect, undone } = each;
  const identity = user(accountId, effect.userName).id;
  const policy = `group ${effect.groupName}`;
  const what = {
    kind: 'grant' as const,
    accountId,
    holder: `user ${known.names.latest({ accountId, userName: effect.userName }, at)}`,
    policy,
    administrator: false,
  };
  return door(
    each,
    { identity, what },
    undone ?? deniedUser(known, { accountId, userName: effect.userName }, at, null),
  );
}

function permissionSetDoor(each: CaseEffect<EffectOf<'permission-set-granted'>>): WayInCandidate {
  const { effect, identity } = each;
  const what = {
    kind: 'grant' as const,
    accountId: effect.accountId ?? each.accountId,
    holder: `Identity Center principal ${effect.to}`,
    policy: `permission set ${effect.what}`,
    administrator: false,
  };
  return door(each, { identity, what });
}

/** Rights of a service's own, which no policy of IAM's takes away: a denial leaves them. */
function accessDoor(each: CaseEffect<EffectOf<'access-granted'>>): WayInCandidate {
  const { accountId, effect, identity } = each;
  const { holder, policy, administrator } = effect;
  return door(each, { identity, what: { kind: 'grant', accountId, holder, policy, administrator } });
}

/** Only what is shared with somebody else than oneself; closed by its withdrawal, or a later policy that leaves them out. */
function shareDoors(
  each: CaseEffect<EffectOf<'shared'>>,
  known: CaseEffects,
  ownAccounts: readonly AccountId[],
): readonly WayInCandidate[] {
  const { accountId, effect, at, undone } = each;
  const { type, resource, by } = effect;
  const replaced = known.replacedBy('shared', [thing.shares(each, effect)], at, (later) => replaces(later, effect));
  // What lets in nobody whom another's had not let in before is closed by its own record.
  const harmless = isProvedRepair(each, known) ? { at, proof: each.event.ref } : null;
  // One of our own accounts that administers a service reaches into all others by it.
  const reached = by === delegatedAdministrator ? effect.with : outsidersIn(effect.with, [accountId, ...ownAccounts]);
  return reached.map((who) => {
    const sharedWith = who.principal;
    const withdrawn = undone ?? known.undoneSince([thing.share(each, effect, sharedWith)], at);
    // Whoever lets the same ones in again, by the same, opens what was withdrawn.
    const standing = standingOf(at, withdrawn, {
      endingSince: (since) =>
        known.endingSince([...thingsOf(effect, each), thing.share(each, effect, sharedWith)], since),
      openedSince: (since) =>
        known.replacedBy(
          'shared',
          [thing.shares(each, effect)],
          since,
          (later) => opensAsMuch(later, effect) && stillLetsIn(later.with.filter(isOutside), who, accountId),
        ),
    });
    const verdict = verdictOf(replaced === null ? [who] : replaced.effect.with, [who], accountId);
    const isBegun = replaced?.effect.begun === true;
    const leftOut = verdict === 'left out' ? replaced : null;
    const left = leftOut === null || !isBegun ? standing : { ...standing, ending: leftOut };
    const identity = account(who.accountId ?? '*').id;
    const region = regionOf(type, each.region);
    return door(
      each,
      { identity, what: { kind: 'share', accountId, region, type, resource, by, sharedWith }, ...narrowing(verdict) },
      standing.undone ?? (isBegun ? null : leftOut) ?? harmless,
      left,
    );
  });
}

/** By what others are let at a resource itself: whoever is let in by one of these comes in as by any other. */
const admitting = /^(?:policy|ACL|list$|statement |grant )/u;

function opensAsMuch(later: EffectOf<'shared'>, { by }: EffectOf<'shared'>): boolean {
  return later.by === by || (admitting.test(later.by) && admitting.test(by));
}

/** A policy, an ACL and a replication are written whole: each replaces its like, and a policy the statements that were added to it. */
function replaces(later: EffectOf<'shared'>, { by }: EffectOf<'shared'>): boolean {
  if (later.by === 'policy') return by === 'policy' || by.startsWith('statement ');
  return (later.by === 'ACL' || later.by === 'replication') && by === later.by;
}

/** Those who are neither oneself nor a service of AWS that acts for oneself. */
export function outsidersIn(letsIn: readonly LetIn[], ownAccounts: readonly AccountId[]): readonly LetIn[] {
  return letsIn.filter((each) => isOutside(each) && (each.accountId === null || !ownAccounts.includes(each.accountId)));
}

/** Whether a run is of what the case itself had written before. */
function isOwnDefinition(
  { effect: { definition }, at, ...place }: CaseEffect<EffectOf<'code-run'>>,
  known: CaseEffects,
): boolean {
  return known
    .doneTo(thing.code(place, definition.resource, definition.what))
    .some((made) => made.effect.kind === 'code-planted' && Date.parse(made.at) <= Date.parse(at));
}

function codeDoor(each: CaseEffect<EffectOf<'code-planted' | 'code-run'>>): WayInCandidate {
  const { accountId, region, effect, identity } = each;
  const { resource, what } = effect;
  return door(each, { identity, what: { kind: 'code', accountId, region, resource, what } });
}

/** Whoever is on an instance of the profile has the role. */
function profileDoor(each: CaseEffect<EffectOf<'role-passed'>>): readonly WayInCandidate[] {
  const { accountId, effect } = each;
  if (effect.to !== 'instance profile') return [];
  const what = {
    kind: 'grant' as const,
    accountId,
    holder: `instance profile ${effect.resource}`,
    policy: `role ${effect.roleArn}`,
    administrator: false,
  };
  return [door(each, { identity: roleNamed(effect.roleArn, accountId).id, what })];
}

function loginDoor(each: CaseEffect<EffectOf<'service-login-made'>>, known: CaseEffects): WayInCandidate {
  const { accountId, region, effect, identity, at, undone } = each;
  const { service, resource, login, credential, lastsMs } = effect;
  // A password that somebody else set since is not the one that the intruder knows; a key is one of several.
  function changed(isBegun: boolean): Undoing | null {
    const own = [thing.serviceLogin(each, service, resource, login, credential ?? undefined)];
    return credential === 'password'
      ? known.replacedBy('service-login-made', own, at, ({ begun = false }) => begun === isBegun)
      : null;
  }
  const what = { kind: 'service-login' as const, accountId, region, service, resource, login, credential };
  const ending = each.ending ?? changed(true);
  const standing = ending === null ? each : { ...each, ending };
  const opened = door(each, { identity, what }, undone ?? changed(false), standing);
  return lastsMs === undefined ? opened : { ...opened, until: instantAfter(at, lastsMs) };
}

function instanceDoor(each: CaseEffect<EffectOf<'instance-entered'>>): WayInCandidate {
  const { accountId, effect } = each;
  const { instanceId } = effect;
  return door(each, {
    identity: instance(accountId, instanceId).id,
    what: { kind: 'instance', accountId, instanceId },
  });
}

function networkDoor(each: CaseEffect<EffectOf<'network-opened'>>): WayInCandidate {
  const { accountId, region, effect, identity } = each;
  const { securityGroup, opened, type } = effect;
  const of = type === undefined ? {} : { type };
  return door(each, { identity, what: { kind: 'network', accountId, region, securityGroup, opened, ...of } });
}
