import type { Simulator } from '../../simulator/server.ts';
import type { Action, ActionOf } from '../../src/model/action.ts';
import type { Instant } from '../../src/model/ids.ts';
import { accountId } from './simulated-account.ts';

/** The instant in so many milliseconds. */
export function inMs(ms: number): Instant {
  return new Date(Date.now() + ms).toISOString() as Instant;
}

/** A role of its own, its revocation, and what takes that off again after a time. */
export function aRevocation(
  simulator: Simulator,
  roleName: string,
  liftAfterMs: number,
): readonly [Action, ActionOf<'liftRoleRevocation'>] {
  simulator.control.addRole(accountId, { name: roleName, trust: { Version: '2012-10-17', Statement: [] } });
  const target = { kind: 'role', accountId, roleName } as const;
  const policyName = `TrailhoundRevokeSessions-${roleName}`;
  const base = { target, recommended: true };
  const issuedBefore = inMs(0);
  return [
    {
      ...base,
      id: `revoke-${roleName}@${accountId}`,
      type: 'revokeRoleSessions',
      params: { policyName, issuedBefore, sessions: [] },
      dependsOn: [],
    },
    {
      ...base,
      id: `lift-revoke-${roleName}@${accountId}`,
      type: 'liftRoleRevocation',
      params: { policyName, issuedBefore, notBefore: inMs(liftAfterMs) },
      dependsOn: [`revoke-${roleName}@${accountId}`],
    },
  ];
}
