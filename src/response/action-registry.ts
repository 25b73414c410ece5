import type { Action, ActionType } from '../model/action.ts';
import type { ActionModule, ProposalGrounds, StepDefinition } from './action-module.ts';
import { deactivateAccessKey } from './actions/deactivate-access-key.ts';
import { rotateAccessKey } from './actions/rotate-access-key.ts';

/** Every action type, in the order in which a plan lists its actions. */
const modules: { readonly [Type in ActionType]: ActionModule<Type> } = { deactivateAccessKey, rotateAccessKey };

/** All action types. */
export const actionTypes = Object.keys(modules) as readonly ActionType[]; // the record's keys are no others

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
