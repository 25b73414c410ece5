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

export type ActionTarget = AccessKeyTarget;

/** The parameters of an action that needs none beyond its target. */
export type NoParams = Readonly<Record<string, never>>;

/**
 * Target and parameters of each action type. All that a step needs is here; instants are fixed here, once, so that a retry
 * widens nothing. What an action type does is in its module under src/response/actions.
 */
export interface ActionTypes {
  readonly deactivateAccessKey: { readonly target: AccessKeyTarget; readonly params: NoParams };
  readonly rotateAccessKey: {
    readonly target: AccessKeyTarget;
    readonly params: {
      /** Name of the Secrets Manager secret that receives the new key. */
      readonly secretName: string;
      readonly secretRegion: string;
    };
  };
}
export type ActionType = keyof ActionTypes;

/** One response step as a plan proposes it and a decision carries it: typed content only, every sentence about it is made by code. */
export interface ActionOf<Type extends ActionType> {
  /** Unique within the plan and readable: `deactivate-AKIA...`. */
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
