import { expect, test } from 'vitest';
import type { JsonObject } from '../../../src/model/json.ts';
import { remediesOf } from '../../../src/investigation/plan/remedies.ts';
import { assessed, call } from './assessed.ts';

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
