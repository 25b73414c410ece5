import { describe, expect, test } from 'vitest';
import type { CaseMaterial, Closure } from '../../../src/investigation/case/case-material.ts';
import { thing } from '../../../src/investigation/effects/thing.ts';
import { accessKey, user } from '../../../src/cloudtrail/identities.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import { accessKeyId, accountId, userName } from '../trail-records.ts';
import { assessed, call, callByAdmin, callBySession, member, minute, sessionOf } from './assessed.ts';

type Given = Parameters<typeof assessed>[1];

function found(records: readonly JsonObject[], given: Given = {}) {
  const { findings } = assessed(records, given);
  return new Map(findings.map((each) => [each.kind, each]));
}

const listing = call(0, 's3', 'ListBuckets');
function days(count: number) {
  return -count * 1440;
}
function trust(principal: JsonObject | string, condition?: JsonObject) {
  return JSON.stringify({
    Statement: [
      {
        Effect: 'Allow',
        Principal: principal,
        Action: 'sts:AssumeRole',
        ...(condition === undefined ? {} : { Condition: condition }),
      },
    ],
  });
}
const outsider = 'arn:aws:iam::999988887777:root';
function attach(policyArn: string, at = 1) {
  return call(at, 'iam', 'AttachUserPolicy', { requestParameters: { userName: 'shadow', policyArn } });
}
const administrator = 'arn:aws:iam::aws:policy/AdministratorAccess';
function inline(statement: JsonObject) {
  return call(1, 'iam', 'PutUserPolicy', {
    requestParameters: {
      userName: 'shadow',
      policyName: 'p',
      policyDocument: JSON.stringify({ Statement: statement }),
    },
  });
}
function openTo(principal: JsonObject | string, condition?: JsonObject) {
  return call(1, 'iam', 'UpdateAssumeRolePolicy', {
    requestParameters: { roleName: 'Audit', policyDocument: trust(principal, condition) },
  });
}
function shareSnapshot(account: string) {
  return call(2, 'ec2', 'ModifySnapshotAttribute', {
    requestParameters: { snapshotId: 'snap-1', createVolumePermission: { add: { items: [{ userId: account }] } } },
  });
}
function secret(name: string, at = 1) {
  return call(at, 'secretsmanager', 'GetSecretValue', { requestParameters: { secretId: name } });
}
const createUser = call(1, 'iam', 'CreateUser', { requestParameters: { userName: 'shadow' } });
function createKey(name: string) {
  return call(2, 'iam', 'CreateAccessKey', {
    requestParameters: { userName: name },
    responseElements: { accessKey: { accessKeyId: 'AKIASHADOW', userName: name } },
  });
}
function byShadow(at: number, service: string, action: string) {
  return call(at, service, action, {
    userIdentity: {
      type: 'IAMUser',
      principalId: 'AIDASHADOW',
      arn: `arn:aws:iam::${accountId}:user/shadow`,
      accountId,
      accessKeyId: 'AKIASHADOW',
      userName: 'shadow',
    },
  });
}
const minted = call(1, 'sts', 'AssumeRole', {
  requestParameters: { roleArn: 'arn:aws:iam::444455556666:role/Deploy', roleSessionName: 's' },
  responseElements: { credentials: { accessKeyId: 'ASIAFAR', expiration: 'Nov 24, 2026, 1:01:00 PM' } },
});
const farAway = { account: '444455556666', roleName: 'Deploy', sessionName: 's', key: 'ASIAFAR' };
const instance = { roleName: 'Web', sessionName: 'i-0abc', key: 'ASIAWEB' };
const entering = call(1, 'ssm', 'SendCommand', {
  requestParameters: { instanceIds: ['i-0abc'], documentName: 'AWS-RunShellScript' },
});
/** The instance's own call, from its own address. */
function atWork(minutes: number, action: string): JsonObject {
  return callBySession(minutes, instance, 's3', action, { sourceIPAddress: '10.0.0.5' });
}
function reads(count: number, services: readonly string[], minutesApart: number, from = 1) {
  return Array.from({ length: count }, (_, index) =>
    call(from + index * minutesApart, services[index % services.length] ?? 's3', `List${index}`),
  );
}
const fourServices = ['s3', 'iam', 'ec2', 'rds'];
const stopped = call(1, 'cloudtrail', 'StopLogging', { requestParameters: { name: 'main' } });
function refused(service: string, action: string, at = 1) {
  return call(at, service, action, { errorCode: 'AccessDenied' });
}
function lifecycle(expireAfter: number) {
  return call(1, 's3', 'PutBucketLifecycle', {
    requestParameters: {
      bucketName: 'logs',
      LifecycleConfiguration: { Rule: { Status: 'Enabled', Expiration: { Days: expireAfter } } },
    },
  });
}
function machines(type: string, count: number) {
  return call(1, 'ec2', 'RunInstances', {
    requestParameters: { instanceType: type, instancesSet: { items: [{ minCount: 1, maxCount: count }] } },
  });
}
function login(mfa: string) {
  return call(1, 'signin', 'ConsoleLogin', {
    responseElements: { ConsoleLogin: 'Success' },
    additionalEventData: { MFAUsed: mfa },
  });
}
function from(sourceAddress: string, userAgent: string, at: number) {
  return call(at, 's3', 'ListBuckets', { sourceIPAddress: sourceAddress, userAgent });
}
function habit(record: (at: number) => JsonObject) {
  return [2, 3, 4].map((count) => record(days(count)));
}
/** Events before the case are its history: the alert is the last record's. */
function alertOnLast(records: readonly JsonObject[]): Given {
  const last = records.at(-1);
  return {
    alerts: [
      {
        id: 'sha256:last' as never,
        ruleName: 'A rule',
        eventRefs: [{ accountId, eventId: eventIdOf(last), revision: 0 }],
      },
    ],
    identities: [
      member(user(accountId, userName)),
      member(accessKey(accessKeyId, accountId)),
    ] as CaseMaterial['identities'],
  };
}

