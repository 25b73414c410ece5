import { z } from 'zod';
import type { ActionOf } from '../../model/action.ts';
import { plainText, safe } from '../../model/safe-text.ts';
import type { ActionModule } from '../action-module.ts';
import { policyNameSchema, userInWords, userTargetSchema } from './identity-target.ts';
import { denyEverything, removePolicy } from './inline-policy-steps.ts';
import { denialLiftId, denialOf } from './user-denial.ts';

/** Takes a denial of ours off a user: what undoes `denyUserEverything`. */
export const liftUserDenial: ActionModule<'liftUserDenial'> = {
  type: 'liftUserDenial',
  target: userTargetSchema,
  params: z.strictObject({ policyName: policyNameSchema }),
  idOf: ({ target }) => denialLiftId(target),
  contains: false,
  effect: ({ target, params }) =>
    safe`Takes inline policy ${plainText(params.policyName)} off ${userInWords(target)}: it may do again what its other policies allow.`,
  leavesOpen: () => [],
  propose: () => [],
  steps: [
    {
      name: 'lift-denial',
      writes: ['iam:DeleteUserPolicy'],
      onceOnly: false,
      does: removePolicy<ActionOf<'liftUserDenial'>>({ documentOf: () => denyEverything, notBefore: () => null }),
    },
  ],
  watched: () => [],
  inverse: ({ target, params }) => ({ actions: [denialOf(target, params)], byHand: [] }),
  permissions: ['iam:GetUser', 'iam:GetUserPolicy', 'iam:DeleteUserPolicy'],
};
