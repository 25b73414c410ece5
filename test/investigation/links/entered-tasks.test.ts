import { expect, test } from 'vitest';
import type { JsonObject } from '../../../src/model/json.ts';
import { appAccount, Cloud, ordinaryTraffic, sessionOf, userOf, type Who } from '../expected/cloud.ts';
import { investigateRecords, shapeOf } from '../expected/investigate-records.ts';

const task = '0123456789abcdef0123456789abcdef';
const taskArn = `arn:aws:ecs:us-east-1:${appAccount}:task/prod/${task}`;
const inFargate = { from: '54.240.1.2', client: 'Boto3/1.34' };
const fromHome = { from: '203.0.113.66', client: 'aws-cli/2.9.9 Python/3.11 kali' };
const leaked = userOf(appAccount, 'bob', 'AKIABOB0000000000001');
const operator = userOf(appAccount, 'alice', 'AKIAALICE00000000001');
const inside = sessionOf(appAccount, 'checkout', task, 'ASIACHECKOUT000000017');

/** A task at work every day; somebody in it makes bob administrator, a quarter of an hour after it was entered. */
function withTask(enter: (cloud: Cloud) => void): readonly JsonObject[] {
  const cloud = new Cloud();
  ordinaryTraffic(cloud);
  for (let day = -7; day <= 0; day += 1)
    cloud.call(inside, 'dynamodb:DescribeTable', { at: day * 86_400 + 3000, ...inFargate });
  enter(cloud);
  cloud.call(inside, 'iam:AttachUserPolicy', {
    at: 5000,
    request: { userName: 'bob', policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' },
    ...inFargate,
  });
  return cloud.records;
}

function entering(cloud: Cloud, who: Who, at: number, request: JsonObject, more: JsonObject = {}): void {
  const from = who === operator ? { from: '198.51.100.20' } : fromHome;
  cloud.call(who, 'ecs:ExecuteCommand', {
    at,
    request: { cluster: 'prod', interactive: true, command: '/bin/sh', ...request },
    ...from,
    ...more,
  });
}

/** What a stolen key does that an alert is about. */
function stolen(cloud: Cloud): void {
  cloud.call(leaked, 'iam:CreateAccessKey', {
    at: 4000,
    request: { userName: 'root-backup' },
    response: { accessKey: { accessKeyId: 'AKIABACKUP0000000001', userName: 'root-backup', status: 'Active' } },
    ...fromHome,
  });
}

async function casesOf(records: readonly JsonObject[]) {
  return (await investigateRecords(records)).map(({ document }) => shapeOf(document));
}

const got = ['instance ran-on-instance session checkout', 'user bob ran-on-instance instance'];

test.each<readonly [how: string, enter: (cloud: Cloud) => void]>([
  ['a command by ID', (cloud) => entering(cloud, leaked, 4100, { task })],
  ['a command by ARN', (cloud) => entering(cloud, leaked, 4100, { task: taskArn })],
  [
    'a session of Systems Manager',
    (cloud) =>
      cloud.call(leaked, 'ssm:StartSession', {
        at: 4100,
        request: { target: `ecs:prod_${task}_${task}-1527056392` },
        ...fromHome,
      }),
  ],
])('a task that a stolen key enters by %s is one case with it', async (_how, enter) => {
  const cases = await casesOf(
    withTask((cloud) => {
      stolen(cloud);
      enter(cloud);
    }),
  );
  expect(cases).toHaveLength(1);
  expect(cases[0]?.links).toEqual(expect.arrayContaining(got));
});

test('what a task did before somebody was in it is its own work', async () => {
  const [found] = await investigateRecords(
    withTask((cloud) => {
      stolen(cloud);
      entering(cloud, leaked, 4100, { task });
    }),
  );
  expect(found?.document.timeline.filter(({ action }) => action === 'dynamodb:DescribeTable')).toEqual([]);
});

test('an operator who runs commands in a task every day is not in the case of whoever abuses it', async () => {
  const cases = await casesOf(
    withTask((cloud) => {
      for (let day = -7; day <= 0; day += 1) entering(cloud, operator, day * 86_400 + 4500, { task });
    }),
  );
  expect(cases.map(({ identities }) => identities)).toEqual([['changed user bob', 'suspect session checkout']]);
});

test("a stolen key's case leaves out a task that its owner was in long before", async () => {
  const cases = await casesOf(
    withTask((cloud) => {
      for (let day = -7; day < 0; day += 1) entering(cloud, leaked, day * 86_400 + 4100, { task });
      stolen(cloud);
    }),
  );
  expect(cases).toHaveLength(2);
});

test('a task that was stopped is no way in any more', async () => {
  const [found] = await investigateRecords(
    withTask((cloud) => {
      stolen(cloud);
      entering(cloud, leaked, 4100, { task: taskArn });
      cloud.call(operator, 'ecs:StopTask', {
        at: 6000,
        request: { cluster: 'prod', task },
        response: { task: { taskArn, lastStatus: 'RUNNING', desiredStatus: 'STOPPED' } },
        from: '198.51.100.20',
      });
    }),
  );
  const way = found?.document.waysIn.find(({ what }) => what.kind === 'instance');
  expect(way?.state).toBe('closed');
});