/** What must be found, and beside it what looks like it and must not be. */
const cases: readonly {
  readonly kind: string;
  readonly when: string;
  readonly records: readonly JsonObject[];
  readonly not: readonly JsonObject[];
  readonly given?: Given;
  readonly notGiven?: Given;
  /** The alert is on the last record: those before are history. */
  readonly historyBefore?: boolean;
}[] = [
  {
    kind: 'way-in-still-open',
    when: 'a key that was made, and not deleted',
    records: [createKey('shadow')],
    not: [
      createKey('shadow'),
      callByAdmin(9, 'iam', 'DeleteAccessKey', {
        requestParameters: { userName: 'shadow', accessKeyId: 'AKIASHADOW' },
      }),
    ],
  },
  {
    kind: 'administrator-granted',
    when: "AWS's policy by name",
    records: [attach(administrator)],
    not: [attach('arn:aws:iam::aws:policy/ReadOnlyAccess')],
  },
  {
    kind: 'administrator-granted',
    when: 'all actions in a document',
    records: [inline({ Effect: 'Allow', Action: '*', Resource: '*' })],
    not: [inline({ Effect: 'Allow', Action: 's3:Get*', Resource: '*' })],
  },
  {
    kind: 'administrator-granted',
    when: 'all of IAM',
    records: [inline({ Effect: 'Allow', Action: ['IAM:*'], Resource: ['*'] })],
    not: [inline({ Effect: 'Deny', Action: ['iam:*'], Resource: ['*'] })],
  },
  {
    kind: 'administrator-granted',
    when: 'passing any role',
    records: [inline({ Effect: 'Allow', Action: 'iam:PassRole', Resource: 'arn:aws:iam::*:role/*' })],
    not: [inline({ Effect: 'Allow', Action: 'iam:PassRole', Resource: `arn:aws:iam::${accountId}:role/one` })],
  },
  {
    kind: 'administrator-granted',
    when: 'it is not detached',
    records: [attach(administrator)],
    not: [
      attach(administrator),
      call(5, 'iam', 'DetachUserPolicy', { requestParameters: { userName: 'shadow', policyArn: administrator } }),
    ],
  },
  {
    kind: 'administrator-granted',
    when: 'no boundary denies it',
    records: [createUser, attach(administrator, 3)],
    not: [
      call(1, 'iam', 'CreateUser', {
        requestParameters: { userName: 'shadow', permissionsBoundary: 'arn:aws:iam::aws:policy/AWSDenyAll' },
      }),
      attach(administrator, 3),
    ],
  },
  {
    kind: 'trust-opened',
    when: 'to an outside account',
    records: [openTo({ AWS: outsider })],
    not: [openTo({ AWS: `arn:aws:iam::${accountId}:root` })],
  },
  {
    kind: 'trust-opened',
    when: 'to everybody',
    records: [openTo('*')],
    not: [openTo({ Service: 'ec2.amazonaws.com' })],
  },
  {
    kind: 'trust-opened',
    when: 'to an account that is not watched',
    records: [openTo({ AWS: outsider })],
    not: [openTo({ AWS: outsider })],
    notGiven: { ownAccounts: ['999988887777' as typeof accountId] },
  },
  {
    kind: 'shared-outside',
    when: 'a snapshot',
    records: [shareSnapshot('999988887777')],
    not: [shareSnapshot(accountId)],
  },
  {
    kind: 'shared-outside',
    when: 'and not taken back',
    records: [shareSnapshot('all')],
    not: [
      call(1, 's3', 'PutBucketPolicy', {
        requestParameters: {
          bucketName: 'b',
          bucketPolicy: {
            Statement: [{ Effect: 'Allow', Principal: { AWS: accountId }, Action: 's3:*', Resource: '*' }],
          },
        },
      }),
    ],
  },
  {
    kind: 'intruders-account',
    when: 'let in and shared with',
    records: [openTo({ AWS: outsider }), shareSnapshot('999988887777')],
    not: [openTo({ AWS: outsider }), shareSnapshot('888877776666')],
  },
  {
    kind: 'creation-used',
    when: 'a made key makes a call',
    records: [createUser, createKey('shadow'), byShadow(5, 's3', 'ListBuckets')],
    not: [createUser, createKey('shadow')],
  },
  {
    kind: 'chained-credentials',
    when: 'a minted key makes a call',
    records: [minted, callBySession(3, farAway, 's3', 'ListBuckets')],
    not: [minted],
    given: { more: [{ ...sessionOf('Deploy', 's', '444455556666') }] },
  },
  {
    kind: 'denied-attempts',
    when: 'it is no habit',
    records: [refused('iam', 'CreateUser')],
    not: [refused('iam', 'CreateUser', days(1) + 60), refused('iam', 'CreateUser')],
    historyBefore: true,
  },
  { kind: 'secrets-taken', when: 'it was not read on three days before', records: [secret('db')], not: [listing] },
  {
    kind: 'secrets-taken',
    when: 'a batch reads by filter',
    records: [
      call(1, 'secretsmanager', 'BatchGetSecretValue', {
        requestParameters: { filters: [{ key: 'tag-key', values: ['prod'] }] },
      }),
    ],
    not: [call(1, 'secretsmanager', 'ListSecrets')],
  },
  {
    kind: 'discovery-burst',
    when: '8 kinds of reading of 4 services in 10 minutes',
    records: [listing, ...reads(8, fourServices, 1)],
    not: [listing, ...reads(7, fourServices, 1, 1).slice(0, 6)],
  },
  {
    kind: 'discovery-burst',
    when: 'not over an hour',
    records: [listing, ...reads(8, fourServices, 1)],
    not: [listing, ...reads(8, fourServices, 8)],
  },
  {
    kind: 'discovery-burst',
    when: 'not of one service',
    records: [listing, ...reads(8, fourServices, 1)],
    not: [listing, ...reads(12, ['s3'], 0)],
  },
  { kind: 'evasion', when: 'a trail is stopped', records: [stopped], not: [call(1, 'cloudtrail', 'DescribeTrails')] },
  {
    kind: 'evasion',
    when: 'it was tried',
    records: [refused('cloudtrail', 'StopLogging')],
    not: [refused('s3', 'ListBuckets')],
  },
  {
    kind: 'evasion',
    when: 'management events are left out',
    records: [
      call(1, 'cloudtrail', 'PutEventSelectors', {
        requestParameters: {
          trailName: 'main',
          eventSelectors: [{ readWriteType: 'All', includeManagementEvents: false }],
        },
      }),
    ],
    not: [
      call(1, 'cloudtrail', 'PutEventSelectors', {
        requestParameters: {
          trailName: 'main',
          eventSelectors: [{ readWriteType: 'All', includeManagementEvents: true }],
        },
      }),
    ],
  },
  {
    kind: 'key-in-two-places',
    when: 'A, B, A within a day by other clients',
    records: [
      from('198.51.100.1', 'terraform', 0),
      from('203.0.113.9', 'curl', 1),
      from('198.51.100.1', 'terraform', 2),
    ],
    not: [from('198.51.100.1', 'terraform', 0), from('203.0.113.9', 'curl', 1)],
  },
  {
    kind: 'key-in-two-places',
    when: 'not one client that moved',
    records: [
      from('198.51.100.1', 'terraform', 0),
      from('203.0.113.9', 'curl', 1),
      from('198.51.100.1', 'terraform', 2),
    ],
    not: [from('198.51.100.1', 'cli', 0), from('203.0.113.9', 'cli', 1), from('198.51.100.1', 'cli', 2)],
  },
  {
    kind: 'instance-credentials-stolen',
    when: "from the intruder's address",
    records: [listing, callBySession(2, instance, 's3', 'ListBuckets')],
    not: [listing, callBySession(2, instance, 's3', 'ListBuckets', { sourceIPAddress: '10.0.0.5' })],
    given: { more: [sessionOf('Web', 'i-0abc')] },
    notGiven: { more: [sessionOf('Web', 'i-0abc')] },
  },
  {
    kind: 'instance-credentials-stolen',
    when: 'by what the instance had not done before it was entered',
    records: [entering, atWork(-60, 'GetObject'), atWork(30, 'ListBuckets')],
    not: [entering, atWork(-60, 'ListBuckets'), atWork(30, 'ListBuckets')],
    given: { more: [sessionOf('Web', 'i-0abc')] },
    notGiven: { more: [sessionOf('Web', 'i-0abc')] },
  },
  { kind: 'destruction', when: 'objects expire within a week', records: [lifecycle(1)], not: [lifecycle(90)] },
  {
    kind: 'destruction',
    when: 'not what the case made',
    records: [
      call(5, 'ec2', 'TerminateInstances', { requestParameters: { instancesSet: { items: [{ instanceId: 'i-1' }] } } }),
    ],
    not: [
      call(1, 'ec2', 'RunInstances', {
        requestParameters: { instanceType: 't3.micro' },
        responseElements: { instancesSet: { items: [{ instanceId: 'i-1' }] } },
      }),
      call(5, 'ec2', 'TerminateInstances', { requestParameters: { instancesSet: { items: [{ instanceId: 'i-1' }] } } }),
    ],
  },
  {
    kind: 'costly-compute',
    when: 'accelerated',
    records: [machines('p4d.24xlarge', 1)],
    not: [machines('t3.micro', 2)],
  },
  { kind: 'costly-compute', when: 'ten or more', records: [machines('t3.micro', 10)], not: [machines('t3.micro', 9)] },
  {
    kind: 'code-planted',
    when: 'function code',
    records: [call(1, 'lambda', 'UpdateFunctionCode20150331v2', { requestParameters: { functionName: 'f' } })],
    not: [
      call(1, 'lambda', 'UpdateFunctionCode20150331v2', { requestParameters: { functionName: 'f', dryRun: true } }),
    ],
  },
  {
    kind: 'instances-entered',
    when: 'by command',
    records: [
      call(1, 'ssm', 'SendCommand', {
        requestParameters: { instanceIds: ['i-1'], documentName: 'AWS-RunShellScript' },
      }),
    ],
    not: [call(1, 'ssm', 'ListCommands')],
  },
  {
    kind: 'console-from-key',
    when: 'a sign-in token',
    records: [call(1, 'signin', 'GetSigninToken')],
    not: [login('Yes')],
  },
  { kind: 'console-without-mfa', when: 'no second factor', records: [login('No')], not: [login('Yes')] },
  {
    kind: 'exposed-key',
    when: "AWS's quarantine",
    records: [
      listing,
      callByAdmin(3, 'iam', 'AttachUserPolicy', {
        sourceIPAddress: 'AWS Internal',
        requestParameters: { userName, policyArn: 'arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV3' },
      }),
    ],
    // Whoever has an address attaches AWS's policies as well.
    not: [
      listing,
      callByAdmin(3, 'iam', 'AttachUserPolicy', {
        requestParameters: { userName, policyArn: 'arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV3' },
      }),
    ],
  },
  {
    kind: 'root-used',
    when: 'root calls',
    records: [
      call(1, 'iam', 'ListUsers', {
        userIdentity: {
          type: 'Root',
          principalId: accountId,
          arn: `arn:aws:iam::${accountId}:root`,
          accountId,
          accessKeyId,
        },
      }),
    ],
    not: [listing],
  },
  {
    kind: 'organization-left',
    when: 'it was tried',
    records: [refused('organizations', 'LeaveOrganization')],
    not: [call(1, 'organizations', 'DescribeOrganization')],
  },
  {
    kind: 'others-credentials-changed',
    when: 'a password of somebody else',
    records: [call(1, 'iam', 'UpdateLoginProfile', { requestParameters: { userName: 'bob' } })],
    not: [call(1, 'iam', 'UpdateLoginProfile', { requestParameters: { userName } })],
  },
  {
    kind: 'others-credentials-changed',
    when: 'a password of somebody of a directory, but not of whom it put there',
    records: [
      call(1, 'sso-directory', 'UpdatePassword', { requestParameters: { identityStoreId: 'd-1', userId: 'u-1' } }),
    ],
    not: [
      call(1, 'identitystore', 'CreateUser', {
        requestParameters: { identityStoreId: 'd-1', userName: 'x' },
        responseElements: { userId: 'u-2', identityStoreId: 'd-1' },
      }),
      call(2, 'sso-directory', 'UpdatePassword', { requestParameters: { identityStoreId: 'd-1', userId: 'u-2' } }),
    ],
  },
  {
    kind: 'others-credentials-changed',
    when: 'not a user of its own making',
    records: [createKey('bob')],
    not: [createUser, createKey('shadow')],
  },
  {
    kind: 'imds-weakened',
    when: 'tokens are optional',
    records: [
      call(1, 'ec2', 'ModifyInstanceMetadataOptions', {
        requestParameters: { ModifyInstanceMetadataOptionsRequest: { HttpTokens: 'optional', InstanceId: 'i-1' } },
      }),
    ],
    not: [
      call(1, 'ec2', 'ModifyInstanceMetadataOptions', {
        requestParameters: { ModifyInstanceMetadataOptionsRequest: { HttpTokens: 'required', InstanceId: 'i-1' } },
      }),
    ],
  },
  {
    kind: 'mail-or-model-abuse',
    when: 'a sending identity',
    records: [call(1, 'ses', 'VerifyEmailIdentity', { requestParameters: { emailAddress: 'x@example.com' } })],
    not: [call(1, 'ses', 'ListIdentities')],
  },
  {
    kind: 'data-taken',
    when: 'an export',
    records: [call(1, 'dynamodb', 'ExportTableToPointInTime', { requestParameters: { tableArn: 't' } })],
    not: [call(1, 'dynamodb', 'DescribeTable')],
  },
  {
    kind: 'probably-benign',
    when: 'a tool for tests names itself',
    records: [call(1, 's3', 'ListBuckets', { userAgent: 'stratus-red-team_abc' })],
    not: [listing],
  },
];

