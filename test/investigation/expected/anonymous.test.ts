import { expect, test } from 'vitest';
import { Cloud, appAccount } from './cloud.ts';
import { identityInWords } from '../../../src/investigation/report/identity-words.ts';
import { investigateRecords } from './investigate-records.ts';

test('callers without credentials are no account that one could add, and what they did is a case of the account that it was done in', async () => {
  const cloud = new Cloud();
  const anonymous = { type: 'AWSAccount', principalId: '', accountId: 'ANONYMOUS_PRINCIPAL' };
  const bucketPolicy = {
    Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:*', Resource: 'arn:aws:s3:::records/*' }],
  };
  cloud.call(anonymous, 's3:PutBucketPolicy', {
    at: 0,
    from: '203.0.113.9',
    account: appAccount,
    request: { bucketName: 'records', bucketPolicy },
  });
  const [only, ...others] = await investigateRecords(cloud.records);
  expect(others).toEqual([]);
  expect(JSON.stringify(only?.document)).not.toContain('ANONYMOUS_PRINCIPAL');
  expect(only?.document.accounts).toEqual([appAccount]);
  const suspect = only?.document.identities.find(({ role }) => role === 'suspect');
  expect(suspect).toMatchObject({ name: 'anonymous callers', account: null });
  expect(suspect === undefined ? '' : identityInWords(suspect)).toBe('anonymous callers');
  expect(only?.document.waysIn.map(({ kind, state }) => `${kind}: ${state}`)).toEqual(['share: open']);
});

test('callers of one account whom AWS does not name are cases of their own, unless all that is seen of them is the same', async () => {
  const cloud = new Cloud();
  const nobody = { type: 'Unknown', principalId: appAccount, accountId: appAccount, userName: '', arn: '' };
  function shareBucket(bucketName: string, from: string, at: number): void {
    const bucketPolicy = {
      Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:*', Resource: `arn:aws:s3:::${bucketName}/*` }],
    };
    cloud.call(nobody, 's3:PutBucketPolicy', { at, from, account: appAccount, request: { bucketName, bucketPolicy } });
  }
  shareBucket('records', '203.0.113.9', 0);
  shareBucket('invoices', '198.51.100.7', 1);
  shareBucket('payroll', '203.0.113.9', 2);
  const cases = await investigateRecords(cloud.records);
  const suspects = cases.map(({ document }) =>
    document.identities.filter(({ role }) => role === 'suspect').map((suspect) => String(identityInWords(suspect))),
  );
  expect(suspects.map((names) => names.join(', ').replace(/ [^ ]*\)$/, '')).toSorted()).toEqual([
    'caller whom AWS does not name (198.51.100.7',
    'caller whom AWS does not name (203.0.113.9',
  ]);
  expect(cases.map(({ document }) => document.waysIn.length).toSorted((a, b) => a - b)).toEqual([1, 2]);
});
