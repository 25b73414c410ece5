import { describe, expect, test } from 'vitest';
import { role } from '../../../src/cloudtrail/identities.ts';
import { remediesOf } from '../../../src/investigation/plan/remedies.ts';
import { toPutRight } from '../../../src/investigation/report/to-put-right.ts';
import { wayInWords } from '../../../src/investigation/way-in-words.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import type { Link } from '../../../src/model/link.ts';
import { found } from '../archive-of.ts';
import { accountId } from '../trail-records.ts';
import { assessed, call, callByAdmin, minute, stand, alertsOn } from './assessed.ts';

const provider = `arn:aws:iam::${accountId}:oidc-provider/token.actions.githubusercontent.com`;

/** A trust for whoever GitHub says is one of these. */
function trustIn(subject: string, more: JsonObject = {}): string {
  const Condition = { StringLike: { 'token.actions.githubusercontent.com:sub': subject, ...more } };
  const Action = 'sts:AssumeRoleWithWebIdentity';
  return JSON.stringify({ Statement: [{ Effect: 'Allow', Principal: { Federated: provider }, Action, Condition }] });
}

function trustOf(principal: JsonObject): string {
  return JSON.stringify({ Statement: [{ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' }] });
}

const everybody = trustIn('repo:*');
const owners = trustIn('repo:acme/app:*');
const ownRole = trustOf({ AWS: `arn:aws:iam::${accountId}:role/ci` });
const stranger = trustOf({ AWS: 'arn:aws:iam::999988887777:root' });

function trustSet(by: typeof call, minutes: number, policyDocument: string): JsonObject {
  return by(minutes, 'iam', 'UpdateAssumeRolePolicy', { requestParameters: { roleName: 'deploy', policyDocument } });
}

const policyArn = `arn:aws:iam::${accountId}:policy/base`;
const all = JSON.stringify({ Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] });
const reading = JSON.stringify({ Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }] });

function versionMade(by: typeof call, minutes: number, versionId: string, document: string, setAsDefault = true) {
  const requestParameters = { policyArn, policyDocument: document, setAsDefault };
  return by(minutes, 'iam', 'CreatePolicyVersion', {
    requestParameters,
    responseElements: { policyVersion: { versionId } },
  });
}

function versionSet(by: typeof call, minutes: number, versionId: string): JsonObject {
  return by(minutes, 'iam', 'SetDefaultPolicyVersion', { requestParameters: { policyArn, versionId } });
}

/** How loud a case is about a call, the last of some records. */
function standingOf(records: readonly JsonObject[], alerted: JsonObject): 'quiet' | 'loud' | 'advises' {
  const assessment = assessed(records, { alerts: alertsOn(alerted) });
  if (assessment.quiet) return 'quiet';
  return remediesOf(assessment).some(({ recommended }) => recommended) ? 'advises' : 'loud';
}

describe('whoever puts back what an intruder changed is no suspect', () => {
  test.each([
    ['a trust narrowed from everybody of a provider', trustSet(callByAdmin, 1, everybody), trustSet(call, 9, owners)],
    [
      'a trust for services alone',
      trustSet(callByAdmin, 1, everybody),
      trustSet(call, 9, trustOf({ Service: 'lambda.amazonaws.com' })),
    ],
    ['an older version after one that gave all', versionMade(callByAdmin, 1, 'v4', all), versionSet(call, 9, 'v3')],
  ])('%s is quiet', (_, change, repair) => {
    expect(standingOf([change, repair], repair)).toBe('quiet');
  });

  test.each([
    ['a trust of the own account after a stranger', trustSet(callByAdmin, 1, stranger), trustSet(call, 9, ownRole)],
    [
      "AWS's quarantine, by hand",
      call(1, 's3', 'ListBuckets'),
      call(9, 'iam', 'AttachUserPolicy', {
        requestParameters: { userName: 'bob', policyArn: 'arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV3' },
      }),
    ],
  ])('%s may be a repair: loud, with nothing advised', (_, change, repair) => {
    expect(standingOf([change, repair], repair)).toBe('loud');
    expect(remediesOf(assessed([change, repair])).length).toBeGreaterThan(0);
  });

  test('that it may be a repair is told, and nothing is held against it', () => {
    const repair = trustSet(call, 9, owners);
    const { findings } = assessed([trustSet(callByAdmin, 1, everybody), repair], {
      alerts: alertsOn(repair),
    });
    expect(findings.filter(({ direction }) => direction === 'suspicious')).toEqual([]);
    expect(findings.map(({ facts }) => facts['because'])).toContain('repair');
  });
});

describe('whoever seems to put something back and opens it is a suspect', () => {
  test.each([
    [
      'a trust for others of the provider',
      trustSet(callByAdmin, 1, owners),
      trustSet(call, 9, trustIn('repo:evil/x:*')),
    ],
    ['a trust widened', trustSet(callByAdmin, 1, owners), trustSet(call, 9, everybody)],
    [
      'a trust with one condition less',
      trustSet(callByAdmin, 1, trustIn('repo:*', { 'token.actions.githubusercontent.com:actor': 'acme-bot' })),
      trustSet(call, 9, trustIn('repo:evil/x:*')),
    ],
    [
      'a trust in another stranger',
      trustSet(callByAdmin, 1, stranger),
      trustSet(call, 9, trustOf({ AWS: '555566667777' })),
    ],
    [
      'an older version after one that gave little',
      versionMade(callByAdmin, 1, 'v4', reading),
      versionSet(call, 9, 'v3'),
    ],
  ])('%s', (_, change, opening) => {
    expect(standingOf([change, opening], opening)).toBe('advises');
  });

  test('where more than the repair was done', () => {
    const repair = trustSet(call, 9, ownRole);
    const more = call(10, 'iam', 'CreateAccessKey', {
      requestParameters: { userName: 'bob' },
      responseElements: { accessKey: { accessKeyId: 'AKIABOB00000000000X', userName: 'bob', status: 'Active' } },
    });
    expect(standingOf([trustSet(callByAdmin, 1, stranger), repair, more], repair)).toBe('advises');
  });

  test('where it mends what the case itself had opened', () => {
    const records = [
      trustSet(call, 1, everybody),
      trustSet(callByAdmin, 5, trustIn('repo:e*')),
      trustSet(call, 9, trustIn('repo:evil/*')),
    ];
    expect(stand(assessed(records).waysIn)).toContain('trust: open');
  });
});

describe('what was taken away in between is not put back as it was', () => {
  const bucketName = 'assets';
  const Statement = [{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::assets/*' }];

  function publicPolicy(by: typeof call, minutes: number): JsonObject {
    return by(minutes, 's3', 'PutBucketPolicy', { requestParameters: { bucketName, bucketPolicy: { Statement } } });
  }

  function secretShared(by: typeof call, minutes: number): JsonObject {
    const requestParameters = { secretId: 'db', resourcePolicy: stranger };
    return by(minutes, 'secretsmanager', 'PutResourcePolicy', { requestParameters });
  }

  const cases = [
    [
      'the public policy of a bucket',
      publicPolicy,
      callByAdmin(5, 's3', 'DeleteBucketPolicy', { requestParameters: { bucketName } }),
    ],
    [
      'the public policy of a bucket that is gone',
      publicPolicy,
      callByAdmin(5, 's3', 'DeleteBucket', { requestParameters: { bucketName } }),
    ],
    [
      "a secret's share",
      secretShared,
      callByAdmin(5, 'secretsmanager', 'DeleteResourcePolicy', { requestParameters: { secretId: 'db' } }),
    ],
    [
      'a trust in a stranger',
      (by: typeof call, minutes: number) => trustSet(by, minutes, stranger),
      callByAdmin(5, 'iam', 'DeleteRole', { requestParameters: { roleName: 'deploy' } }),
    ],
    [
      'a version that gives all',
      (by: typeof call, minutes: number) => versionMade(by, minutes, by === call ? 'v2' : 'v3', all),
      callByAdmin(5, 'iam', 'DeletePolicy', { requestParameters: { policyArn } }),
    ],
  ] as const;

  test.each(cases)('%s: given anew it is open, and advised against', (_, given, takenAway) => {
    const anew = given(call, 9);
    const records = [given(callByAdmin, 1), takenAway, anew];
    expect(standingOf(records, anew)).toBe('advises');
    const doors = assessed(records).waysIn.filter(({ what }) => ['share', 'trust', 'grant'].includes(what.kind));
    expect(doors.map(({ state }) => state)).toEqual(['open']);
  });

  test.each(cases)('%s: given where it was there all along, it opens nothing', (_, given) => {
    const records = [given(callByAdmin, 1), given(call, 9)];
    const doors = assessed(records).waysIn.filter(({ what }) => ['share', 'trust', 'grant'].includes(what.kind));
    expect(doors.filter(({ state }) => state === 'open')).toEqual([]);
  });
});

describe('a trust that somebody else wrote since', () => {
  function trustDoor(records: readonly JsonObject[], links: readonly Link[] = []) {
    return assessed(records, { links }).waysIn.find(({ what }) => what.kind === 'trust');
  }

  test('is closed where it is what stood before, however it is spelt', () => {
    const spelt = JSON.stringify(JSON.parse(owners), null, 2);
    const records = [
      trustSet(callByAdmin, -900, owners),
      trustSet(call, 1, everybody),
      trustSet(callByAdmin, 9, spelt),
    ];
    expect(trustDoor(records)?.state).toBe('closed');
  });

  test('is not known to be closed where a provider vouches for fewer, and nobody can say whether for the same as before', () => {
    const door = trustDoor([trustSet(call, 1, everybody), trustSet(callByAdmin, 9, owners)]);
    expect(door?.state).toBe('unknown');
    expect(door === undefined ? '' : String(wayInWords(door).sentence)).toContain('narrowed to repo:acme/app:*');
  });

  test('is open where it is for whoever came in', () => {
    const link: Link = {
      from: 'person/token.actions.githubusercontent.com/repo:evil%2Fpwn:ref:main',
      to: role(accountId, 'deploy').id,
      how: 'assumed-role',
      strength: 'proved',
      at: minute(2),
      proof: [found(trustSet(call, 1, everybody)).ref],
    };
    const records = [trustSet(call, 1, everybody), trustSet(callByAdmin, 9, trustIn('repo:e*'))];
    expect(trustDoor(records, [link])?.state).toBe('open');
    expect(trustDoor(records)?.state).toBe('unknown');
  });

  test('is open where the case had changed it back before', () => {
    const records = [
      trustSet(callByAdmin, -900, owners),
      trustSet(call, 1, everybody),
      trustSet(callByAdmin, 5, owners),
      trustSet(call, 9, everybody),
    ];
    expect(trustDoor(records)?.state).toBe('open');
  });
});

describe('a policy of which somebody else chose another version', () => {
  test('has nothing left to be put right', () => {
    const records = [versionMade(call, 1, 'v4', all), versionSet(callByAdmin, 9, 'v3')];
    expect(toPutRight(assessed(records)).map(({ kind }) => kind)).toEqual([]);
    expect(toPutRight(assessed(records.slice(0, 1))).map(({ kind }) => kind)).toEqual(['policy-version-set']);
  });

  test('stays open where it is one that the case made and did not set', () => {
    const records = [
      versionMade(call, 1, 'v3', all, false),
      versionMade(call, 2, 'v4', all),
      versionSet(callByAdmin, 9, 'v3'),
    ];
    expect(stand(assessed(records).waysIn)).toContain('grant: open');
  });
});
