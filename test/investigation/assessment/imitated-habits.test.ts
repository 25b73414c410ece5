import { expect, test } from 'vitest';
import type { CaseMaterial } from '../../../src/investigation/case/case-material.ts';
import { seenEvent } from '../../../src/investigation/seen-event.ts';
import type { AlertId } from '../../../src/model/ids.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import { found } from '../archive-of.ts';
import { accountId } from '../trail-records.ts';
import { assessed, call, callBySession, minute, roleOf, sessionOf, stand } from './assessed.ts';

const day = 1_440;
const threeDays = [-3, -2, -1].map((each) => each * day);
const terraform = { userAgent: 'APN/1.0 HashiCorp/1.0 Terraform/1.9.5' };
const pipeline = { ...terraform, sourceIPAddress: '198.51.100.1' };
const intruder = { ...terraform, sourceIPAddress: '203.0.113.66' };
const cloudFormation = { sourceIPAddress: 'cloudformation.amazonaws.com', userAgent: 'cloudformation.amazonaws.com' };
const administrator = 'arn:aws:iam::aws:policy/AdministratorAccess';

function createUser(at: number, userName: string, from: JsonObject) {
  return call(at, 'iam', 'CreateUser', {
    ...from,
    requestParameters: { userName },
    responseElements: { user: { userName, userId: `AIDA${userName.toUpperCase()}` } },
  });
}
function createKey(at: number, userName: string, from: JsonObject) {
  return call(at, 'iam', 'CreateAccessKey', {
    ...from,
    requestParameters: { userName },
    responseElements: { accessKey: { accessKeyId: `AKIA${at}`, userName, status: 'Active' } },
  });
}
function attach(at: number, policyArn: string, from: JsonObject) {
  return call(at, 'iam', 'AttachUserPolicy', { ...from, requestParameters: { userName: 'shadow', policyArn } });
}
function stack(at: number, action: string, from: JsonObject) {
  return call(at, 'cloudformation', action, { ...from, requestParameters: { stackName: 'app' } });
}
function takeover(from: JsonObject) {
  return [createUser(0, 'shadow', from), attach(1, administrator, from), createKey(2, 'shadow', from)];
}
function everyDay(make: (at: number) => JsonObject) {
  return Array.from({ length: 20 }, (_, index) => make(-(index + 1) * day));
}

/** Records of the days before the case, and its own, which are all alerted on. */
interface Rehearsed {
  readonly before: readonly JsonObject[];
  readonly alerted: readonly JsonObject[];
  readonly after?: readonly JsonObject[];
  readonly given?: Partial<CaseMaterial>;
}

function rehearsed({ before, alerted, after = [], given = {} }: Rehearsed) {
  const eventRefs = alerted.map((record) => seenEvent(found(record)).ref);
  const alerts = [{ id: 'sha256:alert' as string as AlertId, ruleName: 'A rule', eventRefs }];
  return assessed([...before, ...alerted, ...after], { alerts, now: minute(10 * day), ...given });
}

const pipelineActs = everyDay((at) => call(at - 300, 'iam', 'TagRole', pipeline));
function made(at: number, action: string, given: JsonObject = {}) {
  return callBySession(at, { roleName: 'made', sessionName: 'x', key: 'ASIAMADE' }, 'iam', action, {
    ...intruder,
    ...given,
  });
}

