import type { ActionOf } from '../../model/action.ts';
import { plainText, safe } from '../../model/safe-text.ts';
import type { ActionModule } from '../action-module.ts';
import { policyParamsSchema, userInWords, userTarget, userTargetSchema } from './identity-target.ts';
import { denyEverything, putPolicy } from './inline-policy-steps.ts';
import { denialId, denialLiftOf, denialPolicyName } from './user-denial.ts';

declare module '../../model/action.ts' {
  interface ActionTypes {
    readonly denyUserEverything: { readonly target: UserTarget; readonly params: PolicyParams };
  }
}

/**
 * Denies a user everything by an inline policy. Unlike an inactive key, it ends the sessions and federation tokens of the user as
 * well: they have no more than the user has. Roles that were assumed live on.
 */
export const denyUserEverything: ActionModule<'denyUserEverything'> = {
  type: 'denyUserEverything',
  target: userTargetSchema,
  params: policyParamsSchema,
  idOf: ({ target }) => denialId(target),
  contains: true,
  givesBack: false,
  closes: ({ target: { accountId, userName }, params: { policyName } }) => [
    { kind: 'user', accountId, userName, policyName },
  ],
  reopens: () => [],
  inShort: (names, s) => safe`deny user${s} ${names} everything`,
  effect: ({ target, params }) =>
    safe`Denies ${userInWords(target)} everything, by inline policy ${plainText(params.policyName)}: all its keys, its password, its sessions and federation tokens are refused within minutes. Can be undone.`,
  leavesOpen: () => [
    safe`Sessions of roles that the user assumed go on for up to 12 hours.`,
    safe`Keys, users, passwords and roles that it made stay until they are removed.`,
  ],
  onlyIfChosen: safe`no session of the user itself is open`,
  propose: ({ caseId, users }) =>
    users.map((user) => ({
      id: denialId(user),
      type: 'denyUserEverything',
      target: userTarget(user),
      params: { policyName: denialPolicyName(caseId) },
      dependsOn: [],
      recommended: user.sessionsOpen,
    })),
  steps: [
    {
      name: 'deny-everything',
      writes: ['iam:PutUserPolicy'],
      onceOnly: false,
      does: putPolicy<ActionOf<'denyUserEverything'>>(() => denyEverything),
    },
  ],
  watched: ({ target: { accountId, userName } }) => [
    { what: { kind: 'user', accountId, userName }, closedBy: 'policy' },
  ],
  inverse: ({ target, params }) => ({ actions: [denialLiftOf(target, params)], byHand: [] }),
  permissions: ['iam:GetUser', 'iam:GetUserPolicy', 'iam:PutUserPolicy'],
};
