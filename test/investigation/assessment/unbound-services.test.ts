import { describe, expect, test } from 'vitest';
import { wayInBrief } from '../../../src/investigation/report/way-in-brief.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import { accountId } from '../trail-records.ts';
import { assessed, call, callByAdmin } from './assessed.ts';

const listing = call(0, 's3', 'ListBuckets');
const foreign = '999988887777';
const sister = '444455556666';

function sharesOf(records: readonly JsonObject[], state = 'open'): readonly string[] {
  return assessed([listing, ...records], { ownAccounts: [sister] as never })
    .waysIn.filter((each) => each.what.kind === 'share' && each.state === state)
    .map(({ what }) => String(wayInBrief(what)));
}

function permitted(principal: string, more: JsonObject = {}): JsonObject {
  return call(1, 'lambda', 'AddPermission20150331v2', {
    requestParameters: { functionName: 'api', statementId: 's', principal, ...more },
  });
}

function bucketPolicy(Service: string, Condition?: JsonObject, by = call, at = 1): JsonObject {
  const statement = { Effect: 'Allow', Principal: { Service }, Action: 's3:GetObject', Resource: '*' };
  const Statement = [Condition === undefined ? statement : { ...statement, Condition }];
  return by(at, 's3', 'PutBucketPolicy', { requestParameters: { bucketName: 'payroll', bucketPolicy: { Statement } } });
}

function subscribed(protocol: string, endpoint: string): JsonObject {
  return call(1, 'sns', 'Subscribe', {
    requestParameters: { topicArn: `arn:aws:sns:eu-west-1:${accountId}:alerts`, protocol, endpoint },
  });
}

function rowPolicy(Condition: JsonObject): JsonObject {
  const policyText = JSON.stringify({
    Statement: [
      { Effect: 'Allow', Principal: { Service: 'ecr.amazonaws.com' }, Action: '*', Resource: '*', Condition },
    ],
  });
  return call(1, 'ecr', 'PutRegistryPolicy', { requestParameters: { policyText } });
}

function grant(more: JsonObject, by: JsonObject = {}): JsonObject {
  const record = call(1, 'kms', 'CreateGrant', {
    requestParameters: { keyId: 'k', granteePrincipal: 'dynamodb.eu-west-1.amazonaws.com', ...more },
    responseElements: { grantId: 'g1' },
  });
  return { ...record, userIdentity: { ...(record['userIdentity'] as JsonObject), ...by } };
}

function share(more: JsonObject): JsonObject {
  return call(1, 'ram', 'CreateResourceShare', {
    requestParameters: { principals: ['vpc-lattice.amazonaws.com'], ...more },
    responseElements: { resourceShare: { resourceShareArn: 'arn:aws:ram:eu-west-1:111122223333:resource-share/1' } },
  });
}

const ownTopic = `arn:aws:sns:eu-west-1:${accountId}:alerts`;

