import type { z } from 'zod';
import type { Refusal } from '../approval/refusal.ts';
import type { ActionOf, ActionType, ActionTypes, AnyAction } from '../model/action.ts';
import type { AccountId, Instant } from '../model/ids.ts';
import type { SafeText } from '../model/safe-text.ts';
import type { StepOutline } from './step-outline.ts';
import type { ActionStep } from './step.ts';

/** A long-term key under suspicion, as IAM showed it when the case was looked at. */
export interface SuspectKey {
  readonly accountId: AccountId;
  readonly userName: string;
  readonly userId: string | undefined;
  readonly accessKeyId: string;
  readonly status: 'Active' | 'Inactive' | 'unknown';
  /** How many keys its user has; null where IAM did not show it. */
  readonly keysOfUser: number | null;
}

/** What the evidence gives reason to act on, in accounts that may be changed. */
export interface ProposalGrounds {
  readonly keys: readonly SuspectKey[];
  readonly secrets: SecretsSetting;
  readonly now: Instant;
}

/** Where new secrets go, by configuration. */
export interface SecretsSetting {
  /** Names of the secrets that receive new keys begin with it. */
  readonly namePrefix: string;
  readonly region: string;
}

/** What the responder's own configuration allows, whatever was approved. */
export interface AllowedByConfiguration {
  /** Whether it gives a right to change the account. */
  readonly mayChange: (accountId: AccountId) => boolean;
  readonly secrets: SecretsSetting;
  /** IAM user names that no response touches. */
  readonly protectedNames: readonly string[];
}

/** A step of an action: how the workflow knows it, and what it does. */
export interface StepDefinition<A extends AnyAction = AnyAction> extends StepOutline {
  readonly does: ActionStep<A>;
}

/** How to undo an action, where AWS allows it. */
export interface Inverse {
  readonly possible: boolean;
  /** How, or why not; a sentence of ours. */
  readonly sentence: SafeText;
}

/**
 * All that Trailhound knows of one action type. A new type is a module of this form, an entry in `ActionTypes` (src/model/action.ts)
 * and an entry in the registry; nothing else names it.
 */
export interface ActionModule<Type extends ActionType = ActionType> {
  readonly type: Type;
  readonly target: z.ZodType<ActionTypes[Type]['target']>;
  readonly params: z.ZodType<ActionTypes[Type]['params']>;
  /** Whether it takes access away that is open now. */
  readonly contains: boolean;
  /** What it does, in a sentence of ours. */
  effect(action: ActionOf<Type>): SafeText;
  /** What stays open after it, a sentence each. */
  leavesOpen(action: ActionOf<Type>): readonly SafeText[];
  /** The actions of this type that the evidence gives reason for. */
  propose(grounds: ProposalGrounds): readonly ActionOf<Type>[];
  /** Why this installation's configuration does not allow what its parameters ask for, or null where it does. */
  refusedBy?(action: ActionOf<Type>, allowed: AllowedByConfiguration): Refusal | null;
  /** In order; each with the outline that the workflow goes by. */
  readonly steps: readonly StepDefinition<ActionOf<Type>>[];
  inverseOf(action: ActionOf<Type>): Inverse;
  /** What the responder's role must be allowed: IAM permissions. */
  readonly permissions: readonly string[];
}
