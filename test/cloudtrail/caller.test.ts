import { expect, test } from 'vitest';
import { callerFrom } from '../../src/cloudtrail/caller.ts';

const accountId = '111122223333';

test.each([
  ['arn:aws:iam', 'ecs.amazonaws.com/AWSServiceRoleForECS', 'ecs.amazonaws.com'],
  ['arn:aws-cn:iam', 'autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling', 'autoscaling.amazonaws.com'],
])('whoever acts by a role that AWS keeps for a service is that service: %s, %s', (partition, role, service) => {
  const { identity } = callerFrom({
    type: 'AssumedRole',
    accountId,
    arn: `${partition.replace('iam', 'sts')}::${accountId}:assumed-role/AWSServiceRole/s`,
    issuerArn: `${partition}::${accountId}:role/aws-service-role/${role}`,
    address: '203.0.113.9',
    fromConsole: false,
  });
  expect(identity).toMatchObject({ kind: 'service', accountId, name: service });
});

test.each([
  ['a role that is merely named so', 'AssumedRole', `arn:aws:iam::${accountId}:role/aws-service-role`],
  ['a role below another path', 'AssumedRole', `arn:aws:iam::${accountId}:role/x/aws-service-role/ecs.amazonaws.com/r`],
  ['a federated user', 'FederatedUser', `arn:aws:iam::${accountId}:role/aws-service-role/ecs.amazonaws.com/r`],
])('%s is no service', (_, type, issuerArn) => {
  const arn = `arn:aws:sts::${accountId}:assumed-role/r/s`;
  expect(callerFrom({ type, accountId, arn, issuerArn, fromConsole: false }).identity.kind).toBe('session');
});
