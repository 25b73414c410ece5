import { randomUUID } from 'node:crypto';
import type { AccountId, Instant } from '../../src/model/ids.ts';
import type { JsonObject } from '../../src/model/json.ts';

export const accountId = '111122223333' as AccountId;
export const userName = 'mallory';
export const accessKeyId = 'AKIAEXAMPLEMALLORY';
export const ruleId = '3f3a1b52-7c0e-4f0e-9a43-5d1b0f1f2a11';

/** A hand-written CloudTrail record of an IAM user's call; whatever is given replaces what stands here. */
export function userRecord(given: JsonObject = {}): JsonObject {
  return {
    eventVersion: '1.11',
    userIdentity: {
      type: 'IAMUser',
      principalId: 'AIDAEXAMPLEMALLORY',
      arn: `arn:aws:iam::${accountId}:user/${userName}`,
      accountId,
      accessKeyId,
      userName,
    },
    eventTime: secondsAgo(60),
    eventSource: 's3.amazonaws.com',
    eventName: 'ListBuckets',
    awsRegion: 'us-east-1',
    sourceIPAddress: '203.0.113.7',
    userAgent: '[aws-cli/2.15.0]',
    requestParameters: null,
    responseElements: null,
    requestID: randomUUID(),
    eventID: randomUUID(),
    readOnly: true,
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: accountId,
    eventCategory: 'Management',
    ...given,
  };
}

export function s3BrowserRecord(given: JsonObject = {}): JsonObject {
  return userRecord({ userAgent: '[S3 Browser/11.5.7 (https://s3browser.com)]', ...given });
}

/** The suspect makes an access key for somebody else: what has a case propose anew. */
export function backdoorKeyRecord(): JsonObject {
  return s3BrowserRecord({
    eventSource: 'iam.amazonaws.com',
    eventName: 'CreateAccessKey',
    requestParameters: { userName: 'backdoor' },
    responseElements: { accessKey: { accessKeyId: 'AKIABACKDOOR', userName: 'backdoor', status: 'Active' } },
  });
}

/** CloudTrail's times are whole seconds. */
export function secondsAgo(seconds: number, from: number = Date.now()): Instant {
  return new Date(from - seconds * 1000).toISOString().replace(/\.\d{3}Z$/, 'Z') as Instant;
}
