import type { AccountId } from '../../model/ids.ts';

import { lastPart } from '../../cloudtrail/identities.ts';
import type { Effect, EffectOf, Holder, ThingKey, Whom } from './effect.ts';
import { meant, type Place } from './meant.ts';
import { thing } from './thing.ts';

/**
 * Whose undoing undoes an effect: the thing itself, or what it stands or falls with (the user of a key, the role of a trust).
 * Empty for what cannot be undone: a secret that was read stays read.
 */
export function thingsOf(effect: Effect, place: Place): readonly ThingKey[] {
  return [...('endsWith' in effect ? (effect.endsWith ?? []) : []), ...thingsOfKind(effect, place)];
}

function thingsOfKind(effect: Effect, place: Place): readonly ThingKey[] {
  const { accountId: account } = place;
  switch (effect.kind) {
    case 'user-created':
      return [thing.user(account, effect.userName), ...boundaryThings(effect, account)];
    case 'key-created':
      return [thing.accessKey(effect.accessKeyId), thing.user(account, effect.userName)];
    case 'password-set':
      return [thing.password(account, effect.userName), thing.user(account, effect.userName)];
    case 'credential-made':
      return [thing.credential(account, effect.credentialId), thing.user(account, effect.userName)];
    case 'role-created':
      return [thing.role(account, effect.roleName), ...boundaryThings(effect, account)];
    case 'boundary-changed':
      return [thing.boundary(account, effect.holder)];
    case 'trust-changed':
      return [thing.trust(account, effect.roleName), thing.role(account, effect.roleName)];
    case 'provider-made':
      return [thing.provider(effect.arn)];
    case 'policy-granted':
      return [thing.policy(account, effect.holder, effect.policy), ...holderThings(effect.holder, account)];
    case 'policy-version-set':
    case 'policy-version-made':
      return [
        ...(effect.version === null ? [] : [thing.policyVersion(effect.policyArn, effect.version)]),
        thing.policyDocument(effect.policyArn),
      ];
    case 'user-renamed':
      // Whoever renames it: from then on its keys and rights go by the new name.
      return [thing.user(account, effect.userName), thing.user(account, effect.newName)];
    case 'group-joined':
      return [thing.membership(account, effect.userName, effect.groupName), thing.user(account, effect.userName)];
    case 'shared':
      return [thing.share(place, effect), thing.shares(place, effect)];
    case 'code-planted':
      return [
        thing.code(place, effect.resource, effect.what),
        // An alias goes with its function.
        ...(effect.what === 'function URL' && effect.resource.includes(':')
          ? [
              thing.code(
                meant(place, effect.resource),
                meant(place, effect.resource).name.split(':')[0] ?? '',
                'function',
              ),
            ]
          : []),
        // A stack is named by an ID of its own as well: its namesake before it has another.
        ...(effect.what === 'stack' && effect.detail !== null ? [thing.code(place, effect.detail, effect.what)] : []),
      ];
    case 'service-login-made': {
      const { service, resource, login, credential } = effect;
      const whole = [
        thing.serviceLogin(place, service, resource, login),
        thing.serviceLogin(place, service, resource, ''),
      ];
      return credential === null ? whole : [thing.serviceLogin(place, service, resource, login, credential), ...whole];
    }
    case 'role-passed':
      return effect.to === 'instance profile' ? [thing.profileRole(account, effect.resource, effect.roleArn)] : [];
    case 'instance-entered':
      return [thing.instance(account, effect.instanceId)];
    case 'network-opened':
      return [
        thing.network(place, effect.securityGroup, effect.opened, effect.type),
        thing.network(place, effect.securityGroup, '', effect.type),
      ];
    case 'watching-weakened':
      // A detector or flow log that is made anew has another ID: it stands for the one that is gone.
      return [thing.watch(place, effect.what, effect.name, effect.part), thing.watch(place, effect.what, '')];
    case 'setting-weakened':
      return [thing.setting(place, effect.what, effect.name)];
    case 'person-created':
      return [thing.person(effect.userId)];
    case 'permission-set-granted':
      return [
        thing.assignment(effect.to, effect.permissionSetArn, effect.accountId ?? account),
        thing.permissionSet(effect.permissionSetArn),
      ];
    case 'secret-read':
      // Another value is what undoes the reading; the store names it by its ARN, by its name or by a part of either.
      return effect.names.length === 1
        ? effect.names.map((name) => thing.secret(meant(place, name), effect.store, secretName(name)))
        : [];
    case 'organization-changed':
      return organizationThings(effect, account);
    case 'locked-out':
      return lockOutThings(effect, place);
    case 'metadata-weakened':
      return [thing.setting(place, 'metadata service tokens', effect.instanceId)];
    case 'data-destroyed':
      return effect.how === 'deleted' && effect.what !== 'secret'
        ? []
        : [thing.data(place, effect.what, effect.resource)];
    default:
      return [];
  }
}

/** A boundary given at birth, or none, is changed as any other. */
function boundaryThings(effect: EffectOf<'user-created' | 'role-created'>, account: AccountId): readonly ThingKey[] {
  const holder: Holder =
    effect.kind === 'user-created' ? { kind: 'user', name: effect.userName } : { kind: 'role', name: effect.roleName };
  return [thing.boundary(account, holder)];
}

