import { z } from 'zod';
import { canonicalDigest } from '../../digest/canonical-digest.ts';
import type { PolicyParams, RoleTarget, UserTarget } from '../../model/action.ts';
import { plainText, safe, type SafeText } from '../../model/safe-text.ts';
import type { CreatedUser, SuspectRole } from '../action-module.ts';
import { whole } from '../../validation/whole-schema.ts';
import { accountIdSchema, iamName } from './access-key-target.ts';

/** A {@link UserTarget}, and nothing besides. */
export const userTargetSchema: z.ZodType<UserTarget> = whole<UserTarget>()(
  z.strictObject({
    kind: z.literal('user'),
    accountId: accountIdSchema,
    userName: iamName,
    userId: iamName.exactOptional(),
  }),
);

/** A {@link RoleTarget}, and nothing besides. */
export const roleTargetSchema: z.ZodType<RoleTarget> = whole<RoleTarget>()(
  z.strictObject({
    kind: z.literal('role'),
    accountId: accountIdSchema,
    roleName: iamName,
    roleId: iamName.exactOptional(),
  }),
);

/** An inline policy's name (IAM API reference). */
export const policyNameSchema: z.ZodType<string> = z.string().regex(/^[\w+=,.@-]{1,128}$/);

/** {@link PolicyParams}, and nothing besides. */
export const policyParamsSchema: z.ZodType<PolicyParams> = whole<PolicyParams>()(
  z.strictObject({ policyName: policyNameSchema }),
);

/**
 * A name as part of an action's ID, which people type and commands separate by commas: what is no letter, digit or one of `_+=.@-`
 * becomes a dash, and then the name's digest tells it from a name that has one.
 */
function inActionId(name: string): string {
  const plain = name.replaceAll(/[^A-Za-z0-9_+=.@-]/g, '-');
  return plain === name ? name : `${plain}-${canonicalDigest(name).slice('sha256:'.length, 'sha256:'.length + 8)}`;
}

/** A user as part of an action's ID: accounts may have users of the same name. */
export function userInActionId({ userName, accountId }: Pick<UserTarget, 'userName' | 'accountId'>): string {
  return `${inActionId(userName)}@${accountId}`;
}

/** A role as part of an action's ID: accounts may have roles of the same name, and many do. */
export function roleInActionId({ roleName, accountId }: Pick<RoleTarget, 'roleName' | 'accountId'>): string {
  return `${inActionId(roleName)}@${accountId}`;
}

/** A user under suspicion as an action's target. */
export function userTarget({ accountId, userName, userId }: CreatedUser): UserTarget {
  return { kind: 'user', accountId, userName, ...(userId === undefined ? {} : { userId }) };
}

/** A role under suspicion as an action's target. */
export function roleTarget({ accountId, roleName, roleId }: SuspectRole): RoleTarget {
  return { kind: 'role', accountId, roleName, ...(roleId === undefined ? {} : { roleId }) };
}

/** Which user, where. */
export function userInWords({ userName, accountId }: UserTarget): SafeText {
  return safe`user ${plainText(userName)} in account ${plainText(accountId)}`;
}

/** Which role, where. */
export function roleInWords({ roleName, accountId }: RoleTarget): SafeText {
  return safe`role ${plainText(roleName)} in account ${plainText(accountId)}`;
}
