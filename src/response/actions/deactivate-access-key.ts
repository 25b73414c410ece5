import type { ActionDefinition } from '../action-definition.ts';
import { deactivateTarget } from './access-key-steps.ts';

/** Makes a user's access key inactive. Sessions that were minted with it live on: the plan says so. */
export const deactivateAccessKey: ActionDefinition<'deactivateAccessKey'> = {
  type: 'deactivateAccessKey',
  steps: { 'deactivate-key': deactivateTarget },
  inverseOf: ({ target }) => ({
    possible: true,
    sentence: `Activate key ${target.accessKeyId} of user ${target.userName} again (UpdateAccessKey, Active).`,
  }),
  permissions: ['iam:GetUser', 'iam:ListAccessKeys', 'iam:UpdateAccessKey'],
};
