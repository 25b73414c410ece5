import { expect, test } from 'vitest';
import type { JsonObject } from '../../../src/model/json.ts';
import { investigateRecords } from '../expected/investigate-records.ts';
import { accountId, s3BrowserRecord } from '../trail-records.ts';
import { call, callByAdmin, minute } from './assessed.ts';

const store = 'd-9067aaaaaa';
const userId = 'a4d8e4b8-10f1-70aa-bbbb-0123456789ab';
const roleName = 'AWSReservedSSO_AdministratorAccess_0a1b2c3d4e5f6071';
const hidden = 'HIDDEN_DUE_TO_SECURITY_REASONS';
const key = 'ASIAEXAMPLEPERSON001';
const roleArn = `arn:aws:iam::${accountId}:role/aws-reserved/sso.amazonaws.com/${roleName}`;
const permissionSetArn = 'arn:aws:sso:::permissionSet/ssoins-7223aaaaaaaaaaaa/ps-1111222233334444';
const assignment = {
  instanceArn: 'arn:aws:sso:::instance/ssoins-7223aaaaaaaaaaaa',
  targetId: accountId,
  targetType: 'AWS_ACCOUNT',
  permissionSetArn,
  principalType: 'USER',
  principalId: userId,
};

const story: readonly JsonObject[] = [
  s3BrowserRecord({ eventTime: minute(0) }),
  call(1, 'identitystore', 'CreateUser', {
    requestParameters: { identityStoreId: store, userName: hidden },
    responseElements: { userId, identityStoreId: store },
  }),
  call(2, 'sso', 'CreateAccountAssignment', { requestParameters: assignment }),
  call(3, 'sts', 'AssumeRoleWithSAML', {
    userIdentity: {
      type: 'SAMLUser',
      principalId: 'zQ3hSso=:svc-ops',
      userName: 'svc-ops',
      identityProvider: 'zQ3hSso=',
    },
    requestParameters: {
      roleArn,
      roleSessionName: 'svc-ops',
      principalArn: `arn:aws:iam::${accountId}:saml-provider/AWSSSO_0a1b_DO_NOT_DELETE`,
    },
    responseElements: {
      credentials: { accessKeyId: key, expiration: 'Nov 24, 2026, 11:03:00 PM' },
      assumedRoleUser: {
        assumedRoleId: 'AROASSO:svc-ops',
        arn: `arn:aws:sts::${accountId}:assumed-role/${roleName}/svc-ops`,
      },
    },
  }),
  call(4, 'iam', 'CreateUser', {
    // An alert on the session leads back to whoever took it.
    userAgent: 'aws-cli/2.17.20 md/awscrt#0.21.2 ua/2.0 os/linux#6.8.0-kali md/arch#x86_64 lang/python#3.11.9',
    userIdentity: {
      type: 'AssumedRole',
      principalId: 'AROASSO:svc-ops',
      arn: `arn:aws:sts::${accountId}:assumed-role/${roleName}/svc-ops`,
      accountId,
      accessKeyId: key,
      sessionContext: {
        sessionIssuer: { type: 'Role', principalId: 'AROASSO', arn: roleArn, accountId, userName: roleName },
        attributes: { creationDate: minute(3), mfaAuthenticated: 'false' },
      },
      onBehalfOf: { userId, identityStoreArn: `arn:aws:identitystore::${accountId}:identitystore/${store}` },
    },
    requestParameters: { userName: 'metrics-agent' },
    responseElements: { user: { userName: 'metrics-agent', userId: 'AIDAEXAMPLEMETRICS' } },
  }),
];

async function investigated(records: readonly JsonObject[]) {
  const [found, ...others] = await investigateRecords(records);
  expect(others).toEqual([]);
  if (found === undefined) throw new Error('no case');
  return found.document;
}

test('whoever was put into Identity Center and signs in there is one person, who was created, by the ID where the name is hidden', async () => {
  const { identities, waysIn, links, plan } = await investigated(story);
  const people = identities.filter(({ kind }) => kind === 'person');
  expect(people.map(({ role, name }) => [role, name])).toEqual([['created', userId]]);
  expect(waysIn.filter(({ kind }) => kind === 'person')).toHaveLength(1);
  expect(plan.actions.filter(({ type }) => type === 'disablePerson')).toHaveLength(1);
  const [person] = people;
  expect(links.filter(({ from }) => from === person?.id).map(({ how }) => how)).toContain('assumed-role');
});

test('an assignment that was taken away is not proposed to be taken away', async () => {
  function told(document: Awaited<ReturnType<typeof investigated>>) {
    return document.plan.actions.find(({ type }) => type === 'endPersonSessions')?.sentence;
  }
  expect(told(await investigated(story))).toContain('take the assignment away');
  const taken = callByAdmin(9, 'sso', 'DeleteAccountAssignment', { requestParameters: assignment });
  expect(told(await investigated([...story, taken]))).toContain('the assignment was taken away');
});
