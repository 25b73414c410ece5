import { securityUserName } from './world-definition.ts';
import { accountOf } from './world.ts';
import type { AccountState, WatchRoles, World } from './world.ts';

/** What a configuration for Trailhound is made of. */
export interface WorldDescription {
  readonly url: string;
  /** The credentials of Trailhound's own process: they sign AssumeRole. */
  readonly credentials: {
    readonly accountId: string;
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly region: string;
  };
  readonly accounts: readonly AccountDescription[];
}

export interface AccountDescription {
  readonly id: string;
  readonly name: string;
  readonly partition: string;
  readonly regions: readonly string[];
  readonly roles: WatchRoles;
  readonly users: readonly { readonly name: string; readonly accessKeyIds: readonly string[] }[];
}

/** Describes the watched accounts and how to reach them. */
export function describeWorld(world: World, url: string): WorldDescription {
  const security = accountOf(world, world.securityAccountId);
  const key = security?.users.find((user) => user.name === securityUserName)?.keys[0];
  return {
    url,
    credentials: {
      accountId: world.securityAccountId,
      accessKeyId: key?.id ?? '',
      secretAccessKey: key?.secret ?? '',
      region: security?.globalRegion ?? 'us-east-1',
    },
    accounts: world.accounts.flatMap((account) =>
      account.watchedBy ? [describeAccount(account, account.watchedBy)] : [],
    ),
  };
}

/** The IAM state of an account; secrets (of keys and of Secrets Manager) only where they are asked for. */
export function describeIam(account: AccountState, withSecrets: boolean): object {
  return {
    users: account.users.map((user) => ({
      ...user,
      keys: user.keys.map(({ secret, ...key }) => (withSecrets ? { ...key, secret } : key)),
    })),
    roles: account.roles,
    groups: account.groups,
    secrets: account.secrets.map((secret) => ({
      ...secret,
      versions: secret.versions.map(({ value, ...version }) => (withSecrets ? { ...version, value } : version)),
    })),
  };
}

function describeAccount(account: AccountState, roles: WatchRoles): AccountDescription {
  return {
    id: account.id,
    name: account.name,
    partition: account.partition,
    regions: [...account.regions],
    roles,
    users: account.users.map((user) => ({ name: user.name, accessKeyIds: user.keys.map((key) => key.id) })),
  };
}
