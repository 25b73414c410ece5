import { z } from 'zod';
import { refuse, type Refusal } from '../../approval/refusal.ts';
import { plainText, safe } from '../../model/safe-text.ts';
import type { AccessKeyTarget, ActionOf, ActionTypes } from '../../model/action.ts';
import type { JournalRow } from '../action-journal.ts';
import { foundAlreadySo } from '../run-step.ts';
import type { ActionModule, AllowedByConfiguration, SuspectKey } from '../action-module.ts';
import { deactivateTarget } from './access-key-steps.ts';
import { activationOf } from './activate-access-key.ts';
import { accessKeyTargetSchema, deactivationOf, keyInWords, targetOf } from './access-key-target.ts';
import { createAndStoreKey } from './create-and-store-key.ts';
import { whole } from '../../validation/whole-schema.ts';

declare module '../../model/action.ts' {
  interface ActionTypes {
    readonly rotateAccessKey: {
      readonly target: AccessKeyTarget;
      readonly params: {
        /** Name of the Secrets Manager secret that receives the new key. */
        readonly secretName: string;
        readonly secretRegion: string;
      };
    };
  }
}

/**
 * Contains first, then replaces: the old key is deactivated and seen to be inactive before a new one is made, whose secret goes
 * straight to Secrets Manager. The old key is kept, inactive: deleting it would destroy the way back.
 *
 * Deactivating and rotating the same key may be approved together or either alone: rotation begins by deactivating the old key,
 * and finds that done where both were approved. So neither depends on the other.
 */
export const rotateAccessKey: ActionModule<'rotateAccessKey'> = {
  type: 'rotateAccessKey',
  target: accessKeyTargetSchema,
  params: whole<ActionTypes['rotateAccessKey']['params']>()(
    z.strictObject({
      secretName: z.string().regex(/^[A-Za-z0-9/_+=.@-]{1,512}$/),
      secretRegion: z.string().regex(/^[a-z0-9-]{1,40}$/),
    }),
  ),
  idOf: ({ target }) => rotationId(target),
  // A new key for a user whose old key is inactive already takes nothing away; where the old one is active, it is proposed beside it.
  contains: false,
  givesBack: false,
  closes: ({ target: { accountId, accessKeyId } }) => [{ kind: 'access-key', accountId, accessKeyId }],
  reopens: () => [],
  inShort: (names, s) => safe`make a new key for access key${s} ${names}`,
  effect: ({ target, params }) =>
    safe`Makes a new key in the place of ${keyInWords(target)} in account ${plainText(target.accountId)} and stores it in Secrets Manager as ${plainText(params.secretName, 520)} (${plainText(params.secretRegion)}). The old key has to be inactive: it is deactivated first where it is not. What used the old key works again once it takes the new one and no denial is on the user.`,
  // It is proposed once nothing is open any more: what an active key would leave behind is closed by then.
  leavesOpen: () => [],
  onlyIfChosen: safe`it closes nothing: it is for an owner who needs another key`,
  propose: ({ replaceable, secrets }) =>
    replaceable.map((key) => ({
      id: rotationId(key),
      type: 'rotateAccessKey',
      target: targetOf(key),
      params: { secretName: secretNameFor(key, secrets.namePrefix), secretRegion: secrets.region },
      dependsOn: [],
      // It takes nothing away, and a new key is for when nothing is left open: a person chooses it.
      recommended: false,
    })),
  refusedBy,
  steps: [
    { name: 'deactivate-old-key', writes: ['iam:UpdateAccessKey'], onceOnly: false, does: deactivateTarget },
    {
      name: 'create-and-store-key',
      writes: ['iam:CreateAccessKey', 'secretsmanager:CreateSecret'],
      onceOnly: true,
      does: createAndStoreKey,
    },
  ],
  watched: ({ target: { accountId, accessKeyId } }) => [
    { what: { kind: 'access-key', accountId, accessKeyId }, closedBy: 'status' },
  ],
  inverse: ({ target, params }, rows) => {
    const activation = activationOf(target);
    const made = madeKeys(rows);
    // What uses the new key must find the old one working first.
    const deactivations = made.map((accessKeyId) => ({
      ...deactivationOf({ ...target, accessKeyId }),
      dependsOn: [activation.id],
    }));
    const secret = { kind: 'secret-stays', ...params } as const;
    // A key that was inactive before stays so: an earlier plan, or a person, had taken it away.
    const activations = foundAlreadySo(rows, 'deactivate-old-key') ? [] : [activation];
    return { actions: [...activations, ...deactivations], byHand: made.length === 0 ? [] : [secret] };
  },
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

/** The ID of the rotation of a key. */
export function rotationId({ accessKeyId }: Pick<AccessKeyTarget, 'accessKeyId'>): string {
  return `rotate-${accessKeyId}`;
}

/** The keys that the action made and stored: one, as far as the journal shows. */
function madeKeys(rows: readonly JournalRow[]): readonly string[] {
  const named = rows
    .filter(({ step, mark }) => step === 'create-and-store-key' && mark === 'called')
    .map(({ data }) => data['accessKeyId']);
  return named.filter((id) => typeof id === 'string');
}

/** Secrets Manager takes letters, digits and `/_+=.@-` in names; IAM's user names may also have a comma. */
function secretNameFor({ userName, accessKeyId }: SuspectKey, prefix: string): string {
  return `${prefix}${userName}/${accessKeyId}`.replaceAll(/[^A-Za-z0-9/_+=.@-]/g, '-');
}

/** A new key goes where configuration says, or nowhere: whoever could choose the place could read it. */
function refusedBy({ params }: ActionOf<'rotateAccessKey'>, { secrets }: AllowedByConfiguration): Refusal | null {
  if (!params.secretName.startsWith(secrets.namePrefix)) {
    const found = `The plan stores the new key as ${plainText(params.secretName)}, and names must begin with ${secrets.namePrefix}.`;
    return refuse('secret-name-not-allowed', found);
  }
  if (params.secretRegion !== secrets.region) {
    const found = `The plan stores the new key in ${plainText(params.secretRegion)}, and the configured region is ${secrets.region}.`;
    return refuse('secret-region-not-allowed', found);
  }
  return null;
}
