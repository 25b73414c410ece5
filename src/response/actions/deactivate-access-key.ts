import { plainText, safe } from '../../model/safe-text.ts';
import type { ActionModule } from '../action-module.ts';
import { deactivateTarget } from './access-key-steps.ts';
import { activationOf } from './activate-access-key.ts';
import {
  accessKeyTargetSchema,
  deactivationId,
  deactivationOf,
  keyInWords,
  leftOpenByKey,
  noParamsSchema,
  targetOf,
} from './access-key-target.ts';

declare module '../../model/action.ts' {
  interface ActionTypes {
    readonly deactivateAccessKey: { readonly target: AccessKeyTarget; readonly params: NoParams };
  }
}

/** Makes a user's access key inactive. Sessions that were minted with it live on: the plan says so. */
export const deactivateAccessKey: ActionModule<'deactivateAccessKey'> = {
  type: 'deactivateAccessKey',
  target: accessKeyTargetSchema,
  params: noParamsSchema,
  idOf: ({ target }) => deactivationId(target),
  contains: true,
  givesBack: false,
  closes: ({ target: { accountId, accessKeyId } }) => [{ kind: 'access-key', accountId, accessKeyId }],
  reopens: () => [],
  inShort: (names, s) => safe`deactivate access key${s} ${names}`,
  effect: ({ target }) =>
    safe`Sets ${keyInWords(target)} in account ${plainText(target.accountId)} to Inactive: calls signed with it are refused within minutes. Can be undone.`,
  leavesOpen: ({ target }) => leftOpenByKey(target),
  propose: ({ keys }) => keys.filter(({ status }) => status !== 'Inactive').map((key) => deactivationOf(targetOf(key))),
  steps: [{ name: 'deactivate-key', writes: ['iam:UpdateAccessKey'], onceOnly: false, does: deactivateTarget }],
  watched: ({ target: { accountId, accessKeyId } }) => [
    { what: { kind: 'access-key', accountId, accessKeyId }, closedBy: 'status' },
  ],
  inverse: ({ target }) => ({ actions: [activationOf(target)], byHand: [] }),
  permissions: ['iam:GetUser', 'iam:ListAccessKeys', 'iam:UpdateAccessKey'],
};
