import type { AccountId, CaseId, Instant } from '../model/ids.ts';
import type { SecretText } from './secret-text.ts';

/** An answer of AWS with the IDs of the requests that it took. */
export interface Answered<T> {
  readonly value: T;
  readonly awsRequestIds: readonly string[];
}

export interface AccessKeyState {
  readonly accessKeyId: string;
  readonly status: 'Active' | 'Inactive';
}

/** Who owns a key, as IAM says now. */
export interface KeyOwner {
  readonly userId: string;
  /** As IAM has it, which need not be as it was asked for. */
  readonly userName: string;
  readonly arn: string;
  /** `/`, `/break-glass/`, ... */
  readonly path: string;
}

/** A key that was just made; the secret is known nowhere else. */
export interface NewAccessKey {
  readonly accessKeyId: string;
  readonly secret: SecretText;
}

/** IAM's access keys in one account. Every call names the user: without a name IAM acts on the caller. Failures are {@link import('./call-failure.ts').CallFailure}s. */
export interface KeyAdministration {
  ownerNamed(userName: string): Promise<Answered<KeyOwner>>;
  keysOf(userName: string): Promise<Answered<readonly AccessKeyState[]>>;
  deactivate(userName: string, accessKeyId: string): Promise<Answered<null>>;
  activate(userName: string, accessKeyId: string): Promise<Answered<null>>;
  /** Not repeatable, and never repeated by the adapter: AWS takes no client token, and shows the secret once. */
  create(userName: string): Promise<Answered<NewAccessKey>>;
  remove(userName: string, accessKeyId: string): Promise<Answered<null>>;
}

/** A role, as IAM says now. */
export interface SeenRole {
  readonly roleId: string;
  /** As IAM has it, which need not be as it was asked for. */
  readonly roleName: string;
  readonly arn: string;
  /** `/`, `/aws-service-role/...`, ... */
  readonly path: string;
}

/** Whose inline policy is meant. */
export interface PolicyHolder {
  readonly kind: 'user' | 'role';
  readonly name: string;
}

/** IAM's users and roles in one account, beyond their keys. All calls may be repeated. */
export interface PrincipalAdministration {
  roleNamed(roleName: string): Promise<Answered<SeenRole>>;
  /** The document of an inline policy, as JSON text, or null where the holder has none of that name. */
  policyOf(holder: PolicyHolder, policyName: string): Promise<Answered<string | null>>;
  putPolicy(holder: PolicyHolder, policyName: string, document: string): Promise<Answered<null>>;
  /** Not there is what is wanted: it is no failure. */
  removePolicy(holder: PolicyHolder, policyName: string): Promise<Answered<null>>;
  /** Whether the user can sign in to the console with a password. */
  hasPassword(userName: string): Promise<Answered<boolean>>;
  /** Not there is what is wanted: it is no failure. */
  removePassword(userName: string): Promise<Answered<null>>;
}

/** A stored secret, without the secret. */
export interface SecretDescription {
  readonly arn: string;
  /** The tokens under which versions of it were stored. */
  readonly tokens: readonly string[];
  /** The access key that it holds, from its tags. */
  readonly accessKeyId: string | null;
}

export interface SecretToStore {
  readonly name: string;
  readonly region: string;
  /** Makes storing repeatable: the same token with the same content is done once. */
  readonly token: string;
  readonly userName: string;
  readonly key: NewAccessKey;
  readonly caseId: CaseId;
}

/** Where new secrets go. It is never read back: nothing here returns a secret's content. */
export interface SecretStore {
  describe(name: string, region: string): Promise<Answered<SecretDescription | null>>;
  store(secret: SecretToStore): Promise<Answered<{ readonly arn: string }>>;
}

/** Who made a key, from CloudTrail's record of its CreateAccessKey. */
export interface KeyMaking {
  readonly awsRequestId: string | null;
  /** ARN of the principal that made it, session name included. */
  readonly madeBy: string | null;
  /** The access key that signed the request. */
  readonly signedBy: string | null;
  readonly at: Instant;
}

/** AWS's own account of who did what. Asked directly, never through the store: who can write to the store proves nothing. */
export interface TrailProof {
  /** The record that shows the key being made, or null as long as the trail does not show it. */
  makingOf(userName: string, accessKeyId: string, since: Instant): Promise<Answered<KeyMaking | null>>;
}

/** As whom the response acts. */
export interface Responder {
  /** ARN of the identity that makes the writes. */
  readonly arn: string;
  /** The access key that signs its requests at this moment. */
  readonly signingKeyId: string;
  /** ARN of the process's own identity, before any role was assumed. */
  readonly ownArn: string;
}

/** All that a response can do in one account, under a session that names the case and the intent. */
export interface AccountHands {
  readonly keys: KeyAdministration;
  readonly principals: PrincipalAdministration;
  readonly secrets: SecretStore;
  readonly trail: TrailProof;
  responder(): Promise<Responder>;
}

/** Reaches into an account under a session name of the caller's choice. */
export type OpenAccount = (
  accountId: AccountId,
  session: { readonly sessionName: string; readonly sourceIdentity: string; readonly intentId: string },
) => Promise<AccountHands>;

export interface Clock {
  now(): Instant;
  wait(ms: number): Promise<void>;
}
