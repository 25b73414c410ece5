import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../src/model/json.ts';
import { assessed, call, callByAdmin } from './assessed.ts';

const listing = call(0, 's3', 'ListBuckets');
const allUsers = 'http://acs.amazonaws.com/groups/global/AllUsers';
const authenticated = 'http://acs.amazonaws.com/groups/global/AuthenticatedUsers';
const canonical = '79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be';
const body = {
  AccessControlPolicy: {
    Owner: { ID: 'ours' },
    AccessControlList: { Grant: [{ Grantee: { ID: 'ours' } }, { Grantee: { EmailAddress: 'eve@example.com' } }] },
  },
};

/** With whom a bucket or object is shared after a call of the intruder's, and perhaps one of somebody else's, and how that stands. */
function shares(action: string, request: JsonObject, later?: readonly [string, JsonObject]): readonly string[] {
  function by(caller: typeof call, minutes: number, name: string, given: JsonObject): JsonObject {
    return caller(minutes, 's3', name, { requestParameters: { bucketName: 'b', ...given } });
  }
  const after = later === undefined ? [] : [by(callByAdmin, 2, ...later)];
  const { waysIn } = assessed([listing, by(call, 1, action, request), ...after]);
  return waysIn.flatMap(({ what, state }) =>
    what.kind === 'share' ? [`${what.type} with ${what.sharedWith}: ${typeof state === 'string' ? state : ''}`] : [],
  );
}

describe('a bucket is shared by its ACL, however the call gives it', () => {
  test.each<[string, string, JsonObject, readonly string[]]>([
    ['a canned one', 'PutBucketAcl', { 'x-amz-acl': ['public-read'] }, ['bucket with *: open']],
    [
      'a canned one, in a list',
      'PutBucketAcl',
      { accessControlList: { 'x-amz-acl': 'public-read' } },
      ['bucket with *: open'],
    ],
    ['a header', 'PutBucketAcl', { acl: '', 'x-amz-grant-read': `uri="${allUsers}"` }, ['bucket with *: open']],
    [
      'a header without quotes',
      'PutBucketAcl',
      { 'x-amz-grant-write': `uri=${authenticated}` },
      ['bucket with *: open'],
    ],
    [
      'a header, in a list',
      'PutObjectAcl',
      { key: 'k', 'x-amz-grant-read': [`uri="${allUsers}"`] },
      ['object with *: open'],
    ],
    [
      'headers under the list',
      'PutBucketAcl',
      { accessControlList: { 'x-amz-grant-full-control': `id="${canonical}", uri="${allUsers}"` } },
      ['bucket with *: open', `bucket with ${canonical}: open`],
    ],
    ['a canned one in capitals', 'PutBucketAcl', { 'x-amz-acl': 'Public-Read' }, ['bucket with *: open']],
    [
      "a body with the owner's own grant alone, and a header",
      'PutBucketAcl',
      {
        'x-amz-grant-read': 'id="ours"',
        AccessControlPolicy: { Owner: { ID: 'ours' }, AccessControlList: { Grant: { Grantee: { ID: 'ours' } } } },
      },
      [],
    ],
    ['a mail address', 'PutBucketAcl', body, ['bucket with eve@example.com: open']],
    ['the making of it', 'CreateBucket', { 'x-amz-acl': 'public-read-write' }, ['bucket with *: open']],
    [
      'the making of it, by a header',
      'CreateBucket',
      { 'x-amz-grant-read': `uri="${allUsers}"` },
      ['bucket with *: open'],
    ],
    ['none', 'CreateBucket', {}, []],
    ['a private one', 'CreateBucket', { 'x-amz-acl': 'private' }, []],
    [
      'one for logs',
      'PutBucketAcl',
      { 'x-amz-grant-write': 'uri="http://acs.amazonaws.com/groups/s3/LogDelivery"' },
      [],
    ],
  ])('%s', (_, action, request, expected) => {
    expect(shares(action, request).toSorted()).toEqual(expected.toSorted());
  });

  test('and no more where another takes its place', () => {
    const opened = { 'x-amz-grant-read': `uri="${allUsers}"` };
    expect(shares('PutBucketAcl', opened, ['PutBucketAcl', { 'x-amz-acl': 'private' }])).toEqual([
      'bucket with *: closed',
    ]);
    expect(shares('PutBucketAcl', opened, ['PutBucketAcl', { 'x-amz-grant-write': `uri="${allUsers}"` }])).toEqual([
      'bucket with *: open',
    ]);
    // A call that shows no ACL says nothing about it.
    expect(shares('PutBucketAcl', opened, ['PutBucketAcl', { acl: '' }])).toEqual(['bucket with *: open']);
    expect(shares('CreateBucket', opened, ['DeleteBucket', {}])).toEqual(['bucket with *: closed']);
  });
});

test('what may be done at a queue is not who may do it', () => {
  const { waysIn } = assessed([
    listing,
    call(1, 'sqs', 'AddPermission', {
      requestParameters: { queueUrl: 'q', label: 'in', aWSAccountIds: ['999988887777'], actions: ['*'] },
    }),
  ]);
  expect(waysIn.flatMap(({ what }) => (what.kind === 'share' ? [what.sharedWith] : []))).toEqual(['999988887777']);
});
