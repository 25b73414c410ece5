import type { AccountId } from '../../model/ids.ts';
import type { Holder, ThingKey } from './effect.ts';
import { meant, type Place } from './meant.ts';
import { mayOverlap } from './opening-overlap.ts';

export const unknownRegion = 'unknown';

/** What was let at, and by what: a policy, an ACL, one statement of many. */
export interface Shared {
  readonly type: string;
  readonly resource: string;
  readonly by: string;
}

/** Parts are percent-encoded, so that no name can pass for another. */
function keyOf(...parts: readonly string[]): ThingKey {
  return parts.map((part) => encodeURIComponent(part.toWellFormed())).join('/');
}

/** The keys by which an undoing finds what it undoes. Names of IAM do not tell upper from lower case. */
export const thing = {
  accessKey: (accessKeyId: string) => keyOf('access-key', accessKeyId),
  user: (account: AccountId, name: string) => keyOf('user', account, name.toLowerCase()),
  group: (account: AccountId, name: string) => keyOf('group', account, name.toLowerCase()),
  password: (account: AccountId, userName: string) => keyOf('password', account, userName.toLowerCase()),
  credential: (account: AccountId, credentialId: string) => keyOf('credential', account, credentialId),
  role: (account: AccountId, name: string) => keyOf('role', account, name.toLowerCase()),
  trust: (account: AccountId, roleName: string) => keyOf('trust', account, roleName.toLowerCase()),
  provider: (arn: string) => keyOf('provider', arn),
  policy: (account: AccountId, holder: Holder, policy: string) =>
    keyOf('policy', account, holder.kind, holder.name.toLowerCase(), policy),
  policyDocument: (policyArn: string) => keyOf('policy-document', policyArn),
  policyVersion: (policyArn: string, version: string) => keyOf('policy-version', policyArn, version),
  boundary: (account: AccountId, holder: Holder) => keyOf('boundary', account, holder.kind, holder.name.toLowerCase()),
  membership: (account: AccountId, userName: string, group: string) =>
    keyOf('membership', account, userName.toLowerCase(), group.toLowerCase()),
  /** With all whom one policy, ACL or statement lets in, where nobody is named. */
  share: (place: Place, { type, resource, by }: Shared, withWhom = '') => {
    const { accountId, region, name } = meant(place, resource);
    return keyOf('share', accountId, regionOf(type, region), type, name, by, withWhom);
  },
  /** Whatever it was shared by: it is gone, or nothing of the kind holds any more. */
  shares: (place: Place, { type, resource }: Omit<Shared, 'by'>) => {
    const { accountId, region, name } = meant(place, resource);
    return keyOf('shares', accountId, regionOf(type, region), type, name);
  },
  code: (place: Place, resource: string, what: string) => {
    const { accountId, region, name } = meant(place, resource);
    return keyOf('code', accountId, region, name, what);
  },
  organizationPolicy: (account: AccountId, policyId: string, target: string) =>
    keyOf('organization-policy', account, policyId, target),
  /** Where an account is in its organization: in a root or a unit. */
  organizationPlace: (account: AccountId, member: string, parent: string) =>
    keyOf('organization-place', account, member, parent),
  organizationJoined: (account: AccountId) => keyOf('organization-joined', account),
  organizationMember: (account: AccountId, member: string) => keyOf('organization-member', account, member),
  organizationInvitation: (account: AccountId, handshakeId: string) =>
    keyOf('organization-invitation', account, handshakeId),
  organizationService: (account: AccountId, service: string, is: 'let in' | 'shut out') =>
    keyOf('organization-service', account, service, is),
  organizationPolicyType: (account: AccountId, type: string) => keyOf('organization-policy-type', account, type),
  instance: (account: AccountId, instanceId: string) => keyOf('instance', account, instanceId),
  /** The role that an instance has by its profile. */
  instanceRole: (account: AccountId, instanceId: string) => keyOf('instance-role', account, instanceId),
  /** The profile itself, by its name: another in its place gives another role. */
  instanceProfile: (account: AccountId, instanceId: string, profile: string) =>
    keyOf('instance-profile', account, instanceId, profile),
  stoppedInstance: (account: AccountId, instanceId: string) => keyOf('stopped instance', account, instanceId),
  /** What a call holds closed for as long as nobody takes that back. */
  heldClosed: ({ accountId, region }: Place, closing: string, named: string) =>
    keyOf('held closed', accountId, region, closing, named),
  /** One opening of a security group or another gateway; all of them where none is named. */
  network: ({ accountId, region }: Place, gateway: string, opened: string, type = 'security group') =>
    keyOf('network', accountId, region, type, gateway, opened),
  /** One rule of a security group: its ID is of no other group. */
  networkRule: ({ accountId, region }: Place, ruleId: string) => keyOf('network-rule', accountId, region, ruleId),
  watch: ({ accountId, region }: Place, what: string, name: string, part = '') =>
    keyOf('watch', accountId, region, what, name, ...(part === '' ? [] : [part])),
  setting: ({ accountId, region }: Place, what: string, name: string) =>
    keyOf('setting', accountId, region, what, name),
  /** Somebody of a directory, by the directory's ID of them. */
  person: (userId: string) => keyOf('person', userId),
  permissionSet: (arn: string) => keyOf('permission-set', arn),
  assignment: (principalId: string, permissionSetArn: string, account: string) =>
    keyOf('assignment', principalId, permissionSetArn, account),
  secret: ({ accountId, region }: Place, store: string, name: string) =>
    keyOf('secret', accountId, region, store, name),
  data: ({ accountId, region }: Place, what: string, resource: string) =>
    keyOf('data', accountId, region, what, resource),
  /** A login of a service's own, that IAM does not know: a Transfer user, a database's master password. */
  serviceLogin: ({ accountId, region }: Place, service: string, resource: string, login: string, credential = '') =>
    keyOf('service-login', accountId, region, service, resource, login, credential),
  /** A door by the call that closes it, and what that call names it by. */
  door: ({ accountId, region }: Place, closing: string, named: string) =>
    keyOf('door', accountId, region, closing, named),
  /** A client ID of a provider. */
  providerPart: (arn: string, part: string) => keyOf('provider-part', arn, part),
  /** A role in an instance profile. */
  profileRole: (account: AccountId, profile: string, role: string) => keyOf('profile-role', account, profile, role),
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

/** The block of a whole account holds in every region, and is called in any. */
export const accountsPublicAccessBlock = 'public access block of the account';

/** Where a share is: `aws-global` for what has no region. */
export function regionOf(type: string, region: string): string {
  return type === accountsPublicAccessBlock ? 'aws-global' : region;
}

/** Whether a key is that of what holds something closed, as an instance's standing still, until somebody takes that back. */
export function holdsClosed(key: ThingKey): boolean {
  return holding.some((start) => key.startsWith(start));
}

const holding = [keyOf('stopped instance', ''), keyOf('held closed', '')];

/** Whether two openings of one gateway may let in some of the same. */
export function isOpenedBy(one: ThingKey, other: ThingKey): boolean {
  const [a, b] = [gatewayOf(one), gatewayOf(other)];
  return a !== null && b !== null && a.gateway === b.gateway && mayOverlap(a.opened, b.opened);
}

function gatewayOf(key: ThingKey): { readonly gateway: string; readonly opened: string } | null {
  const end = key.lastIndexOf('/');
  return key.startsWith('network/')
    ? { gateway: key.slice(0, end), opened: decodeURIComponent(key.slice(end + 1)) }
    : null;
}
