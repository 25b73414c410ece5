import type { AccountId } from './ids.ts';

/** A role that Trailhound assumes; each has an external ID of its own. */
export interface RoleRef {
  readonly arn: string;
  readonly externalId?: string;
}

export type AccountLifecycle = 'watched' | 'paused' | 'retired';

/** A watched AWS account, as configuration and `accounts` commands describe it. */
export interface Account {
  readonly id: AccountId;
  readonly name: string;
  readonly partition: 'aws' | 'aws-cn' | 'aws-us-gov';
  readonly lifecycle: AccountLifecycle;
  readonly regions: readonly string[];
  /** Without a role, the process's own AWS credentials are used as they are. */
  readonly roles: { readonly poll?: RoleRef; readonly evidence?: RoleRef; readonly respond?: RoleRef };
  readonly pollIntervalMs: number;
}
