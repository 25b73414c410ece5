import { z } from 'zod';
import type { ActionOf, ActionTypes } from '../../model/action.ts';
import type { Instant } from '../../model/ids.ts';
import { plainText, safe } from '../../model/safe-text.ts';
import type { ActionModule } from '../action-module.ts';
import { policyNameSchema, roleInWords, roleTarget, roleTargetSchema } from './identity-target.ts';
import { denyOlderSessions, removePolicy } from './inline-policy-steps.ts';
import { revocableRoles, revocationId, revocationParams } from './revoke-role-sessions.ts';
import { utcTime } from '../../model/utc-time.ts';
import { instantAfter } from '../../model/instant.ts';
import { hourMs, minuteMs } from '../../model/duration.ts';
import { instantSchema } from '../../validation/branded-texts.ts';
import { whole } from '../../validation/whole-schema.ts';

declare module '../../model/action.ts' {
  interface ActionTypes {
    readonly liftRoleRevocation: {
      readonly target: RoleTarget;
      readonly params: PolicyParams & {
        /** As the revocation has it: a policy of that name with other content is somebody else's. */
        readonly issuedBefore: Instant;
        /** When the longest of the denied sessions has ended; null in a plan that undoes the revocation: at once. */
        readonly notBefore: Instant | null;
      };
    };
  }
}

/** The longest that a role's session can last (IAM, MaxSessionDuration), and a little for clocks that disagree. */
const longestSessionMs = 12 * hourMs + 5 * minuteMs;

/** Takes a revocation of ours off a role: as a follow-up, when no session that it denies can be open any more, or to undo it. */
export const liftRoleRevocation: ActionModule<'liftRoleRevocation'> = {
  type: 'liftRoleRevocation',
  target: roleTargetSchema,
  params: whole<ActionTypes['liftRoleRevocation']['params']>()(
    z.strictObject({
      policyName: policyNameSchema,
      issuedBefore: instantSchema,
      notBefore: instantSchema.nullable(),
    }),
  ),
  idOf: ({ target, params }) => `lift-${params.notBefore === null ? 'now-' : ''}${revocationId(target)}`,
  contains: false,
  // It follows within the plan of its revocation.
  givesBack: false,
  closes: () => [],
  reopens: ({ target: { accountId, roleName }, params: { policyName, issuedBefore } }) => [
    { kind: 'role-sessions', accountId, roleName, policyName, issuedBefore },
  ],
  inShort: (names, s, { notBefore }) =>
    notBefore === null
      ? safe`lift the revocation from role${s} ${names} at once`
      : safe`lift the revocation from role${s} ${names}, once its sessions have ended`,
  effect: ({ target, params }) => {
    const when =
      params.notBefore === null
        ? safe`at once: older sessions may go on`
        : safe`after ${utcTime(params.notBefore)} UTC, when the longest session that it denies has ended`;
    return safe`Takes inline policy ${plainText(params.policyName)} off ${roleInWords(target)}, ${when}.`;
  },
  leavesOpen: () => [],
  onlyIfUndone: ({ target: { roleName } }) =>
    safe`it gives the older sessions of role ${plainText(roleName)} their rights back, which the intruder made, or of which no use but the intruder's is known: choose it only if somebody answers for those sessions`,
  propose: (grounds) =>
    revocableRoles(grounds).map((role) => {
      const { policyName, issuedBefore } = revocationParams(role, grounds);
      return {
        id: `lift-${revocationId(role)}`,
        type: 'liftRoleRevocation',
        target: roleTarget(role),
        params: { policyName, issuedBefore, notBefore: instantAfter(issuedBefore, longestSessionMs) },
        dependsOn: [revocationId(role)],
        recommended: true,
      };
    }),
  steps: [
    {
      name: 'lift-revocation',
      writes: ['iam:DeleteRolePolicy'],
      onceOnly: false,
      does: removePolicy<ActionOf<'liftRoleRevocation'>>({
        documentOf: ({ params }) => denyOlderSessions(params.issuedBefore),
        notBefore: ({ params }) => params.notBefore,
      }),
    },
  ],
  watched: () => [],
  notBefore: ({ params }) => params.notBefore,
  // Sessions that it denied have ended, or are let go on by a person's will: there is nothing to take back.
  inverse: () => ({ actions: [], byHand: [] }),
  permissions: ['iam:GetRole', 'iam:GetRolePolicy', 'iam:DeleteRolePolicy'],
};
