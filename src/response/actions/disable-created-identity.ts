import { canonicalDigest } from '../../digest/canonical-digest.ts';
import type { ActionOf, UserTarget } from '../../model/action.ts';
import type { Digest } from '../../model/ids.ts';
import { plainText, safe } from '../../model/safe-text.ts';
import type { JournalRow } from '../action-journal.ts';
import { foundAlreadySo } from '../run-step.ts';
import type { ActionModule } from '../action-module.ts';
import type { AccessKeyState } from '../ports.ts';
import { type ActionStep, StepBlocked, type StepContext, StepPending } from '../step.ts';
import { stateOf } from './access-key-steps.ts';
import { activationOf } from './activate-access-key.ts';
import { policyParamsSchema, userInActionId, userInWords, userTarget, userTargetSchema } from './identity-target.ts';
import { denyEverything, lookAtHolder, putPolicy } from './inline-policy-steps.ts';
import { denialLiftOf, denialPolicyName } from './user-denial.ts';

declare module '../../model/action.ts' {
  interface ActionTypes {
    readonly disableCreatedIdentity: { readonly target: UserTarget; readonly params: PolicyParams };
  }
}

type Disabling = ActionOf<'disableCreatedIdentity'>;

/**
 * Shuts a user that was created in the case out of everything: denied everything, all keys inactive, no password. Nothing is deleted
 * but the login profile, for the user itself is evidence.
 */
export const disableCreatedIdentity: ActionModule<'disableCreatedIdentity'> = {
  type: 'disableCreatedIdentity',
  target: userTargetSchema,
  params: policyParamsSchema,
  idOf: ({ target }) => disablingId(target),
  contains: true,
  givesBack: false,
  closes: ({ target: { accountId, userName }, params: { policyName } }) => [
    { kind: 'user', accountId, userName, policyName },
    { kind: 'password', accountId, userName },
  ],
  reopens: () => [],
  inShort: (names, s) => safe`take keys, password and rights from user${s} ${names}`,
  effect: ({ target, params }) =>
    safe`Shuts out ${userInWords(target)}, which was created in this case: denies it everything by inline policy ${plainText(params.policyName)}, sets all its keys to Inactive, and deletes its console password. The user itself stays. Can be undone, but for the password.`,
  leavesOpen: () => [safe`Sessions of roles that the user assumed go on for up to 12 hours.`],
  propose: ({ caseId, created }) =>
    created.map((user) => ({
      id: disablingId(user),
      type: 'disableCreatedIdentity',
      target: userTarget(user),
      params: { policyName: denialPolicyName(caseId) },
      dependsOn: [],
      recommended: true,
    })),
  steps: [
    {
      name: 'deny-everything',
      writes: ['iam:PutUserPolicy'],
      onceOnly: false,
      does: putPolicy<Disabling>(() => denyEverything),
    },
    { name: 'deactivate-keys', writes: ['iam:UpdateAccessKey'], onceOnly: false, does: deactivateAllKeys() },
    { name: 'remove-password', writes: ['iam:DeleteLoginProfile'], onceOnly: false, does: removeThePassword() },
  ],
  watched: ({ target: { accountId, userName } }) => [
    { what: { kind: 'user', accountId, userName }, closedBy: 'policy' },
  ],
  inverse: (action, rows) => {
    const { target, params } = action;
    const lifts = foundAlreadySo(rows, 'deny-everything') ? [] : [denialLiftOf(target, params)];
    const activations = keysThatWereActive(rows).map((accessKeyId) =>
      activationOf({ ...target, kind: 'access-key', accessKeyId }),
    );
    const { accountId, userName } = target;
    const gone = hadPassword(rows) ? [{ kind: 'password-gone', accountId, userName } as const] : [];
    return { actions: [...lifts, ...activations], byHand: gone };
  },
  permissions: [
    'iam:GetUser',
    'iam:GetUserPolicy',
    'iam:PutUserPolicy',
    'iam:ListAccessKeys',
    'iam:UpdateAccessKey',
    'iam:GetLoginProfile',
    'iam:DeleteLoginProfile',
  ],
};

function disablingId(user: Pick<UserTarget, 'userName' | 'accountId'>): string {
  return `disable-${userInActionId(user)}`;
}

