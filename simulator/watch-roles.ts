import type { AccountState } from './world.ts';

export interface WatchRoleDefinition {
  readonly purpose: 'poll' | 'evidence' | 'respond';
  readonly name: string;
  readonly description: string;
  readonly policy: object;
}

const iamReads = [
  'iam:GetUser',
  'iam:ListUsers',
  'iam:ListAccessKeys',
  'iam:GetAccessKeyLastUsed',
  'iam:ListUserPolicies',
  'iam:GetUserPolicy',
  'iam:ListAttachedUserPolicies',
  'iam:GetLoginProfile',
  'iam:ListMFADevices',
  'iam:ListGroupsForUser',
  'iam:ListSSHPublicKeys',
  'iam:ListServiceSpecificCredentials',
  'iam:ListSigningCertificates',
  'iam:ListRoles',
  'iam:GetRole',
  'iam:ListRolePolicies',
  'iam:GetRolePolicy',
  'iam:ListAttachedRolePolicies',
  'iam:GetAccountSummary',
  'iam:SimulatePrincipalPolicy',
];

const iamWrites = [
  'iam:CreateAccessKey',
  'iam:UpdateAccessKey',
  'iam:DeleteAccessKey',
  'iam:PutUserPolicy',
  'iam:DeleteUserPolicy',
  'iam:AttachUserPolicy',
  'iam:DetachUserPolicy',
  'iam:PutRolePolicy',
  'iam:DeleteRolePolicy',
  'iam:DeleteLoginProfile',
];

const secretWrites = [
  'secretsmanager:CreateSecret',
  'secretsmanager:PutSecretValue',
  'secretsmanager:DescribeSecret',
  'secretsmanager:ListSecretVersionIds',
  'secretsmanager:TagResource',
  'secretsmanager:UpdateSecretVersionStage',
];

/** The roles that a watched account gives to Trailhound: one to read the trail, one for evidence, one for writes. */
export function watchRoles(account: AccountState): readonly WatchRoleDefinition[] {
  const own = `arn:${account.partition}:iam::${account.id}:role/Trailhound*`;
  return [
    {
      purpose: 'poll',
      name: 'TrailhoundPoll',
      description: 'Reads the event history',
      policy: policy([allow(['cloudtrail:LookupEvents', 'ec2:DescribeRegions', 'iam:SimulatePrincipalPolicy'])]),
    },
    {
      purpose: 'evidence',
      name: 'TrailhoundEvidence',
      description: 'Reads what an investigation needs',
      policy: policy([
        allow(['cloudtrail:LookupEvents', 'secretsmanager:DescribeSecret', 'secretsmanager:ListSecrets', ...iamReads]),
      ]),
    },
    {
      purpose: 'respond',
      name: 'TrailhoundRespond',
      description: 'Makes the changes that a person has approved',
      policy: policy([
        allow(['cloudtrail:LookupEvents', ...iamReads, ...iamWrites, ...secretWrites]),
        allow(
          ['secretsmanager:GetSecretValue'],
          `arn:${account.partition}:secretsmanager:*:${account.id}:secret:trailhound*`,
        ),
        { Sid: 'NeverItself', Effect: 'Deny', Action: iamWrites, Resource: own },
      ]),
    },
  ];
}

/** A trust policy for one exact principal and external ID. */
export function trustPolicyFor(principalArn: string, externalId: string): object {
  return policy([
    {
      Effect: 'Allow',
      Principal: { AWS: principalArn },
      Action: 'sts:AssumeRole',
      Condition: { StringEquals: { 'sts:ExternalId': externalId } },
    },
    { Effect: 'Allow', Principal: { AWS: principalArn }, Action: ['sts:SetSourceIdentity', 'sts:TagSession'] },
  ]);
}

function policy(statements: readonly object[]): object {
  return { Version: '2012-10-17', Statement: statements };
}

function allow(actions: readonly string[], resource = '*'): object {
  return { Effect: 'Allow', Action: actions, Resource: resource };
}
