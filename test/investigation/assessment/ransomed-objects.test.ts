import { expect, test } from 'vitest';
import { remediesOf } from '../../../src/investigation/plan/remedies.ts';
import { assessed, call } from './assessed.ts';

const copies = [0, 1, 2].map((number) =>
  call(number + 1, 's3', 'CopyObject', {
    readOnly: false,
    requestParameters: {
      bucketName: 'acme-prod-data',
      key: `inv/${number}.csv`,
      'x-amz-copy-source': `acme-prod-data/inv/${number}.csv`,
      'x-amz-server-side-encryption-customer-algorithm': 'AES256',
    },
  }),
);

test("objects written anew under the caller's own key are to be restored, a bucket's by one action, and no protection of theirs can be put back", () => {
  const remedies = remediesOf(assessed(copies)).filter(({ closes }) => closes.length === 0);
  expect(remedies.map(({ type, target }) => [type, target])).toEqual([
    ['restoreObjects', { accountId: '111122223333', resource: 'acme-prod-data' }],
  ]);
  expect(remedies[0]?.sentence).toMatch(/from a backup or from the versions before/u);
});

test('their copying over themselves is impact', () => {
  expect(assessed(copies).timeline.map(({ stage }) => stage)).toEqual(['impact']);
});

function copied(given: object) {
  return assessed([
    call(1, 's3', 'CopyObject', {
      readOnly: false,
      requestParameters: { bucketName: 'data', key: 'a b.csv', ...given },
    }),
  ]).findings.flatMap(({ kind, facts }) => (kind === 'data-taken' ? [JSON.stringify(facts)] : []));
}

test('an object that is copied over itself, for another key or storage class, was taken nowhere', () => {
  expect(copied({ 'x-amz-copy-source': '/data/a%20b.csv?versionId=x', 'x-amz-storage-class': 'GLACIER' })).toEqual([]);
  expect(copied({ 'x-amz-copy-source': 'data/a%20b.csv', 'x-amz-metadata-directive': 'REPLACE' })).toEqual([]);
});

test('of an object that is copied elsewhere it is the source that was taken', () => {
  expect(copied({ 'x-amz-copy-source': 'payroll/salaries.csv' })).toEqual([
    expect.stringContaining('payroll/salaries.csv'),
  ]);
  expect(copied({})).toEqual([expect.stringContaining('data/a b.csv')]);
});
