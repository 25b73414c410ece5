import { expect, test } from 'vitest';
import type { JsonObject } from '../../../src/model/json.ts';
import { remediesOf } from '../../../src/investigation/plan/remedies.ts';
import { assessed, call, callByAdmin, callBySession, sessionOf } from './assessed.ts';

const far = { roleName: 'gh-runner', sessionName: 'z', key: 'ASIAEXAMPLERUNNER' };
const minted = call(1, 'sts', 'AssumeRole', {
  requestParameters: { roleArn: 'arn:aws:iam::111122223333:role/gh-runner', roleSessionName: 'z' },
  responseElements: { credentials: { accessKeyId: far.key, expiration: 'Nov 24, 2026, 11:01:00 PM' } },
});
const used = callBySession(2, far, 's3', 'ListBuckets');

function sessionIn(records: readonly JsonObject[]) {
  const assessment = assessed(records, { more: [sessionOf('gh-runner', 'z')] });
  const { waysIn } = assessment;
  const states = waysIn.flatMap(({ what, state }) => (what.kind === 'session' ? [state] : []));
  return { states, remedies: remediesOf(assessment).map(({ type }) => type) };
}

test('sessions of a role that was deleted since are closed, and their revoking is not proposed', () => {
  const deleted = callByAdmin(9, 'iam', 'DeleteRole', { requestParameters: { roleName: 'gh-runner' } });
  expect(sessionIn([minted, used])).toEqual({
    states: ['open'],
    remedies: expect.arrayContaining(['revokeRoleSessions']),
  });
  const after = sessionIn([minted, used, deleted]);
  expect(after.states).toEqual(['closed']);
  expect(after.remedies).not.toContain('revokeRoleSessions');
});

test.each([
  ['of another role', { requestParameters: { roleName: 'other' } }],
  ['that did not go through', { requestParameters: { roleName: 'gh-runner' }, errorCode: 'DeleteConflict' }],
])('a deletion %s closes no session', (_, given) => {
  expect(sessionIn([minted, used, callByAdmin(9, 'iam', 'DeleteRole', given)]).states).toEqual(['open']);
});

test('a role of a name that was deleted before is another: its sessions are open', () => {
  const before = callByAdmin(0, 'iam', 'DeleteRole', { requestParameters: { roleName: 'gh-runner' } });
  expect(sessionIn([before, minted, used]).states).toEqual(['open']);
});