function deactivateAllKeys(): ActionStep<Disabling> {
  return {
    async check(context) {
      const { keys, awsRequestIds } = await lookAtKeys(context);
      const active = keys.filter(({ status }) => status === 'Active');
      return {
        kind: active.length === 0 ? 'already-so' : 'go',
        state: stateOf(keys),
        detail: `User ${context.action.target.userName} has ${active.length} active keys.`,
        data: { active: active.map(({ accessKeyId }) => accessKeyId) },
        awsRequestIds,
      };
    },

    async call({ action, hands }, checked) {
      const awsRequestIds: string[] = [];
      for (const accessKeyId of textsIn(checked, 'active')) {
        awsRequestIds.push(...(await hands.keys.deactivate(action.target.userName, accessKeyId)).awsRequestIds);
      }
      const detail = 'IAM accepted the deactivation of all keys.';
      return { state: checked.data['state'] as Digest, detail, data: {}, awsRequestIds };
    },

    async verify(context) {
      const { keys, awsRequestIds } = await lookAtKeys(context);
      const known = (await context.journal.rows()).filter(({ mark }) => mark === 'checked');
      const active = keys.filter(({ status }) => status === 'Active').map(({ accessKeyId }) => accessKeyId);
      const made = active.find((id) => !known.some((row) => textsIn(row, 'active').includes(id)));
      if (made !== undefined) {
        throw new StepBlocked(
          `Key ${made} was made or activated meanwhile: somebody else is at work. Ask for a fresh plan.`,
        );
      }
      if (active.length > 0) {
        throw new StepPending(`IAM does not show key ${active[0]} as inactive yet.`, context.limits.lookAgainMs);
      }
      const detail =
        keys.length === 1
          ? 'Its only key is inactive, as IAM shows it.'
          : `All ${keys.length} keys are inactive, as IAM shows them.`;
      return { state: stateOf(keys), detail, data: {}, awsRequestIds };
    },
  };
}

function removeThePassword(): ActionStep<Disabling> {
  return {
    async check(context) {
      const { has, awsRequestIds } = await lookAtPassword(context);
      const detail = `User ${context.action.target.userName} has ${has ? 'a' : 'no'} console password.`;
      const state = canonicalDigest({ password: has });
      return { kind: has ? 'go' : 'already-so', state, detail, data: { password: has }, awsRequestIds };
    },

    async call({ action, hands }, checked) {
      const { awsRequestIds } = await hands.principals.removePassword(action.target.userName);
      const detail = 'IAM accepted that the login profile is deleted.';
      return { state: checked.data['state'] as Digest, detail, data: {}, awsRequestIds };
    },

    async verify(context) {
      const { has, awsRequestIds } = await lookAtPassword(context);
      if (has) throw new StepPending('IAM shows the login profile still.', context.limits.lookAgainMs);
      const detail = `User ${context.action.target.userName} has no console password, as IAM shows it.`;
      return { state: canonicalDigest({ password: has }), detail, data: {}, awsRequestIds };
    },
  };
}

async function lookAtKeys(context: StepContext<Disabling>) {
  const looked = await lookAtHolder(context);
  const listed = await context.hands.keys.keysOf(context.action.target.userName);
  const keys: readonly AccessKeyState[] = listed.value;
  return { keys, awsRequestIds: [...looked, ...listed.awsRequestIds] };
}

async function lookAtPassword(context: StepContext<Disabling>) {
  const looked = await lookAtHolder(context);
  const { value: has, awsRequestIds } = await context.hands.principals.hasPassword(context.action.target.userName);
  return { has, awsRequestIds: [...looked, ...awsRequestIds] };
}

function keysThatWereActive(rows: readonly JournalRow[]): readonly string[] {
  return rows
    .filter(({ step, mark }) => step === 'deactivate-keys' && mark === 'checked')
    .flatMap((row) => textsIn(row, 'active'));
}

function hadPassword(rows: readonly JournalRow[]): boolean {
  return rows.some(
    ({ step, mark, data }) => step === 'remove-password' && mark === 'checked' && data['password'] === true,
  );
}

function textsIn(row: JournalRow, name: string): readonly string[] {
  const value: unknown = row.data[name];
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}
