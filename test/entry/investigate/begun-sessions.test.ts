import { expect, test } from 'vitest';
import { normalizeRecord } from '../../../src/cloudtrail/normalize.ts';
import { RecordScanner } from '../../../src/cloudtrail/scan/record-scanner.ts';
import { begunSession, BegunSessions, type BegunSession } from '../../../src/entry/investigate/begun-sessions.ts';
import { foundEvent } from '../../../src/entry/investigate/found-event.ts';
import { nodesOf } from '../../../src/investigation/links/link-index.ts';
import { linksOf } from '../../../src/investigation/links/links-of.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import { userRecord } from '../../investigation/trail-records.ts';

const account = '111122223333';

function begunBy(
  service: string,
  given: { readonly role?: string; readonly name?: string; readonly key?: string } = {},
) {
  const { role = `arn:aws:iam::${account}:role/service-role/worker`, name = 'job', key = 'ASIAJOB' } = given;
  return userRecord({
    userIdentity: { type: 'AWSService', invokedBy: service },
    recipientAccountId: account,
    eventSource: 'sts.amazonaws.com',
    eventName: 'AssumeRole',
    requestParameters: { roleArn: role, roleSessionName: name },
    responseElements: {
      credentials: { accessKeyId: key, expiration: 'Jun 1, 2026, 1:00:00 PM' },
      assumedRoleUser: { arn: `arn:aws:sts::${account}:assumed-role/${role.slice(role.lastIndexOf('/') + 1)}/${name}` },
    },
  });
}

function begunIn(records: readonly JsonObject[], action = 'AssumeRole'): readonly (BegunSession | undefined)[] {
  const begun: (BegunSession | undefined)[] = [];
  const scanner = new RecordScanner(
    { record: (record) => void begun.push(begunSession(record, action)), other: () => {} },
    { byLine: false, memory: Buffer.alloc(1) },
  );
  const bytes = Buffer.from(JSON.stringify({ Records: records }));
  bytes.copy(scanner.reserve(bytes.length));
  scanner.advance(bytes.length);
  scanner.finish();
  return begun;
}

test('the steps of a session that a service began are found by whomever they name, as if the record had been read at once', () => {
  const records = [
    begunBy('lambda.amazonaws.com'),
    begunBy('ecs-tasks.amazonaws.com', { role: 'bare-name', name: 'büro/7', key: 'ASIATASK' }),
  ];
  const begun = begunIn(records).filter((each) => each !== undefined);
  const named: string[] = [];
  const sessions = new BegunSessions(begun, ({ id }) => void named.push(id));
  for (const record of records) {
    const { links, identities } = linksOf(foundEvent(normalizeRecord(record)));
    expect(links.length).toBeGreaterThan(0);
    for (const link of links) for (const id of nodesOf(link)) expect(sessions.touching([id])).toContainEqual(link);
    expect(named).toEqual(expect.arrayContaining(identities.map(({ id }) => id)));
  }
});

test('what a walk does not come to is not read', () => {
  const named: string[] = [];
  const begun = begunIn([begunBy('lambda.amazonaws.com')]).filter((each) => each !== undefined);
  const sessions = new BegunSessions(begun, ({ id }) => void named.push(id));
  expect(sessions.touching([`user/${account}/worker`, `role/${account}/other`, 'access-key/worker'])).toEqual([]);
  expect(named).toEqual([]);
});

test('a record that does not name plainly whom its steps name is read at once', () => {
  const long = `arn:aws:iam::${account}:role/${'r'.repeat(300)}`;
  const unanswered = { ...begunBy('lambda.amazonaws.com'), responseElements: null };
  expect(begunIn([begunBy('lambda.amazonaws.com', { role: long }), unanswered])).toEqual([undefined, undefined]);
  expect(begunIn([begunBy('lambda.amazonaws.com')], 'RunInstances')).toEqual([undefined]);
});
