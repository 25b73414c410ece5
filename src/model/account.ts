import type { AccountId, Instant } from './ids.ts';

/** The ARN of a role, as IAM writes it. */
export const roleArnPattern = /^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/;

/** As STS takes one (AssumeRole, ExternalId): 2 to 1,224 letters, digits and `_+=,.@:/-`. */
export const externalIdPattern = /^[\w+=,.@:/-]{2,1224}$/;

/** Names of every partition (`eusc-de-east-1`) and those of anonymised recordings (`apiso-northsouth-3r`); which exist is AWS's to say. */
export const regionPattern = /^[a-z]+(-[a-z]+)+-\d+[a-z]?$/;

/** A role that Trailhound assumes; each has an external ID of its own. */
export interface RoleRef {
  readonly arn: string;
  readonly externalId?: string;
}

/** Which events of an account are read. */
export type AccountReads = 'all' | 'write-only';

export type AccountLifecycle = 'watched' | 'paused' | 'retired';

/** Why, by whom and until when an account is paused. */
export interface AccountPause {
  readonly reason: string;
  readonly owner: string;
  readonly until: Instant;
}

/** How much of an account's history is read; rules that learn are ready when all of what they need is. */
export interface LearningState {
  /** From 0 to 1; 1 where nothing is left to read. */
  readonly readShare: number;
  /** The rules that only mark what they find, so far. */
  readonly rulesLearning: readonly string[];
}

/** A watched AWS account, as configuration and `accounts` commands describe it. */
export interface Account {
  readonly id: AccountId;
  readonly name: string;
  readonly partition: 'aws' | 'aws-cn' | 'aws-us-gov';
  readonly lifecycle: AccountLifecycle;
  /** Those that are read now. */
  readonly regions: readonly string[];
  /** Where true, the regions are those that AWS lists as enabled, looked at daily. */
  readonly discoversRegions?: boolean;
  /** `write-only` leaves read-only events out, for an account that is busier than LookupEvents can follow; `all` where not given. */
  readonly reads?: AccountReads;
  /** Without a role, the process's own AWS credentials are used as they are. */
  readonly roles: { readonly poll?: RoleRef; readonly evidence?: RoleRef; readonly respond?: RoleRef };
  readonly pollIntervalMs: number;
}
