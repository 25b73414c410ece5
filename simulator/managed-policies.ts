import type { AccountState, PolicyHolder } from './world.ts';

function policy(effect: 'Allow' | 'Deny', actions: readonly string[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: effect, Action: actions, Resource: '*' }] });
}

/** AWS's own policies, as far as they are needed; the quarantine is a deny list and no deny-all, as AWS's is. */
const awsManaged: Readonly<Record<string, string>> = {
  AdministratorAccess: policy('Allow', ['*']),
  PowerUserAccess: JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', NotAction: ['iam:*', 'organizations:*', 'account:*'], Resource: '*' }],
  }),
  ReadOnlyAccess: policy('Allow', ['*:Get*', '*:List*', '*:Describe*', '*:Lookup*']),
  SecurityAudit: policy('Allow', [
    'iam:Get*',
    'iam:List*',
    'cloudtrail:*',
    's3:List*',
    's3:GetBucket*',
    'ec2:Describe*',
  ]),
  IAMFullAccess: policy('Allow', ['iam:*']),
  IAMReadOnlyAccess: policy('Allow', ['iam:Get*', 'iam:List*', 'iam:Simulate*']),
  AmazonS3FullAccess: policy('Allow', ['s3:*']),
  AmazonS3ReadOnlyAccess: policy('Allow', ['s3:Get*', 's3:List*']),
  SecretsManagerReadWrite: policy('Allow', ['secretsmanager:*']),
  AWSDenyAll: policy('Deny', ['*']),
  AWSCompromisedKeyQuarantineV3: policy('Deny', [
    'iam:AttachUserPolicy',
    'iam:CreateAccessKey',
    'iam:CreateUser',
    'iam:CreateRole',
    'iam:PutUserPolicy',
    'iam:UpdateAccessKey',
    'ec2:RunInstances',
    'lambda:CreateFunction',
    's3:PutBucketPolicy',
    's3:DeleteBucket',
  ]),
};

/** The document of a managed policy by ARN, AWS's own or the account's; undefined where there is none. */
export function managedPolicyDocument(account: AccountState, arn: string): string | undefined {
  const own = account.managedPolicies.find((candidate) => candidate.arn === arn);
  if (own) return own.document;
  const [, name] = /^arn:[a-z-]+:iam::aws:policy\/(?:[\w-]+\/)*([\w-]+)$/u.exec(arn) ?? [];
  return name !== undefined && Object.hasOwn(awsManaged, name) ? awsManaged[name] : undefined;
}

/** All identity policies of a user, role or group, as texts. */
export function policyDocuments(account: AccountState, holder: PolicyHolder): readonly string[] {
  const attached = holder.attachedPolicyArns.map((arn) => managedPolicyDocument(account, arn));
  return [...holder.inlinePolicies.map((inline) => inline.document), ...attached.filter((text) => text !== undefined)];
}
