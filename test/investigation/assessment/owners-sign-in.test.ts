import { expect, test } from 'vitest';
import type { JsonObject } from '../../../src/model/json.ts';
import { investigateRecords } from '../expected/investigate-records.ts';
import { accountId, s3BrowserRecord } from '../trail-records.ts';
import { call, minute } from './assessed.ts';

const owner = {
  type: 'IAMUser',
  principalId: 'AIDAEXAMPLEOWNER',
  arn: `arn:aws:iam::${accountId}:user/owner`,
  accountId,
  userName: 'owner',
};
const fromOwn = { sourceIPAddress: '198.51.100.20', userAgent: 'Mozilla/5.0' };

/** The intruder makes a key for somebody, who then signs in with a password and works. */
function story(taken: readonly JsonObject[]): readonly JsonObject[] {
  return [
    s3BrowserRecord({ eventTime: minute(0) }),
    ...taken,
    call(60, 'signin', 'ConsoleLogin', {
      eventType: 'AwsConsoleSignIn',
      userIdentity: owner,
      requestParameters: null,
      responseElements: { ConsoleLogin: 'Success' },
      additionalEventData: { MFAUsed: 'Yes' },
      ...fromOwn,
    }),
    call(62, 'iam', 'CreateUser', {
      userIdentity: { ...owner, accessKeyId: 'ASIAEXAMPLEOWNERCONS' },
      sessionCredentialFromConsole: 'true',
      requestParameters: { userName: 'new-hire' },
      responseElements: { user: { userName: 'new-hire', userId: 'AIDAEXAMPLENEWHIRE' } },
      ...fromOwn,
    }),
  ];
}

const madeKey = call(1, 'iam', 'CreateAccessKey', {
  requestParameters: { userName: 'owner' },
  responseElements: { accessKey: { accessKeyId: 'AKIAEXAMPLEBESIDE001', userName: 'owner', status: 'Active' } },
});
const setPassword = call(2, 'iam', 'UpdateLoginProfile', { requestParameters: { userName: 'owner' } });

async function namesIn(records: readonly JsonObject[]): Promise<readonly string[]> {
  const found = await investigateRecords(records);
  expect(found).toHaveLength(1);
  return found.flatMap(({ document }) => document.identities.map(({ name }) => name));
}

test("an owner beside whose key the intruder made one signs in as before: neither that nor what came of it is the intruder's", async () => {
  expect(await namesIn(story([madeKey]))).not.toContain('new-hire');
});

test.each([
  ['after the key', [madeKey, setPassword]],
  ['alone', [setPassword]],
])('whose password the intruder set, %s, signs in for the intruder', async (_, taken) => {
  expect(await namesIn(story(taken))).toContain('new-hire');
});
