import type { ActionDefinition } from '../action-definition.ts';
import { deactivateTarget } from './access-key-steps.ts';
import { createAndStoreKey } from './create-and-store-key.ts';

/**
 * Contains first, then replaces: the old key is deactivated and seen to be inactive before a new one is made, whose secret goes
 * straight to Secrets Manager. The old key is kept, inactive: deleting it would destroy the way back.
 */
export const rotateAccessKey: ActionDefinition<'rotateAccessKey'> = {
  type: 'rotateAccessKey',
  steps: { 'deactivate-old-key': deactivateTarget, 'create-and-store-key': createAndStoreKey },
  inverseOf: ({ target }) => ({
    possible: true,
    sentence: `Activate key ${target.accessKeyId} of user ${target.userName} again, then deactivate the new key and delete its secret.`,
  }),
  permissions: [
    'iam:GetUser',
    'iam:ListAccessKeys',
    'iam:UpdateAccessKey',
    'iam:CreateAccessKey',
    'iam:DeleteAccessKey',
    'secretsmanager:CreateSecret',
    'secretsmanager:DescribeSecret',
    'secretsmanager:TagResource',
    'cloudtrail:LookupEvents',
  ],
};
