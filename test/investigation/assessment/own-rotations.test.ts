import { describe, expect, test } from 'vitest';
import { accessKey, consoleSession, user } from '../../../src/cloudtrail/identities.ts';
import { remediesOf } from '../../../src/investigation/plan/remedies.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import { accountId, userName } from '../trail-records.ts';
import { assessed, call, member, alertsOn, ownKeyMade } from './assessed.ts';

const home = { sourceIPAddress: '198.51.100.66', userAgent: 'Mozilla/5.0' };
const elsewhere = { sourceIPAddress: '45.155.91.20', userAgent: 'aws-cli/2.15.0' };
const newKey = 'AKIAEXAMPLE00000NEW1';

const owner = { type: 'IAMUser', arn: `arn:aws:iam::${accountId}:user/${userName}`, accountId, userName };
const inConsole = {
  ...home,
  userIdentity: { ...owner, accessKeyId: 'ASIAEXAMPLECONSOLE01' },
  sessionCredentialFromConsole: 'true',
};
const withNewKey = { userIdentity: { ...owner, accessKeyId: newKey } };

function signIn(place: JsonObject, MFAUsed = 'Yes'): JsonObject {
  return call(20, 'signin', 'ConsoleLogin', {
    ...place,
    userIdentity: owner,
    responseElements: { ConsoleLogin: 'Success' },
    additionalEventData: { MFAUsed },
  });
}

function made(given: JsonObject): JsonObject {
  return ownKeyMade(22, newKey, given);
}

function used(place: JsonObject): JsonObject {
  return call(30, 's3', 'ListBuckets', { ...withNewKey, ...place });
}

/** The intruder works with the old key from elsewhere, the owner's new one raises an alert too. */
function assess(records: readonly JsonObject[]) {
  const worked = Array.from({ length: 8 }, (_, index) => call(-(index + 1) * 1440, 'sqs', 'ListQueues', home));
  const theft = call(1, 'sts', 'GetCallerIdentity', elsewhere);
  return assessed([...worked, theft, ...records], {
    alerts: alertsOn(theft, ...records.slice(-1)),
    more: [member(accessKey(newKey, accountId)), member(consoleSession(user(accountId, userName)), 'used')],
  });
}

function ticked(records: readonly JsonObject[]): readonly unknown[] {
  return remediesOf(assess(records))
    .filter(({ recommended }) => recommended)
    .map(({ type, target }) => (type === 'deactivateAccessKey' ? target['accessKeyId'] : type));
}

describe('a key that its owner makes while an intruder works with the one before', () => {
  const rotation = [signIn(home), made(inConsole), used(home)];

  test("is not the intruder's, nor is the owner's password, and the case says so", () => {
    expect(ticked(rotation)).not.toContain(newKey);
    expect(ticked(rotation)).not.toContain('deletePassword');
    expect(assess(rotation).advises).toBe(true);
    expect(assess(rotation).findings.find(({ facts }) => facts['because'] === 'owner')?.sentence).toContain(newKey);
  });

  test('is the same where the console does not name itself in its records', () => {
    const { sessionCredentialFromConsole: _, ...unnamed } = inConsole;
    expect(ticked([signIn(home), made(unnamed), used(home)])).not.toContain(newKey);
  });

  test.each([
    [
      'made with temporary credentials of the old key',
      [
        signIn(home),
        call(21, 'sts', 'GetSessionToken', {
          ...elsewhere,
          responseElements: {
            credentials: { accessKeyId: 'ASIAEXAMPLEMINTED001', expiration: 'Nov 25, 2026, 10:00:00 PM' },
          },
        }),
        made({ ...home, userIdentity: { ...owner, accessKeyId: 'ASIAEXAMPLEMINTED001' } }),
        used(home),
      ],
    ],
    ["made from the intruder's address", [made(elsewhere), used(home)]],
    ['made with the old key', [signIn(home), made(home), used(home)]],
    ["used from the intruder's address", [signIn(home), made(inConsole), used(home), used(elsewhere)]],
    ['made in a session without a second factor', [signIn(home, 'No'), made(inConsole), used(home)]],
    [
      'made where somebody signed in from elsewhere',
      [signIn(elsewhere), signIn(home), made({ ...inConsole, ...elsewhere }), used(home)],
    ],
  ])('is ticked where it is %s', (_, records) => {
    expect(ticked(records)).toContain(newKey);
  });

  test('leaves what else is done in that session with the case', () => {
    const backdoor = call(40, 'iam', 'CreateUser', { ...inConsole, requestParameters: { userName: 'backdoor' } });
    expect(ticked([...rotation, backdoor])).toContain('disableCreatedIdentity');
  });
});
