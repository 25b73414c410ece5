import { expect, test } from 'vitest';
import type { JsonObject } from '../../../src/model/json.ts';
import { appAccount, Cloud, ordinaryTraffic, sessionOf, userOf } from '../expected/cloud.ts';
import { investigateRecords, shapeOf } from '../expected/investigate-records.ts';
import { fromHome, leaked, stolen } from './stolen-key.ts';

const day = 86_400;
const owner = userOf(appAccount, 'alice', 'AKIAALICE00000000001');
const taskId = '0123456789abcdef0123456789abcdef';
const definition = `arn:aws:ecs:us-east-1:${appAccount}:task-definition/report:7`;

/** A stolen key runs a definition, whose task then asks for a token of its own. */
async function identitiesOf(registeredAt: number, overrides?: JsonObject): Promise<readonly string[]> {
  const cloud = new Cloud();
  ordinaryTraffic(cloud);
  cloud.call(owner, 'ecs:RegisterTaskDefinition', {
    at: registeredAt,
    from: '198.51.100.20',
    request: { family: 'report', taskRoleArn: `arn:aws:iam::${appAccount}:role/report`, containerDefinitions: [] },
    response: { taskDefinition: { taskDefinitionArn: definition, family: 'report', revision: 7 } },
  });
  stolen(cloud);
  cloud.call(leaked, 'ecs:RunTask', {
    at: 4000,
    request: { cluster: 'prod', taskDefinition: 'report:7', ...(overrides === undefined ? {} : { overrides }) },
    response: {
      tasks: [{ taskArn: `arn:aws:ecs:us-east-1:${appAccount}:task/prod/${taskId}`, taskDefinitionArn: definition }],
    },
    ...fromHome,
  });
  const task = sessionOf(appAccount, 'report', taskId, 'ASIAREPORT0000000001');
  cloud.call(task, 'dynamodb:DescribeTable', { at: 4100, from: '54.240.1.2', client: 'Boto3/1.34' });
  const cases = (await investigateRecords(cloud.records)).map(({ document }) => shapeOf(document));
  expect(cases).toHaveLength(1);
  return cases[0]?.identities ?? [];
}

test("the task of a definition that its owners had registered before is not the intruder's, whoever runs it", async () => {
  expect(await identitiesOf(-5 * day)).not.toContain('used session report');
});

test.each([
  ['with a command of theirs', -5 * day, { containerOverrides: [{ name: 'report', command: ['sh'] }] }],
  ['of a definition that somebody registered while they were there', 3950, undefined],
])("a task %s is the intruder's", async (_, registeredAt, overrides) => {
  expect(await identitiesOf(registeredAt, overrides)).toContain('used session report');
});
