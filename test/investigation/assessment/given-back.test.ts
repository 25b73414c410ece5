import { expect, test } from 'vitest';
import type { CaseMaterial } from '../../../src/investigation/case/case-material.ts';
import { closureOf, reopeningOf } from '../../../src/investigation/action-beliefs.ts';
import { usesSince } from '../../../src/investigation/habits/uses-since.ts';
import type { Action } from '../../../src/model/action.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import { deactivationOf } from '../../../src/response/actions/access-key-target.ts';
import { activationOf } from '../../../src/response/actions/activate-access-key.ts';
import { denialLiftOf, denialOf } from '../../../src/response/actions/user-denial.ts';
import { accessKeyId, accountId, userName } from '../trail-records.ts';
import { call, materialOf, minute } from './assessed.ts';

/*
 * A response closed two keys, and a denial of their user; what a person took back of it may be used again, and nothing else.
 */

const key = { kind: 'access-key', accountId, userName, accessKeyId } as const;
const otherKey = { ...key, accessKeyId: 'AKIAEXAMPLESECOND' } as const;
const user = { kind: 'user', accountId, userName } as const;
const denial = { policyName: 'TrailhoundDenyEverything-TH-7Q2M9K' };

const intrusion = [
  call(0, 's3', 'ListBuckets'),
  call(1, 'iam', 'CreateAccessKey', {
    requestParameters: { userName },
    responseElements: { accessKey: { userName, accessKeyId: otherKey.accessKeyId, status: 'Active' } },
  }),
];
const by = { userIdentity: { ...(call(0, 's3', 'ListBuckets')['userIdentity'] as JsonObject) } };
const callByKey = call(30, 's3', 'ListBuckets');
const callByOther = call(30, 's3', 'ListBuckets', {
  eventID: 'by-the-other-key',
  userIdentity: { ...by.userIdentity, accessKeyId: otherKey.accessKeyId },
});

/** So many calls went through since the response, as far as it was not taken back. */
function usesOf(calls: readonly JsonObject[], done: readonly Action[], takenBack: readonly Action[]): number {
  const material: CaseMaterial = materialOf([...intrusion, ...calls], {
    closures: done.flatMap((action) => closureOf(action, minute(10))),
    reopenings: takenBack.flatMap((action) => reopeningOf(action, minute(20))),
  });
  const span = { respondedFrom: minute(9), verifiedAt: minute(10), graceMs: 60_000 };
  return usesSince(material, span).succeeded.length;
}

test('a key that a person gave back may be used, while use of another that stays closed counts', () => {
  const done = [deactivationOf(key), deactivationOf(otherKey)];
  expect(usesOf([callByKey], done, [])).toBe(1);
  expect(usesOf([callByKey], done, [activationOf(key)])).toBe(0);
  expect(usesOf([callByKey, callByOther], done, [activationOf(key)])).toBe(1);
  expect(usesOf([callByKey, callByOther], done, [activationOf(key), activationOf(otherKey)])).toBe(0);
});

test('a key that was activated while its user stays denied everything is not given back', () => {
  const done = [deactivationOf(key), denialOf(user, denial)];
  expect(usesOf([callByKey], done, [activationOf(key)])).toBe(1);
  expect(usesOf([callByKey], done, [denialLiftOf(user, denial)])).toBe(1);
  expect(usesOf([callByKey], done, [activationOf(key), denialLiftOf(user, denial)])).toBe(0);
});

test('what went through before it was given back counts', () => {
  const early = call(15, 's3', 'ListBuckets', { eventID: 'early' });
  expect(usesOf([early], [deactivationOf(key)], [activationOf(key)])).toBe(1);
});
