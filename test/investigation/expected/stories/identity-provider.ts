import { appAccount, sessionOf } from '../cloud.ts';
import { bob, deactivate, key, leaked, told, type Story } from '../story.ts';

export const identityProvider: Story = {
  name: 'an identity provider is made, a role is opened to it, and it vouches for a caller',
  records: told((intruder) => {
    const provider = `arn:aws:iam::${appAccount}:oidc-provider/login.evil.example`;
    intruder.call(
      leaked,
      'iam:CreateOpenIDConnectProvider',
      { url: 'https://login.evil.example', clientIDList: ['sts'] },
      { response: { openIDConnectProviderArn: provider } },
    );
    intruder.call(leaked, 'iam:UpdateAssumeRolePolicy', {
      roleName: 'ci-deploy',
      policyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { Federated: provider }, Action: 'sts:AssumeRoleWithWebIdentity' }],
      }),
    });
    const caller = {
      type: 'WebIdentityUser',
      principalId: `${provider}:sts:me`,
      userName: 'me',
      identityProvider: provider,
    };
    const role = `arn:aws:iam::${appAccount}:role/ci-deploy`;
    intruder.call(
      caller,
      'sts:AssumeRoleWithWebIdentity',
      { roleArn: role, roleSessionName: 'me' },
      {
        response: {
          credentials: { accessKeyId: 'ASIAOIDC000000000001', expiration: 'Nov 20, 2026, 10:17:00 AM' },
          assumedRoleUser: { arn: `arn:aws:sts::${appAccount}:assumed-role/ci-deploy/me` },
          provider,
        },
        more: { recipientAccountId: appAccount },
      },
    );
    const session = sessionOf(appAccount, 'ci-deploy', 'me', 'ASIAOIDC000000000001');
    intruder.call(session, 'secretsmanager:BatchGetSecretValue', { secretIdList: ['a', 'b', 'c'] });
  }),
  cases: [
    {
      accounts: 1,
      identities: ['changed role ci-deploy', 'created provider', 'outside person me', bob, 'used session ci-deploy'],
      links: [
        'person me assumed-role session ci-deploy',
        'user bob opened-trust provider',
        'user bob opened-trust role ci-deploy',
      ],
      findings: ['chained-credentials', 'secrets-taken', 'trust-opened', 'way-in-still-open'],
      waysIn: [
        key,
        'open provider',
        'open session of role ci-deploy until 2026-11-20T10:17:00',
        'open trust of ci-deploy',
      ],
      stages: [
        'iam:CreateOpenIDConnectProvider persistence',
        'iam:UpdateAssumeRolePolicy persistence',
        'secretsmanager:BatchGetSecretValue credential access',
        'sts:AssumeRoleWithWebIdentity first access',
      ],
      plan: [
        deactivate,
        'removeProvider',
        'restoreTrust of ci-deploy',
        'revokeRoleSessions of ci-deploy',
        'rotateSecret',
        'rotateSecret',
        'rotateSecret',
      ],
    },
  ],
};
