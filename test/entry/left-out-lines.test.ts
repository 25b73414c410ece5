import { expect, test } from 'vitest';
import { leftOutLines } from '../../src/entry/investigations/left-out-lines.ts';
import type { Action } from '../../src/model/action.ts';
import type { AccountId, Instant } from '../../src/model/ids.ts';
import { aPlan, aStatement, caseId } from '../approval/decision-fixtures.ts';

const target = { kind: 'role', accountId: '111122223333' as AccountId, roleName: 'Deployer' } as const;
const shared = { policyName: 'TrailhoundRevokeSessions-1', issuedBefore: '2026-11-24T12:00:00.000Z' as Instant };
const revocation: Action = {
  id: 'revoke-Deployer@111122223333',
  type: 'revokeRoleSessions',
  target,
  params: { ...shared, sessions: [] },
  dependsOn: [],
  recommended: true,
};
const lift: Action = {
  id: 'lift-revoke-Deployer@111122223333',
  type: 'liftRoleRevocation',
  target,
  params: { ...shared, notBefore: '2026-11-25T00:05:00.000Z' as Instant },
  dependsOn: [revocation.id],
  recommended: true,
};

test('whoever approves a revocation without its lifting is told that it stays, and how to take it off later', () => {
  const plan = { ...aPlan({ actions: [revocation, lift] }), undoes: false };
  function told(actions: readonly Action[]) {
    return leftOutLines(aStatement(plan, { actions })).join('\n');
  }
  expect(told([revocation])).toContain('policy TrailhoundRevokeSessions-1 stays on role Deployer');
  expect(told([revocation])).toContain(`undo ${caseId} --plan ${plan.digest.slice('sha256:'.length).slice(0, 20)}`);
  expect(told([revocation, lift])).toBe('');
});
