import { describe, expect, test } from 'vitest';
import { allowedOnEverything, letIn } from '../../src/cloudtrail/policy-access.ts';
import { maxPolicyCharacters, readPolicy, type PolicyStatement } from '../../src/cloudtrail/policy-document.ts';
import type { JsonObject, JsonValue } from '../../src/model/json.ts';

const allow = { Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' } as const;
const stranger = 'arn:aws:iam::444455556666:root';

function statements(...list: readonly JsonValue[]): readonly PolicyStatement[] {
  const read = readPolicy({ Version: '2012-10-17', Statement: list });
  return read.kind === 'policy' ? read.statements : [];
}

/** In words: `anyone`, `account 444455556666`. */
function entrants(...list: readonly JsonValue[]): readonly string[] {
  return letIn(statements(...list)).map((entrant) => Object.values(entrant).join(' '));
}

function under(condition: JsonObject, principal: JsonValue = '*'): readonly string[] {
  return entrants({
    Effect: 'Allow',
    Principal: principal,
    Action: 's3:GetObject',
    Resource: '*',
    Condition: condition,
  });
}

describe('a policy is read as what it says, however it is written', () => {
  const text = JSON.stringify({ Version: '2012-10-17', Statement: [allow] });
  test.each([
    ['an object', { Version: '2012-10-17', Statement: [allow] }],
    ['an object whose statement is not in a list', { Statement: allow }],
    ['JSON', text],
    ['JSON behind 33,000 spaces', `${' '.repeat(33_000)}${text}`],
    ['JSON behind a byte order mark', `\uFEFF${text}`],
    ['JSON with escapes in its names', text.replace('Principal', String.raw`\u0050rincipal`)],
    ['JSON with escapes in its values', text.replace('"*"', String.raw`"\u002a"`)],
    ['JSON with names in another case', text.replace('Principal', 'principal').replace('"Effect"', '"EFFECT"')],
    ['JSON, URL-encoded', encodeURIComponent(text)],
    [
      'JSON, URL-encoded as forms are',
      new URLSearchParams({ '': JSON.stringify(JSON.parse(text), null, 1) }).toString().slice(1),
    ],
    ['JSON, URL-encoded twice', encodeURIComponent(encodeURIComponent(text))],
    ['the JSON of a JSON text', JSON.stringify(text)],
  ])('%s', (_, value) => {
    const read = readPolicy(value);
    expect(read.kind === 'policy' ? letIn(read.statements) : read).toEqual([{ kind: 'anyone' }]);
  });

  test.each([
    ['too long', `${' '.repeat(maxPolicyCharacters)}{}`],
    ['no JSON', '{"Statement": ['],
    ['no JSON', '%7B%2'],
    ['no statements', '{"Version": "2012-10-17"}'],
    ['no statements', '[1, 2]'],
    ['no statements', JSON.stringify({ Statement: [{ Effect: 'Perhaps' }, 7] })],
    ['too many statements', { Statement: Array.from({ length: 5000 }, () => allow) }],
  ])('and what is none says so: %s', (because, value) => {
    expect(readPolicy(value)).toEqual({ kind: 'unreadable', because });
  });
});

describe('whom a policy lets in', () => {
  test('another account beside the own one, by ARN or by its bare ID', () => {
    const own = 'arn:aws:iam::111122223333:root';
    expect(entrants({ ...allow, Principal: { AWS: [own, stranger] } })).toEqual([
      'account 111122223333',
      'account 444455556666',
    ]);
    expect(entrants({ ...allow, Principal: { AWS: '444455556666' } })).toEqual(['account 444455556666']);
    expect(entrants({ ...allow, Principal: { AWS: 'arn:aws-us-gov:sts::444455556666:assumed-role/r/s' } })).toEqual([
      'account 444455556666',
    ]);
  });

  test('a denial to everybody lets nobody in, nor does it hide who is allowed', () => {
    const denial = {
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:*',
      Resource: '*',
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    };
    expect(entrants(denial)).toEqual([]);
    expect(entrants({ Effect: 'Deny', NotPrincipal: { AWS: stranger }, Action: 'sts:*' })).toEqual([]);
    expect(entrants(denial, { ...allow, Principal: { AWS: stranger } })).toEqual(['account 444455556666']);
    expect(entrants(denial, { ...allow, Action: 's3:GetObject', Resource: '*' })).toEqual(['anyone']);
  });

  test('one who is denied all of it by name is not let in, and others beside are', () => {
    const denial = { Effect: 'Deny', Principal: { AWS: '444455556666' }, Action: 'sts:*', Resource: '*' };
    const assume = { Effect: 'Allow', Action: 'sts:AssumeRole' };
    const both = { ...assume, Principal: { AWS: [stranger, '777788889999'] } };
    expect(entrants(both, denial)).toEqual(['account 777788889999']);
    expect(entrants(both, { ...denial, Action: 'sts:TagSession' })).toHaveLength(2);
    expect(entrants(both, { ...denial, Condition: { Bool: { 'aws:SecureTransport': 'false' } } })).toHaveLength(2);
    expect(entrants({ ...assume, Principal: '*' }, denial)).toEqual(['anyone']);
  });

  test('a denial of other resources than some, or to those of one kind, hides nobody', () => {
    const all = { Effect: 'Allow', Principal: '*', Action: 's3:*', Resource: '*' };
    const everything = { Effect: 'Deny', Action: 's3:*', Principal: '*' };
    const denial = { ...everything, Resource: '*' };
    expect(entrants(all, denial)).toEqual([]);
    expect(entrants(all, { ...everything, NotResource: 'arn:aws:s3:::b/*' })).toEqual(['anyone']);
    expect(entrants(all, { ...denial, Principal: { Federated: '*' } })).toEqual(['anyone']);
  });

  test('whoever may tag sessions and may not begin one is not let in', () => {
    const tags = { Effect: 'Allow', Principal: '*', Action: ['sts:TagSession', 'sts:SetSourceIdentity'] };
    expect(entrants(tags)).toEqual([]);
    expect(entrants({ ...tags, Action: ['sts:TagSession', 'sts:AssumeRole'] })).toEqual(['anyone']);
    expect(entrants({ Effect: 'Allow', Principal: '*', NotAction: 'sts:TagSession' })).toEqual(['anyone']);
  });

  test('everybody but some is everybody', () => {
    expect(entrants({ Effect: 'Allow', NotPrincipal: { AWS: stranger }, Action: 's3:*', Resource: '*' })).toEqual([
      'anyone',
    ]);
  });

  test('services, identity providers and identities whose account is not told are no accounts', () => {
    expect(
      entrants({
        ...allow,
        Principal: { Service: ['ec2.amazonaws.com'], Federated: 'cognito-identity.amazonaws.com' },
      }),
    ).toEqual(['service ec2.amazonaws.com', 'identity-provider cognito-identity.amazonaws.com']);
    const cloudFront = 'arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1';
    expect(entrants({ ...allow, Principal: { AWS: ['AIDAEXAMPLE', cloudFront] } })).toEqual([
      'other AIDAEXAMPLE',
      `other ${cloudFront}`,
    ]);
  });

  test.each([
    ['an organization', { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } }, 'organization o-1'],
    ['an organization, in any case', { stringequals: { 'AWS:principalorgid': ['o-1'] } }, 'organization o-1'],
    [
      'a part of an organization',
      { 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': 'o-1/r-a/ou-b/*' } },
      'organization o-1',
    ],
    ['an account', { StringEquals: { 'aws:PrincipalAccount': '444455556666' } }, 'account 444455556666'],
    ['an ARN', { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::444455556666:role/x*' } }, 'account 444455556666'],
    [
      'a source ARN',
      { ArnEquals: { 'aws:SourceArn': 'arn:aws:sns:eu-west-1:111122223333:t' } },
      'account 111122223333',
    ],
    ['a bucket', { ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::my-bucket' } }, 'limited'],
    [
      'a bucket, as notifications of S3 are written',
      { ArnLike: { 'aws:SourceArn': 'arn:aws:s3:*:*:my-bucket' } },
      'limited',
    ],
    [
      'a role and the root of an account',
      { StringLike: { 'aws:userId': ['AROAEXAMPLEID000:*', '111122223333'] } },
      'limited',
    ],
    ['an endpoint', { StringEquals: { 'aws:SourceVpce': 'vpce-1' } }, 'limited'],
    [
      'an organization, where the caller must have one',
      { Null: { 'aws:PrincipalOrgID': false }, StringEqualsIfExists: { 'AWS:PrincipalOrgID': 'o-1' } },
      'organization o-1',
    ],
    ['a network', { IpAddress: { 'aws:SourceIp': ['203.0.113.0/24', '10.0.0.0/8'] } }, 'limited'],
    ['AWS services', { Bool: { 'aws:PrincipalIsAWSService': 'true' } }, 'limited'],
  ])('everybody, limited to %s', (_, condition, expected) => {
    expect(under(condition)).toEqual([expected]);
  });

  test.each([
    ['an external ID', { StringEquals: { 'sts:ExternalId': 'x' } }],
    ['TLS', { Bool: { 'aws:SecureTransport': 'true' } }],
    ['any organization', { StringLike: { 'aws:PrincipalOrgID': 'o-*' } }],
    ['an organization, where the caller has one', { StringEqualsIfExists: { 'aws:PrincipalOrgID': 'o-1' } }],
    [
      'an organization, where the caller has one and must have none',
      { Null: { 'aws:PrincipalOrgID': 'true' }, StringEqualsIfExists: { 'aws:PrincipalOrgID': 'o-1' } },
    ],
    ['all but one organization', { StringNotEquals: { 'aws:PrincipalOrgID': 'o-1' } }],
    ['any value of none', { 'ForAllValues:StringEquals': { 'aws:PrincipalOrgID': 'o-1' } }],
    ['a role name in any account', { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/admin' } }],
    ['half the internet', { IpAddress: { 'aws:SourceIp': '0.0.0.0/1' } }],
    ['the internet in two halves', { IpAddress: { 'aws:SourceIp': ['0.0.0.0/1', '128.0.0.0/1', '203.0.113.7'] } }],
    ['a topic in any account', { ArnLike: { 'aws:SourceArn': 'arn:aws:sns:*:*:alarms' } }],
    ['any bucket', { ArnLike: { 'aws:SourceArn': 'arn:aws:s3:*:*:*' } }],
    ['a tag', { StringEquals: { 'aws:PrincipalTag/team': 'a' } }],
  ])('everybody is not limited by %s', (_, condition) => {
    expect(under(condition)).toEqual(['anyone']);
  });

  test('a limit holds for its own statement only', () => {
    const limited = { ...allow, Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } } };
    expect(entrants(limited, allow)).toEqual(['organization o-1', 'anyone']);
  });

  test.each([
    ['the rest of an organization', 's3:*', { StringNotEquals: { 'aws:PrincipalOrgID': 'o-1' } }, ['organization o-1']],
    ['what does not come by an endpoint', '*', { StringNotEquals: { 'aws:SourceVpce': 'vpce-1' } }, ['limited']],
    [
      'two kinds of strangers at once',
      's3:*',
      { StringNotEquals: { 'aws:PrincipalOrgID': 'o-1' }, Bool: { 'aws:PrincipalIsAWSService': 'false' } },
      ['organization o-1'],
    ],
    ['other actions', 's3:Put*', { StringNotEquals: { 'aws:PrincipalOrgID': 'o-1' } }, ['anyone']],
    [
      'strangers without TLS',
      's3:*',
      { StringNotEquals: { 'aws:PrincipalOrgID': 'o-1' }, Bool: { 'aws:SecureTransport': 'false' } },
      ['anyone'],
    ],
  ])('everybody, where another statement denies %s', (_, action, condition, expected) => {
    const denial = { Effect: 'Deny', Principal: '*', Action: action, Resource: '*', Condition: condition };
    expect(
      entrants({ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/*' }, denial),
    ).toEqual(expected);
  });
});

describe('what a policy allows on everything', () => {
  function on(Action: JsonValue, Resource: JsonValue, more: JsonObject = {}): readonly string[] {
    return allowedOnEverything(statements({ Effect: 'Allow', Action, Resource, ...more }));
  }

  test.each<[JsonValue, JsonValue, readonly string[]]>([
    ['*', '*', ['*']],
    [['s3:*', '*:*'], ['*'], ['s3:*', '*']],
    ['**', 'arn:aws:*', ['*']],
    ['IAM:*', 'arn:*:*:*:*:*', ['iam:*']],
    ['*', 'arn:aws-cn:*', ['*']],
    ['*', 'ar?:*', ['*']],
    ['i*:*', '*', ['i*:*', 'iam:*']],
    ['ia?:?*', '*', ['ia?:*', 'iam:*']],
    ['s*:*', '*', ['s*:*']],
    ['i*:Get*', '*', ['i*:get*']],
    ['*', 'arn:aws:s3:::b/*', []],
    ['*', 'arn:aws:iam::*:role/x', []],
    ['iam:*', 'arn:aws:iam::*', ['iam:*']],
    ['*', ['arn:aws:s3:::b', 'arn:aws-us-gov:iam::111122223333:*'], ['iam:*']],
    [['iam:Get*', 's3:*'], 'arn:*:iam::444455556666:*', ['iam:get*']],
    ['iam:*', 'arn:aws:iam::*:user/*', []],
  ])('%j on %j', (action, resource, expected) => {
    expect(on(action, resource)).toEqual(expected);
  });

  test('however many stars stand in a row', () => {
    const stars = '*'.repeat(80_000);
    expect(on([`${stars}x`, `iam:${stars}`, `iam:${stars}x`], `${stars}x`)).toEqual([]);
    expect(on([`iam:${stars}`], '*')).toEqual(['iam:*']);
  });

  test('all but some actions on all of IAM are all of IAM, unless they spare some of it', () => {
    const onIam = { Effect: 'Allow', Resource: 'arn:aws:iam::*:*' };
    expect(allowedOnEverything(statements({ ...onIam, NotAction: 's3:*' }))).toEqual(['iam:*']);
    expect(allowedOnEverything(statements({ ...onIam, NotAction: ['s3:*', 'iam:Create*'] }))).toEqual([]);
  });

  test('all but some actions are all, and all but some resources too', () => {
    expect(allowedOnEverything(statements({ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }))).toEqual(['*']);
    expect(allowedOnEverything(statements({ Effect: 'Allow', Action: '*', NotResource: 'arn:aws:s3:::b' }))).toEqual([
      '*',
    ]);
  });

  test('elements of different statements are not taken together', () => {
    const denial = { Effect: 'Deny', Action: '*', Resource: '*' };
    const reading = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' };
    expect(allowedOnEverything(statements(denial, reading))).toEqual(['s3:getobject']);
    const owning = { Effect: 'Allow', Action: '*', Resource: 'arn:aws:s3:::b/*' };
    expect(allowedOnEverything(statements(owning, reading))).toEqual(['s3:getobject']);
  });

  test('the policy of a resource says nothing of other resources', () => {
    expect(on('kms:*', '*', { Principal: { AWS: stranger } })).toEqual([]);
  });
});
