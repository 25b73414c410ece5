import type { z } from 'zod';
import type { Refusal } from '../approval/refusal.ts';
import type { Action, ActionOf, ActionType, ActionTypes, AnyAction } from '../model/action.ts';
import type { AccountId, CaseId, Instant } from '../model/ids.ts';
import type { ByHand } from '../model/plan.ts';
import type { JournalRow } from './action-journal.ts';
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
}

/** A user that must not be able to do anything more. */
export interface SuspectUser {
  readonly accountId: AccountId;
  readonly userName: string;
  readonly userId: string | undefined;
  /** Whether sessions of the user itself, which no key ends, are open; where not, it is offered and not recommended. */
  readonly sessionsOpen: boolean;
}

/** The owner of a key that is to be replaced, whom a denial of the case keeps out for nothing any more. */
export interface DeniedOwner {
  readonly key: SuspectKey;
  /** The inline policy that denies. */
  readonly policyName: string;
}

/** A user that was created in the case. */
export type CreatedUser = Omit<SuspectUser, 'sessionsOpen'>;

/** A role of which a session is in the intruder's hands. */
export interface SuspectRole {
  readonly accountId: AccountId;
  readonly roleName: string;
  readonly roleId: string | undefined;
  /** Access key IDs of those sessions. */
  readonly sessions: readonly string[];
}

/** What the evidence gives reason to act on, in accounts that may be changed. */
export interface ProposalGrounds {
  readonly caseId: CaseId;
  readonly keys: readonly SuspectKey[];
  /** Keys whose owners need another one, now that nothing is open: older than the intrusion, in use before it, with room for a second. */
  readonly replaceable: readonly SuspectKey[];
  /** Denials that would make those new keys useless, and close nothing any more. */
  readonly liftable: readonly DeniedOwner[];
  readonly users: readonly SuspectUser[];
  readonly roles: readonly SuspectRole[];
  readonly created: readonly CreatedUser[];
  /** What the case has presented already: an instant that was fixed there stays while it still serves. */
  readonly presented: readonly Action[];
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

/** What takes an action back: actions of a plan, approved like any other, and what is left to people. */
export interface Inverse {
  readonly actions: readonly Action[];
  readonly byHand: readonly ByHand[];
}

/** A credential or identity whose calls are followed after an action. */
export interface Watched {
  readonly what:
    | { readonly kind: 'access-key'; readonly accountId: AccountId; readonly accessKeyId: string }
    | { readonly kind: 'user'; readonly accountId: AccountId; readonly userName: string };
  /** By a policy, AWS still answers the few calls that no policy denies; to an inactive key it answers none. */
  readonly closedBy: 'status' | 'policy';
}

/** An access that an action takes or gives again: by it a case believes what is closed, once AWS shows the action as done. */
export type Access =
  | { readonly kind: 'access-key'; readonly accountId: AccountId; readonly accessKeyId: string }
  | { readonly kind: 'password'; readonly accountId: AccountId; readonly userName: string }
  /** All that a user has and is; taken by an inline policy of that name which denies everything. */
  | {
      readonly kind: 'user';
      readonly accountId: AccountId;
      readonly userName: string;
      readonly policyName: string;
    }
  /** The sessions of a role that began before an instant; taken in the same way. */
  | {
      readonly kind: 'role-sessions';
      readonly accountId: AccountId;
      readonly roleName: string;
      readonly policyName: string;
      readonly issuedBefore: Instant;
    };

/**
 * All that Trailhound knows of one action type. A new type is a module of this form, which declares its entry in `ActionTypes`
 * (src/model/action.ts) beside it, and an entry in the registry, which the compiler then asks for.
 */
export interface ActionModule<Type extends ActionType = ActionType> {
  readonly type: Type;
  readonly target: z.ZodType<ActionTypes[Type]['target']>;
  readonly params: z.ZodType<ActionTypes[Type]['params']>;
  /** The one ID of the action of this type on a target, unique within a plan, and readable: people type it. */
  idOf(action: Pick<ActionOf<Type>, 'target' | 'params'>): string;
  /** Whether it takes access away that is open now. */
  readonly contains: boolean;
  /** Whether it gives access back: a plan that contains holds none such, but for what a new key of the same user waits for. */
  readonly givesBack: boolean;
  /** The access that it takes, once it is done. */
  closes(action: ActionOf<Type>): readonly Access[];
  /** The access that it gives again, once it is done: what took it before counts no more. */
  reopens(action: ActionOf<Type>): readonly Access[];
  /**
   * Actions of this type in one phrase, by the names of their targets: `deny users alice, bob everything`.
   * @param s makes a word before the names one of many; empty where there is one name.
   * @param params as a document has them, which may lack them; actions whose phrase differs by them are not told in one.
   */
  inShort(names: SafeText, s: SafeText, params: Partial<ActionOf<Type>['params']>): SafeText;
  /** What stops for others wherever it is done. */
  readonly breaks?: SafeText;
  /** What it does, in a sentence of ours. */
  effect(action: ActionOf<Type>): SafeText;
  /** What stays open after it, a sentence each. */
  leavesOpen(action: ActionOf<Type>): readonly SafeText[];
  /** Why it is left to a person's choice where it is not recommended. */
  readonly onlyIfChosen?: SafeText;
  /** The same in a plan that undoes another, where it would give back what is the intruder's. */
  onlyIfUndone?(action: ActionOf<Type>): SafeText;
  /** The actions of this type that the evidence gives reason for. */
  propose(grounds: ProposalGrounds): readonly ActionOf<Type>[];
  /** Why this installation's configuration does not allow what its parameters ask for, or null where it does. */
  refusedBy?(action: ActionOf<Type>, allowed: AllowedByConfiguration): Refusal | null;
  /** In order; each with the outline that the workflow goes by. */
  readonly steps: readonly StepDefinition<ActionOf<Type>>[];
  /** Whose calls must not go through any more, once it is done. */
  watched(action: ActionOf<Type>): readonly Watched[];
  /** What of it stays for ever where nothing that follows it takes it off again: in words. */
  staysBehind?(action: ActionOf<Type>): SafeText;
  /** When it may begin at the earliest, where that is later than its approval: a follow-up takes it then. */
  notBefore?(action: ActionOf<Type>): Instant | null;
  /** @param rows what the response wrote down of it, oldest first. */
  inverse(action: ActionOf<Type>, rows: readonly JournalRow[]): Inverse;
  /** What the responder's role must be allowed: IAM permissions. */
  readonly permissions: readonly string[];
}
