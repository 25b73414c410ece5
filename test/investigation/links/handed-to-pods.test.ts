import { expect, test } from 'vitest';
import type { JsonObject } from '../../../src/model/json.ts';
import { appAccount, Cloud, ordinaryTraffic, sessionOf } from '../expected/cloud.ts';
import { investigateRecords, shapeOf } from '../expected/investigate-records.ts';
import { fromHome, leaked, stolen } from './stolen-key.ts';

const inCluster = { from: '54.240.1.2', client: 'Boto3/1.34' };
const role = `arn:aws:iam::${appAccount}:role/cluster-admin`;

interface Pod {
  readonly name: string;
  readonly key: string;
  readonly at: number;
}

/** EKS takes the role for a pod, as its own record tells, and the pod works with it. */
function begun(cloud: Cloud, { name, key, at }: Pod): JsonObject {
  const session = `eks-prod-${name}-498124c2-a555-40bf-9059-ca9a26821eb0`;
  cloud.call({ type: 'AWSService', invokedBy: 'pods.eks.amazonaws.com' }, 'sts:AssumeRole', {
    at,
    from: 'pods.eks.amazonaws.com',
    client: 'pods.eks.amazonaws.com',
    account: appAccount,
    request: { roleArn: role, roleSessionName: session, durationSeconds: 21_600 },
    response: {
      credentials: { accessKeyId: key, expiration: 'Nov 20, 2026, 4:00:00 PM', sessionToken: 't' },
      assumedRoleUser: {
        assumedRoleId: `AROACLUSTERADMIN:${session}`,
        arn: `arn:aws:sts::${appAccount}:assumed-role/cluster-admin/${session}`,
      },
    },
  });
  return sessionOf(appAccount, 'cluster-admin', session, key);
}

function madeAdministrator(cloud: Cloud, who: JsonObject, at: number): void {
  cloud.call(who, 'iam:AttachUserPolicy', {
    at,
    request: { userName: 'bob', policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' },
    ...inCluster,
  });
}

function associated(cloud: Cloud, name: string, more: JsonObject = {}): void {
  cloud.call(leaked, `eks:${name}`, {
    at: 4000,
    request: { name: 'prod', namespace: 'default', serviceAccount: 'tool', ...more },
    response: { association: { associationId: 'a-1', roleArn: role, namespace: 'default', serviceAccount: 'tool' } },
    ...fromHome,
  });
}

async function casesOf(tell: (cloud: Cloud) => void) {
  const cloud = new Cloud();
  ordinaryTraffic(cloud);
  tell(cloud);
  return (await investigateRecords(cloud.records)).map(({ document }) => shapeOf(document));
}

test('a role that a stolen key hands to a service account is one case with the pod that has it', async () => {
  const cases = await casesOf((cloud) => {
    stolen(cloud);
    associated(cloud, 'CreatePodIdentityAssociation', { roleArn: role });
    madeAdministrator(cloud, begun(cloud, { name: 'tool', key: 'ASIAPOD0000000000001', at: 4100 }), 4200);
  });
  expect(cases).toHaveLength(1);
  expect(cases[0]?.links).toContain('user bob passed-role session cluster-admin');
});

test('a pod that had the role all along is not of the case of whoever hands the role to another', async () => {
  const cases = await casesOf((cloud) => {
    for (let day = -7; day <= 0; day += 1) {
      const pod = begun(cloud, { name: 'web', key: `ASIAPODWEB00000000${day + 17}`, at: day * 86_400 + 4050 });
      cloud.call(pod, 'dynamodb:DescribeTable', { at: day * 86_400 + 4060, ...inCluster });
    }
    stolen(cloud);
    associated(cloud, 'CreatePodIdentityAssociation', { roleArn: role });
    madeAdministrator(cloud, begun(cloud, { name: 'tool', key: 'ASIAPOD0000000000001', at: 4100 }), 4200);
  });
  expect(cases).toHaveLength(1);
  expect(cases[0]?.identities.filter((each) => each.includes('session cluster-admin'))).toEqual([
    'used session cluster-admin',
  ]);
});

test('an association whose tags alone are changed hands over no role', async () => {
  const cases = await casesOf((cloud) => {
    stolen(cloud);
    associated(cloud, 'UpdatePodIdentityAssociation', { disableSessionTags: true });
    madeAdministrator(cloud, begun(cloud, { name: 'web', key: 'ASIAPOD0000000000001', at: 4100 }), 4200);
  });
  expect(cases).toHaveLength(2);
});
