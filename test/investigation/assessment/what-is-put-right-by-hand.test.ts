import { expect, test } from 'vitest';
import type { JsonObject } from '../../../src/model/json.ts';
import { remediesOf } from '../../../src/investigation/plan/remedies.ts';
import { toPutRight } from '../../../src/investigation/report/to-put-right.ts';
import { assessCase } from '../../../src/investigation/case/assess-case.ts';
import { assessed, call, materialOf } from './assessed.ts';

function byHand(record: JsonObject) {
  return remediesOf(assessed([record])).flatMap(({ closes, type, sentence }) =>
    closes.length === 0 ? [[type, sentence]] : [],
  );
}

test('a mail identity, and account details by which mail leaves the sandbox, are taken back by hand', () => {
  const identity = call(1, 'ses', 'CreateEmailIdentity', { requestParameters: { emailIdentity: 'acrne-billing.com' } });
  expect(byHand(identity)).toEqual([['removeMailSending', expect.stringContaining('acrne-billing.com')]]);
  const details = call(1, 'ses', 'PutAccountDetails', { requestParameters: { websiteURL: 'https://x.example' } });
  expect(byHand(details)).toEqual([['removeMailSending', expect.stringContaining('https://x.example')]]);
});

test('mail that was sent cannot be taken back', () => {
  expect(byHand(call(1, 'ses', 'SendEmail', { requestParameters: { source: 'a@b.example' } }))).toEqual([]);
});

test('names that were led elsewhere are led back by hand', () => {
  const changed = call(1, 'route53', 'ChangeResourceRecordSets', {
    requestParameters: {
      hostedZoneId: 'Z0123',
      changeBatch: {
        changes: [
          {
            action: 'UPSERT',
            resourceRecordSet: { name: 'login.acme.example', type: 'A', resourceRecords: [{ value: '45.155.91.20' }] },
          },
        ],
      },
    },
  });
  expect(byHand(changed)).toEqual([['restoreNames', expect.stringContaining('login.acme.example')]]);
});

test.each<readonly [what: string, service: string, action: string, request: JsonObject, todo: string]>([
  ['a key that was disabled', 'kms', 'DisableKey', { keyId: 'k1' }, 'enable it again'],
  ['a key that is to be deleted', 'kms', 'ScheduleKeyDeletion', { keyId: 'k1' }, 'cancel its deletion'],
  [
    'a bucket without versions',
    's3',
    'PutBucketVersioning',
    { bucketName: 'b', VersioningConfiguration: { Status: 'Suspended' } },
    'protect it again',
  ],
  ['a table that was deleted', 'dynamodb', 'DeleteTable', { tableName: 't' }, 'restore what a backup has'],
])('of %s it is told what brings it back', (_, service, action, requestParameters, todo) => {
  const told = toPutRight(assessCase(materialOf([call(1, service, action, { requestParameters })])));
  expect(told.filter(({ kind }) => kind === 'data-destroyed').map(({ remedy }) => remedy)).toEqual([
    expect.stringContaining(todo),
  ]);
});
