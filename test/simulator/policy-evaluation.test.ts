import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  documentProblem,
  evaluatePolicies,
  evaluateTrust,
  wildcardMatches,
} from '../../simulator/policy-evaluation.ts';

function policy(...statements: object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements });
}

function decide(
  documents: readonly string[],
  action: string,
  resource = '*',
  context: Record<string, string> = {},
): string {
  return evaluatePolicies(documents, { action, resource, context: new Map(Object.entries(context)) });
}

const allowAll = policy({ Effect: 'Allow', Action: '*', Resource: '*' });

describe('policies', () => {
  it('allow nothing that no statement allows, and a Deny wins over every Allow', () => {
    expect(decide([], 's3:ListAllMyBuckets')).toBe('implicitDeny');
    expect(decide([allowAll], 's3:ListAllMyBuckets')).toBe('allowed');
    const deny = policy({ Effect: 'Deny', Action: 's3:*', Resource: '*' });
    expect(decide([allowAll, deny], 's3:ListAllMyBuckets')).toBe('explicitDeny');
    expect(decide([allowAll, deny], 'iam:ListUsers')).toBe('allowed');
  });

  it('compare actions without regard to case, resources with it', () => {
    const document = policy({ Effect: 'Allow', Action: 'IAM:get*', Resource: 'arn:aws:iam::1:user/${aws:username}' });
    const context = { 'aws:username': 'carol' };
    expect(decide([document], 'iam:GetUser', 'arn:aws:iam::1:user/carol', context)).toBe('allowed');
    expect(decide([document], 'iam:GetUser', 'arn:aws:iam::1:user/Carol', context)).toBe('implicitDeny');
  });

  it('read NotAction and NotResource as all others', () => {
    const document = policy({ Effect: 'Allow', NotAction: 'iam:*', NotResource: 'arn:aws:s3:::private' });
    expect(decide([document], 's3:GetBucketAcl', 'arn:aws:s3:::public')).toBe('allowed');
    expect(decide([document], 's3:GetBucketAcl', 'arn:aws:s3:::private')).toBe('implicitDeny');
    expect(decide([document], 'iam:ListUsers', '*')).toBe('implicitDeny');
  });

  it.each([
    ['StringEquals', 'sts:ExternalId', 'a', { 'sts:externalid': 'a' }, { 'sts:externalid': 'A' }],
    ['StringLike', 'aws:userid', '*:session-?', { 'aws:userid': 'AROA:session-1' }, {}],
    ['StringNotEquals', 'aws:userid', 'a', {}, { 'aws:userid': 'a' }],
    ['Null', 'aws:TokenIssueTime', 'true', {}, { 'aws:tokenissuetime': '2026-01-01T00:00:00Z' }],
    ['Bool', 'aws:MultiFactorAuthPresent', 'true', { 'aws:multifactorauthpresent': 'true' }, {}],
    ['BoolIfExists', 'aws:MultiFactorAuthPresent', 'true', {}, { 'aws:multifactorauthpresent': 'false' }],
    [
      'DateLessThan',
      'aws:TokenIssueTime',
      '2026-01-01T00:00:00Z',
      { 'aws:tokenissuetime': '2025-12-31T23:59:59Z' },
      { 'aws:tokenissuetime': '2026-01-01T00:00:00Z' },
    ],
  ])('hold %s on %s', (operator, key, value, holding, failing) => {
    const document = policy({
      Effect: 'Allow',
      Action: '*',
      Resource: '*',
      Condition: { [operator]: { [key]: value } },
    });
    expect(decide([document], 'a:b', '*', holding as Record<string, string>)).toBe('allowed');
    expect(decide([document], 'a:b', '*', failing as Record<string, string>)).toBe('implicitDeny');
  });

  it('that cannot be evaluated are named as such before they are kept', () => {
    expect(documentProblem(allowAll)).toBeNull();
    expect(documentProblem('nonsense')).not.toBeNull();
    expect(documentProblem(policy({ Effect: 'Perhaps', Action: '*', Resource: '*' }))).not.toBeNull();
    expect(documentProblem(policy({ Effect: 'Deny', Action: '*', Resource: '*', Condition: { Vibes: {} } }))).toContain(
      'Vibes',
    );
  });
});

describe('trust', () => {
  const principal = { arn: 'arn:aws:iam::1:user/trailhound', roleArn: null, accountId: '1' };
  const request = { action: 'sts:AssumeRole', resource: 'arn:aws:iam::2:role/r', context: new Map<string, string>() };
  function trusting(named: string): string {
    return policy({ Effect: 'Allow', Principal: { AWS: named }, Action: 'sts:AssumeRole' });
  }

  it('tells the exact principal from its whole account, and strangers from both', () => {
    expect(evaluateTrust(trusting(principal.arn), principal, request)).toBe('exact');
    expect(evaluateTrust(trusting('arn:aws:iam::1:root'), principal, request)).toBe('account');
    expect(evaluateTrust(trusting('arn:aws:iam::3:root'), principal, request)).toBe('implicitDeny');
  });
});

describe('wildcards', () => {
  it('match as the regular expression does that says the same', () => {
    const text = fc.stringMatching(/^[ab*?]{0,8}$/u);
    fc.assert(
      fc.property(text, fc.stringMatching(/^[ab]{0,10}$/u), (pattern, subject) => {
        const expression = new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`, 'su');
        expect(wildcardMatches(pattern, subject)).toBe(expression.test(subject));
      }),
    );
  });
});
