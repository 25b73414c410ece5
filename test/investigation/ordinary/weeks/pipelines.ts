import type { Who } from '../../expected/cloud.ts';
import { appAccount, browser, type Estate, intrudersHome, intrudersTool } from '../estate.ts';
import type { OrdinaryWeek } from '../ordinary-week.ts';

const terraform = 'APN/1.0 HashiCorp/1.0 Terraform/1.9.5 (+https://www.terraform.io) terraform-provider-aws/5.70.0';

interface Run {
  readonly firstDay?: number;
  /** What comes on the last day, in the session of the run. */
  readonly last?: (run: Who, from: string, estate: Estate) => void;
}

/** Terraform Cloud applies every workday, from addresses of its own, by a token of the workspace. */
function appliesDaily(estate: Estate, { firstDay = -20, last }: Run): void {
  estate.background(-21);
  for (let day = firstDay; day <= 0; day += 1) {
    const from = estate.hired(52);
    const at = estate.at(day, 1);
    const run = estate.vouched(
      {
        provider: 'app.terraform.io',
        subject: 'organization:acme:project:infra:workspace:prod:run_phase:apply',
        role: 'tfc-apply',
        session: `terraform-run-${estate.random(1e6)}`,
      },
      at,
      from,
      terraform,
    );
    const by = { from, client: terraform };
    estate.call(run, 'iam:GetRole', at + 5, { ...by, request: { roleName: 'web-task' } });
    estate.call(run, 'iam:PutRolePolicy', at + 20, {
      ...by,
      request: {
        roleName: 'web-task',
        policyName: 'config',
        policyDocument: reading(`arn:aws:s3:::acme-config-${day + 30}/*`),
      },
    });
    estate.call(run, 'lambda:UpdateFunctionCode20150331v2', at + 30, {
      ...by,
      request: { functionName: 'thumbnails', s3Bucket: 'acme-artifacts', s3Key: `thumbnails-${day}.zip` },
      response: {
        functionName: 'thumbnails',
        functionArn: `arn:aws:lambda:us-east-1:${appAccount}:function:thumbnails`,
      },
    });
    if (day === 0) last?.(run, from, estate);
  }
}

function reading(resource: string): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: resource }],
  });
}

export const terraformCloud: OrdinaryWeek = {
  name: 'Terraform Cloud applies every day from new addresses: code and policies, as always',
  calm: 'asks',
  tell: (estate) => appliesDaily(estate, {}),
  intruders: {
    'makes a user with a key in the session, from elsewhere': (estate) =>
      appliesDaily(estate, {
        last: (run) => {
          const by = { from: intrudersHome, client: intrudersTool };
          estate.call(run, 'iam:CreateUser', 8000, { ...by, request: { userName: 'svc-backup' } });
          estate.call(run, 'iam:CreateAccessKey', 8010, {
            ...by,
            request: { userName: 'svc-backup' },
            response: { accessKey: { accessKeyId: 'AKIASVCBACKUP0000001', userName: 'svc-backup', status: 'Active' } },
          });
        },
      }),
  },
};

/** GitHub's runners deploy by their role since the records begin, three weeks ago. */
function runnersOf(estate: Estate, subject: (day: number) => string, more?: (run: Who, from: string) => void): void {
  estate.background(-20);
  for (let day = -20; day <= 0; day += 1) {
    for (let run = 0; run < 3; run += 1) {
      const from = estate.hired(20);
      const at = estate.at(day, run * 2);
      const by = { from, client: 'aws-cli/2.17.20 md/awscrt#0.21.2 ua/2.0 os/linux#6.8.0-1015-azure exec-env/CI' };
      const who = estate.vouched(
        {
          provider: 'token.actions.githubusercontent.com',
          subject: subject(day),
          role: 'github-deploy',
          session: 'GitHubActions',
        },
        at,
        from,
        'aws-sdk-nodejs/2.1.0 configure-aws-credentials-for-github-actions',
      );
      estate.call(who, 'sts:GetCallerIdentity', at + 2, by);
      estate.call(who, 'ecs:UpdateService', at + 30, {
        ...by,
        request: { cluster: 'prod', service: 'web', taskDefinition: `web:${estate.random(900)}` },
      });
      estate.call(who, 'lambda:UpdateFunctionCode20150331v2', at + 40, {
        ...by,
        request: { functionName: 'api', s3Bucket: 'acme-artifacts', s3Key: `api-${day}-${run}.zip` },
        response: { functionName: 'api', functionArn: `arn:aws:lambda:us-east-1:${appAccount}:function:api` },
      });
      if (day === 0 && run === 2) more?.(who, from);
    }
  }
}

