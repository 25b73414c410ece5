import { describe, expect, test } from 'vitest';
import { breaksInWords } from '../../../src/investigation/report/case-words.ts';
import { toPutRight } from '../../../src/investigation/report/to-put-right.ts';
import { stageOf } from '../../../src/investigation/stage.ts';
import { seenEvent } from '../../../src/investigation/seen-event.ts';
import { wayInWords } from '../../../src/investigation/way-in-words.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import { found } from '../archive-of.ts';
import { accountId } from '../trail-records.ts';
import { Cloud, ordinaryTraffic, userOf } from '../expected/cloud.ts';
import { investigateRecords } from '../expected/investigate-records.ts';
import { assessed, call, callByAdmin } from './assessed.ts';

const other = '444455556666';

function waysInOf(records: readonly JsonObject[]) {
  return assessed(records).waysIn.filter(({ what }) => what.kind !== 'access-key');
}

function sentencesOf(records: readonly JsonObject[]): readonly string[] {
  return waysInOf(records).map((wayIn) => String(wayInWords(wayIn).sentence));
}

test("a session by AssumeRoot is one of the other account's root, and no policy on the caller ends it", () => {
  const taken = call(1, 'sts', 'AssumeRoot', {
    requestParameters: { targetPrincipal: other, taskPolicyArn: { arn: 'arn:aws:iam::aws:policy/root-task/x' } },
    responseElements: { credentials: { accessKeyId: 'ASIAROOT000000000001', expiration: 'Nov 24, 2026, 1:16:00 PM' } },
  });
  const denied = callByAdmin(5, 'iam', 'AttachUserPolicy', {
    requestParameters: { userName: 'mallory', policyArn: 'arn:aws:iam::aws:policy/AWSDenyAll' },
  });
  const [session] = waysInOf([taken, denied]);
  expect(session?.state).toBe('open');
  expect(session?.what).toMatchObject({ accountId: other });
  expect(sentencesOf([taken])[0]).toContain(`root of ${other}`);
  expect(stageOf(seenEvent(found(taken)))).toBe('escalation');
});

test('an instance that gets another profile is named by its own ID', () => {
  const replaced = call(1, 'ec2', 'ReplaceIamInstanceProfileAssociation', {
    requestParameters: {
      ReplaceIamInstanceProfileAssociationRequest: {
        AssociationId: 'iip-assoc-1',
        IamInstanceProfile: { Name: 'admin' },
      },
    },
    responseElements: {
      ReplaceIamInstanceProfileAssociationResponse: {
        iamInstanceProfileAssociation: { instanceId: 'i-0a1b2c3d4e5f60718' },
      },
    },
  });
  expect(waysInOf([replaced]).map(({ what }) => what)).toMatchObject([{ instanceId: 'i-0a1b2c3d4e5f60718' }]);
});

test('a permission set that is given in two accounts is two ways in, told apart', () => {
  const given = [accountId, other].map((targetId, index) =>
    call(index + 1, 'sso', 'CreateAccountAssignment', {
      requestParameters: { permissionSetArn: 'arn:aws:sso:::permissionSet/i/ps-1', principalId: 'u-1', targetId },
    }),
  );
  const sentences = sentencesOf(given);
  expect(new Set(sentences).size).toBe(2);
  expect(sentences[1]).toContain(`in account ${other}`);
});

test("a Lightsail instance's opening says to whom", () => {
  const opened = call(1, 'lightsail', 'OpenInstancePublicPorts', {
    requestParameters: {
      instanceName: 'web',
      portInfo: { fromPort: 22, toPort: 22, protocol: 'tcp', cidrs: ['203.0.113.7/32'] },
    },
  });
  expect(sentencesOf([opened])[0]).toContain('from 203.0.113.7/32');
});

describe('an identity pool that lets nobody in unnamed any more', () => {
  const identityPoolId = 'eu-west-1:11111111-2222-3333-4444-555555555555';
  const shut = callByAdmin(9, 'cognito-identity', 'UpdateIdentityPool', {
    requestParameters: { identityPoolId, allowUnauthenticatedIdentities: false },
  });

  function given(roles: JsonObject): JsonObject {
    return call(1, 'cognito-identity', 'SetIdentityPoolRoles', { requestParameters: { identityPoolId, roles } });
  }

  const unauthenticated = `arn:aws:iam::${accountId}:role/app`;

  test.each([
    ['is closed where it gave roles to nobody else', { unauthenticated }, 'closed'],
    ['stays open for whoever signs in', { unauthenticated, authenticated: unauthenticated }, 'open'],
  ])('%s', (_, roles, state) => {
    expect(waysInOf([given(roles), shut]).map((each) => each.state)).toEqual([state]);
  });
});

