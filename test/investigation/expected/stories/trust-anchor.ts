import { appAccount, sessionOf } from '../cloud.ts';
import { bob, deactivate, key, leaked, told, type Story } from '../story.ts';

export const trustAnchor: Story = {
  name: 'a trust anchor is made, and its certificate begins a session that reads a secret',
  records: told((intruder, cloud) => {
    const anchor = `arn:aws:rolesanywhere:us-east-1:${appAccount}:trust-anchor/a1`;
    const role = `arn:aws:iam::${appAccount}:role/backup`;
    intruder.call(
      leaked,
      'rolesanywhere:CreateTrustAnchor',
      { name: 'ca', enabled: true },
      { response: { trustAnchor: { trustAnchorArn: anchor, name: 'ca', enabled: true } } },
    );
    intruder.call(
      leaked,
      'rolesanywhere:CreateProfile',
      { name: 'p', roleArns: [role] },
      {
        response: {
          profile: { profileArn: `arn:aws:rolesanywhere:us-east-1:${appAccount}:profile/p1`, roleArns: [role] },
        },
      },
    );
    const nobody = {
      type: 'Unknown',
      principalId: '',
      arn: '',
      accountId: appAccount,
      accessKeyId: '',
      userName: '',
    };
    intruder.call(
      nobody,
      'rolesanywhere:CreateSession',
      { trustAnchorArn: anchor, roleArn: role, durationSeconds: 3600 },
      {
        response: {
          credentialSet: [
            {
              assumedRoleUser: { arn: `arn:aws:sts::${appAccount}:assumed-role/backup/serial01` },
              credentials: { accessKeyId: 'ASIAANYWHERE00000001', expiration: '2026-11-20T10:17:00Z' },
              roleArn: role,
            },
          ],
        },
      },
    );
    const session = sessionOf(appAccount, 'backup', 'serial01', 'ASIAANYWHERE00000001');
    intruder.call(session, 'secretsmanager:GetSecretValue', { secretId: 'prod/db' });
    void cloud;
  }),
  cases: [
    {
      accounts: 1,
      identities: ['changed role backup', 'created provider', bob, 'used session backup'],
      links: [
        'provider assumed-role session backup',
        'user bob opened-trust provider',
        'user bob opened-trust role backup',
      ],
      findings: ['chained-credentials', 'secrets-taken', 'trust-opened', 'way-in-still-open'],
      waysIn: [key, 'open provider', 'open provider', 'open session of role backup until 2026-11-20T10:17:00'],
      stages: [
        'rolesanywhere:CreateProfile persistence',
        'rolesanywhere:CreateSession escalation',
        'rolesanywhere:CreateTrustAnchor persistence',
        'secretsmanager:GetSecretValue credential access',
      ],
      plan: [deactivate, 'revokeRoleSessions of backup', 'removeProvider', 'removeProvider', 'rotateSecret'],
    },
  ],
};
