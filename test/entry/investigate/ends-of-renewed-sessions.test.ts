import { expect, test } from 'vitest';
import { appAccount, Cloud, ordinaryTraffic, sessionOf, userOf, type Who } from '../../investigation/expected/cloud.ts';
import { investigateRecords } from '../../investigation/expected/investigate-records.ts';
import type { JsonObject } from '../../../src/model/json.ts';

const admin = userOf(appAccount, 'alice', 'AKIAALICE00000000001');
const anchor = `arn:aws:rolesanywhere:us-east-1:${appAccount}:trust-anchor/a1`;
const functionArn = `arn:aws:lambda:us-east-1:${appAccount}:function:invoice`;
const [from, client] = ['203.0.113.66', 'aws-cli/2.9.9 Python/3.11 kali'];
const instanceId = 'i-0abc123def4567890';

/** Who used the next credentials of what an administrator ends, and how. */
const ends: readonly (readonly [
  what: string,
  who: Who,
  name: string,
  request: JsonObject,
  response: JsonObject | null,
])[] = [
  ['an instance', used(instanceId), 'ec2:TerminateInstances', { instancesSet: { items: [{ instanceId }] } }, null],
  ['a role', used(instanceId), 'iam:DeleteRole', { roleName: 'runner' }, null],
  [
    'a managed node',
    used('mi-0abc123def4567890'),
    'ssm:DeregisterManagedInstance',
    { instanceId: 'mi-0abc123def4567890' },
    null,
  ],
  [
    'a function',
    { ...used('invoice'), inScopeOf: { issuerType: 'AWS::Lambda::Function', credentialsIssuedTo: functionArn } },
    'lambda:DeleteFunction20150331',
    { functionName: functionArn },
    null,
  ],
  [
    'a trust anchor',
    used('4f1c09a2b7d34e5f8a10'),
    'rolesanywhere:DisableTrustAnchor',
    { trustAnchorId: 'a1' },
    { trustAnchor: { trustAnchorArn: anchor } },
  ],
];

function used(sessionName: string): Who {
  return sessionOf(appAccount, 'runner', sessionName, 'ASIARUNNER0000000001');
}

test.each(ends)(
  'the end of %s is found among all records, and closes the way in',
  async (what, who, name, request, response) => {
    const cloud = new Cloud();
    ordinaryTraffic(cloud);
    if (what === 'a trust anchor') givenByAnchor(cloud);
    cloud.call(who, 'secretsmanager:GetSecretValue', { at: 1010, from, client, request: { secretId: 'prod/db' } });
    cloud.call(admin, name, {
      at: 1200,
      from: '198.51.100.20',
      request,
      ...(response === null ? {} : { response }),
    });
    const [found] = await investigateRecords(cloud.records);
    const renewed = found?.document.waysIn.filter(
      ({ what: way }) => way.kind === 'session' && way.accessKeyId === null,
    );
    expect(renewed).toMatchObject([{ state: 'closed' }]);
  },
);

function givenByAnchor(cloud: Cloud): void {
  const nobody = { type: 'Unknown', principalId: '', arn: '', accountId: appAccount, accessKeyId: '', userName: '' };
  const roleArn = `arn:aws:iam::${appAccount}:role/runner`;
  cloud.call(nobody, 'rolesanywhere:CreateSession', {
    at: 1000,
    from,
    request: { trustAnchorArn: anchor, roleArn },
    response: {
      credentialSet: [
        {
          assumedRoleUser: { arn: `arn:aws:sts::${appAccount}:assumed-role/runner/4f1c09a2b7d34e5f8a10` },
          credentials: { accessKeyId: 'ASIARUNNER0000000001', expiration: '2026-11-20T10:16:40Z' },
          roleArn,
        },
      ],
    },
  });
}
