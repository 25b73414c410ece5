import type { ActionOf } from '../../model/action.ts';
import { plainText, safe } from '../../model/safe-text.ts';
import type { ActionModule } from '../action-module.ts';
import { policyParamsSchema, userInWords, userTarget, userTargetSchema } from './identity-target.ts';
import { denyEverything, removePolicy } from './inline-policy-steps.ts';
import { rotationId } from './rotate-access-key.ts';
import { denialLiftId, denialLiftOf, denialOf } from './user-denial.ts';

declare module '../../model/action.ts' {
  interface ActionTypes {
    readonly liftUserDenial: { readonly target: UserTarget; readonly params: PolicyParams };
  }
}

/**
 * Takes a denial of ours off a user: to undo `denyUserEverything`, or after a new key was made for its owner, which is refused as long
 * as the denial is there.
 */
export const liftUserDenial: ActionModule<'liftUserDenial'> = {
  type: 'liftUserDenial',
  target: userTargetSchema,
  params: policyParamsSchema,
  idOf: ({ target }) => denialLiftId(target),
  contains: false,
  givesBack: true,
  closes: () => [],
  reopens: ({ target: { accountId, userName }, params: { policyName } }) => [
    { kind: 'user', accountId, userName, policyName },
  ],
  inShort: (names, s) => safe`lift the denial of user${s} ${names}`,
  effect: ({ target, params, dependsOn }) => {
    const withKey = dependsOn.length === 0 ? safe`` : safe` once the new key is stored, which is refused until then`;
    return safe`Takes inline policy ${plainText(params.policyName)} off ${userInWords(target)}${withKey}: it may do again what its other policies allow.`;
  },
  leavesOpen: () => [],
  onlyIfUndone: ({ target: { userName } }) =>
    safe`it gives user ${plainText(userName)} its rights back, whom the intruder made, or of whom no use but the intruder's is known: choose it only if somebody answers for that user`,
  onlyIfChosen: safe`it goes with the new key, which is refused without it`,
  propose: ({ liftable }) =>
    liftable.map(({ key, policyName }) => ({
      ...denialLiftOf(userTarget(key), { policyName }),
      dependsOn: [rotationId(key)],
      // As the new key is: a person chooses both.
      recommended: false,
    })),
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
