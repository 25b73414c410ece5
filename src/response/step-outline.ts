import type { ActionType } from '../model/plan.ts';

/** A step of an action as the workflow knows it; what the step does is in the action's definition. */
export interface StepOutline {
  readonly name: string;
  /** The AWS calls of it that change something, in order. */
  readonly writes: readonly string[];
  /**
   * True where doing it twice does harm: such a step is tried once, and after a lost answer what it left behind is settled
   * before it is tried again.
   */
  readonly onceOnly: boolean;
}

/** Every action's steps in order. Names only, so that workflows may import it; tests take their kill points from it. */
export const actionSteps = {
  deactivateAccessKey: [{ name: 'deactivate-key', writes: ['iam:UpdateAccessKey'], onceOnly: false }],
  rotateAccessKey: [
    { name: 'deactivate-old-key', writes: ['iam:UpdateAccessKey'], onceOnly: false },
    { name: 'create-and-store-key', writes: ['iam:CreateAccessKey', 'secretsmanager:CreateSecret'], onceOnly: true },
  ],
} as const satisfies Record<ActionType, readonly StepOutline[]>;

/** The step names of one action type, or of all. */
export type StepName<Type extends ActionType = ActionType> = (typeof actionSteps)[Type][number]['name'];

/** The steps of an action type. */
export function stepsOf(type: ActionType): readonly StepOutline[] {
  return actionSteps[type];
}
