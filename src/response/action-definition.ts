import type { Action, ActionType } from '../model/plan.ts';
import { deactivateAccessKey } from './actions/deactivate-access-key.ts';
import { rotateAccessKey } from './actions/rotate-access-key.ts';
import type { ActionStep } from './step.ts';
import type { StepName } from './step-outline.ts';

/** How to undo an action, where AWS allows it. */
export interface Inverse {
  readonly possible: boolean;
  /** How, or why not; a sentence of ours. */
  readonly sentence: string;
}

/** An action type: what it does, step by step, how it is undone, and what the responder's role must be allowed. */
export interface ActionDefinition<Type extends ActionType = ActionType> {
  readonly type: Type;
  /** One implementation for each name in `actionSteps`, neither more nor fewer. */
  readonly steps: Readonly<Record<StepName<Type>, ActionStep>>;
  inverseOf(action: Action): Inverse;
  /** IAM permissions. */
  readonly permissions: readonly string[];
}

const definitions: { readonly [Type in ActionType]: ActionDefinition<Type> } = { deactivateAccessKey, rotateAccessKey };

/** The definition of an action type. */
export function definitionOf<Type extends ActionType>(type: Type): ActionDefinition<Type> {
  return definitions[type];
}

/** A step of an action by its name, or null where the action has no such step. */
export function stepNamed(type: ActionType, name: string): ActionStep | null {
  const steps: Readonly<Record<string, ActionStep>> = definitions[type].steps;
  return Object.hasOwn(steps, name) ? (steps[name] ?? null) : null;
}
