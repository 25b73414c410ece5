import { expect, test } from 'vitest';
import { leftBy } from '../../../src/investigation/action-beliefs.ts';
import type { Action } from '../../../src/model/action.ts';
import { accessKeyId, accountId, userName } from '../trail-records.ts';
import { assessed, call } from './assessed.ts';

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

function action(given: Pick<Action, 'type' | 'target'>): Action {
  return { id: given.type, params: {}, dependsOn: [], recommended: true, ...given } as unknown as Action;
} // as far as it is looked at
const actions = [
  action({ type: 'deactivateAccessKey', target: { kind: 'access-key', accountId, userName, accessKeyId } }),
  action({ type: 'disableCreatedIdentity', target: { kind: 'user', accountId, userName: 'shadow' } }),
  action({ type: 'revokeRoleSessions', target: { kind: 'role', accountId, roleName: 'Deploy' } }),
];

function kindsLeft(done: readonly string[]) {
  return leftBy(
    actions.filter(({ id }) => done.includes(id)),
    waysIn,
  )
    .map(({ what }) => what.kind)
    .sort();
}

test('actions that only deactivate the key leave the session and the made administrator', () => {
  expect(kindsLeft(['deactivateAccessKey'])).toEqual(['grant', 'session', 'user']);
  expect(kindsLeft(['deactivateAccessKey', 'revokeRoleSessions'])).toEqual(['grant', 'user']);
  expect(kindsLeft(['deactivateAccessKey', 'disableCreatedIdentity', 'revokeRoleSessions'])).toEqual([]);
});
