import { newUuid, secretAccessKey, secretSuffix, uniqueId } from './random.ts';
import { trustPolicyFor, watchRoles } from './watch-roles.ts';
import { accountOf, partitionOf } from './world.ts';
import type {
  AccessKeyState,
  AccountState,
  GroupState,
  InlinePolicy,
  KeyStatus,
  ManagedPolicy,
  RoleState,
  Tag,
  UserState,
  World,
} from './world.ts';

/** A policy document, as an object or as its text. */
export type PolicyDocument = string | object;

export interface KeyDefinition {
  readonly id?: string;
  readonly secret?: string;
  readonly status?: KeyStatus;
  readonly createdAt?: number;
}

export interface UserDefinition {
  readonly name: string;
  readonly id?: string;
  readonly path?: string;
  readonly createdAt?: number;
  readonly keys?: readonly KeyDefinition[];
  /** Inline policies by name. */
  readonly policies?: Readonly<Record<string, PolicyDocument>>;
  readonly attachedPolicyArns?: readonly string[];
  readonly groups?: readonly string[];
  readonly tags?: readonly Tag[];
  readonly password?: boolean;
  readonly mfa?: boolean;
}

export interface RoleDefinition {
  readonly name: string;
  readonly id?: string;
  readonly path?: string;
  readonly createdAt?: number;
  readonly trust: PolicyDocument;
  readonly policies?: Readonly<Record<string, PolicyDocument>>;
  readonly attachedPolicyArns?: readonly string[];
  readonly maxSessionSeconds?: number;
  readonly description?: string;
}

export interface GroupDefinition {
  readonly name: string;
  readonly policies?: Readonly<Record<string, PolicyDocument>>;
  readonly attachedPolicyArns?: readonly string[];
}

export interface SecretDefinition {
  readonly name: string;
  readonly region: string;
  readonly value: string;
}

export interface AccountDefinition {
  readonly id: string;
  readonly name?: string;
  readonly regions: readonly string[];
  /** By default that of the first region's name. */
  readonly partition?: string;
  readonly globalRegion?: string;
  readonly users?: readonly UserDefinition[];
  readonly roles?: readonly RoleDefinition[];
  readonly groups?: readonly GroupDefinition[];
  readonly secrets?: readonly SecretDefinition[];
  readonly buckets?: readonly string[];
  readonly managedPolicies?: readonly ManagedPolicy[];
  /** Makes Trailhound's three roles (the default). */
  readonly watched?: boolean;
}

/** The user whose key Trailhound's own process signs with; it can do nothing but assume roles. */
export const securityUserName = 'trailhound';

/** Adds an account with all that its definition names; throws where the account is there already. */
export function addAccount(world: World, definition: AccountDefinition, now: number): AccountState {
  if (accountOf(world, definition.id)) throw new Error(`account ${definition.id} exists already`);
  const region = definition.regions[0];
  if (region === undefined) throw new Error(`account ${definition.id} needs a region at least`);
  const account: AccountState = {
    id: definition.id,
    name: definition.name ?? `account-${definition.id}`,
    partition: definition.partition ?? partitionOf(region),
    regions: [...definition.regions],
    globalRegion: definition.globalRegion ?? (definition.regions.includes('us-east-1') ? 'us-east-1' : region),
    users: [],
    roles: [],
    groups: [],
    secrets: [],
    buckets: [...(definition.buckets ?? [])],
    managedPolicies: [...(definition.managedPolicies ?? [])],
    watchedBy: null,
  };
  world.accounts.push(account);
  for (const group of definition.groups ?? []) account.groups.push(groupFrom(account, group, now));
  for (const user of definition.users ?? []) addUser(account, user, now);
  for (const role of definition.roles ?? []) addRole(account, role, now);
  for (const secret of definition.secrets ?? []) addSecret(account, secret, now);
  if (definition.watched ?? true) addWatchRoles(world, account, now);
  return account;
}

/** Makes the account that Trailhound runs in, with the user that may assume every watch role. */
export function addSecurityAccount(world: World, region: string, now: number, key: KeyDefinition = {}): AccountState {
  return addAccount(
    world,
    {
      id: world.securityAccountId,
      name: 'security',
      regions: [region],
      watched: false,
      users: [
        {
          name: securityUserName,
          keys: [key],
          policies: {
            'assume-watch-roles': {
              Version: '2012-10-17',
              Statement: [
                {
                  Effect: 'Allow',
                  Action: ['sts:AssumeRole', 'sts:SetSourceIdentity'],
                  Resource: 'arn:*:iam::*:role/Trailhound*',
                },
              ],
            },
          },
        },
      ],
    },
    now,
  );
}

