import { expect, test } from 'vitest';
import type { JsonObject } from '../../../src/model/json.ts';
import { investigateRecords } from '../expected/investigate-records.ts';
import { accountId, s3BrowserRecord } from '../trail-records.ts';
import { assessed, call, callByAdmin, minute } from './assessed.ts';

const outsider = '999988887777';
const second = '444455556666';

function snapshotShared(with_: string, more: JsonObject = {}): JsonObject {
  return { dBSnapshotIdentifier: 'orders-tmp', attributeName: 'restore', valuesToAdd: [with_], ...more };
}
const shared = call(1, 'rds', 'ModifyDBSnapshotAttribute', { requestParameters: snapshotShared(outsider) });
const unshared = callByAdmin(9, 'rds', 'ModifyDBSnapshotAttribute', {
  requestParameters: {
    dBSnapshotIdentifier: 'orders-tmp',
    attributeName: 'restore',
    valuesToRemove: [outsider],
  },
});
const madePublic = call(2, 'rds', 'ModifyDBInstance', {
  requestParameters: { dBInstanceIdentifier: 'orders', publiclyAccessible: true },
});

function toldOf(records: readonly JsonObject[]): string | undefined {
  return assessed(records).findings.find(({ kind }) => kind === 'shared-outside')?.sentence;
}

test('what one account was let at is not said to be open to everybody, also where something else is', () => {
  expect(toldOf([shared, madePublic])).toBe(
    'Open to everybody now: database orders. Shared with outsiders (999988887777): database snapshot orders-tmp.',
  );
});

test('a snapshot that is shared no more may have been copied meanwhile', () => {
  expect(toldOf([shared, madePublic, unshared])).toBe(
    'Open to everybody now: database orders. Was shared with outsiders (999988887777), and a copy may exist: database snapshot orders-tmp.',
  );
});

async function accountsIn(records: readonly JsonObject[]) {
  const found = await investigateRecords([s3BrowserRecord({ eventTime: minute(0) }), ...records]);
  expect(found).toHaveLength(1);
  return found.flatMap(({ document }) =>
    document.identities.flatMap(({ kind, name, role }) => (kind === 'account' ? [`${role} ${name}`] : [])),
  );
}

test('everybody whom a database is open to is named, and is no identity that was changed', async () => {
  expect(await accountsIn([madePublic])).toEqual(['outside everybody']);
});

test('one of our own accounts that is let in is no outsider, and no place where it happened', async () => {
  const records = [
    s3BrowserRecord({ eventTime: minute(0) }),
    call(1, 'rds', 'ModifyDBSnapshotAttribute', { requestParameters: snapshotShared(second) }),
    callByAdmin(3, 'ec2', 'DescribeInstances', {
      userIdentity: {
        type: 'IAMUser',
        principalId: 'AIDAEXAMPLEFAR',
        arn: `arn:aws:iam::${second}:user/far`,
        accountId: second,
        accessKeyId: 'AKIAEXAMPLEFAR00001',
        userName: 'far',
      },
      recipientAccountId: second,
    }),
  ];
  expect(await accountsIn(records.slice(1))).toEqual([`used ${second}`]);
  const [found] = await investigateRecords(records);
  expect(found?.document.accounts).toEqual([accountId]);
});

const entry = { name: 'prod', principalArn: 'arn:aws:iam::999988887777:role/ops' };
const admitted = call(1, 'eks', 'CreateAccessEntry', { requestParameters: entry });
const asAdministrator = call(2, 'eks', 'AssociateAccessPolicy', {
  requestParameters: { ...entry, policyArn: 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy' },
});

test("an outside account's role that is let into a cluster is told with its account, and the account is an identity with a link", async () => {
  expect(toldOf([admitted, asAdministrator])).toMatch(
    /^Outsiders were given rights of a service's own: role\/ops of account 999988887777 \(access to cluster prod\)/u,
  );
  const [found] = await investigateRecords([s3BrowserRecord({ eventTime: minute(0) }), admitted, asAdministrator]);
  const outside = found?.document.identities.find(({ role }) => role === 'outside');
  expect(outside).toMatchObject({ kind: 'account', name: outsider });
  expect(found?.document.links.filter(({ to }) => to === outside?.id).map(({ how }) => how)).toContain('shared-with');
});

test("a principal of one's own that is let into a cluster is no outsider", () => {
  const own = { ...entry, principalArn: `arn:aws:iam::${accountId}:role/ops` };
  expect(toldOf([call(1, 'eks', 'CreateAccessEntry', { requestParameters: own })])).toBeUndefined();
});

test('somebody of another account who is let in by a role is told with that account', () => {
  const policyDocument = JSON.stringify({
    Statement: [{ Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::999988887777:user/op' }, Action: 'sts:AssumeRole' }],
  });
  const opened = call(1, 'iam', 'UpdateAssumeRolePolicy', { requestParameters: { roleName: 'audit', policyDocument } });
  const told = assessed([opened]).findings.find(({ kind }) => kind === 'trust-opened')?.sentence;
  expect(told).toBe('Roles were opened to outsiders: audit to user/op of account 999988887777.');
});