test.each([
  ['codebuild', 'StartBuild', { projectName: 'p' }, 'escalation'],
  ['events', 'PutRule', { name: 'r' }, 'persistence'],
  ['s3', 'DeleteBucketPolicy', { bucketName: 'b' }, 'evasion'],
] as const)('%s %s has a stage', (service, action, requestParameters, stage) => {
  expect(stageOf(seenEvent(found(call(1, service, action, { requestParameters }))))).toBe(stage);
});

test.each(['constructor', '__proto__', 'toString', 'hasOwnProperty'])(
  'a call that a log names %s has a stage',
  (action) => {
    expect(['discovery', 'other']).toContain(stageOf(seenEvent(found(call(1, 'iam', action, {})))));
  },
);

test('names that were led elsewhere are a finding', () => {
  const written = call(1, 'route53', 'ChangeResourceRecordSets', {
    requestParameters: {
      hostedZoneId: 'Z1',
      changeBatch: {
        changes: [{ action: 'UPSERT', resourceRecordSet: { name: 'login.acme.example', type: 'A', tTL: 60 } }],
      },
    },
  });
  const { findings } = assessed([written]);
  expect(findings.find(({ kind }) => kind === 'names-redirected')?.sentence).toContain('login.acme.example');
});

test('what was copied while a snapshot was shared is still to be put right', () => {
  function shared(by: typeof call, at: number, how: JsonObject): JsonObject {
    return by(at, 'rds', 'ModifyDBSnapshotAttribute', {
      requestParameters: { dBSnapshotIdentifier: 's1', attributeName: 'restore', ...how },
    });
  }
  const records = [
    shared(call, 1, { valuesToAdd: ['999988887777'] }),
    shared(callByAdmin, 9, { valuesToRemove: ['999988887777'] }),
  ];
  expect(waysInOf(records).map(({ state }) => state)).toEqual(['closed']);
  expect(toPutRight(assessed(records)).map(({ sentence }) => String(sentence))).toEqual([
    expect.stringContaining('a copy that was made meanwhile stays'),
  ]);
});

describe('a case made of files', () => {
  async function documentOf(keyOff: boolean) {
    const cloud = new Cloud();
    ordinaryTraffic(cloud);
    const who = userOf('111122223333', 'alice', 'AKIAALICE00000000001');
    const hostile = { from: '203.0.113.66', client: 'aws-cli/2.9.9 Python/3.11 kali' };
    cloud.call(who, 'sts:GetCallerIdentity', { at: 1000, ...hostile });
    cloud.call(who, 'rds:ModifyDBInstance', {
      at: 1020,
      request: { dBInstanceIdentifier: 'prod', publiclyAccessible: true },
      ...hostile,
    });
    if (keyOff) {
      const admin = userOf('111122223333', 'carol', 'AKIACAROL00000000001');
      cloud.call(admin, 'iam:UpdateAccessKey', {
        at: 2000,
        from: '198.51.100.21',
        request: { userName: 'alice', accessKeyId: 'AKIAALICE00000000001', status: 'Inactive' },
      });
    }
    const [first] = await investigateRecords(cloud.records);
    return first?.document;
  }

  test('names whoever was let in as everybody outside', async () => {
    const document = await documentOf(false);
    const accounts = document?.identities.filter(({ kind }) => kind === 'account') ?? [];
    expect(accounts.map(({ name, role }) => `${role} ${name}`)).toEqual(['outside everybody']);
  });

  test('says that nothing of a key breaks that is off already', async () => {
    const [on, off] = [await documentOf(false), await documentOf(true)];
    expect(on === undefined ? [] : breaksInWords(on).join(' ')).toContain('other use of');
    const told = off === undefined ? '' : breaksInWords(off).join(' ');
    expect(told).not.toContain('other use of');
    // Nor that there was nobody else: their use stopped with the key.
    expect(told).toMatch(/nothing more: what else used .* has stopped already/u);
    expect(told).not.toContain('nobody else');
  });
});
