import { expect, test } from 'vitest';
import type { JsonObject } from '../../../src/model/json.ts';
import { investigateRecords } from '../expected/investigate-records.ts';
import { accountId, s3BrowserRecord } from '../trail-records.ts';
import { call, callBySession, minute } from './assessed.ts';

const roleArn = `arn:aws:iam::${accountId}:role/Runner`;
const task = '0123456789abcdef0123456789abcdef';

/** A call that hands the role over, the service that then begins a session of it, and what that is called. */
const handedOver: readonly (readonly [service: string, session: string, handing: JsonObject])[] = [
  [
    'lambda.amazonaws.com',
    'invoice',
    call(1, 'lambda', 'UpdateFunctionCode20150331v2', {
      requestParameters: { functionName: 'invoice' },
      responseElements: { functionName: 'invoice', role: roleArn },
    }),
  ],
  [
    'codebuild.amazonaws.com',
    'AWSCodeBuild-0f3e',
    call(1, 'codebuild', 'StartBuild', {
      requestParameters: { projectName: 'p', buildspecOverride: 'x' },
      responseElements: { build: { id: 'p:0f3e', serviceRole: roleArn } },
    }),
  ],
  [
    'ecs-tasks.amazonaws.com',
    task,
    call(1, 'ecs', 'RunTask', {
      requestParameters: { overrides: { taskRoleArn: roleArn } },
      responseElements: { tasks: [{ taskArn: `arn:aws:ecs:us-east-1:${accountId}:task/web/${task}` }] },
    }),
  ],
];

const key = 'ASIAEXAMPLEHANDED001';
/** An hour after the service began it, as STS writes it. */
const expiration = 'Nov 24, 2026, 1:02:00 PM';

function begun(service: string, sessionName: string): JsonObject {
  return call(2, 'sts', 'AssumeRole', {
    userIdentity: { type: 'AWSService', invokedBy: service },
    sourceIPAddress: service,
    userAgent: service,
    requestParameters: { roleArn, roleSessionName: sessionName },
    responseElements: {
      credentials: { accessKeyId: key, sessionToken: 't', expiration },
      assumedRoleUser: {
        assumedRoleId: `AROAEXAMPLE:${sessionName}`,
        arn: `arn:aws:sts::${accountId}:assumed-role/Runner/${sessionName}`,
      },
    },
  });
}

async function endIn(records: readonly JsonObject[]) {
  const found = await investigateRecords([s3BrowserRecord({ eventTime: minute(0) }), ...records]);
  const ways = found.flatMap(({ document }) => document.waysIn);
  return ways.filter(({ what }) => what.kind === 'session' && what.accessKeyId === key).map(({ until }) => until);
}

test.each(handedOver)(
  'a session that %s began with a role that was handed to it ends when the record of its beginning says',
  async (service, sessionName, handing) => {
    const works = callBySession(3, { roleName: 'Runner', sessionName, key }, 's3', 'ListBuckets');
    expect(await endIn([handing, begun(service, sessionName), works])).toEqual(['2026-11-24T13:02:00.000Z']);
    // Where no record tells, after the longest that AWS gives.
    expect(await endIn([handing, works])).toEqual(['2026-11-25T00:03:00.000Z']);
  },
);

test('a key that goes on after the end that a record says has none that is known', async () => {
  const [[service, sessionName, handing] = ['', '', call(1, 's3', 'ListBuckets')]] = handedOver;
  const late = callBySession(90, { roleName: 'Runner', sessionName, key }, 's3', 'ListBuckets');
  expect(await endIn([handing, begun(service, sessionName), late])).toEqual(['2026-11-25T01:30:00.000Z']);
});