const imitations: Readonly<Record<string, Rehearsed>> = {
  'three reads with the client of the pipeline': {
    before: [...pipelineActs, ...threeDays.map((at) => call(at, 'iam', 'GetUser', intruder))],
    alerted: takeover(intruder),
  },
  'three refused reads with the client of the pipeline': {
    before: [
      ...pipelineActs,
      ...threeDays.map((at) => call(at, 'iam', 'ListRoles', { ...intruder, errorCode: 'AccessDenied' })),
    ],
    alerted: takeover(intruder),
  },
  'the very act, refused on three days': {
    before: threeDays.map((at) => call(at, 'iam', 'CreateUser', { ...intruder, errorCode: 'AccessDenied' })),
    alerted: [createUser(0, 'shadow', intruder)],
  },
  'three reads, and no administrator': {
    before: threeDays.map((at) => call(at, 'iam', 'GetUser', intruder)),
    alerted: [createUser(0, 'shadow', intruder)],
  },
  'the alerted act, repeated on five days after it': {
    before: threeDays.map((at) => call(at, 'sts', 'GetCallerIdentity', { sourceIPAddress: '203.0.113.66' })),
    alerted: [createUser(0, 'shadow', { sourceIPAddress: '203.0.113.66' })],
    after: [1, 2, 3, 4, 5].map((each) => createUser(each * day, `s${each}`, { sourceIPAddress: '203.0.113.66' })),
  },
  'three days of which the last is that of the alert': {
    before: [-1_441 - 720, -day, -719].map((at) => createUser(at, `app${-at}`, intruder)),
    alerted: [createUser(0, 'shadow', intruder)],
  },
  'a stack that is made from a new address': {
    before: threeDays.flatMap((at) => [
      stack(at, 'UpdateStack', pipeline),
      createUser(at + 1, `app${-at}`, cloudFormation),
    ]),
    alerted: [createUser(1, 'shadow', cloudFormation)],
    after: [stack(0, 'CreateStack', intruder)],
  },
  'a role that was made in the case': {
    before: threeDays.map((at) => made(at, 'CreateUser', { requestParameters: { userName: `app${-at}` } })),
    alerted: [made(0, 'CreateUser', { requestParameters: { userName: 'shadow' } })],
    given: { identities: [{ ...sessionOf('made', 'x'), role: 'suspect', since: minute(-10 * day) }, roleOf('made')] },
  },
  'a trail that is stopped and started on three days': {
    before: threeDays.flatMap((at) => [
      call(at, 'cloudtrail', 'StopLogging', { ...intruder, requestParameters: { name: 'main' } }),
      call(at + 1, 'cloudtrail', 'StartLogging', { ...intruder, requestParameters: { name: 'main' } }),
    ]),
    alerted: [call(0, 'cloudtrail', 'StopLogging', { ...intruder, requestParameters: { name: 'main' } })],
  },
  'the very act, with success, on three days, from where the identity never worked before': {
    before: [...pipelineActs, ...threeDays.map((at) => createUser(at, `app${-at}`, intruder))],
    alerted: [createUser(0, 'shadow', intruder)],
  },
  'rights to everything, given where others are given each day': {
    before: threeDays.map((at) => attach(at, 'arn:aws:iam::aws:policy/ReadOnlyAccess', pipeline)),
    alerted: [attach(0, administrator, pipeline)],
  },
  'a habitual act that is alerted on, and another from a new address that is not': {
    before: threeDays.map((at) => createUser(at, `app${-at}`, pipeline)),
    alerted: [createUser(0, 'app', pipeline)],
    after: [createKey(2, 'app', intruder)],
  },
};

test.each(Object.entries(imitations))('no case is quiet by imitation: %s', (_, given) => {
  expect(rehearsed(given).quiet).toBe(false);
});

test('three reads do not make an address known for acts', () => {
  const { findings } = rehearsed(
    imitations['three reads with the client of the pipeline'] ?? { before: [], alerted: [] },
  );
  expect(findings.find(({ kind }) => kind === 'new-address')?.facts).toMatchObject({ addresses: ['203.0.113.66'] });
});

test('the same act from the same network on three days before is quiet, by itself and through CloudFormation', () => {
  const usual = threeDays.map((at) => createUser(at, `app${-at}`, pipeline));
  expect(rehearsed({ before: usual, alerted: [createUser(0, 'app', pipeline)] }).quiet).toBe(true);
  expect(rehearsed({ before: usual.slice(1), alerted: [createUser(0, 'app', pipeline)] }).quiet).toBe(false);
  const stacks = threeDays.flatMap((at) => [
    stack(at, 'UpdateStack', pipeline),
    createUser(at + 1, `app${-at}`, cloudFormation),
  ]);
  const today = [createUser(1, 'app', cloudFormation)];
  expect(rehearsed({ before: stacks, alerted: today, after: [stack(0, 'UpdateStack', pipeline)] }).quiet).toBe(true);
});

const other = { sourceIPAddress: '203.0.113.99', userAgent: 'Boto3/1.34' };
function assumeRole(at: number, roleName: string) {
  return call(at, 'sts', 'AssumeRole', {
    ...other,
    readOnly: true,
    requestParameters: { roleArn: `arn:aws:iam::${accountId}:role/${roleName}`, roleSessionName: 'z' },
    responseElements: {
      credentials: { accessKeyId: `ASIA${roleName.toUpperCase()}${-at}`, expiration: 'Dec 24, 2026, 1:00:00 AM' },
      assumedRoleUser: { assumedRoleId: 'AROA:z', arn: `arn:aws:sts::${accountId}:assumed-role/${roleName}/z` },
    },
  });
}
function bobsKey(at: number, status: string) {
  return call(at, 'iam', 'UpdateAccessKey', {
    ...other,
    requestParameters: { userName: 'bob', accessKeyId: 'AKIABOBBOBBOBBOB', status },
  });
}

