import { expect, test } from 'vitest';
import type { CaseIdentity } from '../../../src/investigation/case/case-material.ts';
import type { AlertId } from '../../../src/model/ids.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import { user } from '../../../src/cloudtrail/identities.ts';
import { accountId } from '../trail-records.ts';
import { assessed, call, materialOf, member, minute, suspects } from './assessed.ts';

const days = 1440;
const atWork = { sourceIPAddress: '198.51.100.20', userAgent: 'aws-cli/2.15' };
const byIntruder = { sourceIPAddress: '203.0.113.99', userAgent: 'aws-cli/2.15 os/linux#kali' };
const firstDay = call(-8 * days, 's3', 'ListBuckets', atWork);
const again = call(2, 'iam', 'ListUsers', atWork);
const intrusion = [call(0, 'sts', 'GetCallerIdentity', byIntruder), call(1, 's3', 'ListBuckets', byIntruder)];

/** The owner changes something every day; one place has so many days after the first. */
function work(daysAfter: number): readonly JsonObject[] {
  return Array.from({ length: daysAfter }, (_, day) =>
    call((day - 7) * days, 'ec2', 'AuthorizeSecurityGroupIngress', {
      ...atWork,
      requestParameters: { groupId: `sg-${day}`, ipPermissions: { items: [{ ipProtocol: '-1' }] } },
    }),
  );
}

function idOf(index: number): AlertId {
  return `sha256:alert-${index}` as AlertId;
}

/** What counts as the intruder's, where the first record and the first of the intrusion are alerted on. */
function callsOf(records: readonly JsonObject[], alerted: readonly JsonObject[], more: readonly CaseIdentity[] = []) {
  const alerts = alerted.map((record, index) => ({
    id: idOf(index),
    ruleName: 'Something new',
    eventRefs: materialOf([record]).events.map(({ ref }) => ref),
  }));
  const identities = suspects.map((each) => ({ ...each, since: minute(-9 * days) }));
  const { calls } = assessed(records, { alerts, identities: [...identities, ...more] });
  return calls.calls.map(({ at }) => at);
}

const secretRead = call(-8 * days, 'secretsmanager', 'GetSecretValue', {
  ...atWork,
  requestParameters: { secretId: 'prod/db' },
});
const changes = work(6);
const sinceTheIntrusion = [minute(0), minute(1)];

test('what is new on the first day of records only, and goes on for days, makes nothing of them the intruder’s', () => {
  expect(callsOf([firstDay, ...work(5), ...intrusion], [firstDay, intrusion[0] ?? {}])).toEqual(sinceTheIntrusion);
});

test.each<[string, readonly JsonObject[], readonly JsonObject[], (readonly CaseIdentity[])?]>([
  ['it went on for two days only', [firstDay, ...work(2), ...intrusion], [firstDay, intrusion[0] ?? {}]],
  ['nothing else is alerted on', [firstDay, ...work(5), ...intrusion], [firstDay]],
  ['the same address is alerted on again', [firstDay, ...work(5), again, ...intrusion], [firstDay, again]],
  [
    'whoever it is was known before',
    [call(-10 * days, 's3', 'ListBuckets', byIntruder), firstDay, ...work(5), ...intrusion],
    [firstDay, intrusion[0] ?? {}],
  ],
  ['it changed something', [...changes, ...intrusion], [changes[0] ?? {}, intrusion[0] ?? {}]],
  ['it read a secret', [secretRead, ...work(5), ...intrusion], [secretRead, intrusion[0] ?? {}]],
  [
    'somebody was made in that time',
    [firstDay, ...work(5), ...intrusion],
    [firstDay, intrusion[0] ?? {}],
    [{ ...member(user(accountId, 'backdoor'), 'created'), since: minute(-5 * days) }],
  ],
])('all of it counts where %s', (_, records, alerted, more = []) => {
  expect(callsOf(records, alerted, more)[0]).not.toBe(minute(0));
});
