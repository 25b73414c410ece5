import { describe, expect, test } from 'vitest';
import { linksOf, mayLink } from '../../../src/investigation/links/links-of.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import { found } from '../archive-of.ts';
import { userRecord } from '../trail-records.ts';

const account = '111122223333';

function steps(name: string, given: JsonObject): readonly string[] {
  const [service = '', action = ''] = name.split(':');
  const record = userRecord({ eventSource: `${service}.amazonaws.com`, eventName: action, ...given });
  const { links } = linksOf(found(record));
  return links.map(({ from, how, to, as, gave }) => [from, how, to, as, gave ?? ''].join(' ').trim());
}

const mallory = `user/${account}/mallory`;
function policyOf(principal: unknown): string {
  return JSON.stringify({ Statement: [{ Effect: 'Allow', Principal: principal, Action: '*' }] });
}

describe('the steps that a call proves', () => {
  test.each<readonly [name: string, given: JsonObject, expected: readonly string[]]>([
    [
      'sts:GetSessionToken',
      { responseElements: { credentials: { accessKeyId: 'ASIA1' } } },
      [`${mallory} minted-session access-key/ASIA1 used access-key/ASIA1`],
    ],
    [
      'sts:AssumeRoot',
      {
        requestParameters: { targetPrincipal: '444455556666' },
        responseElements: { credentials: { accessKeyId: 'ASIA2' } },
      },
      [`${mallory} minted-session root/444455556666 used access-key/ASIA2`],
    ],
    [
      'cognito-identity:UpdateIdentityPool',
      { requestParameters: { identityPoolId: 'us-east-1:pool', allowUnauthenticatedIdentities: true } },
      [`${mallory} opened-trust provider/us-east-1:pool changed`],
    ],
    [
      'cognito-identity:UpdateIdentityPool',
      { requestParameters: { identityPoolId: 'us-east-1:pool', allowUnauthenticatedIdentities: false } },
      [],
    ],
    [
      'cognito-identity:SetIdentityPoolRoles',
      { requestParameters: { identityPoolId: 'us-east-1:pool' } },
      [`${mallory} opened-trust provider/us-east-1:pool changed`],
    ],
    [
      'iam:CreateServiceSpecificCredential',
      {
        requestParameters: { userName: 'dora' },
        responseElements: { serviceSpecificCredential: { serviceSpecificCredentialId: 'ACCA1' } },
      },
      [`${mallory} created-key access-key/ACCA1 created access-key/ACCA1`],
    ],
    [
      'iam:CreateOpenIDConnectProvider',
      { responseElements: { openIDConnectProviderArn: `arn:aws:iam::${account}:oidc-provider/evil.example` } },
      [`${mallory} opened-trust provider/arn:aws:iam::${account}:oidc-provider%2Fevil.example created`],
    ],
    [
      'cloudformation:CreateStack',
      { requestParameters: { stackName: 's', roleARN: `arn:aws:iam::${account}:role/path/builder` } },
      [`${mallory} passed-role session/${account}/builder/AWSCloudFormation used`],
    ],
    [
      'ecs:RunTask',
      {
        requestParameters: { overrides: { taskRoleArn: `arn:aws:iam::${account}:role/tasks` } },
        responseElements: { tasks: [{ taskArn: `arn:aws:ecs:us-east-1:${account}:task/c/abc` }] },
      },
      [`${mallory} passed-role session/${account}/tasks/abc used`],
    ],
    [
      'glue:CreateJob',
      { requestParameters: { name: 'j', role: 'etl' } },
      [`${mallory} passed-role session/${account}/etl/GlueJobRunnerSession used`],
    ],
    [
      'ec2:RunInstances',
      { responseElements: { instancesSet: { items: [{ instanceId: 'i-0aaaaaaaaaaaaaaa1' }] } } },
      [`${mallory} ran-on-instance instance/${account}/i-0aaaaaaaaaaaaaaa1 created`],
    ],
    [
      's3:PutBucketPolicy',
      {
        requestParameters: {
          bucketName: 'b',
          bucketPolicy: JSON.parse(policyOf({ AWS: 'arn:aws:iam::999988887777:root' })) as JsonObject,
        },
      },
      [`${mallory} shared-with account/999988887777 outside`],
    ],
    [
      'secretsmanager:PutResourcePolicy',
      { requestParameters: { secretId: 's', resourcePolicy: policyOf('*') } },
      [`${mallory} shared-with account/* outside`],
    ],
    [
      's3:PutAccessPointPolicy',
      {
        requestParameters: {
          name: 'a',
          PutAccessPointPolicyRequest: { Policy: policyOf({ AWS: 'arn:aws:iam::999988887777:root' }) },
        },
      },
      [`${mallory} shared-with account/999988887777 outside`],
    ],
    [
      's3:PutBucketReplication',
      {
        requestParameters: {
          bucketName: 'b',
          ReplicationConfiguration: {
            Rule: { Status: 'Enabled', Destination: { Account: '999988887777', Bucket: 'arn:aws:s3:::theirs' } },
          },
        },
      },
      [`${mallory} shared-with account/999988887777 outside`],
    ],
    [
      'events:PutTargets',
      {
        requestParameters: {
          rule: 'r',
          targets: [{ id: 't', arn: 'arn:aws:events:us-east-1:999988887777:event-bus/default' }],
        },
      },
      [`${mallory} shared-with account/999988887777 outside`],
    ],
    [
      'redshift:AuthorizeSnapshotAccess',
      { requestParameters: { snapshotIdentifier: 's', accountWithRestoreAccess: '999988887777' } },
      [`${mallory} shared-with account/999988887777 outside`],
    ],
    // What no block holds back any more lets in nobody by that alone.
    [
      's3:PutBucketPublicAccessBlock',
      { requestParameters: { bucketName: 'b', PublicAccessBlockConfiguration: { BlockPublicPolicy: false } } },
      [],
    ],
    // Its own account is no outsider, and neither is a service.
    ['kms:PutKeyPolicy', { requestParameters: { policy: policyOf({ AWS: `arn:aws:iam::${account}:root` }) } }, []],
    ['lambda:AddPermission20150331v2', { requestParameters: { functionName: 'f', principal: 's3.amazonaws.com' } }, []],
    // An attribute other than user data runs nothing.
    ['ec2:ModifyInstanceAttribute', { requestParameters: { instanceId: 'i-0aaaaaaaaaaaaaaa1', groupSet: {} } }, []],
    ['iam:CreateUser', { errorCode: 'AccessDenied', requestParameters: { userName: 'x' } }, []],
    ['example:CreateUser', { requestParameters: { userName: 'x' } }, []],
  ])('%s', (name, given, expected) => {
    expect(steps(name, given)).toEqual(expected);
    expect(mayLink(name.split(':')[1] ?? '')).toBe(true);
  });

  test('a SAML user takes a role by the provider that vouches for them', () => {
    const record = userRecord({
      userIdentity: { type: 'SAMLUser', principalId: 'x:dan', userName: 'dan', identityProvider: 'idp' },
      eventSource: 'sts.amazonaws.com',
      eventName: 'AssumeRoleWithSAML',
      requestParameters: {
        roleArn: `arn:aws:iam::${account}:role/ops`,
        principalArn: `arn:aws:iam::${account}:saml-provider/corp`,
      },
      responseElements: {
        credentials: { accessKeyId: 'ASIA3' },
        assumedRoleUser: { arn: `arn:aws:sts::${account}:assumed-role/ops/dan` },
      },
    });
    expect(linksOf(found(record)).links[0]).toMatchObject({
      from: 'person/corp/dan',
      how: 'assumed-role',
      to: `session/${account}/ops/dan`,
      gave: 'access-key/ASIA3',
      via: [`role/${account}/ops`, `provider/arn:aws:iam::${account}:saml-provider%2Fcorp`],
    });
  });

  test('a session of Identity Center leads to its person, whatever it calls', () => {
    const record = userRecord({
      userIdentity: {
        type: 'AssumedRole',
        principalId: 'AROA1:eve@example.com',
        arn: `arn:aws:sts::${account}:assumed-role/AWSReservedSSO_Admin_1/eve@example.com`,
        accountId: account,
        accessKeyId: 'ASIA4',
        onBehalfOf: { userId: 'u-1', identityStoreArn: `arn:aws:identitystore::${account}:identitystore/d-1` },
      },
    });
    const { links } = linksOf(found(record));
    expect(links.map(({ from, how, to }) => [from, how, to])).toEqual([
      ['person/d-1/u-1', 'signed-in', `session/${account}/AWSReservedSSO_Admin_1/eve@example.com`],
    ]);
  });
});

test.each([{ audience: 'us-east-1:4f0e8a52-0000-4000-8000-000000000000' }, {}])(
  'a session by Cognito comes through the pool that its token is for, also where only the principal says which: %j',
  (answer) => {
    const pool = 'us-east-1:4f0e8a52-0000-4000-8000-000000000000';
    const provider = 'cognito-identity.amazonaws.com';
    const record = userRecord({
      eventSource: 'sts.amazonaws.com',
      eventName: 'AssumeRoleWithWebIdentity',
      userIdentity: {
        type: 'WebIdentityUser',
        principalId: `${provider}:${pool}:us-east-1:somebody`,
        userName: 'us-east-1:somebody',
        identityProvider: provider,
      },
      requestParameters: { roleArn: `arn:aws:iam::${account}:role/app`, roleSessionName: 's' },
      responseElements: answer,
    });
    expect(linksOf(found(record)).links.map(({ via }) => via)).toEqual([[`role/${account}/app`, `provider/${pool}`]]);
  },
);