function bobMayReach(at: number, policyArn: string) {
  return attach(at, policyArn, other);
}
function trustOf(at: number, account: string) {
  return call(at, 'iam', 'UpdateAssumeRolePolicy', {
    ...other,
    requestParameters: {
      roleName: 'app',
      policyDocument: JSON.stringify({
        Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: 'sts:AssumeRole' }],
      }),
    },
  });
}
function codeOf(at: number, codeSha256: string) {
  return call(at, 'lambda', 'UpdateFunctionCode20150331v2', {
    ...other,
    requestParameters: { functionName: 'billing' },
    responseElements: { functionName: 'billing', codeSha256 },
  });
}

const rehearsals: readonly (readonly [string, (at: number, isEvil: boolean) => JsonObject, string])[] = [
  ['a user', (at, isEvil) => createUser(at, isEvil ? 'shadow' : `app${-at}`, other), 'user: open'],
  ['a session of another role', (at, isEvil) => assumeRole(at, isEvil ? 'Admin' : 'reader'), 'session: open'],
  ["another's key, active again", (at, isEvil) => bobsKey(at, isEvil ? 'Active' : 'Inactive'), 'access-key: open'],
  ["another's new key", (at) => createKey(at, 'bob', other), 'access-key: open'],
  [
    'rights to everything',
    (at, isEvil) => bobMayReach(at, isEvil ? administrator : 'arn:aws:iam::aws:policy/ReadOnlyAccess'),
    'grant: open',
  ],
  ['a trust in another account', (at, isEvil) => trustOf(at, isEvil ? '999988887777' : accountId), 'trust: open'],
  ['code', (at, isEvil) => codeOf(at, isEvil ? 'EVIL' : 'GOOD'), 'code: open'],
];

const alertedElsewhere = call(0, 's3', 'ListBuckets', { sourceIPAddress: '203.0.113.7' });

test.each(rehearsals)('no rehearsal on three days before hides %s', (_, make, wayIn) => {
  const before = [-4, -3, -2].map((each) => make(each * day, false));
  const evil = make(5, true);
  const { calls, waysIn } = rehearsed({ before, alerted: [alertedElsewhere], after: [evil] });
  expect(calls.calls.map(({ ref }) => ref.eventId)).toContain(evil['eventID']);
  const control = rehearsed({ before: [], alerted: [alertedElsewhere], after: [evil] });
  expect(stand(control.waysIn)).toContain(wayIn);
  expect(stand(waysIn)).toEqual(stand(control.waysIn));
});

test('what is done to the same end on days after the alert does not hide the next of it', () => {
  const after = [0, 1, 2, 3].map((each) => assumeRole(each * day + 5, 'Admin'));
  const { calls } = rehearsed({ before: [], alerted: [alertedElsewhere], after });
  expect(calls.calls.map(({ action }) => action)).toEqual(['ListBuckets', ...after.map(() => 'AssumeRole')]);
});

test("a stolen key's owner goes on reading, and on becoming the same role", () => {
  function habit(at: number) {
    return [call(at, 's3', 'ListBuckets', other), assumeRole(at + 1, 'reader')];
  }
  const before = [-4, -3, -2].flatMap((each) => habit(each * day));
  const { calls } = rehearsed({ before, alerted: [alertedElsewhere], after: habit(5) });
  expect(calls.calls.map(({ sourceAddress }) => sourceAddress)).toEqual(['203.0.113.7']);
});

test('whoever comes to a key that works elsewhere makes no habit in a few days; its owner does in two weeks', () => {
  function callsAfter(days: readonly number[]) {
    const elsewhere = Array.from({ length: 30 }, (_, index) => call(-(index + 1) * day, 'iam', 'TagRole', pipeline));
    const before = [...elsewhere, ...days.map((each) => assumeRole(each * day, 'Admin'))];
    return rehearsed({ before, alerted: [alertedElsewhere], after: [assumeRole(5, 'Admin')] }).calls.calls;
  }
  expect(callsAfter([-4, -3, -2]).map(({ action }) => action)).toContain('AssumeRole');
  expect(callsAfter([-20, -4, -3]).map(({ action }) => action)).not.toContain('AssumeRole');
});

test("code that was put in the same place on most days of a week is its owner's work", () => {
  const before = [-6, -5, -4, -3, -2].map((each) => codeOf(each * day, `build ${each}`));
  const { waysIn } = rehearsed({ before, alerted: [alertedElsewhere], after: [codeOf(5, 'build 0')] });
  expect(stand(waysIn).filter((each) => each.startsWith('code'))).toEqual([]);
});
