import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../src/model/json.ts';
import { accountId } from '../trail-records.ts';
import { assessed, call, callByAdmin } from './assessed.ts';

const listing = call(0, 's3', 'ListBuckets');
const foreign = '999988887777';

/** `service/Action`, its request and its answer. */
type Said = readonly [name: string, request: JsonObject, response?: JsonObject];

interface OpenedAgain {
  readonly what: string;
  readonly opened: Said;
  readonly closed: Said;
  /** By somebody else: whoever the intruder let in is in again. */
  readonly again: Said;
  /** By somebody else too, and it lets nobody of these in. */
  readonly other: Said;
  /** What ends that, where it is another call. */
  readonly ends?: Said;
}

function record(by: typeof call, minutes: number, [name, requestParameters, responseElements = {}]: Said): JsonObject {
  const [service = '', action = ''] = name.split('/');
  return by(minutes, service, action, { requestParameters, responseElements });
}

function states(opened: Said, ...since: readonly Said[]): readonly unknown[] {
  const records = since.map((each, index) => record(callByAdmin, index + 10, each));
  const { waysIn } = assessed([listing, record(call, 1, opened), ...records]);
  return waysIn.flatMap(({ what, state, origin }) => (origin === 'made' && what.kind !== 'session' ? [state] : []));
}

const person = { identityStoreId: 'd-1', userId: 'u-1' };
const profile = { profileArn: `arn:aws:rolesanywhere:us-east-1:${accountId}:profile/p-1`, profileId: 'p-1' };
const anchor = {
  trustAnchorArn: `arn:aws:rolesanywhere:us-east-1:${accountId}:trust-anchor/t-1`,
  trustAnchorId: 't-1',
};
const admin = `arn:aws:iam::${accountId}:role/admin`;
const reader = `arn:aws:iam::${accountId}:role/reader`;
const kafka = `arn:aws:kafka:us-east-1:${accountId}:cluster/c/1`;

const logins: readonly OpenedAgain[] = [
  {
    what: 'somebody of a directory who was switched off, and on again',
    opened: ['identitystore/CreateUser', { identityStoreId: 'd-1', userName: 'eve' }, { userId: 'u-1' }],
    closed: ['sso-directory/DisableUser', person],
    again: ['sso-directory/EnableUser', person],
    other: ['sso-directory/EnableUser', { ...person, userId: 'u-2' }],
  },
  {
    what: 'a profile of Roles Anywhere, with another role besides',
    opened: ['rolesanywhere/CreateProfile', { roleArns: [admin] }, { profile: { ...profile, roleArns: [admin] } }],
    closed: ['rolesanywhere/DisableProfile', { profileId: 'p-1' }, { profile: { ...profile, enabled: false } }],
    again: [
      'rolesanywhere/EnableProfile',
      { profileId: 'p-1' },
      { profile: { ...profile, enabled: true, roleArns: [reader, admin] } },
    ],
    other: [
      'rolesanywhere/EnableProfile',
      { profileId: 'p-2' },
      { profile: { profileArn: `${profile.profileArn}x`, roleArns: [admin] } },
    ],
  },
  {
    what: 'a trust anchor of Roles Anywhere',
    opened: ['rolesanywhere/CreateTrustAnchor', { name: 'a' }, { trustAnchor: anchor }],
    closed: ['rolesanywhere/DisableTrustAnchor', { trustAnchorId: 't-1' }, { trustAnchor: anchor }],
    again: ['rolesanywhere/EnableTrustAnchor', { trustAnchorId: 't-1' }, { trustAnchor: anchor }],
    other: [
      'rolesanywhere/EnableTrustAnchor',
      { trustAnchorId: 't-2' },
      { trustAnchor: { trustAnchorArn: `${anchor.trustAnchorArn}x` } },
    ],
  },
  {
    what: "a certificate of a device, which is the intruder's whoever registers it",
    opened: ['iot/RegisterCertificateWithoutCA', { status: 'ACTIVE' }, { certificateId: 'c-1' }],
    closed: ['iot/DeleteCertificate', { certificateId: 'c-1' }],
    again: ['iot/RegisterCertificateWithoutCA', { status: 'ACTIVE' }, { certificateId: 'c-1' }],
    other: ['iot/RegisterCertificateWithoutCA', { status: 'ACTIVE' }, { certificateId: 'c-2' }],
  },
  {
    what: 'an authority whose certificates devices have',
    opened: ['iot/RegisterCACertificate', { setAsActive: true }, { certificateId: 'ca-1' }],
    closed: ['iot/DeleteCACertificate', { certificateId: 'ca-1' }],
    again: ['iot/RegisterCACertificate', { setAsActive: true }, { certificateId: 'ca-1' }],
    other: ['iot/RegisterCACertificate', { setAsActive: true }, { certificateId: 'ca-2' }],
  },
  {
    what: 'a public key of a development endpoint',
    opened: ['glue/UpdateDevEndpoint', { endpointName: 'e', addPublicKeys: ['ssh-rsa EVIL'] }],
    closed: ['glue/UpdateDevEndpoint', { endpointName: 'e', deletePublicKeys: ['ssh-rsa EVIL'] }],
    again: ['glue/UpdateDevEndpoint', { endpointName: 'e', addPublicKeys: ['ssh-rsa EVIL'] }],
    other: ['glue/UpdateDevEndpoint', { endpointName: 'e', addPublicKeys: ['ssh-rsa OWN'] }],
  },
  {
    what: 'a secret by which somebody comes into a Kafka cluster',
    opened: ['kafka/BatchAssociateScramSecret', { clusterArn: kafka, secretArnList: ['arn:evil'] }],
    closed: ['kafka/BatchDisassociateScramSecret', { clusterArn: kafka, secretArnList: ['arn:evil'] }],
    again: ['kafka/BatchAssociateScramSecret', { clusterArn: kafka, secretArnList: ['arn:own', 'arn:evil'] }],
    other: ['kafka/BatchAssociateScramSecret', { clusterArn: kafka, secretArnList: ['arn:own'] }],
  },
  {
    what: 'a group of a directory at a Transfer server',
    opened: ['transfer/CreateAccess', { serverId: 's-1', externalId: 'S-1-1' }],
    closed: ['transfer/DeleteAccess', { serverId: 's-1', externalId: 'S-1-1' }],
    again: ['transfer/CreateAccess', { serverId: 's-1', externalId: 'S-1-1' }],
    other: ['transfer/CreateAccess', { serverId: 's-1', externalId: 'S-1-2' }],
  },
  {
    what: 'a sign-in elsewhere that is linked to a user of a pool',
    opened: [
      'cognito-idp/AdminLinkProviderForUser',
      {
        userPoolId: 'p',
        destinationUser: { providerAttributeValue: 'boss' },
        sourceUser: { providerName: 'Google', providerAttributeValue: 'eve' },
      },
    ],
    closed: [
      'cognito-idp/AdminDisableProviderForUser',
      { userPoolId: 'p', user: { providerName: 'Google', providerAttributeValue: 'eve' } },
    ],
    again: [
      'cognito-idp/AdminLinkProviderForUser',
      {
        userPoolId: 'p',
        destinationUser: { providerAttributeValue: 'boss' },
        sourceUser: { providerName: 'Google', providerAttributeValue: 'eve' },
      },
    ],
    other: [
      'cognito-idp/AdminLinkProviderForUser',
      {
        userPoolId: 'p',
        destinationUser: { providerAttributeValue: 'boss' },
        sourceUser: { providerName: 'Google', providerAttributeValue: 'ann' },
      },
    ],
  },
];