function organizationThings(
  { what, name, target }: EffectOf<'organization-changed'>,
  account: AccountId,
): readonly ThingKey[] {
  switch (what) {
    case 'policies-disabled':
      return [thing.organizationPolicyType(account, name)];
    case 'service-let-in':
      return [thing.organizationService(account, name, 'let in')];
    case 'service-shut-out':
      return [thing.organizationService(account, name, 'shut out')];
    case 'joined':
      return [thing.organizationJoined(account)];
    case 'account-moved':
      return target === undefined ? [] : [thing.organizationPlace(account, name, target)];
    default:
      return target === undefined ? [] : [thing.organizationPolicy(account, name, target)];
  }
}

/** What gives it back is about one of these. */
function lockOutThings({ how, whom, what, assigned }: EffectOf<'locked-out'>, place: Place): readonly ThingKey[] {
  const { accountId: account } = place;
  const themselves = whomThings(whom, place);
  switch (how) {
    case 'key-off':
    case 'key-deleted':
      return [thing.accessKey(what), ...themselves];
    case 'password-deleted':
    case 'password-changed':
      return [thing.password(account, whom.name), ...themselves];
    case 'mfa-removed':
    case 'credential-off':
    case 'credential-deleted':
      return [thing.credential(account, credentialIdOf(what)), ...themselves];
    case 'denied':
    case 'policy-taken':
      return [thing.policy(account, holderOf(whom), what), thing.policyDocument(what), ...themselves];
    case 'policy-rewritten':
      return [thing.policyDocument(whom.name)];
    case 'organization-policy':
      return [thing.organizationPolicy(account, what, whom.name)];
    case 'resource-policy': {
      const shared = { type: whom.kind, resource: whom.name };
      return [thing.share(place, { ...shared, by: 'policy' }), thing.shares(place, shared)];
    }
    case 'boundary-put':
      return [thing.boundary(account, holderOf(whom)), ...themselves];
    case 'out-of-group':
      // A membership that is made anew in a directory has another ID: it is known by who is in which group.
      return [
        whom.kind === 'user'
          ? thing.membership(account, whom.name, what)
          : thing.door(place, 'sso-directory/RemoveMemberFromGroup', `${what} ${whom.name}`),
        ...themselves,
      ];
    case 'access-taken':
      return accessThings(whom, what, place);
    case 'renamed':
      return [...themselves, thing.user(account, what)];
    case 'trust-written':
      return [thing.trust(account, whom.name), ...themselves];
    case 'unassigned':
      return [thing.assignment(whom.name, what, assigned?.target ?? account), thing.permissionSet(what)];
    case 'policy-made':
      return [];
    case 'deleted':
    case 'disabled':
      return themselves;
  }
}

/** A grant that is made anew has another ID: it is one of its key. */
function accessThings({ kind, name }: Whom, what: string, place: Place): readonly ThingKey[] {
  if (kind === 'principal') return [thing.door(place, 'eks/DeleteAccessEntry', `${what} ${name}`)];
  const key = { type: 'key', resource: what };
  return [thing.share(place, { ...key, by: `grant ${name}` }), thing.shares(place, key)];
}

function whomThings(whom: Whom, place: Place): readonly ThingKey[] {
  switch (whom.kind) {
    case 'person':
      return [thing.person(whom.name)];
    case 'provider':
      return [thing.provider(whom.name)];
    case 'membership':
      return [thing.door(place, 'identitystore/DeleteGroupMembership', whom.name)];
    default:
      return holderThings(holderOf(whom), place.accountId);
  }
}

/** Whoever has policies of IAM's; of others nobody asks. */
export function holderOf({ kind, name }: Whom): Holder {
  return { kind: kind === 'role' || kind === 'group' || kind === 'permission-set' ? kind : 'user', name };
}

/** `SSH key APKA...`: the ID of a credential behind what it is; a device's serial number by itself. */
export function credentialIdOf(what: string): string {
  return what.split(' ').at(-1) ?? what;
}

function holderThings(holder: Holder, account: AccountId): readonly ThingKey[] {
  if (holder.kind === 'user') return [thing.user(account, holder.name)];
  if (holder.kind === 'permission-set') return [thing.permissionSet(holder.name)];
  return holder.kind === 'role' ? [thing.role(account, holder.name)] : [];
}

/** The role's name in `arn:aws:iam::ACCOUNT:role/PATH/NAME`. */
export function roleNameIn(roleArn: string): string {
  return lastPart(roleArn);
}

/** `NAME` of `arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME-xxxxxx` and of `arn:aws:ssm:REGION:ACCOUNT:parameter/NAME`. */
export function secretName(nameOrArn: string): string {
  const [, name] = /:secret:(.+?)(?:-[A-Za-z0-9]{6})?$/u.exec(nameOrArn) ?? [];
  if (name !== undefined) return name;
  return nameOrArn.replace(/^arn:[^:]*:ssm:[^:]*:\d*:parameter\/?/u, '').replace(/^\/+/u, '');
}
