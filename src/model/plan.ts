import type { AccountId, CaseId, Digest, Instant } from './ids.ts';

export interface AccessKeyTarget {
  readonly kind: 'access-key';
  readonly accountId: AccountId;
  readonly userName: string;
  /** AIDA...: names are reused, this is not. */
  readonly userId?: string;
  readonly accessKeyId: string;
}

export type ActionTarget = AccessKeyTarget;

export const actionTypes = ['deactivateAccessKey', 'rotateAccessKey'] as const;
export type ActionType = (typeof actionTypes)[number];

/** Everything that a step needs beyond its target; instants are fixed here, once, so that a retry widens nothing. */
export type ActionParams =
  | { readonly type: 'deactivateAccessKey' }
  | {
      readonly type: 'rotateAccessKey';
      /** Name of the Secrets Manager secret that receives the new key. */
      readonly secretName: string;
      readonly secretRegion: string;
    };

/** Work that a response leaves for later, by a workflow of its own. */
export interface FollowUp {
  readonly kind: 'delete-old-key';
  readonly notBefore: Instant;
}

export interface Action {
  /** Unique within the plan and readable: `deactivate-AKIA...`. */
  readonly id: string;
  readonly type: ActionType;
  readonly target: ActionTarget;
  readonly params: ActionParams;
  /** Action IDs that must have ended well first. */
  readonly dependsOn: readonly string[];
  readonly followUps: readonly FollowUp[];
  /** What it does, in a sentence of ours. */
  readonly effect: string;
  /** What stays open after it, a sentence each. */
  readonly residualAccess: readonly string[];
}

/** Access that stays open, until when, and what a person can do about it. */
export interface ResidualAccess {
  readonly kind: string;
  readonly sentence: string;
  readonly until: Instant | 'unknown' | 'until-removed';
  readonly remedy: string;
}

/** Frozen when it is presented: what was seen is what is signed. */
export interface Plan {
  readonly caseId: CaseId;
  readonly version: number;
  readonly purpose: 'contain' | { readonly undo: Digest };
  readonly actions: readonly Action[];
  /** Why there is no action for a credential that has none, a sentence each. */
  readonly notPossible: readonly string[];
  readonly residual: readonly ResidualAccess[];
  readonly basis: { readonly evidence: readonly Digest[]; readonly rules: readonly Digest[]; readonly policy: Digest };
  /** Over all other fields. */
  readonly digest: Digest;
}

/** The plan without its digest: what the digest is made of. */
export type PlanContent = Omit<Plan, 'digest'>;
