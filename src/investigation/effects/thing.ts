import type { AccountId } from '../../model/ids.ts';
import type { Holder, ThingKey } from './effect.ts';

/** Parts are percent-encoded, so that no name can pass for another. */
function keyOf(...parts: readonly string[]): ThingKey {
  return parts.map((part) => encodeURIComponent(part.toWellFormed())).join('/');
}

/** The keys by which an undoing finds what it undoes. Names of IAM do not tell upper from lower case. */
export const thing = {
  accessKey: (accessKeyId: string) => keyOf('access-key', accessKeyId),
  user: (account: AccountId, name: string) => keyOf('user', account, name.toLowerCase()),
  password: (account: AccountId, userName: string) => keyOf('password', account, userName.toLowerCase()),
  credential: (account: AccountId, credentialId: string) => keyOf('credential', account, credentialId),
  role: (account: AccountId, name: string) => keyOf('role', account, name.toLowerCase()),
  trust: (account: AccountId, roleName: string) => keyOf('trust', account, roleName.toLowerCase()),
  provider: (arn: string) => keyOf('provider', arn),
  policy: (account: AccountId, holder: Holder, policy: string) =>
    keyOf('policy', account, holder.kind, holder.name.toLowerCase(), policy),
  policyDocument: (policyArn: string) => keyOf('policy-document', policyArn),
  membership: (account: AccountId, userName: string, group: string) =>
    keyOf('membership', account, userName.toLowerCase(), group.toLowerCase()),
  share: (account: AccountId, resource: string, withWhom: string) => keyOf('share', account, resource, withWhom),
  code: (account: AccountId, resource: string, what: string) => keyOf('code', account, resource, what),
  instance: (account: AccountId, instanceId: string) => keyOf('instance', account, instanceId),
  network: (account: AccountId, securityGroup: string, opened: string) =>
    keyOf('network', account, securityGroup, opened),
  watch: (account: AccountId, what: string, name: string) => keyOf('watch', account, what, name),
  setting: (account: AccountId, what: string, name: string) => keyOf('setting', account, what, name),
  /** Somebody of a directory, by the directory's ID of them. */
  person: (userId: string) => keyOf('person', userId),
  assignment: (principalId: string, permissionSetArn: string, account: string) =>
    keyOf('assignment', principalId, permissionSetArn, account),
  secret: (account: AccountId, store: string, name: string) => keyOf('secret', account, store, name),
  data: (account: AccountId, what: string, resource: string) => keyOf('data', account, what, resource),
  /** Everything that a user's credentials and sessions could do: a policy that denies it all. */
  deniedUser: (account: AccountId, userName: string) => keyOf('denied-user', account, userName.toLowerCase()),
  /** The sessions of a role that were issued before some instant, or one session by its name. */
  deniedRole: (account: AccountId, roleName: string) => keyOf('denied-role', account, roleName.toLowerCase()),
  /** What is said of sessions of a name, whichever of them it meets. */
  sessionNamed: (account: AccountId, roleName: string, sessionName: string) =>
    keyOf('session-named', account, roleName.toLowerCase(), sessionName),
  /** One session, by its role's unique ID, or `*` for whichever the role has. */
  deniedSession: (account: AccountId, roleName: string, roleId: string, sessionName: string) =>
    keyOf('denied-session', account, roleName.toLowerCase(), roleId, sessionName),
} as const;