function target(arn: string): Said {
  return ['events/PutTargets', { rule: 'nightly', targets: [{ id: '1', arn }] }];
}
function association(name: string, clientToken: string): Said {
  return ['ssm/CreateAssociation', { name, instanceId: 'i-1', clientToken }, { associationDescription: { name } }];
}
function schedule(input: string): Said {
  return ['scheduler/CreateSchedule', { name: 's', target: { arn: 'arn:aws:lambda:x', input } }];
}

const code: readonly OpenedAgain[] = [
  {
    what: "a rule's target",
    opened: target('arn:aws:lambda:us-east-1:111122223333:function:evil'),
    closed: ['events/RemoveTargets', { rule: 'nightly', ids: ['1'] }],
    again: target('arn:aws:lambda:us-east-1:111122223333:function:evil'),
    other: target('arn:aws:lambda:us-east-1:111122223333:function:own'),
  },
  {
    what: 'a scheduled call',
    opened: schedule('evil'),
    closed: ['scheduler/DeleteSchedule', { name: 's' }],
    again: schedule('evil'),
    other: schedule('own'),
  },
  {
    what: 'an association, by another token of the call',
    opened: association('evil', 'a'),
    closed: ['ssm/DeleteAssociation', { name: 'evil', instanceId: 'i-1' }],
    again: association('evil', 'b'),
    other: association('own', 'a'),
  },
];

const everybody: JsonObject = {
  Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: '*' }],
};

function rule(action: string, cidrIp: string, fromPort: number, toPort = fromPort, ipProtocol = 'tcp'): Said {
  const items = [{ ipProtocol, fromPort, toPort, ipRanges: { items: [{ cidrIp }] } }];
  return [`ec2/${action}SecurityGroupIngress`, { groupId: 'sg-1', ipPermissions: { items } }];
}

const networks: readonly OpenedAgain[] = (
  [
    ['from everywhere', rule('Authorize', '0.0.0.0/0', 22), rule('Authorize', '198.51.100.0/24', 22)],
    ['on more ports', rule('Authorize', '203.0.113.77/32', 0, 65_535), rule('Authorize', '203.0.113.77/32', 443)],
    [
      'for all protocols',
      rule('Authorize', '203.0.0.0/8', -1, -1, '-1'),
      rule('Authorize', '203.0.113.77/32', 22, 22, 'udp'),
    ],
  ] as const
).map(([what, again, other]) => ({
  what: `a network, ${what}`,
  opened: rule('Authorize', '203.0.113.77/32', 22),
  closed: rule('Revoke', '203.0.113.77/32', 22),
  again,
  other,
  ends: ['ec2/DeleteSecurityGroup', { groupId: 'sg-1' }],
}));

