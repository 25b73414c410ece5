import { expect, test } from 'vitest';
import { subjectDigest } from '../../../src/approval/signed-acceptance.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import { accountId } from '../trail-records.ts';
import { assessed, call, minute } from './assessed.ts';

/*
 * What was accepted is what was there when somebody looked: whoever has access can make another of the same name.
 */

const listing = call(0, 's3', 'ListBuckets');
function allows(actions: readonly string[], resource: string): string {
  return JSON.stringify({ Statement: [{ Effect: 'Allow', Action: actions, Resource: resource }] });
}
function iam(
  minutes: number,
  action: string,
  requestParameters: JsonObject,
  responseElements: JsonObject | null = null,
) {
  return call(minutes, 'iam', action, { requestParameters, responseElements });
}
function inline(minutes: number, policyDocument: string) {
  return iam(minutes, 'PutRolePolicy', { roleName: 'R', policyName: 'x', policyDocument });
}
function trusting(minutes: number, principal: JsonObject | string) {
  return iam(minutes, 'CreateRole', {
    roleName: 'R',
    assumeRolePolicyDocument: JSON.stringify({
      Statement: [{ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' }],
    }),
  });
}
function shared(minutes: number, action: string, resource: string) {
  return call(minutes, 's3', 'PutBucketPolicy', {
    requestParameters: {
      bucketName: 'b',
      bucketPolicy: {
        Statement: [{ Effect: 'Allow', Principal: { AWS: '999988887777' }, Action: action, Resource: resource }],
      },
    },
  });
}
function made(minutes: number, userId: string) {
  return iam(minutes, 'CreateUser', { userName: 'shadow' }, { user: { userName: 'shadow', userId } });
}
const key = { userName: 'bob', accessKeyId: 'AKIABOBBOB' };

test.each<[string, readonly JsonObject[], readonly JsonObject[]]>([
  [
    'an inline policy that is written anew, with more in it',
    [inline(1, allows(['sts:AssumeRole'], `arn:aws:iam::${accountId}:role/reader`))],
    [inline(9, allows(['iam:CreateAccessKey', 'iam:PassRole', 'sts:AssumeRole'], '*'))],
  ],
  [
    'a key that was switched off and is switched on again',
    [iam(1, 'CreateAccessKey', { userName: 'bob' }, { accessKey: key })],
    [
      iam(5, 'UpdateAccessKey', { ...key, status: 'Inactive' }),
      iam(9, 'UpdateAccessKey', { ...key, status: 'Active' }),
    ],
  ],
  [
    'a password that is taken away and set anew',
    [iam(1, 'CreateLoginProfile', { userName: 'bob' })],
    [iam(5, 'DeleteLoginProfile', { userName: 'bob' }), iam(9, 'CreateLoginProfile', { userName: 'bob' })],
  ],
  [
    'a role that is deleted and made anew',
    [trusting(1, { AWS: accountId })],
    [iam(5, 'DeleteRole', { roleName: 'R' }), trusting(9, '*')],
  ],
  ['a share that is widened', [shared(1, 's3:GetObject', 'arn:aws:s3:::b/one')], [shared(9, 's3:*', '*')]],
  [
    'a user that is deleted and made anew',
    [made(1, 'AIDAFIRST')],
    [iam(5, 'DeleteUser', { userName: 'shadow' }), made(9, 'AIDASECOND')],
  ],
])('an acceptance does not cover %s', (_what, first, later) => {
  function opened(records: readonly JsonObject[], acceptances: Parameters<typeof assessed>[1] = {}) {
    return assessed([listing, ...records], acceptances).waysIn.filter(({ what }) => {
      return what.kind !== 'access-key' || what.accessKeyId === key.accessKeyId;
    });
  }
  const acceptances = opened(first).map(({ id, what }) => ({
    wayInId: id,
    what: subjectDigest(what),
    acceptedBy: 'alice',
    reason: 'a test of ours',
    at: minute(4),
    until: null,
  }));
  expect(acceptances.length).toBeGreaterThan(0);
  expect(opened(first, { acceptances }).every(({ state }) => typeof state === 'object')).toBe(true);
  // The same had been done before it was signed, and nobody could see it: its record came later.
  const early = later.map((record, index) => ({ ...record, eventTime: minute(2 + index / 2) }));
  const seen = opened(first).map(({ id, proof }) => ({ id, eventIds: proof.map(({ eventId }) => eventId) }));
  const signed = acceptances.map((each) => ({
    ...each,
    seen: seen.find(({ id }) => id === each.wayInId)?.eventIds ?? [],
  }));
  expect(opened(first, { acceptances: signed }).every(({ state }) => typeof state === 'object')).toBe(true);
  expect(
    opened([...first, ...early], { acceptances: signed }).filter(({ state }) => typeof state === 'object'),
  ).toEqual([]);
  const then = opened([...first, ...later], { acceptances });
  expect(then.filter(({ state }) => typeof state === 'object')).toEqual([]);
  expect(then.some(({ state }) => state === 'open')).toBe(true);
});
