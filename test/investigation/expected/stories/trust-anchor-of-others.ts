import { appAccount, sessionOf, type Cloud, type Who } from '../cloud.ts';
import { told, type Story } from '../story.ts';

const anchor = `arn:aws:rolesanywhere:us-east-1:${appAccount}:trust-anchor/a1`;
const nobody = {
  type: 'Unknown',
  principalId: '',
  arn: '',
  accountId: appAccount,
  accessKeyId: '',
  userName: '',
};
const stolenSerial = '4f1c09a2b7d34e5f8a10';
const othersSerial = '7b2e11c3d8e45f60912b';

interface Handed {
  readonly at: number;
  readonly serial: string;
  readonly key: string;
  readonly role?: string;
  readonly from: string;
}

/** A certificate is shown to the anchor, which hands out a session of a role. */
function sessionHanded(cloud: Cloud, { at, serial, key, role = 'backup', from }: Handed): Who {
  const roleArn = `arn:aws:iam::${appAccount}:role/${role}`;
  cloud.call(nobody, 'rolesanywhere:CreateSession', {
    at,
    from,
    request: { trustAnchorArn: anchor, roleArn, durationSeconds: 3600 },
    response: {
      credentialSet: [
        {
          assumedRoleUser: { arn: `arn:aws:sts::${appAccount}:assumed-role/${role}/${serial}` },
          credentials: { accessKeyId: key, expiration: '2026-11-20T10:17:00Z' },
          roleArn,
        },
      ],
    },
  });
  return sessionOf(appAccount, role, serial, key);
}

export const trustAnchorOfOthers: Story = {
  name: 'a certificate of an anchor that others use is stolen, and begins a session that reads a secret',
  records: told((intruder, cloud) => {
    const office = '198.51.100.30';
    const others = sessionHanded(cloud, { at: 900, serial: othersSerial, key: 'ASIAANYWHERE00000002', from: office });
    cloud.call(others, 's3:ListBuckets', { at: 910, from: office });
    const [from, client] = ['203.0.113.66', 'aws-cli/2.9.9 Python/3.11 kali'];
    const stolen = sessionHanded(cloud, { at: 990, serial: stolenSerial, key: 'ASIAANYWHERE00000001', from });
    intruder.call(stolen, 'secretsmanager:GetSecretValue', { secretId: 'prod/db' });
    const again = sessionHanded(cloud, {
      at: 1020,
      serial: stolenSerial,
      key: 'ASIAANYWHERE00000003',
      role: 'reports',
      from: '203.0.113.99',
    });
    cloud.call(again, 's3:DeleteBucket', {
      at: 1030,
      from: '203.0.113.99',
      client,
      request: { bucketName: 'reports' },
    });
    cloud.call(others, 's3:ListBuckets', { at: 1040, from: office });
  }),
  cases: [
    {
      // Another certificate, which a rule tells of as well, is a case of its own.
      accounts: 1,
      identities: ['outside provider', 'suspect session backup'],
      links: ['provider assumed-role session backup'],
      findings: ['chained-credentials', 'way-in-still-open'],
      // The certificate is the second of each.
      waysIn: ['open session of role backup until 2026-11-20T10:17:00', 'unknown session of role backup until unknown'],
      stages: ['rolesanywhere:CreateSession escalation', 's3:ListBuckets discovery'],
      plan: ['revokeRoleSessions of backup'],
    },
    {
      accounts: 1,
      identities: ['outside provider', 'suspect session backup', 'suspect session reports'],
      links: ['provider assumed-role session backup', 'provider assumed-role session reports'],
      findings: ['chained-credentials', 'destruction', 'secrets-taken', 'way-in-still-open'],
      waysIn: [
        'open session of role backup until 2026-11-20T10:17:00',
        'open session of role reports until 2026-11-20T10:17:00',
        'unknown session of role backup until unknown',
        'unknown session of role reports until unknown',
      ],
      stages: [
        'rolesanywhere:CreateSession escalation',
        's3:DeleteBucket impact',
        'secretsmanager:GetSecretValue credential access',
      ],
      plan: ['revokeRoleSessions of backup', 'revokeRoleSessions of reports', 'rotateSecret'],
    },
  ],
};
