import { expect, test } from 'vitest';
import type { JsonObject } from '../../../src/model/json.ts';
import { investigateRecords } from '../expected/investigate-records.ts';
import { accountId, s3BrowserRecord } from '../trail-records.ts';
import { wayInWords } from '../../../src/investigation/way-in-words.ts';
import { assessed, call, callByAdmin, minute } from './assessed.ts';

const home = { sourceIPAddress: '198.51.100.12', userAgent: 'Mozilla/5.0' };
const owners = { ...home, sourceIPAddress: '198.51.100.10' };
const hostile = { sourceIPAddress: '203.0.113.7', userAgent: 'Mozilla/5.0' };

function identity(userName: string, key?: string): JsonObject {
  return {
    type: 'IAMUser',
    principalId: `AIDAEXAMPLE${userName.toUpperCase()}`,
    arn: `arn:aws:iam::${accountId}:user/${userName}`,
    accountId,
    userName,
    ...(key === undefined ? {} : { accessKeyId: key }),
  };
}

function signIn(minutes: number, userName: string, place: JsonObject, MFAUsed = 'Yes'): JsonObject {
  return call(minutes, 'signin', 'ConsoleLogin', {
    eventType: 'AwsConsoleSignIn',
    userIdentity: identity(userName),
    responseElements: { ConsoleLogin: 'Success' },
    additionalEventData: { MFAUsed },
    ...place,
  });
}

function inConsole(
  minutes: number,
  userName: string,
  since: number,
  place: JsonObject,
  action: string,
  given: JsonObject = {},
): JsonObject {
  return call(minutes, 'iam', action, {
    userIdentity: {
      ...identity(userName, `ASIAEXAMPLE${userName.toUpperCase()}${since}`),
      sessionContext: { attributes: { creationDate: minute(since), mfaAuthenticated: 'true' } },
    },
    sessionCredentialFromConsole: 'true',
    ...place,
    ...given,
  });
}

const gina = { requestParameters: { userName: 'gina' } };

/** The intruder sets the password of gina and signs in; an administrator sets it again, and she works on. */
function story(place: JsonObject, more: readonly JsonObject[] = []): readonly JsonObject[] {
  return [
    ...[4, 3, 2, 1].map((days) => signIn(-days * 1440, 'gina', owners)),
    s3BrowserRecord({ eventTime: minute(0) }),
    call(2, 'iam', 'UpdateLoginProfile', gina),
    signIn(10, 'gina', { ...hostile, sourceIPAddress: '203.0.113.8' }, 'No'),
    signIn(60, 'admin', place),
    inConsole(65, 'admin', 60, place, 'UpdateLoginProfile', gina),
    ...more,
  ];
}

const worksOn = [
  signIn(300, 'gina', owners),
  inConsole(301, 'gina', 300, owners, 'ChangePassword'),
  signIn(310, 'gina', owners),
  inConsole(320, 'gina', 310, owners, 'ListUsers'),
];

async function documentsOf(records: readonly JsonObject[]) {
  const cases = await investigateRecords(records);
  return cases.map(({ document }) => document);
}

test('who sets the password again that an intruder had set is not of the case, and its user has it back', async () => {
  const [intruders, ...others] = await documentsOf(story(home, worksOn));
  const suspects = intruders?.identities.filter(({ role }) => role === 'suspect').map(({ name }) => name);
  expect(suspects).not.toContain('admin');
  expect(intruders?.timeline.filter(({ at }) => Date.parse(at) > Date.parse(minute(60)))).toEqual([]);
  expect(intruders?.waysIn.find(({ what }) => what.kind === 'password' && what.userName === 'gina')?.state).toBe(
    'closed',
  );
  const recommended = [intruders, ...others]
    .flatMap((each) => each?.plan.actions ?? [])
    .filter((each) => each.recommended);
  expect(recommended.filter(({ target }) => target['userName'] === 'admin')).toEqual([]);
});

test('who sets it again from where the intruder called is of the case', async () => {
  const [intruders] = await documentsOf(story(hostile, [signIn(70, 'gina', owners)]));
  expect(intruders?.identities.filter(({ role }) => role === 'suspect').map(({ name }) => name)).toContain('admin');
});

test('who goes on after that in a session of before is the intruder', async () => {
  const goesOn = inConsole(70, 'gina', 10, { ...hostile, sourceIPAddress: '203.0.113.8' }, 'CreateUser', {
    requestParameters: { userName: 'backdoor' },
    responseElements: { user: { userName: 'backdoor', userId: 'AIDAEXAMPLEBACKDOOR' } },
  });
  const [intruders] = await documentsOf(story(home, [goesOn]));
  expect(intruders?.identities.map(({ name }) => name)).toContain('backdoor');
});

test.each([
  ['with another password', {}, 'closed'],
  ['that only has it reset at the next sign-in, for all that is on record', { passwordResetRequired: true }, 'unknown'],
  ['that has it reset no more, for all that is on record', { passwordResetRequired: false }, 'unknown'],
])('a login profile that somebody else updates %s', (_, more, state) => {
  const { waysIn } = assessed([
    call(0, 's3', 'ListBuckets'),
    call(1, 'iam', 'UpdateLoginProfile', gina),
    callByAdmin(10, 'iam', 'UpdateLoginProfile', { requestParameters: { userName: 'gina', ...more } }),
  ]);
  const password = waysIn.find(({ what }) => what.kind === 'password');
  expect(password?.state).toBe(state);
  const said = password === undefined ? '' : String(wayInWords(password).sentence);
  expect(said.includes('whether they set another password is not in the record')).toBe(state === 'unknown');
});
