import { appAccount, sessionOf, strangeAccount, type Who } from '../cloud.ts';
import { bob, deactivate, key, leaked, told, type Story } from '../story.ts';

const github = `arn:aws:iam::${appAccount}:oidc-provider/token.actions.githubusercontent.com`;
const inRunner = { from: '20.102.5.7', client: 'aws-sdk-js/3.600.0 os/linux' };

function trusting(repository: string): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Federated: github },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: {
          StringEquals: { 'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com' },
          StringLike: { 'token.actions.githubusercontent.com:sub': repository },
        },
      },
    ],
  });
}

function ofRepository(repository: string): Who {
  const userName = `repo:${repository}:ref:refs/heads/main`;
  return {
    type: 'WebIdentityUser',
    principalId: `${github}:sts.amazonaws.com:${userName}`,
    userName,
    identityProvider: github,
  };
}

function assumed(name: string, accessKeyId: string) {
  return {
    request: { roleArn: `arn:aws:iam::${appAccount}:role/ci-deploy`, roleSessionName: name },
    response: {
      credentials: { accessKeyId, expiration: 'Nov 20, 2026, 10:17:00 AM' },
      assumedRoleUser: { arn: `arn:aws:sts::${appAccount}:assumed-role/ci-deploy/${name}` },
      provider: github,
    },
    more: { recipientAccountId: appAccount },
  };
}

export const pipelineFromAnotherRepository: Story = {
  name: "the trust in a repository's pipeline is widened to all repositories; a stranger's pipeline opens the images and pushes one",
  records: told((intruder, cloud) => {
    // The repository that was trusted all along deploys every day: that is not the intruder.
    for (let day = -7; day <= 0; day += 1) {
      const usual = sessionOf(appAccount, 'ci-deploy', 'shop', `ASIAUSUAL00000000${day + 17}`);
      cloud.call(usual, 'ecr:DescribeRepositories', {
        at: day * 86_400 + 300,
        from: '20.55.1.1',
        client: 'Boto3/1.34',
      });
    }
    intruder.call(leaked, 'iam:UpdateAssumeRolePolicy', {
      roleName: 'ci-deploy',
      policyDocument: trusting('repo:*'),
    });
    const { request, ...came } = assumed('GitHubActions', 'ASIARUNNER0000000009');
    intruder.call(ofRepository('evil/tools'), 'sts:AssumeRoleWithWebIdentity', request, { ...came, ...inRunner });
    const session = sessionOf(appAccount, 'ci-deploy', 'GitHubActions', 'ASIARUNNER0000000009');
    intruder.call(
      session,
      'ecr:SetRepositoryPolicy',
      {
        repositoryName: 'shop',
        policyText: JSON.stringify({
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${strangeAccount}:root` }, Action: 'ecr:*' }],
        }),
      },
      inRunner,
    );
    intruder.call(
      session,
      'ecr:PutImage',
      { repositoryName: 'shop', imageTag: 'latest', imageManifest: '{}' },
      inRunner,
    );
  }),
  cases: [
    {
      accounts: 1,
      identities: [
        bob,
        'changed role ci-deploy',
        'outside account',
        'outside person repo:evil/tools:ref:refs/heads/main',
        'used session ci-deploy',
      ],
      links: [
        'person repo:evil/tools:ref:refs/heads/main assumed-role session ci-deploy',
        'session ci-deploy shared-with account',
        'user bob opened-trust role ci-deploy',
      ],
      findings: ['chained-credentials', 'code-planted', 'shared-outside', 'trust-opened', 'way-in-still-open'],
      waysIn: [
        key,
        'open code',
        'open session of role ci-deploy until 2026-11-20T10:17:00',
        'open share',
        'open trust of ci-deploy',
      ],
      stages: [
        'ecr:PutImage persistence',
        'ecr:SetRepositoryPolicy exfiltration',
        'iam:UpdateAssumeRolePolicy persistence',
        'sts:AssumeRoleWithWebIdentity first access',
      ],
      plan: [deactivate, 'endSharing', 'removeCode', 'restoreTrust of ci-deploy', 'revokeRoleSessions of ci-deploy'],
    },
  ],
};
