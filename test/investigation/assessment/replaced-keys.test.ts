import { describe, expect, test } from 'vitest';
import { remediesOf } from '../../../src/investigation/plan/remedies.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import { accountId } from '../trail-records.ts';
import { alertsOn, assessed, call, callByAdmin } from './assessed.ts';

const day = 1440;
const home = { sourceIPAddress: '198.51.100.10', userAgent: 'Mozilla/5.0' };
const carolsPlace = '192.0.2.7';
const oldKey = 'AKIACAROL00000000001';
const newKey = 'AKIACAROL00000000002';

function byCarol(minutes: number, key: string, from: string): JsonObject {
  return callByAdmin(minutes, 's3', 'ListBuckets', {
    sourceIPAddress: from,
    userIdentity: {
      type: 'IAMUser',
      principalId: 'AIDACAROL',
      arn: `arn:aws:iam::${accountId}:user/carol`,
      accountId,
      accessKeyId: key,
      userName: 'carol',
    },
  });
}

function ended(minutes: number, key = oldKey, from = home): JsonObject {
  const requestParameters = { userName: 'carol', accessKeyId: key, status: 'Inactive' };
  return call(minutes, 'iam', 'UpdateAccessKey', { ...from, requestParameters });
}

function made(minutes: number, from = home): JsonObject {
  return call(minutes, 'iam', 'CreateAccessKey', {
    ...from,
    requestParameters: { userName: 'carol' },
    responseElements: { accessKey: { accessKeyId: newKey, userName: 'carol', status: 'Active' } },
  });
}

/** Whether anything is ticked against whoever makes some calls, at home or not, with a key at work before. */
function ticks(own: readonly JsonObject[], others: readonly JsonObject[] = []): boolean {
  const worked = Array.from({ length: 8 }, (_, index) => call(-(index + 1) * day, 'ec2', 'DescribeInstances', home));
  const records = [...worked, byCarol(-60, oldKey, carolsPlace), ...own, ...others];
  return remediesOf(assessed(records, { alerts: alertsOn(...own) })).some(({ recommended }) => recommended);
}

describe('nothing is advised against whoever replaces somebody’s key where they have always worked', () => {
  test.each([
    ['the old one is ended first', [ended(20), made(21)], []],
    ['the new one is made first', [made(20), ended(21)], []],
    ['its user works on with the new one', [ended(20), made(21)], [byCarol(40, newKey, carolsPlace)]],
  ])('%s', (_, own, others) => {
    expect(ticks(own, others)).toBe(false);
  });
});

describe('actions are advised against whoever', () => {
  const elsewhere = { ...home, sourceIPAddress: '203.0.113.99' };
  test.each([
    ['makes a key beside the one there is', [made(21)], []],
    ['ends a key that its user never worked with', [ended(20, 'AKIACAROL00000000009'), made(21)], []],
    ['ends the old one long before', [ended(20), made(120)], []],
    ['does so from elsewhere', [ended(20, oldKey, elsewhere), made(21, elsewhere)], []],
    ['has the new one at work where its user never was', [ended(20), made(21)], [byCarol(40, newKey, '203.0.113.99')]],
    [
      'does more besides',
      [ended(20), made(21), call(30, 'iam', 'CreateUser', { ...home, requestParameters: { userName: 'x' } })],
      [],
    ],
  ])('%s', (_, own, others) => {
    expect(ticks(own, others)).toBe(true);
  });
});
