import { addAccount } from '../world-definition.ts';
import type { AccountDefinition } from '../world-definition.ts';
import type { World } from '../world.ts';

/** The accounts of the demonstration. */
export const production = '111122223333';
export const analytics = '444455556666';

export const stolenKeyUser = 'ci-deploy';
export const benignUser = 'dana';

/** Addresses of the documentation ranges (RFC 5737): nobody's. */
export const addresses = {
  office: '198.51.100.14',
  home: '198.51.100.87',
  pipeline: '192.0.2.40',
  attacker: '203.0.113.77',
} as const;

export const agents = {
  cli: 'aws-cli/2.31.9 md/awscrt#0.27.6 ua/2.1 os/linux#6.8 md/arch#x86_64 lang/python#3.13.7',
  terraform: 'APN/1.0 HashiCorp/1.0 Terraform/1.13.3 aws-sdk-go-v2/1.39.2 os/linux lang/go#1.25.1',
  boto: 'Boto3/1.40.43 md/Botocore#1.40.43 ua/2.1 os/linux#6.8 lang/python#3.12.11',
  console: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/152.0.0.0 Safari/537.36',
  cyberduck: 'Cyberduck/9.2.4.43639 (Mac OS X/15.6) (aarch64)',
  s3Browser: '[S3 Browser/12.6.5 (https://s3browser.com)]',
  attackersCli: 'aws-cli/2.30.4 md/awscrt#0.27.6 ua/2.1 os/windows#11 md/arch#amd64 lang/python#3.13.7',
} as const;

/** What production's pipeline may assume in the other account, and so may whoever has the pipeline's key. */
export const deployRole = `arn:aws:iam::${analytics}:role/deploy-from-production`;

/** The trail that the attacker would like to stop. */
export const trailName = 'acme-trail';

function allow(...actions: readonly string[]): object {
  return policy(statement(actions));
}

function policy(...statements: readonly object[]): object {
  return { Version: '2012-10-17', Statement: statements };
}

function statement(actions: readonly string[], resource = '*'): object {
  return { Effect: 'Allow', Action: actions, Resource: resource };
}

function accounts(nowMs: number): readonly AccountDefinition[] {
  const createdAt = nowMs - 200 * 24 * 60 * 60 * 1_000;
  const key = { createdAt };
  return [
    {
      id: production,
      name: 'production',
      regions: ['us-east-1', 'eu-central-1', 'eu-west-1'],
      buckets: ['acme-customer-exports', 'acme-deploy-artifacts', 'acme-invoices', 'acme-web-assets'],
      groups: [{ name: 'administrators', attachedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'] }],
      users: [
        { name: 'alice', createdAt, keys: [key], groups: ['administrators'], password: true, mfa: true },
        {
          name: benignUser,
          createdAt,
          keys: [key],
          password: true,
          mfa: true,
          policies: {
            exports: allow(
              's3:ListAllMyBuckets',
              's3:GetBucketLocation',
              's3:GetBucketAcl',
              's3:GetObject',
              's3:ListBucket',
            ),
          },
        },
        {
          name: stolenKeyUser,
          createdAt,
          keys: [key],
          policies: {
            deploy: policy(
              statement(['s3:*', 'secretsmanager:GetSecretValue', 'secretsmanager:ListSecrets', 'cloudformation:*']),
              statement(['lambda:*', 'ec2:Describe*', 'iam:List*', 'iam:GetAccountSummary', 'sts:GetCallerIdentity']),
              // A pipeline that makes the users of its services: more than it needs, as so often.
              statement(
                ['iam:CreateUser', 'iam:CreateAccessKey', 'iam:AttachUserPolicy'],
                `arn:aws:iam::${production}:user/svc-*`,
              ),
              statement(['sts:AssumeRole'], deployRole),
            ),
          },
        },
      ],
      roles: [
        {
          name: 'app-runtime',
          createdAt,
          trust: {
            Version: '2012-10-17',
            Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
          },
          policies: { app: allow('secretsmanager:GetSecretValue', 'dynamodb:*', 'sqs:*') },
        },
      ],
      secrets: [
        {
          name: 'prod/payments/database',
          region: 'eu-central-1',
          value: '{"username":"payments","password":"not-a-real-one"}',
        },
        { name: 'prod/mail/smtp', region: 'eu-central-1', value: '{"password":"not-a-real-one-either"}' },
      ],
    },
    {
      id: analytics,
      name: 'analytics',
      regions: ['us-east-1', 'eu-west-1'],
      buckets: ['acme-lake-raw', 'acme-lake-curated'],
      users: [
        {
          name: 'bob',
          createdAt,
          keys: [key],
          password: true,
          attachedPolicyArns: ['arn:aws:iam::aws:policy/PowerUserAccess'],
        },
        { name: 'etl', createdAt, keys: [key], policies: { etl: allow('s3:*', 'glue:*', 'athena:*') } },
      ],
      roles: [
        {
          name: 'etl-nightly',
          createdAt,
          trust: {
            Version: '2012-10-17',
            Statement: [{ Effect: 'Allow', Principal: { Service: 'glue.amazonaws.com' }, Action: 'sts:AssumeRole' }],
          },
          policies: { etl: allow('s3:*', 'glue:*') },
        },
        {
          name: 'deploy-from-production',
          createdAt,
          trust: policy({
            Effect: 'Allow',
            Principal: { AWS: `arn:aws:iam::${production}:root` },
            Action: 'sts:AssumeRole',
          }),
          policies: { deploy: allow('s3:*', 'glue:*', 'cloudformation:*') },
        },
      ],
    },
  ];
}

/** Makes the two accounts of the demonstration, half a year old. */
export function addDemoAccounts(world: World, nowMs: number): void {
  for (const account of accounts(nowMs)) addAccount(world, account, nowMs);
}

/** The first access key of a user; the demonstration's users have one to begin with. */
export function keyOf(world: World, accountId: string, userName: string): string {
  const account = world.accounts.find((candidate) => candidate.id === accountId);
  return account?.users.find((user) => user.name === userName)?.keys[0]?.id ?? '';
}
