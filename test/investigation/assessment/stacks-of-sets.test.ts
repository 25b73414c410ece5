import { expect, test } from 'vitest';
import type { JsonObject } from '../../../src/model/json.ts';
import { investigateRecords } from '../expected/investigate-records.ts';
import { s3BrowserRecord } from '../trail-records.ts';
import { call, callByAdmin, callBySession, minute } from './assessed.ts';

const memberAccount = '444455556666';
const uuid = '0f3e1d2c-1111-4222-8333-444455556666';

/** What CloudFormation does in a member account with the role that it made there: a stack of a set, and a user of that stack's. */
function inMember(at: number, setName: string, key = 'ASIAEXAMPLESTACKSET1'): readonly JsonObject[] {
  const of = {
    account: memberAccount,
    roleName: 'stacksets-exec-0123456789abcdef0123456789abcdef',
    sessionName: 'AWSCloudFormation',
    key,
  };
  return [
    callBySession(at, of, 'cloudformation', 'CreateStack', {
      requestParameters: { stackName: `StackSet-${setName}-${uuid}` },
    }),
    callBySession(at + 1, of, 'iam', 'CreateUser', {
      requestParameters: { userName: 'shadow' },
      responseElements: { user: { userName: 'shadow', userId: 'AIDASHADOW' } },
    }),
    // So that the member's side has an alert of its own.
    callBySession(at + 2, of, 's3', 'ListBuckets', { userAgent: '[S3 Browser/11.5.7 (https://s3browser.com)]' }),
  ];
}

async function casesOf(...records: readonly JsonObject[]) {
  const deployed = call(1, 'cloudformation', 'CreateStackInstances', {
    requestParameters: {
      stackSetName: 'baseline',
      deploymentTargets: { organizationalUnitIds: ['ou-1'] },
      regions: ['us-east-1'],
    },
    responseElements: { operationId: 'op-1' },
  });
  return investigateRecords([s3BrowserRecord({ eventTime: minute(0) }), deployed, ...records]);
}

test('what a stack set makes in a member account is of the case of whoever had it made', async () => {
  const [only, ...others] = await casesOf(...inMember(3, 'baseline'));
  expect(others).toEqual([]);
  expect(only?.document.accounts).toHaveLength(2);
  expect(only?.document.waysIn.map(({ what }) => what.kind)).toEqual(expect.arrayContaining(['access-key', 'user']));
});

test.each([
  ['another set makes there', inMember(3, 'network')],
  ['it had made there before', inMember(-30, 'baseline')],
  ['it makes there hours later', inMember(400, 'baseline')],
])('but not what %s', async (_what, records) => {
  expect(await casesOf(...records)).toHaveLength(2);
});

function setUpdated(
  by: typeof call,
  at: number,
  given: JsonObject = {},
  action = 'UpdateStackSet',
  stackSetName = 'baseline',
): JsonObject {
  return by(at, 'cloudformation', action, {
    requestParameters: { stackSetName, templateBody: '{}' },
    responseElements: { operationId: `op-${at}` },
    ...given,
  });
}

/** The organization's administrator, in an account of its own that has sets of its own. */
function ofOtherAccount(minutes: number, service: string, action: string, given: JsonObject = {}): JsonObject {
  const of = { account: '777788889999', roleName: 'org-admin', sessionName: 'carol', key: 'ASIAEXAMPLEORGADMIN1' };
  return callBySession(minutes, of, service, action, given);
}

test.each([
  ["another account's set of that name was updated", setUpdated(ofOtherAccount, 2)],
  ["another account's set of that name was updated before", setUpdated(ofOtherAccount, 0)],
  ["another account's set of that name had stacks made", setUpdated(ofOtherAccount, 2, {}, 'CreateStackInstances')],
  ["another account's set was updated around that time", setUpdated(ofOtherAccount, 20)],
  ['somebody else updated the set', setUpdated(callByAdmin, 2)],
  ['somebody else updated the set in the very same second', setUpdated(callByAdmin, 1)],
  ['somebody else had its stacks made', setUpdated(callByAdmin, 2, {}, 'CreateStackInstances')],
])('nor what it makes after %s: that may be theirs', async (_what, theirs) => {
  const cases = await casesOf(theirs, ...inMember(3, 'baseline'));
  expect(cases).toHaveLength(2);
  for (const { document } of cases) expect(document.accounts).toHaveLength(1);
});

test.each([
  ['somebody else had updated the set before', setUpdated(callByAdmin, 0)],
  ['somebody else updated it afterwards', setUpdated(callByAdmin, 20)],
  ["another account's set of that name was updated long before", setUpdated(ofOtherAccount, -200)],
  ["another account's set of another name was updated", setUpdated(ofOtherAccount, 2, {}, 'UpdateStackSet', 'network')],
  ["somebody's update failed", setUpdated(callByAdmin, 2, { errorCode: 'AccessDenied' })],
])('what it makes is still of that case where %s', async (_what, theirs) => {
  const [only, ...others] = await casesOf(theirs, ...inMember(3, 'baseline'));
  expect(others).toEqual([]);
  expect(only?.document.accounts).toHaveLength(2);
});
