import { expect, test } from 'vitest';
import { appAccount, Cloud, dataAccount, ordinaryTraffic, sessionOf, userOf } from './cloud.ts';
import { administratorByDeploy, deploysForAMonth } from './deploys.ts';
import { investigateRecords } from './investigate-records.ts';

test('infrastructure as code with a long habit is a quiet case: explained, with nothing recommended', async () => {
  const cloud = new Cloud();
  ordinaryTraffic(cloud);
  deploysForAMonth(cloud);
  const found = await investigateRecords(cloud.records);
  expect(found).toHaveLength(1);
  const [{ document } = { document: undefined }] = found;
  expect(document?.quiet).toBe(true);
  expect(document?.findings.some(({ facts }) => facts['because'] === 'habit')).toBe(true);
  expect(document?.plan.actions.filter(({ recommended }) => recommended)).toEqual([]);
  // It is listed all the same: what is there is there.
  expect(document?.waysIn.map(({ kind }) => kind)).toContain('user');
});

test('rights to everything, given from where the same one always works, are no quiet case', async () => {
  const cloud = new Cloud();
  ordinaryTraffic(cloud);
  deploysForAMonth(cloud);
  administratorByDeploy(cloud);
  const found = await investigateRecords(cloud.records);
  expect(found.map(({ document }) => document.quiet)).toEqual([false]);
  expect(found[0]?.document.waysIn.map(({ kind }) => kind)).toContain('grant');
});

test('the same acts with the same tool from another address are not quiet', async () => {
  const cloud = new Cloud();
  ordinaryTraffic(cloud);
  deploysForAMonth(cloud, '203.0.113.66');
  const [{ document } = { document: undefined }] = await investigateRecords(cloud.records);
  expect(document?.quiet).toBe(false);
  expect(document?.plan.actions.some(({ recommended }) => recommended)).toBe(true);
});

test('a deploy role with a thousand sessions, one of them hostile, is one case, of that session alone', async () => {
  const cloud = new Cloud();
  ordinaryTraffic(cloud);
  const pipeline = userOf(appAccount, 'ci', 'AKIACI00000000000001');
  for (let run = 0; run < 1000; run += 1) {
    const to = {
      account: dataAccount,
      role: 'deploy',
      session: `run-${run}`,
      key: `ASIACI${String(run).padStart(14, '0')}`,
    };
    const details = { at: 1000 + run * 30, from: '198.51.100.60', client: 'Terraform/1.9' };
    const session = cloud.assume(pipeline, to, details);
    cloud.call(session, 'ec2:DescribeInstances', { ...details, at: details.at + 5 });
  }
  const taken = sessionOf(dataAccount, 'deploy', 'run-500', 'ASIACI00000000000500');
  const hostile = { from: '203.0.113.66', client: 'aws-cli/2.9.9 kali' };
  cloud.call(taken, 'cloudtrail:StopLogging', { at: 16_200, request: { name: 'main' }, ...hostile });
  cloud.call(taken, 'iam:CreateUser', {
    at: 16_210,
    request: { userName: 'ops' },
    response: { user: { userName: 'ops' } },
    ...hostile,
  });
  const found = await investigateRecords(cloud.records);
  expect(found).toHaveLength(1);
  const [{ document } = { document: undefined }] = found;
  expect(document?.identities.map(({ role, name }) => `${role} ${name}`)).toEqual([
    'suspect deploy/run-500',
    'created ops',
  ]);
  expect(document?.quiet).toBe(false);
  expect(document?.limits.some(({ kind }) => kind === 'crowd')).toBe(true);
  // The stolen session's own work before is its own; of the thousand others nothing is told.
  const calls = document?.timeline.map(({ action, count }) => `${action} ×${count}`);
  expect(calls?.toSorted()).toEqual(['cloudtrail:StopLogging ×1', 'ec2:DescribeInstances ×1', 'iam:CreateUser ×1']);
});
