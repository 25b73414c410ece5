import { effectsOfKind, type CaseEffect, type CaseEffects } from '../case/case-effects.ts';
import type { Undoing } from '../case/undoings.ts';
import type { CaseMaterial } from '../case/case-material.ts';
import type { EffectOf } from '../effects/effect.ts';
import { thing } from '../effects/thing.ts';
import { instance, person, role } from '../../cloudtrail/identities.ts';
import { instantAfter } from '../../model/instant.ts';
import type { WayInCandidate } from './candidate.ts';
import { door } from './door.ts';
import { accessDoor, grantDoor, groupDoor, permissionSetDoor, profileDoor, versionDoor } from './grants.ts';
import { providerDoor } from './providers.ts';
import { doorsOfShare } from './shares.ts';
import { subjectsIn, trustDoor } from './trusts.ts';

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
    ...effectsOfKind(effects, 'shared').flatMap((each) => doorsOfShare(each, known, ownAccounts)),
    ...effectsOfKind(effects, 'code-planted').map(codeDoor),
    ...effectsOfKind(effects, 'code-run')
      .filter((each) => isOwnDefinition(each, known))
      .map(codeDoor),
    ...effectsOfKind(effects, 'instance-entered').map(instanceDoor),
    ...effectsOfKind(effects, 'network-opened').map(networkDoor),
  ];
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

/** Somebody whom the case put into a directory comes in by whatever they are assigned. */
function personDoor(each: CaseEffect<EffectOf<'person-created'>>): WayInCandidate {
  const { storeId, userId, userName } = each.effect;
  const identity = person(storeId, userId, userName).id;
  return door(each, { identity, what: { kind: 'person', identity, name: userName } });
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