export function addUser(account: AccountState, definition: UserDefinition, now: number): UserState {
  const path = definition.path ?? '/';
  const user: UserState = {
    name: definition.name,
    id: definition.id ?? uniqueId('AIDA'),
    arn: `arn:${account.partition}:iam::${account.id}:user${path}${definition.name}`,
    path,
    createdAt: definition.createdAt ?? now,
    keys: (definition.keys ?? []).map((key) => keyFrom(key, now)),
    inlinePolicies: inlinePolicies(definition.policies),
    attachedPolicyArns: [...(definition.attachedPolicyArns ?? [])],
    groups: [...(definition.groups ?? [])],
    tags: [...(definition.tags ?? [])],
    loginProfile: definition.password ? { createdAt: now, passwordResetRequired: false } : null,
    mfaDevices: definition.mfa
      ? [{ serialNumber: `arn:${account.partition}:iam::${account.id}:mfa/${definition.name}`, enabledAt: now }]
      : [],
    sshPublicKeys: [],
    serviceCredentials: [],
    signingCertificates: [],
  };
  account.users.push(user);
  return user;
}

export function addRole(account: AccountState, definition: RoleDefinition, now: number): RoleState {
  const path = definition.path ?? '/';
  const role: RoleState = {
    name: definition.name,
    id: definition.id ?? uniqueId('AROA'),
    arn: `arn:${account.partition}:iam::${account.id}:role${path}${definition.name}`,
    path,
    createdAt: definition.createdAt ?? now,
    trustPolicy: documentText(definition.trust),
    inlinePolicies: inlinePolicies(definition.policies),
    attachedPolicyArns: [...(definition.attachedPolicyArns ?? [])],
    maxSessionSeconds: definition.maxSessionSeconds ?? 3_600,
    description: definition.description ?? '',
    tags: [],
  };
  account.roles.push(role);
  return role;
}

export function keyFrom(definition: KeyDefinition, now: number): AccessKeyState {
  return {
    id: definition.id ?? uniqueId('AKIA'),
    secret: definition.secret ?? secretAccessKey(),
    status: definition.status ?? 'Active',
    createdAt: definition.createdAt ?? now,
    lastUsed: null,
  };
}

function addSecret(account: AccountState, definition: SecretDefinition, now: number): void {
  account.secrets.push({
    arn: `arn:${account.partition}:secretsmanager:${definition.region}:${account.id}:secret:${definition.name}-${secretSuffix()}`,
    name: definition.name,
    region: definition.region,
    description: '',
    createdAt: now,
    changedAt: now,
    deletedAt: null,
    tags: [],
    versions: [{ id: newUuid(), value: definition.value, binary: false, createdAt: now, stages: ['AWSCURRENT'] }],
  });
}

function addWatchRoles(world: World, account: AccountState, now: number): void {
  const principal = `arn:aws:iam::${world.securityAccountId}:user/${securityUserName}`;
  const made = watchRoles(account).map((role) => {
    const externalId = `trailhound-${role.purpose}-${account.id}`;
    const { arn } = addRole(
      account,
      {
        name: role.name,
        trust: trustPolicyFor(principal, externalId),
        policies: { [role.purpose]: role.policy },
        description: role.description,
      },
      now,
    );
    return { purpose: role.purpose, arn, externalId };
  });
  function of(purpose: string): { arn: string; externalId: string } {
    const role = made.find((candidate) => candidate.purpose === purpose);
    if (!role) throw new Error(`no watch role for ${purpose}`);
    return { arn: role.arn, externalId: role.externalId };
  }
  account.watchedBy = { poll: of('poll'), evidence: of('evidence'), respond: of('respond') };
}

function groupFrom(account: AccountState, definition: GroupDefinition, now: number): GroupState {
  return {
    name: definition.name,
    id: uniqueId('AGPA'),
    arn: `arn:${account.partition}:iam::${account.id}:group/${definition.name}`,
    createdAt: now,
    inlinePolicies: inlinePolicies(definition.policies),
    attachedPolicyArns: [...(definition.attachedPolicyArns ?? [])],
  };
}

function inlinePolicies(policies: Readonly<Record<string, PolicyDocument>> = {}): InlinePolicy[] {
  return Object.entries(policies).map(([name, document]) => ({ name, document: documentText(document) }));
}

function documentText(document: PolicyDocument): string {
  return typeof document === 'string' ? document : JSON.stringify(document);
}
