import { expect, test } from 'vitest';
import { leftOpen } from '../../../src/investigation/ways-in/left-open.ts';
import type { Action } from '../../../src/model/action.ts';
import type { Instant } from '../../../src/model/ids.ts';
import type { Plan } from '../../../src/model/plan.ts';
import { accessKeyId, accountId, userName } from '../trail-records.ts';
import { assessed, call, minute } from './assessed.ts';

const { waysIn } = assessed([
  call(0, 's3', 'ListBuckets'),
  call(1, 'sts', 'AssumeRole', {
    requestParameters: { roleArn: `arn:aws:iam::${accountId}:role/Deploy`, roleSessionName: 's' },
    responseElements: { credentials: { accessKeyId: 'ASIAROLE', expiration: 'Nov 25, 2026, 12:00:00 AM' } },
  }),
  call(2, 'iam', 'CreateUser', { requestParameters: { userName: 'shadow' } }),
  call(3, 'iam', 'AttachUserPolicy', {
    requestParameters: { userName: 'shadow', policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' },
  }),
]);

const action = (given: Pick<Action, 'type' | 'target'>): Action =>
  ({ id: given.type, params: {}, dependsOn: [], recommended: true, ...given }) as unknown as Action; // as far as it is looked at
const plan = {
  waysIn,
  actions: [
    action({ type: 'deactivateAccessKey', target: { kind: 'access-key', accountId, userName, accessKeyId } }),
    action({ type: 'disableCreatedIdentity', target: { kind: 'user', accountId, userName: 'shadow' } }),
    action({ type: 'revokeRoleSessions', target: { kind: 'role', accountId, roleName: 'Deploy' } }),
  ],
} as unknown as Plan; // as far as it is looked at

const kindsLeft = (done: readonly string[], now: Instant = minute(60)) =>
  leftOpen(plan, done, now)
    .map(({ what }) => what.kind)
    .sort();

test('a response that only deactivated the key leaves the session and the made administrator open', () => {
  expect(kindsLeft(['deactivateAccessKey'])).toEqual(['grant', 'session', 'user']);
  expect(kindsLeft(['deactivateAccessKey', 'revokeRoleSessions'])).toEqual(['grant', 'user']);
  expect(kindsLeft(['deactivateAccessKey', 'disableCreatedIdentity', 'revokeRoleSessions'])).toEqual([]);
});

test('a session that has ended by itself is not left open', () => {
  expect(kindsLeft(['deactivateAccessKey', 'disableCreatedIdentity'], '2026-11-25T00:00:01Z' as Instant)).toEqual([]);
});
