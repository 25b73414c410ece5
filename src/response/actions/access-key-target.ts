import { z } from 'zod';
import { plainText, safe, type SafeText } from '../../model/safe-text.ts';
import type { AccessKeyTarget, ActionOf, NoParams } from '../../model/action.ts';
import type { AccountId } from '../../model/ids.ts';
import type { SuspectKey } from '../action-module.ts';
import { whole } from '../../validation/whole-schema.ts';

/** Twelve digits. */
export const accountIdSchema: z.ZodType<AccountId> = z
  .string()
  .regex(/^\d{12}$/)
  .transform((text) => text as AccountId);

/** A name or an ID as IAM has them, which are no longer than 128 characters. */
export const iamName: z.ZodType<string> = z.string().min(1).max(128);

/** An {@link AccessKeyTarget}, and nothing besides. */
export const accessKeyTargetSchema: z.ZodType<AccessKeyTarget> = whole<AccessKeyTarget>()(
  z.strictObject({
    kind: z.literal('access-key'),
    accountId: accountIdSchema,
    userName: iamName,
    userId: iamName.exactOptional(),
    accessKeyId: z.string().regex(/^[A-Z0-9]{8,128}$/),
  }),
);

/** The parameters of an action that has none. */
export const noParamsSchema: z.ZodType<NoParams> = z.strictObject({}) as z.ZodType<NoParams>; // zod types an empty object as `{}`

/** The target of an action on a key under suspicion. */
export function targetOf({ accountId, userName, userId, accessKeyId }: SuspectKey): AccessKeyTarget {
  return { kind: 'access-key', accountId, userName, accessKeyId, ...(userId === undefined ? {} : { userId }) };
}

/** The ID of a key's deactivation; AWS gives no two keys the same ID, in whatever accounts. */
export function deactivationId({ accessKeyId }: AccessKeyTarget): string {
  return `deactivate-${accessKeyId}`;
}

/** The action that makes a key inactive. */
export function deactivationOf(target: AccessKeyTarget): ActionOf<'deactivateAccessKey'> {
  return {
    id: deactivationId(target),
    type: 'deactivateAccessKey',
    target,
    params: {},
    dependsOn: [],
    recommended: true,
  };
}

/** Which key of whom, safe to show. */
export function keyInWords({ accessKeyId, userName }: AccessKeyTarget): SafeText {
  return safe`access key ${plainText(accessKeyId)} of user ${plainText(userName)}`;
}

/** What stays open when one key is inactive, a sentence each. */
export function leftOpenByKey({ accessKeyId }: AccessKeyTarget): readonly SafeText[] {
  return [
    safe`Sessions made with ${plainText(accessKeyId)} before (GetSessionToken, GetFederationToken) go on for up to 36 hours, roles assumed with it for up to 12 hours.`,
    safe`Keys, users, passwords and roles that were made with it stay until they are removed.`,
  ];
}
