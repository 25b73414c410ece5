import type { Action, ActionType } from '../model/action.ts';
import type { ActionModule, ProposalGrounds, StepDefinition } from './action-module.ts';
import { activateAccessKey } from './actions/activate-access-key.ts';
import { deactivateAccessKey } from './actions/deactivate-access-key.ts';
import { denyUserEverything } from './actions/deny-user-everything.ts';
import { disableCreatedIdentity } from './actions/disable-created-identity.ts';
import { liftRoleRevocation } from './actions/lift-role-revocation.ts';
import { liftUserDenial } from './actions/lift-user-denial.ts';
import { revokeRoleSessions } from './actions/revoke-role-sessions.ts';
import { rotateAccessKey } from './actions/rotate-access-key.ts';

/** Every action type, in the order in which a plan lists its actions: contain first, replace last. */
const modules: { readonly [Type in ActionType]: ActionModule<Type> } = {
  deactivateAccessKey,
  denyUserEverything,
  revokeRoleSessions,
  disableCreatedIdentity,
  rotateAccessKey,
  liftRoleRevocation,
  activateAccessKey,
  liftUserDenial,
};

/** All action types. */
export const actionTypes = Object.keys(modules) as readonly ActionType[]; // the record's keys are no others

/** Whether a text that something else wrote, be it a newer version, is an action type. */
export function isActionType(text: string): text is ActionType {
  return Object.hasOwn(modules, text);
}

/** The module of an action type. */
export function moduleOf(type: ActionType): ActionModule {
  return modules[type];
}

/** The steps of an action type, in order. */
export function stepsOf(type: ActionType): readonly StepDefinition[] {
  return moduleOf(type).steps;
}

/** A step of an action by its name, or null where the action has no such step. */
export function stepNamed(type: ActionType, name: string): StepDefinition | null {
  return stepsOf(type).find((step) => step.name === name) ?? null;
}

/** Every action that the evidence gives reason for. */
export function proposeActions(grounds: ProposalGrounds): readonly Action[] {
  // Each module proposes its own type only.
  return actionTypes.flatMap((type) => moduleOf(type).propose(grounds) as readonly Action[]);
}
