import type { JsonObject } from './json.ts';

/**
 * All that the simulated AWS holds, as plain data that can be written to a file and read back.
 *
 * Times are milliseconds since the epoch.
 */
export interface World {
  /** The account that Trailhound itself runs in; its user signs AssumeRole. */
  securityAccountId: string;
  accounts: AccountState[];
  sessions: SessionState[];
  /** How long a change to an access key takes until it is obeyed: IAM is eventually consistent. */
  propagationMs: number;
  /** Where a scenario stands, so that it goes on after a restart. */
  scenario: JsonObject | null;
}

export interface AccountState {
  id: string;
  name: string;
  partition: string;
  regions: string[];
  /** Where IAM and global STS records go: us-east-1 in the commercial partition. */
  globalRegion: string;
  users: UserState[];
  roles: RoleState[];
  groups: GroupState[];
  secrets: SecretState[];
  buckets: string[];
  /** Absent where none was ever made. */
  tables?: readonly TableState[];
  managedPolicies: ManagedPolicy[];
  /** The roles made for Trailhound; absent in accounts that are not watched. */
  watchedBy: WatchRoles | null;
}

/** A DynamoDB table; its items are as the wire has them. */
export interface TableState {
  readonly name: string;
  readonly arn: string;
  readonly region: string;
  readonly partitionKey: string;
  readonly sortKey: string;
  readonly items: JsonObject[];
}

export interface WatchRole {
  readonly arn: string;
  readonly externalId: string;
}

export interface WatchRoles {
  readonly poll: WatchRole;
  readonly evidence: WatchRole;
  readonly respond: WatchRole;
}

export interface InlinePolicy {
  name: string;
  document: string;
}

export interface ManagedPolicy {
  readonly arn: string;
  readonly document: string;
}

export interface PolicyHolder {
  inlinePolicies: InlinePolicy[];
  attachedPolicyArns: string[];
}

export interface UserState extends PolicyHolder {
  name: string;
  id: string;
  arn: string;
  path: string;
  createdAt: number;
  keys: AccessKeyState[];
  groups: string[];
  tags: Tag[];
  loginProfile: { createdAt: number; passwordResetRequired: boolean } | null;
  mfaDevices: { serialNumber: string; enabledAt: number }[];
  sshPublicKeys: { id: string; status: string; uploadedAt: number }[];
  serviceCredentials: { id: string; userName: string; service: string; status: string; createdAt: number }[];
  signingCertificates: { id: string; body: string; status: string; uploadedAt: number }[];
}

export type KeyStatus = 'Active' | 'Inactive';

export interface AccessKeyState {
  id: string;
  secret: string;
  status: KeyStatus;
  createdAt: number;
  lastUsed: { at: number; region: string; service: string } | null;
  /** The status that is still obeyed while a change spreads. */
  until?: { status: KeyStatus; at: number };
}

export interface GroupState extends PolicyHolder {
  name: string;
  id: string;
  arn: string;
  createdAt: number;
}

export interface RoleState extends PolicyHolder {
  name: string;
  id: string;
  arn: string;
  path: string;
  createdAt: number;
  trustPolicy: string;
  maxSessionSeconds: number;
  description: string;
  tags: Tag[];
}

export interface Tag {
  Key: string;
  Value: string;
}

/** Temporary credentials: of a role, of a user by GetSessionToken, or of somebody that a user vouches for by GetFederationToken. */
export interface SessionState {
  accessKeyId: string;
  secret: string;
  token: string;
  accountId: string;
  issuedAt: number;
  expiresAt: number;
  mfa: boolean;
  holder:
    | { kind: 'user'; userId: string; federated?: { name: string; policy: string } }
    | { kind: 'role'; roleId: string; sessionName: string; sourceIdentity: string | null };
}

export interface SecretState {
  arn: string;
  name: string;
  region: string;
  description: string;
  createdAt: number;
  changedAt: number;
  deletedAt: number | null;
  tags: Tag[];
  versions: SecretVersion[];
}

export interface SecretVersion {
  id: string;
  value: string;
  binary: boolean;
  createdAt: number;
  stages: string[];
}

export function emptyWorld(securityAccountId: string, propagationMs = 0): World {
  return { securityAccountId, accounts: [], sessions: [], propagationMs, scenario: null };
}

export function accountOf(world: World, id: string): AccountState | undefined {
  return world.accounts.find((account) => account.id === id);
}

/** The partition of a region's name, as AWS's own endpoints tell them apart. */
export function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  if (region.startsWith('us-gov-')) return 'aws-us-gov';
  return 'aws';
}

/** The status by which a key is judged now; it lags behind what IAM shows. */
export function obeyedStatus(key: AccessKeyState, nowMs: number): KeyStatus {
  return key.until && nowMs < key.until.at ? key.until.status : key.status;
}
