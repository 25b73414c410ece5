import { describe, expect, test } from 'vitest';
import type { JsonObject, JsonValue } from '../../../src/model/json.ts';
import { accountId } from '../trail-records.ts';
import { wayInWords } from '../../../src/investigation/way-in-words.ts';
import { assessed, call, callByAdmin, stand } from './assessed.ts';

const listing = call(0, 's3', 'ListBuckets');
const foreign = '999988887777';
const other = '888877776666';

function policy(aws: JsonValue, condition?: JsonObject): string {
  const statement = { Effect: 'Allow', Principal: { AWS: aws }, Action: '*', Resource: '*' };
  return JSON.stringify({ Statement: [condition === undefined ? statement : { ...statement, Condition: condition }] });
}

function iam(account: string, resource: string): string {
  return `arn:aws:iam::${account}:${resource}`;
}

/** A principal that the intruder let in, and a document of somebody else's since. */
type Case = readonly [who: string, later: string];

const root = iam(foreign, 'root');
const roleX = iam(foreign, 'role/path/x');
const ourRole = iam(accountId, 'role/app');
const ourUser = iam(accountId, 'user/svc');

const stillIn: readonly Case[] = [
  [foreign, policy(root)],
  [root, policy(foreign)],
  [root, policy(`arn:aws-cn:iam::${foreign}:root`)],
  [root, policy([iam(accountId, 'root'), roleX])],
  [roleX, policy([root, iam(accountId, 'root')])],
  [roleX, policy(iam(foreign, 'user/y'))],
  [roleX, policy(`arn:aws:sts::${foreign}:assumed-role/x/session`)],
  [roleX, policy('AROAEXAMPLEOFNOBODY01')],
  [foreign, policy('*')],
  [foreign, policy('arn:aws:iam::*:root')],
  ['*', policy('arn:aws:iam::*:root')],
  ['arn:aws:iam::*:root', policy('*')],
  [
    foreign,
    JSON.stringify({ Statement: [{ Effect: 'Allow', NotPrincipal: { AWS: other }, Action: '*', Resource: '*' }] }),
  ],
  // What a condition says of those who send no such key, or of some values only, narrows nothing.
  [foreign, policy('*', { StringEqualsIfExists: { 'aws:SourceAccount': accountId } })],
  [foreign, policy('*', { StringNotEquals: { 'aws:SourceAccount': accountId } })],
  [foreign, policy('*', { StringEquals: { 'aws:SourceAccount': [accountId, foreign] } })],
  [foreign, policy('*', { ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::bucket' } })],
];

const out: readonly Case[] = [
  [foreign, policy(iam(accountId, 'root'))],
  [foreign, policy(iam(other, 'root'))],
  [roleX, policy([iam(accountId, 'root'), other])],
  ['*', policy(other)],
  [foreign, policy('*', { StringEquals: { 'AWS:SourceOwner': accountId } })],
  [foreign, policy('*', { ArnLike: { 'aws:SourceArn': `arn:aws:events:eu-west-1:${accountId}:rule/*` } })],
  ['*', policy('*', { StringEquals: { 'kms:CallerAccount': accountId } })],
  [roleX, policy('AIDAEXAMPLEOFAUSER001')],
];

/** Whom another statement denies what one allows. */
function denying(...denials: readonly JsonObject[]): string {
  const all = { Effect: 'Deny', Principal: '*', Action: '*', Resource: '*' };
  const allow = { Effect: 'Allow', Principal: { AWS: [foreign, '*'] }, Action: '*', Resource: '*' };
  return JSON.stringify({ Statement: [allow, ...denials.map((denial) => ({ ...all, ...denial }))] });
}
const ownAlone = { Condition: { StringNotEquals: { 'aws:PrincipalAccount': accountId } } };
const denied: readonly Case[] = [
  [foreign, denying({})],
  ['*', denying({})],
  ['*', denying(ownAlone)],
];
const deniedInVain: readonly Case[] = [
  [foreign, denying({ Condition: { Bool: { 'aws:SecureTransport': 'false' } } })],
  [foreign, denying({ Principal: { Federated: '*' } })],
  [foreign, denying({ Resource: 'arn:aws:s3:::other' })],
  [foreign, denying({ Action: 's3:DeleteBucket' })],
  [
    foreign,
    JSON.stringify({
      Statement: [
        { Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' },
        { Effect: 'Deny', Principal: '*', Action: '*', NotResource: 'arn:aws:s3:::b' },
      ],
    }),
  ],
];

/** Of one's own account, which only a trust lets in as others. */
const ownStillIn: readonly Case[] = [
  [ourUser, policy(['AIDASVCSVCSVCSVCSVC01'])],
  [ourRole, policy(`arn:aws:sts::${accountId}:assumed-role/app/s`)],
  [ourUser, policy([ourRole, ourUser])],
];
const ownOut: readonly Case[] = [
  [ourUser, policy(iam(accountId, 'root'))],
  [ourUser, policy(ourRole)],
  [ourRole, policy('AIDASVCSVCSVCSVCSVC01')],
];

type Written = (by: typeof call, minutes: number, document: string) => JsonObject;

function trust(by: typeof call, minutes: number, policyDocument: string): JsonObject {
  return by(minutes, 'iam', 'UpdateAssumeRolePolicy', { requestParameters: { roleName: 'admin', policyDocument } });
}
function bucket(by: typeof call, minutes: number, document: string): JsonObject {
  const requestParameters = { bucketName: 'payroll', bucketPolicy: JSON.parse(document) as JsonObject };
  return by(minutes, 's3', 'PutBucketPolicy', { requestParameters });
}
function key(by: typeof call, minutes: number, document: string): JsonObject {
  return by(minutes, 'kms', 'PutKeyPolicy', { requestParameters: { keyId: 'k', policy: document } });
}
function table(by: typeof call, minutes: number, document: string): JsonObject {
  return by(minutes, 'dynamodb', 'PutResourcePolicy', { requestParameters: { resourceArn: 't', policy: document } });
}
const writers: readonly (readonly [string, Written])[] = [
  ['trust', trust],
  ['bucket policy', bucket],
  ['key policy', key],
  ['policy of a row', table],
];

function states(records: readonly JsonObject[]): readonly string[] {
  return stand(assessed([listing, ...records]).waysIn).filter((each) => !each.startsWith('access-key'));
}

/** Narrowed to an organization of which nobody here knows whose it is. */
const inOrganization: readonly Case[] = [
  [foreign, policy('*', { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } })],
  ['*', policy('*', { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } })],
  ['*', policy('*', { 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': 'o-1/r-a/*' } })],
];

describe.each(writers)('whoever a %s let in', (name, written) => {
  const own = name === 'trust' ? { stillIn: ownStillIn, out: ownOut } : { stillIn: [], out: [] };

  test.each([...stillIn, ...deniedInVain, ...own.stillIn])('as %s is still let in by %s', (who, later) => {
    const opened = written(call, 1, policy(who));
    expect(states([opened])).toEqual([expect.stringMatching(/: open$/)]);
    expect(states([opened, written(callByAdmin, 2, later)])).toEqual(states([opened]));
  });

  test.each(inOrganization)('as %s may be still by %s', (who, later) => {
    const opened = written(call, 1, policy(who));
    const { waysIn } = assessed([listing, opened, written(callByAdmin, 2, later)]);
    const door = waysIn.find(({ what }) => what.kind === 'share' || what.kind === 'trust');
    expect(door?.state).toBe('unknown');
    expect(door === undefined ? '' : String(wayInWords(door).sentence)).toContain('organization o-1');
  });

  test('as an organization is not known to be a stranger, nor to be no stranger, until it is left out', () => {
    const opened = written(call, 1, policy('*', { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } }));
    expect(states([opened])).toEqual([expect.stringMatching(/: unknown$/)]);
    expect(states([opened, written(callByAdmin, 2, policy('*'))])).toEqual([expect.stringMatching(/: unknown$/)]);
    const left = policy('*', { StringEquals: { 'aws:PrincipalOrgID': 'o-2' } });
    expect(states([opened, written(callByAdmin, 2, left)])).toEqual([expect.stringMatching(/: closed$/)]);
  });

  test.each([...out, ...denied, ...own.out])('as %s is no more by %s', (who, later) => {
    const opened = written(call, 1, policy(who));
    expect(states([opened, written(callByAdmin, 2, later)])).toEqual([expect.stringMatching(/: closed$/)]);
  });
});

test('statements that were added are closed by a whole policy that leaves their principal out, however it spells it', () => {
  const added = call(1, 'sns', 'AddPermission', {
    requestParameters: { topicArn: 't', label: 'in', aWSAccountId: [foreign], actionName: ['Publish'] },
  });
  function replacedBy(attributeValue: string): readonly string[] {
    const requestParameters = { topicArn: 't', attributeName: 'Policy', attributeValue };
    return states([added, callByAdmin(2, 'sns', 'SetTopicAttributes', { requestParameters })]);
  }
  expect(replacedBy(policy(root))).toEqual(['share: open']);
  expect(replacedBy(policy('*', { StringEquals: { 'AWS:SourceOwner': accountId } }))).toEqual(['share: closed']);
});
