import { z } from 'zod';
import { refuse, type Refusal } from '../../approval/refusal.ts';
import type { ActionOf, ActionTypes, RoleTarget } from '../../model/action.ts';
import type { Instant } from '../../model/ids.ts';
import { plainText, safe, safeJoin } from '../../model/safe-text.ts';
import type { ActionModule, ProposalGrounds, SuspectRole } from '../action-module.ts';
import { isKeptByAws } from '../guards.ts';
import { policyNameSchema, roleInActionId, roleInWords, roleTarget, roleTargetSchema } from './identity-target.ts';
import { denyOlderSessions, putPolicy } from './inline-policy-steps.ts';
import { utcTime } from '../../model/utc-time.ts';
import { instantSchema } from '../../validation/branded-texts.ts';
import { whole } from '../../validation/whole-schema.ts';

declare module '../../model/action.ts' {
  interface ActionTypes {
    readonly revokeRoleSessions: {
      readonly target: RoleTarget;
      readonly params: PolicyParams & {
        /** Sessions whose credentials were issued before this instant are denied everything. */
        readonly issuedBefore: Instant;
        /** Access key IDs of sessions that gave reason for it: their calls are watched. */
        readonly sessions: readonly string[];
      };
    };
  }
}

/** So many session keys are named; more are revoked all the same, but not watched by themselves. */
const namedSessions = 100;

/**
 * Revokes a role's older sessions: those whose credentials were issued before an instant that the plan fixes are denied everything.
 * Whoever the trust policy lets in can begin a new one, rightful users among them.
 */
export const revokeRoleSessions: ActionModule<'revokeRoleSessions'> = {
  type: 'revokeRoleSessions',
  target: roleTargetSchema,
  params: whole<ActionTypes['revokeRoleSessions']['params']>()(
    z.strictObject({
      policyName: policyNameSchema,
      issuedBefore: instantSchema,
      sessions: z.array(z.string().regex(/^[A-Z0-9]{8,128}$/)).max(namedSessions),
    }),
  ),
  idOf: ({ target }) => revocationId(target),
  contains: true,
  givesBack: false,
  closes: ({ target: { accountId, roleName }, params: { policyName, issuedBefore } }) => [
    { kind: 'role-sessions', accountId, roleName, policyName, issuedBefore },
  ],
  reopens: () => [],
  inShort: (names, s) => safe`revoke older sessions of role${s} ${names}`,
  breaks: safe`whoever has an older session of the role has to begin another one`,
  effect: ({ target, params }) => {
    const known =
      params.sessions.length === 0
        ? safe``
        : safe`, ${safeJoin(
            params.sessions.map((id) => plainText(id)),
            ', ',
          )} among them`;
    return safe`Denies everything to the sessions of ${roleInWords(target)} that were issued before ${utcTime(params.issuedBefore)} UTC${known}. It hits everyone who uses the role: they must assume it anew. Can be undone.`;
  },
  leavesOpen: ({ target }) => [
    safe`Whoever the trust policy of role ${plainText(target.roleName)} lets in can begin a new session.`,
  ],
  propose: (grounds) =>
    revocableRoles(grounds).map((role) => ({
      id: revocationId(role),
      type: 'revokeRoleSessions',
      target: roleTarget(role),
      params: revocationParams(role, grounds),
      dependsOn: [],
      recommended: true,
    })),
  refusedBy,
  steps: [
    {
      name: 'revoke-sessions',
      writes: ['iam:PutRolePolicy'],
      onceOnly: false,
      does: putPolicy<ActionOf<'revokeRoleSessions'>>(({ params }) => denyOlderSessions(params.issuedBefore)),
    },
  ],
  watched: ({ target: { accountId }, params }) =>
    params.sessions.map((accessKeyId) => ({
      what: { kind: 'access-key', accountId, accessKeyId },
      closedBy: 'policy',
    })),
  inverse: ({ target, params: { policyName, issuedBefore } }) => ({
    actions: [
      {
        id: `lift-now-${revocationId(target)}`,
        type: 'liftRoleRevocation',
        target,
        params: { policyName, issuedBefore, notBefore: null },
        dependsOn: [],
        recommended: true,
      },
    ],
    byHand: [],
  }),
  staysBehind: ({ params, target }) =>
    safe`policy ${plainText(params.policyName)} stays on role ${plainText(target.roleName)}`,
  permissions: ['iam:GetRole', 'iam:GetRolePolicy', 'iam:PutRolePolicy'],
};

/** Roles whose sessions can be revoked by a policy: AWS lets nobody change those that it keeps. */
export function revocableRoles({ roles }: ProposalGrounds): readonly SuspectRole[] {
  return roles.filter(({ roleName }) => !isKeptByAws(roleName));
}

/** The ID of a role's revocation in a plan. */
export function revocationId(role: Pick<RoleTarget, 'roleName' | 'accountId'>): string {
  return `revoke-${roleInActionId(role)}`;
}

/**
 * What was presented stays while it names every session that is known to be the intruder's: an instant alone, or a session that has
 * ended, is no news. With another session comes another instant, and with it a policy of its own.
 */
export function revocationParams(
  role: SuspectRole,
  { presented, caseId, now }: ProposalGrounds,
): ActionOf<'revokeRoleSessions'>['params'] {
  const sessions = [...role.sessions].sort().slice(0, namedSessions);
  const earlier = presented.find(
    (action): action is ActionOf<'revokeRoleSessions'> =>
      action.type === 'revokeRoleSessions' && action.id === revocationId(role),
  )?.params;
  if (earlier !== undefined && sessions.every((id) => earlier.sessions.includes(id))) return earlier;
  const policyName = `TrailhoundRevokeSessions-${caseId}-${now.replaceAll(/[-:]|\.\d+/g, '')}`;
  return { policyName, issuedBefore: now, sessions };
}

function refusedBy({ target }: ActionOf<'revokeRoleSessions'>): Refusal | null {
  if (!isKeptByAws(target.roleName)) return null;
  return refuse(
    'identity-protected',
    `Role ${plainText(target.roleName)} is kept by AWS: nobody can change its policies.`,
  );
}
