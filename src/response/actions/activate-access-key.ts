import type { AccessKeyTarget, ActionOf } from '../../model/action.ts';
import type { Digest } from '../../model/ids.ts';
import { plainText, safe } from '../../model/safe-text.ts';
import type { ActionModule } from '../action-module.ts';
import { type ActionStep, StepPending } from '../step.ts';
import { type AccessKeyAction, accessKeyTarget, lookAtTarget } from './access-key-steps.ts';
import { accessKeyTargetSchema, deactivationOf, keyInWords, noParamsSchema } from './access-key-target.ts';

declare module '../../model/action.ts' {
  interface ActionTypes {
    readonly activateAccessKey: { readonly target: AccessKeyTarget; readonly params: NoParams };
  }
}

/** Makes the target's key active. Repeatable, as its opposite is. */
const activateTarget: ActionStep<AccessKeyAction> = {
  async check(context) {
    const { target, state, awsRequestIds } = await lookAtTarget(context);
    const detail = `Key ${target.accessKeyId} is ${target.status.toLowerCase()}.`;
    return { kind: target.status === 'Active' ? 'already-so' : 'go', state, detail, data: {}, awsRequestIds };
  },

  async call(context, checked) {
    const { userName, accessKeyId } = accessKeyTarget(context);
    const { awsRequestIds } = await context.hands.keys.activate(userName, accessKeyId);
    const detail = `IAM accepted the activation of key ${accessKeyId}.`;
    return { state: checked.data['state'] as Digest, detail, data: {}, awsRequestIds };
  },

  async verify(context) {
    const { target, state, awsRequestIds } = await lookAtTarget(context);
    if (target.status !== 'Active') {
      throw new StepPending(`IAM does not show key ${target.accessKeyId} as active yet.`, context.limits.lookAgainMs);
    }
    return { state, detail: `Key ${target.accessKeyId} is active, as IAM shows it.`, data: {}, awsRequestIds };
  },
};

function activationId({ accessKeyId }: AccessKeyTarget): string {
  return `activate-${accessKeyId}`;
}

/** The action that makes a key active again. */
export function activationOf(target: AccessKeyTarget): ActionOf<'activateAccessKey'> {
  return { id: activationId(target), type: 'activateAccessKey', target, params: {}, dependsOn: [], recommended: true };
}

/** Makes an access key active again: what undoes `deactivateAccessKey`. */
export const activateAccessKey: ActionModule<'activateAccessKey'> = {
  type: 'activateAccessKey',
  target: accessKeyTargetSchema,
  params: noParamsSchema,
  idOf: ({ target }) => activationId(target),
  contains: false,
  givesBack: true,
  closes: () => [],
  reopens: ({ target: { accountId, accessKeyId } }) => [{ kind: 'access-key', accountId, accessKeyId }],
  inShort: (names, s) => safe`activate access key${s} ${names} again`,
  effect: ({ target }) =>
    safe`Sets ${keyInWords(target)} in account ${plainText(target.accountId)} to Active: whoever holds it can use it again.`,
  leavesOpen: () => [],
  onlyIfUndone: ({ target: { accessKeyId, userName } }) =>
    safe`it gives user ${plainText(userName)} key ${plainText(accessKeyId)} back, which the intruder made or used, and can use again: choose it only if somebody answers for that key, or make its owner another one`,
  propose: () => [],
  steps: [{ name: 'activate-key', writes: ['iam:UpdateAccessKey'], onceOnly: false, does: activateTarget }],
  watched: () => [],
  inverse: ({ target }) => ({
    actions: [deactivationOf(target)],
    byHand: [],
  }),
  permissions: ['iam:GetUser', 'iam:ListAccessKeys', 'iam:UpdateAccessKey'],
};
