import { expect, test } from 'vitest';
import { RecordScanner } from '../../../src/cloudtrail/scan/record-scanner.ts';
import { KnownCallers } from '../../../src/entry/investigate/known-callers.ts';
import { scannedCaller } from '../../../src/entry/investigate/scanned-caller.ts';
import { callerOf } from '../../../src/cloudtrail/caller.ts';
import type { ScannedRecord } from '../../../src/cloudtrail/scan/scanned-record.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import { intrusions } from '../expected/intrusions.ts';
import { found } from '../archive-of.ts';
import { userRecord } from '../trail-records.ts';

const account = '111122223333';
const others: readonly JsonObject[] = [
  { type: 'Root', principalId: account, arn: `arn:aws:iam::${account}:root`, accountId: account },
  { type: 'AWSService', invokedBy: 'ec2.amazonaws.com' },
  { type: 'AWSAccount', principalId: 'AROAX:me', accountId: '444455556666' },
  { type: 'AWSAccount', principalId: '', accountId: 'anonymous' },
  { type: 'SAMLUser', principalId: 'p', userName: 'dan', identityProvider: 'idp' },
  {
    type: 'IdentityCenterUser',
    onBehalfOf: { userId: 'u', identityStoreArn: 'arn:aws:identitystore::1:identitystore/d-9' },
  },
  {
    type: 'AssumedRole',
    principalId: 'AROAY:bot',
    arn: `arn:aws:sts::${account}:assumed-role/AWSServiceRoleForX/bot`,
    accountId: account,
    sessionContext: {
      sessionIssuer: { arn: `arn:aws:iam::${account}:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX` },
    },
  },
  {
    type: 'FederatedUser',
    principalId: `${account}:fed`,
    arn: `arn:aws:sts::${account}:federated-user/fed`,
    accountId: account,
    accessKeyId: 'ASIA1',
  },
].map((userIdentity) => userRecord({ userIdentity }));

function scanned<T>(records: readonly JsonObject[], of: (record: ScannedRecord) => T): readonly T[] {
  const read: T[] = [];
  const scanner = new RecordScanner(
    { record: (record) => void read.push(of(record)), other: () => {} },
    { byLine: false, memory: Buffer.alloc(1) },
  );
  const bytes = Buffer.from(JSON.stringify({ Records: records }));
  bytes.copy(scanner.reserve(bytes.length));
  scanner.advance(bytes.length);
  scanner.finish();
  return read;
}

test('a scanned record names the same caller as its document', () => {
  const console = userRecord({ sessionCredentialFromConsole: 'true' });
  const records = [...intrusions.flatMap((each) => each.records()), ...others, console];
  const callers = scanned(records, scannedCaller);
  expect(callers).toEqual(records.map((record) => callerOf(found(record).ecs)));
  expect(callers.at(-1)?.credential?.id).toBe(`session/${account}/console/mallory`);
});

test('whoever was met before is known by a number as the same', () => {
  const known = new KnownCallers();
  const records = [...intrusions.flatMap((each) => each.records()), ...others];
  const numbered = scanned([...records, ...records], (record) => known.identityOf(record, known.numberOf(record)));
  expect(numbered).toEqual(scanned([...records, ...records], (record) => scannedCaller(record).identity));
  expect(known.callers.length).toBeGreaterThan(10);
});