describe("a service is an outsider's door where nothing binds it to sources of our accounts", () => {
  test.each<[string, JsonObject, string]>([
    [
      'a function, for whoever asks',
      permitted('apigateway.amazonaws.com'),
      'api, shared with apigateway.amazonaws.com',
    ],
    [
      "a function, for a bucket's ARN, which names no account",
      permitted('s3.amazonaws.com', { sourceArn: 'arn:aws:s3:::attacker-bucket' }),
      'api, shared with s3.amazonaws.com',
    ],
    [
      'a function, for any account by a pattern',
      permitted('sns.amazonaws.com', { sourceArn: 'arn:aws:sns:*:*:*' }),
      'api, shared with sns.amazonaws.com',
    ],
    [
      'a bucket, with no condition',
      bucketPolicy('cloudfront.amazonaws.com'),
      'payroll, shared with cloudfront.amazonaws.com',
    ],
    [
      'a bucket, for any account',
      bucketPolicy('cloudfront.amazonaws.com', { StringLike: { 'aws:SourceAccount': '*' } }),
      'payroll, shared with cloudfront.amazonaws.com',
    ],
    [
      'a bucket, where calls without a source pass',
      bucketPolicy('cloudfront.amazonaws.com', { StringEqualsIfExists: { 'aws:SourceAccount': accountId } }),
      'payroll, shared with cloudfront.amazonaws.com',
    ],
    [
      'a bucket, for all but one account',
      bucketPolicy('cloudfront.amazonaws.com', { StringNotEquals: { 'aws:SourceAccount': accountId } }),
      'payroll, shared with cloudfront.amazonaws.com',
    ],
    [
      'a bucket, for our topic or for a bucket',
      bucketPolicy('sns.amazonaws.com', { ArnLike: { 'aws:SourceArn': [ownTopic, 'arn:aws:s3:::theirs'] } }),
      'payroll, shared with sns.amazonaws.com',
    ],
    [
      'a bucket, under a condition on something else',
      bucketPolicy('sns.amazonaws.com', { Bool: { 'aws:SecureTransport': 'true' } }),
      'payroll, shared with sns.amazonaws.com',
    ],
    [
      'what a table of doors reads',
      rowPolicy({ StringLike: { 'aws:SourceAccount': '*' } }),
      'registry of the account, shared with ecr.amazonaws.com',
    ],
    ["a key, by the caller's own grant", grant({}), 'k, shared with dynamodb.eu-west-1.amazonaws.com'],
    ['a share, from no named source', share({}), 'resource-share/1, shared with vpc-lattice.amazonaws.com'],
    [
      'a topic, to a URL at API Gateway',
      subscribed('https', 'https://evil123.execute-api.us-east-1.amazonaws.com'),
      'https://evil123.execute-api.us-east-1.amazonaws.com',
    ],
    [
      'a topic, to an instance by its name',
      subscribed('http', 'http://ec2-1-2-3-4.compute-1.amazonaws.com'),
      'http://ec2-1-2-3-4.compute-1.amazonaws.com',
    ],
    [
      'a topic, to a load balancer by its name',
      subscribed('http', 'evil-1.eu-west-1.elb.amazonaws.com'),
      'evil-1.eu-west-1.elb.amazonaws.com',
    ],
  ])('%s', (_, record, brief) => {
    expect(sharesOf([record]).join()).toContain(brief);
  });

  test.each<[string, JsonObject]>([
    ["a function, for the account's own", permitted('s3.amazonaws.com', { sourceAccount: accountId })],
    [
      "a function, for the account's own bucket",
      permitted('s3.amazonaws.com', { sourceAccount: accountId, sourceArn: 'arn:aws:s3:::ours' }),
    ],
    ['a function, for a topic of the account', permitted('sns.amazonaws.com', { sourceArn: ownTopic })],
    ['a function, for a sister account', permitted('sns.amazonaws.com', { sourceAccount: sister })],
    [
      'a bucket, for two accounts of ours',
      bucketPolicy('cloudtrail.amazonaws.com', { StringEquals: { 'aws:SourceAccount': [accountId, sister] } }),
    ],
    [
      'a bucket, for a bucket of the account',
      bucketPolicy('logging.s3.amazonaws.com', {
        ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::ours' },
        StringEquals: { 'aws:SourceAccount': accountId },
      }),
    ],
    [
      "a bucket, for the account's log groups alone, as the encryption context says",
      bucketPolicy('logs.eu-west-1.amazonaws.com', {
        ArnLike: { 'kms:EncryptionContext:aws:logs:arn': `arn:aws:logs:eu-west-1:${accountId}:*` },
      }),
    ],
    ['what a table of doors reads', rowPolicy({ StringEquals: { 'aws:SourceAccount': accountId } })],
    ['a key, by a grant that the service made to itself', grant({}, { invokedBy: 'dynamodb.amazonaws.com' })],
    ['a key, by a grant for a table of the account', grant({ constraints: { sourceArn: ownTopic } })],
    ['a share, from accounts of ours', share({ sources: [accountId] })],
    ["a topic, to a queue of the account's", subscribed('sqs', `arn:aws:sqs:eu-west-1:${accountId}:q`)],
  ])('and none where it is bound: %s', (_, record) => {
    expect(sharesOf([record])).toEqual([]);
  });
});

test('a service that is bound since is shut out, and one that is named again is not', () => {
  const opened = bucketPolicy('cloudfront.amazonaws.com');
  const bound = bucketPolicy(
    'cloudfront.amazonaws.com',
    { StringEquals: { 'aws:SourceAccount': accountId } },
    callByAdmin,
    2,
  );
  expect(sharesOf([opened, bound], 'closed')).toEqual(['payroll, shared with cloudfront.amazonaws.com']);
  const again = bucketPolicy('cloudfront.amazonaws.com', { StringLike: { 'aws:SourceArn': '*' } }, callByAdmin, 2);
  expect(sharesOf([opened, again])).toEqual(['payroll, shared with cloudfront.amazonaws.com']);
});

test('for a source of another account it is that account that is let in', () => {
  const record = permitted('sns.amazonaws.com', { sourceArn: `arn:aws:sns:eu-west-1:${foreign}:theirs` });
  expect(sharesOf([record])).toEqual([`api, shared with ${foreign}`]);
});

test('a role that a service may take is no way in by itself', () => {
  const trust = {
    Statement: [{ Effect: 'Allow', Principal: { Service: 'ssm.amazonaws.com' }, Action: 'sts:AssumeRole' }],
  };
  const made = call(1, 'iam', 'CreateRole', {
    requestParameters: { roleName: 'ssm', assumeRolePolicyDocument: JSON.stringify(trust) },
  });
  const { waysIn, findings } = assessed([listing, made]);
  expect(waysIn.map(({ what }) => what.kind)).toEqual(['access-key']);
  expect(findings.map(({ kind }) => kind)).not.toContain('trust-opened');
});