export const githubRunners: OrdinaryWeek = {
  name: "GitHub's runners deploy thrice a day from new addresses, and as since the records begin",
  calm: 'asks',
  tell: (estate) => runnersOf(estate, () => 'repo:acme/web:ref:refs/heads/main'),
  intruders: {
    'makes a key for a user from the runner': (estate) =>
      runnersOf(
        estate,
        () => 'repo:acme/web:ref:refs/heads/main',
        (who, from) =>
          estate.call(who, 'iam:CreateAccessKey', 20_000, {
            from,
            client: intrudersTool,
            request: { userName: 'smtp' },
            response: { accessKey: { accessKeyId: 'AKIASMTP000000000001', userName: 'smtp', status: 'Active' } },
          }),
      ),
    'takes the session of the runner elsewhere': (estate) =>
      runnersOf(
        estate,
        () => 'repo:acme/web:ref:refs/heads/main',
        (who) =>
          estate.call(who, 'lambda:UpdateFunctionCode20150331v2', 20_000, {
            from: intrudersHome,
            client: intrudersTool,
            request: { functionName: 'api' },
          }),
      ),
  },
};

/** Somebody who is at work from wherever they are: other addresses every day. */
function administers(estate: Estate, more?: (who: Who, from: string) => void): void {
  estate.background(-14);
  for (let day = -14; day <= 0; day += 1) {
    const from = estate.hired(88);
    const at = estate.at(day, 0.5);
    const who = estate.person('carol', 'AdministratorAccess', at, from);
    const by = { from, client: browser };
    estate.call(who, 's3:ListBuckets', at + 30, by);
    estate.call(who, 'iam:ListRoles', at + 40, by);
    estate.call(who, 'ec2:DescribeInstances', at + 50, by);
    estate.call(who, 'iam:TagRole', at + 90, {
      ...by,
      request: { roleName: 'web-task', tags: [{ key: 'seen', value: String(day) }] },
    });
    if (day === 0) more?.(who, from);
  }
}

export const roamingAdministrator: OrdinaryWeek = {
  name: 'an administrator comes by Identity Center from another address every morning, and looks around',
  calm: 'asks',
  tell: (estate) => administers(estate),
  intruders: {
    'makes a user with a key': (estate) =>
      administers(estate, (who, from) => {
        estate.call(who, 'iam:CreateUser', 8000, { from, client: browser, request: { userName: 'svc' } });
        estate.call(who, 'iam:CreateAccessKey', 8010, {
          from,
          client: browser,
          request: { userName: 'svc' },
          response: { accessKey: { accessKeyId: 'AKIASVC0000000000001', userName: 'svc', status: 'Active' } },
        });
      }),
    'takes the session elsewhere and lists buckets': (estate) =>
      administers(estate, (who) => {
        estate.call(who, 's3:ListBuckets', 8000, { from: intrudersHome, client: intrudersTool });
        estate.call(who, 'iam:GetAccountAuthorizationDetails', 8010, { from: intrudersHome, client: intrudersTool });
      }),
  },
};

export const roamingAdministratorReadsIam: OrdinaryWeek = {
  name: 'an administrator from another address every morning exports the credential report for the audit',
  calm: 'asks',
  tell: (estate) =>
    administers(estate, (who, from) => {
      estate.call(who, 'iam:GenerateCredentialReport', 7900, { from, client: browser });
      estate.call(who, 'iam:GetCredentialReport', 7905, { from, client: browser });
    }),
  intruders: {
    'from where the session was not begun': (estate) =>
      administers(estate, (who) => {
        estate.call(who, 'iam:GetCredentialReport', 7905, { from: intrudersHome, client: intrudersTool });
      }),
  },
};
