import { describe, expect, test } from 'vitest';
import { user } from '../../../src/cloudtrail/identities.ts';
import { remediesOf } from '../../../src/investigation/plan/remedies.ts';
import type { AccountId } from '../../../src/model/ids.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import { accountId } from '../trail-records.ts';
import { assessed, call, callByAdmin, member, stand, alertsOn, sessionsRevoked, minute } from './assessed.ts';

const day = 1440;
const home = { sourceIPAddress: '198.51.100.10', userAgent: 'Mozilla/5.0' };
const elsewhere = { ...home, sourceIPAddress: '203.0.113.99' };

/** So many days of the repairer's own work, up to the day before. */
function workedFor(days: number): readonly JsonObject[] {
  return Array.from({ length: days }, (_, index) => call(-(index + 1) * day, 'ec2', 'DescribeInstances', home));
}

function signIn(minutes: number, place: JsonObject = home, mfa = 'Yes'): JsonObject {
  return call(minutes, 'signin', 'ConsoleLogin', {
    ...place,
    userIdentity: { type: 'IAMUser', arn: `arn:aws:iam::${accountId}:user/mallory`, accountId, userName: 'mallory' },
    responseElements: { ConsoleLogin: 'Success' },
    additionalEventData: { MFAUsed: mfa },
  });
}

function passwordSet(by: typeof call, minutes: number, place: JsonObject = {}): JsonObject {
  return by(minutes, 'iam', 'UpdateLoginProfile', { ...place, requestParameters: { userName: 'gina' } });
}

function trustSet(by: typeof call, minutes: number, AWS: string): JsonObject {
  const policyDocument = JSON.stringify({
    Statement: [{ Effect: 'Allow', Principal: { AWS }, Action: 'sts:AssumeRole' }],
  });
  return by(minutes, 'iam', 'UpdateAssumeRolePolicy', {
    ...home,
    requestParameters: { roleName: 'ops', policyDocument },
  });
}

function about(...alerted: readonly JsonObject[]) {
  return { alerts: alertsOn(...alerted) };
}

const stranger = 'arn:aws:iam::999988887777:root';
const ownRole = `arn:aws:iam::${accountId}:role/admin`;

function typesOf(records: readonly JsonObject[], given: Parameters<typeof assessed>[1] = {}): readonly string[] {
  return remediesOf(assessed(records, given)).map(({ type }) => type);
}

describe('whoever sets a password again that another had set shortly before', () => {
  test.each([
    ['from where they have always worked', [...workedFor(8), passwordSet(callByAdmin, 1), signIn(9)]],
    ['after a sign-in with a second factor, known from nowhere else', [passwordSet(callByAdmin, 1), signIn(9)]],
  ])('%s is loud, and nothing is advised', (_, before) => {
    const reset = passwordSet(call, 10, home);
    const assessment = assessed([...before, reset], about(reset));
    expect([assessment.quiet, assessment.advises]).toEqual([false, false]);
    expect(assessment.findings.map(({ facts }) => facts['because'])).toContain('repair');
  });

  test('of somebody in a directory is loud, and nothing is advised', () => {
    function directoryPasswordSet(by: typeof call, minutes: number): JsonObject {
      const requestParameters = { identityStoreId: 'd-1234567890', userId: 'kim-user-id' };
      return by(minutes, 'sso-directory', 'UpdatePassword', { ...home, requestParameters });
    }
    const reset = directoryPasswordSet(call, 10);
    const assessment = assessed(
      [...workedFor(8), directoryPasswordSet(callByAdmin, 1), signIn(9), reset],
      about(reset),
    );
    expect([assessment.quiet, assessment.advises]).toEqual([false, false]);
    expect(assessment.findings.map(({ kind }) => kind)).not.toContain('others-credentials-changed');
  });

  test.each([
    ['from elsewhere', [...workedFor(8), passwordSet(callByAdmin, 1), signIn(9, elsewhere)], elsewhere],
    ['without a second factor or days of work there', [passwordSet(callByAdmin, 1), signIn(9, home, 'No')], home],
    ['from where they have been for a few days', [...workedFor(2), passwordSet(callByAdmin, 1)], home],
    ['where the other did so days before', [...workedFor(8), passwordSet(callByAdmin, -3 * day)], home],
    ['where nobody had set it', workedFor(8), home],
  ])('%s is a suspect', (_, before, place) => {
    const reset = passwordSet(call, 10, place);
    expect(assessed([...before, reset], about(reset)).advises).toBe(true);
  });

  test('and makes a key besides is a suspect', () => {
    const reset = passwordSet(call, 10, home);
    const more = call(11, 'iam', 'CreateAccessKey', {
      ...home,
      requestParameters: { userName: 'gina' },
      responseElements: { accessKey: { accessKeyId: 'AKIAGINA0000000000X', userName: 'gina', status: 'Active' } },
    });
    const records = [...workedFor(8), passwordSet(callByAdmin, 1), signIn(9), reset, more];
    expect(assessed(records, about(reset)).advises).toBe(true);
  });
});

