import { expect, test } from 'vitest';
import { seenEvent } from '../../../src/investigation/seen-event.ts';
import { stageOf } from '../../../src/investigation/stage.ts';
import { found } from '../archive-of.ts';
import { call } from './assessed.ts';

const answered = {
  requestParameters: { roleArn: 'arn:aws:iam::111122223333:role/PowerUser', roleSessionName: 'nina' },
  responseElements: { credentials: { accessKeyId: 'ASIAEXAMPLENINA', expiration: 'Nov 24, 2026, 11:01:00 PM' } },
};

test.each([
  ['sts', 'AssumeRoleWithSAML', answered],
  ['sts', 'AssumeRoleWithWebIdentity', answered],
  ['sts', 'AssumeRoleWithSAML', { ...answered, errorCode: 'AccessDenied' }],
  ['signin', 'UserAuthentication', {}],
  ['sso', 'Federate', {}],
])('%s:%s is a first access', (service, action, given) => {
  expect(stageOf(seenEvent(found(call(1, service, action, given))))).toBe('first access');
});

test('AssumeRole within an account is not', () => {
  expect(stageOf(seenEvent(found(call(1, 'sts', 'AssumeRole', answered))))).toBe('escalation');
});