const narrower: OpenedAgain = {
  what: 'a network, which a narrower rule of its owners opens to them alone',
  opened: rule('Authorize', '0.0.0.0/0', 22),
  closed: rule('Revoke', '0.0.0.0/0', 22),
  again: rule('Authorize', '0.0.0.0/0', 22),
  other: rule('Authorize', '198.51.100.0/24', 22),
};

const shares: readonly OpenedAgain[] = [
  {
    what: 'a queue, by a statement of the same name',
    opened: ['sqs/AddPermission', { queueUrl: 'q', label: 's', aWSAccountIds: [foreign] }],
    closed: ['sqs/RemovePermission', { queueUrl: 'q', label: 's' }],
    again: ['sqs/AddPermission', { queueUrl: 'q', label: 's', aWSAccountIds: [foreign] }],
    other: ['sqs/AddPermission', { queueUrl: 'q', label: 's', aWSAccountIds: [accountId] }],
  },
  {
    what: 'a function, by a statement of another name',
    opened: ['lambda/AddPermission', { functionName: 'f', statementId: 'evil', principal: foreign }],
    closed: ['lambda/RemovePermission', { functionName: 'f', statementId: 'evil' }],
    again: ['lambda/AddPermission', { functionName: 'f', statementId: 'partner', principal: foreign }],
    other: ['lambda/AddPermission', { functionName: 'f', statementId: 'partner', principal: '888877776666' }],
    ends: ['lambda/DeleteFunction', { functionName: 'f' }],
  },
  {
    what: 'a bucket, by an ACL in the place of a policy',
    opened: ['s3/PutBucketPolicy', { bucketName: 'b', bucketPolicy: everybody }],
    closed: ['s3/DeleteBucketPolicy', { bucketName: 'b' }],
    again: ['s3/PutBucketAcl', { bucketName: 'b', 'x-amz-acl': 'public-read' }],
    other: ['s3/DeleteBucketPublicAccessBlock', { bucketName: 'b' }],
    ends: ['s3/DeleteBucket', { bucketName: 'b' }],
  },
];

/** `iam/CreateRole` of an ordinary role, whose trust lets in an account, or none but a service. */
function roleFor(letsIn: string | null): Said {
  return ['iam/CreateRole', { roleName: 'app', ...trustIn(letsIn, 'assumeRolePolicyDocument') }, { role: {} }];
}

function trustIn(letsIn: string | null, key: string): JsonObject {
  const Principal = letsIn === null ? { Service: 'ec2.amazonaws.com' } : { AWS: letsIn };
  return { [key]: JSON.stringify({ Statement: [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }] }) };
}

const deleted: Said = ['iam/DeleteRole', { roleName: 'app' }];

const roles: readonly OpenedAgain[] = [
  {
    what: 'a role of the intruder, that somebody makes anew by its name with such a trust',
    opened: roleFor(foreign),
    closed: deleted,
    again: roleFor(`arn:aws:iam::${foreign}:root`),
    other: roleFor('888877776666'),
  },
  {
    what: 'a trust, of a role that somebody makes anew as it was',
    opened: ['iam/UpdateAssumeRolePolicy', { roleName: 'app', ...trustIn(foreign, 'policyDocument') }],
    closed: deleted,
    again: roleFor(foreign),
    other: roleFor(null),
  },
];

test('a role that was made anew as it was is closed by whoever then takes that trust off', () => {
  const shut: Said = ['iam/UpdateAssumeRolePolicy', { roleName: 'app', ...trustIn(null, 'policyDocument') }];
  const opened: Said = ['iam/UpdateAssumeRolePolicy', { roleName: 'app', ...trustIn(foreign, 'policyDocument') }];
  for (const first of [opened, roleFor(foreign)]) {
    expect(states(first, deleted, roleFor(foreign), shut)).toEqual(['closed']);
    expect(states(first, deleted, roleFor(null), opened)).toEqual(['open']);
  }
  // A trust that was taken off before is not the one of the role that has the name since.
  expect(states(opened, shut, deleted, roleFor(foreign))).toEqual(['open']);
});

describe('what somebody else opens again lets in again whom it had let in', () => {
  test.each([...logins, ...code, ...networks, narrower, ...shares, ...roles])(
    '$what',
    ({ opened, closed, again, other, ends = closed }) => {
      const [open, ...none] = states(opened);
      expect(none).toEqual([]);
      expect(['open', 'unknown']).toContain(open);
      expect(states(opened, closed)).toEqual(['closed']);
      expect(states(opened, closed, other)).toEqual(['closed']);
      expect(states(opened, closed, again)).toEqual([open]);
      expect(states(opened, closed, again, ends)).toEqual(['closed']);
    },
  );
});
