import type { AccountId } from './ids.ts';

/** A long-term access key of an IAM user. */
export interface AccessKeyTarget {
  readonly kind: 'access-key';
  readonly accountId: AccountId;
  readonly userName: string;
  /** AIDA...: names are reused, this is not. */
  readonly userId?: string;
  readonly accessKeyId: string;
}

/** An IAM user as a whole. */
export interface UserTarget {
  readonly kind: 'user';
  readonly accountId: AccountId;
  readonly userName: string;
  /** AIDA...: names are reused, this is not. */
  readonly userId?: string;
}

/** An IAM role as a whole. */
export interface RoleTarget {
  readonly kind: 'role';
  readonly accountId: AccountId;
  readonly roleName: string;
  /** AROA...: names are reused, this is not. */
  readonly roleId?: string;
}

export type ActionTarget = AccessKeyTarget | UserTarget | RoleTarget;

/** The parameters of an action that needs none beyond its target. */
export type NoParams = Readonly<Record<string, never>>;

/** Which inline policy an action puts on its target, or takes off it. */
export interface PolicyParams {
  /** Named after the case, so that nobody else's policy has the name. */
  readonly policyName: string;
}

/**
 * Target and parameters of each action type: its module under src/response/actions declares its own here, for the interface merges with
 * what they declare. All that a step needs is in them; instants are fixed there, once, so that a retry widens nothing.
 */
export interface ActionTypes {}
export type ActionType = keyof ActionTypes;

/** One response step as a plan proposes it and a decision carries it: typed content only, every sentence about it is made by code. */
export interface ActionOf<Type extends ActionType> {
  /** Made of type and target (`deactivate-AKIA...`), so that no two actions of a plan have the same. */
  readonly id: string;
  readonly type: Type;
  readonly target: ActionTypes[Type]['target'];
  readonly params: ActionTypes[Type]['params'];
  /** Action IDs that must have ended well first. */
  readonly dependsOn: readonly string[];
  /** Whether it is chosen where a person does not choose. */
  readonly recommended: boolean;
}

/** An action whose type is not looked at. */
export type AnyAction = ActionOf<ActionType>;

/** An action of any type, told apart by `type`. */
export type Action = { [Type in ActionType]: ActionOf<Type> }[ActionType];