describe('a finding is drawn where its condition holds, and not beside it', () => {
  test.each(cases)('$kind: $when', ({ kind, records, not, given, notGiven, historyBefore }) => {
    const drawn = found(records, given).get(kind);
    expect(drawn).toBeDefined();
    expect(drawn?.proof.length).toBeGreaterThan(0);
    expect(drawn?.sentence).not.toMatch(/undefined|null|\[object|^$|\s{2}/);
    expect(found(not, historyBefore === true ? alertOnLast(not) : (notGiven ?? {})).has(kind)).toBe(false);
  });
});

test('what was done alike on three days before is probably benign, on two it is not', () => {
  const usual = [...habit((at) => call(at, 's3', 'ListBuckets')), listing];
  expect(found(usual, alertOnLast(usual)).get('probably-benign')?.facts).toMatchObject({ because: 'habit', calls: 1 });
  const once = usual.slice(1);
  expect(found(once, alertOnLast(once)).has('probably-benign')).toBe(false);
});

test('a secret that was read on three days before is no secret taken', () => {
  const usual = [...habit((at) => secret('db', at)), secret('db')];
  expect(found(usual, alertOnLast(usual)).has('secrets-taken')).toBe(false);
  const other = [...habit((at) => secret('db', at)), secret('payroll')];
  expect(found(other, alertOnLast(other)).get('secrets-taken')?.facts).toMatchObject({ names: ['payroll'] });
});

test('no finding is drawn without an event that proves it, and each event named is one of the case', () => {
  const records = cases.flatMap((each) => each.records);
  const ids = new Set(records.map((record) => record['eventID']));
  const { findings } = assessed(records);
  expect(findings.length).toBeGreaterThan(15);
  for (const { kind, proof } of findings) {
    expect([kind, proof.length > 0]).toEqual([kind, true]);
    for (const { eventId } of proof) expect(ids).toContain(eventId);
  }
});

test('a hostile name reaches a sentence without its control characters, and bounded', () => {
  const { findings } = assessed([secret(`db\u001b[31m\u202e${'x'.repeat(5_000)}`)]);
  const sentence = findings.find(({ kind }) => kind === 'secrets-taken')?.sentence ?? '';
  // oxlint-disable-next-line no-control-regex -- the very characters that must not be there
  expect(sentence).not.toMatch(/[\u0000-\u001f\u202e]/u);
  expect(sentence.length).toBeLessThan(300);
});

test('the same material comes to the same, in whatever order its events come', () => {
  const records = [
    listing,
    minted,
    createUser,
    createKey('shadow'),
    attach(administrator, 4),
    stopped,
    secret('db', 6),
  ];
  const [there, back] = [assessed(records), assessed(records.toReversed(), alertFrom(records))];
  expect(back.findings.map(({ kind }) => kind)).toEqual(there.findings.map(({ kind }) => kind));
  expect(back.timeline.map(({ at, action }) => [at, action])).toEqual(
    there.timeline.map(({ at, action }) => [at, action]),
  );
  expect(back.waysIn.map(({ id }) => id).sort()).toEqual(there.waysIn.map(({ id }) => id).sort());
});

function alertFrom(records: readonly JsonObject[]): Given {
  const eventId = eventIdOf(records[0]);
  return {
    alerts: [{ id: 'sha256:alert' as never, ruleName: 'A rule', eventRefs: [{ accountId, eventId, revision: 0 }] }],
  };
}

test('alike calls are told together, and what came after the plan is marked and counted', () => {
  const records = [
    ...Array.from({ length: 20 }, (_, index) => secret(`s${index}`)),
    refused('iam', 'CreateUser', 2),
    secret('late', 30),
  ];
  const { timeline } = assessed(records, { planPresentedAt: minute(10) });
  expect(
    timeline.map(({ action, count, outcome, stage, sincePlan }) => [action, count, outcome, stage, sincePlan]),
  ).toEqual([
    ['GetSecretValue', 20, 'success', 'credential access', false],
    ['CreateUser', 1, 'failure', 'persistence', false],
    ['GetSecretValue', 1, 'success', 'credential access', true],
  ]);
  expect(timeline[0]?.targets).toHaveLength(20);
});

function eventIdOf(record: JsonObject | undefined): string {
  const id = record?.['eventID'];
  return typeof id === 'string' ? id : '';
}

describe('what was refused because the identity was denied everything', () => {
  const at = minute(2);
  const denial: Closure = { things: [thing.deniedUser(accountId, userName)], at, issuedBefore: null };
  const later = [3, 4, 5].map((each) => refused('iam', 'ListUsers', each));
  function attempts(records: readonly JsonObject[], closures: readonly Closure[]) {
    const { findings } = assessed(records, { closures });
    return findings.find(({ kind }) => kind === 'denied-attempts');
  }

  test('is told apart from what the intruder was after', () => {
    const tried = refused('iam', 'CreateUser', 1);
    expect(attempts([tried, ...later], [denial])?.sentence).toBe(
      '1 attempt refused for want of permission: iam:CreateUser. 3 more since the response.',
    );
    expect(attempts([tried, ...later], [])?.sentence).toMatch(/^4 attempts refused for want of permission/u);
  });

  test('is no evidence of more than that it holds', () => {
    const changes = [3, 4].map((each) => refused('iam', 'CreateUser', each));
    expect(attempts([listing, ...changes], [denial])).toMatchObject({
      sentence: '2 attempts refused since the response: iam:CreateUser ×2.',
      confidence: 'low',
    });
  });
});

test('what was made and used is said to be in use only as long as something of it is open', () => {
  const used = [createUser, createKey('shadow'), byShadow(5, 's3', 'ListBuckets')];
  // The one call is a use of the user and of its key.
  expect(found(used).get('creation-used')?.sentence).toMatch(/^What was made is in use: .* made 1 call since\.$/u);
  const deleted = [
    callByAdmin(9, 'iam', 'DeleteAccessKey', { requestParameters: { userName: 'shadow', accessKeyId: 'AKIASHADOW' } }),
    callByAdmin(9, 'iam', 'DeleteUser', { requestParameters: { userName: 'shadow' } }),
  ];
  const closed = found([...used, ...deleted], {}).get('creation-used')?.sentence;
  expect(closed).toMatch(/^What was made was used: .* made \d+ calls?\. It is closed by now\.$/u);
});

test('an attempt to stop what watches the account is not said to have hidden anything', () => {
  const tried = found([refused('cloudtrail', 'StopLogging')]).get('evasion')?.sentence;
  expect(tried).toBe('Tried in vain: cloudtrail:StopLogging. Nothing was weakened by that.');
  expect(found([stopped]).get('evasion')?.sentence).toContain('What happened meanwhile may be missing there.');
});

describe("an administrator of a cluster, by the cluster's own entries", () => {
  function entry(principal: string, policy = 'AmazonEKSClusterAdminPolicy') {
    return call(1, 'eks', 'AssociateAccessPolicy', {
      requestParameters: {
        name: 'prod',
        principalArn: `arn:aws:iam::${accountId}:${principal}`,
        policyArn: `arn:aws:eks::aws:cluster-access-policy/${policy}`,
      },
    });
  }
  const disassociated = callByAdmin(2, 'eks', 'DisassociateAccessPolicy', {
    requestParameters: {
      name: 'prod',
      principalArn: `arn:aws:iam::${accountId}:user/${userName}`,
      policyArn: 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy',
    },
  });

  test('is told, also where the intruder makes it of itself', () => {
    const told = found([listing, entry(`user/${userName}`)]).get('administrator-granted');
    expect(told?.facts).toMatchObject({ administrator: false, grants: [{ policy: expect.stringContaining('prod') }] });
    expect(String(told?.sentence)).toContain('Rights that lead to more');
  });

  test('is none who may only look, nor one who was taken out again', () => {
    expect(found([listing, entry(`user/${userName}`, 'AmazonEKSViewPolicy')]).has('administrator-granted')).toBe(false);
    expect(found([listing, entry(`user/${userName}`), disassociated]).has('administrator-granted')).toBe(false);
  });
});

test('a list of revoked certificates that was taken out of force is told as that, not as a provider that was set up', () => {
  const crl = { crlId: 'c-1', crlArn: `arn:aws:rolesanywhere:us-east-1:${accountId}:crl/c-1` };
  const off = call(1, 'rolesanywhere', 'DisableCrl', {
    requestParameters: { crlId: 'c-1' },
    responseElements: { crl },
  });
  expect(found([off]).get('trust-opened')?.sentence).toBe(
    'A list of revoked certificates was loosened: certificates that had been revoked were let in again, as far as crl/c-1 had them.',
  );
});
