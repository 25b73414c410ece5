import { appAccount, dataAccount, sessionOf, userOf } from '../cloud.ts';
import { told, type Story } from '../story.ts';

const instance = 'i-0aaaaaaaaaaaaaaa1';
const onInstance = { from: '198.51.100.31', client: 'Boto3/1.34' };
const stolen = 'ASIASTOREFRONT000017';

function storefront(key: string) {
  const who = sessionOf(appAccount, 'storefront', instance, key);
  return { ...who, sessionContext: { ...(who['sessionContext'] as object), ec2RoleDelivery: '2.0' } };
}

export const instanceCredentialsByRequestForgery: Story = {
  name: "an instance's credentials, had by a forged request, are used from outside, take a role of the second account, and make an administrator there",
  records: told((intruder, cloud) => {
    for (let day = -7; day <= 0; day += 1)
      cloud.call(storefront(`ASIASTOREFRONT0000${day + 17}`), 'dynamodb:DescribeTable', {
        at: day * 86_400 + 900,
        ...onInstance,
      });
    // The owner makes a user by the same role the day before: that is not the intruder.
    const alice = userOf(appAccount, 'alice', 'AKIAALICE00000000001');
    const usual = cloud.assume(
      alice,
      { account: dataAccount, role: 'org-deploy', session: 'alice', key: 'ASIAORGDEPLOY0000001' },
      { at: -80_000, from: '198.51.100.20' },
    );
    cloud.call(usual, 'iam:CreateUser', {
      at: -79_990,
      from: '198.51.100.20',
      request: { userName: 'reporter' },
      response: { user: { userName: 'reporter', userId: 'AIDAREPORTER' } },
    });
    const thief = storefront(stolen);
    intruder.call(thief, 'sts:GetCallerIdentity');
    intruder.call(thief, 's3:ListBuckets');
    intruder.call(thief, 'secretsmanager:ListSecrets', {}, { error: 'AccessDenied' });
    const session = intruder.assume(thief, 'org-deploy', 'ASIAORGDEPLOY0000009', dataAccount);
    intruder.call(session, 'iam:ListUsers');
    intruder.call(
      session,
      'iam:CreateUser',
      { userName: 'svc-monitor' },
      { response: { user: { userName: 'svc-monitor', userId: 'AIDASVCMONITOR' } } },
    );
    intruder.call(session, 'iam:AttachUserPolicy', {
      userName: 'svc-monitor',
      policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess',
    });
    intruder.call(
      session,
      'iam:CreateAccessKey',
      { userName: 'svc-monitor' },
      { response: { accessKey: { accessKeyId: 'AKIASVCMONITOR000009', userName: 'svc-monitor', status: 'Active' } } },
    );
    cloud.call(thief, 'dynamodb:DescribeTable', { at: 1085, ...onInstance });
    intruder.call(userOf(dataAccount, 'svc-monitor', 'AKIASVCMONITOR000009'), 'sts:GetCallerIdentity');
  }),
  cases: [
    {
      accounts: 2,
      identities: [
        'created access-key',
        'created user svc-monitor',
        'suspect session storefront',
        'used instance',
        'used session org-deploy',
      ],
      links: [
        'session org-deploy created-key access-key',
        'session org-deploy created-user user svc-monitor',
        'session storefront assumed-role session org-deploy',
      ],
      findings: [
        'administrator-granted',
        'chained-credentials',
        'creation-used',
        'denied-attempts',
        'instance-credentials-stolen',
        'key-in-two-places',
        'new-address',
        'way-in-still-open',
      ],
      waysIn: [
        'open access-key of svc-monitor',
        'open grant to user svc-monitor',
        'open session of role org-deploy until 2026-11-20T22:00:00',
        'open session of role storefront until 2026-11-20T21:15:00',
        'unknown instance',
        'open user svc-monitor',
      ],
      stages: [
        'dynamodb:DescribeTable discovery',
        'iam:AttachUserPolicy escalation',
        'iam:CreateAccessKey persistence',
        'iam:CreateUser persistence',
        'iam:ListUsers discovery',
        's3:ListBuckets discovery',
        'secretsmanager:ListSecrets refused discovery',
        'sts:AssumeRole lateral movement',
        'sts:GetCallerIdentity discovery',
      ],
      plan: [
        'disableCreatedIdentity of svc-monitor',
        'revokeRoleSessions of org-deploy',
        'revokeRoleSessions of storefront',
      ],
    },
  ],
};