describe('a password that the intruder set', () => {
  test("is closed by another's later one", () => {
    expect(stand(assessed([passwordSet(call, 1), passwordSet(callByAdmin, 9)]).waysIn)).toContain('password: closed');
  });

  test.each([
    ['is open where the other was before', [passwordSet(callByAdmin, 1), passwordSet(call, 9)]],
    [
      'is open where the intruder set it again',
      [passwordSet(call, 1), passwordSet(callByAdmin, 9), passwordSet(call, 10)],
    ],
    [
      'is open where the user itself changed it',
      [
        passwordSet(call, 1),
        callByAdmin(9, 'iam', 'ChangePassword', {
          userIdentity: { type: 'IAMUser', arn: `arn:aws:iam::${accountId}:user/gina`, accountId, userName: 'gina' },
        }),
      ],
    ],
  ])('%s', (_, records) => {
    expect(stand(assessed(records).waysIn)).toContain('password: open');
  });
});

describe('a trust that let in outsiders before', () => {
  const revoked = call(8, 'iam', 'PutRolePolicy', { ...home, ...sessionsRevoked('ops', minute(8)) });

  test('and lets in others of its own account since is no way in, and is not put back', () => {
    const repair = trustSet(call, 9, ownRole);
    const records = [...workedFor(8), trustSet(callByAdmin, 1, stranger), signIn(7), revoked, repair];
    expect(stand(assessed(records, about(repair)).waysIn)).toContain('trust: closed');
    expect(assessed(records, about(repair)).advises).toBe(false);
    expect(typesOf(records, about(repair))).not.toContain('restoreTrust');
  });

  test('is open where it lets in somebody of the case', () => {
    const records = [
      trustSet(callByAdmin, 1, stranger),
      trustSet(call, 9, `arn:aws:iam::${accountId}:user/path/backdoor`),
    ];
    const more = [member(user(accountId, 'backdoor'), 'created')];
    expect(stand(assessed(records, { more }).waysIn)).toContain('trust: open');
  });

  test('is open where nothing is known of before', () => {
    expect(stand(assessed([trustSet(call, 9, ownRole)]).waysIn)).toContain('trust: open');
  });

  test('is closed to outsiders, and never put back, where it lets in others of them', () => {
    const records = [trustSet(callByAdmin, 1, stranger), trustSet(call, 9, '555566667777')];
    const remedies = remediesOf(assessed(records));
    expect(remedies.filter(({ recommended }) => recommended).map(({ type }) => type)).toContain('closeTrust');
    expect(remedies.map(({ type }) => type)).not.toContain('restoreTrust');
  });

  test.each([
    ['its own account', ownRole],
    ['another of our own accounts', 'arn:aws:iam::444455556666:root'],
  ])('is put back where it let in %s', (_, before) => {
    const records = [trustSet(callByAdmin, 1, before), trustSet(call, 9, stranger)];
    expect(typesOf(records, { ownAccounts: [accountId, '444455556666' as AccountId] })).toContain('restoreTrust');
  });
});
