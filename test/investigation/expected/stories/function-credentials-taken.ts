import { appAccount, sessionOf } from '../cloud.ts';
import { told, type Story } from '../story.ts';

const inFunction = { from: '198.51.100.77', client: 'Boto3/1.34 exec-env/AWS_Lambda_python3.12' };

/** A session of a function's role, as AWS says for what it issued the credentials. */
function thumbnails(key: string) {
  return {
    ...sessionOf(appAccount, 'thumbnails', 'thumbnails', key),
    inScopeOf: {
      issuerType: 'AWS::Lambda::Function',
      credentialsIssuedTo: `arn:aws:lambda:us-east-1:${appAccount}:function:thumbnails`,
    },
  };
}

export const functionCredentialsTaken: Story = {
  name: "a function's credentials, read from its environment, are used from outside: the function has the next ones too",
  records: told((intruder, cloud) => {
    for (let day = -7; day <= 0; day += 1)
      cloud.call(thumbnails(`ASIATHUMBNAILS0000${day + 17}`), 'dynamodb:DescribeTable', {
        at: day * 86_400 + 900,
        ...inFunction,
      });
    const thief = thumbnails('ASIATHUMBNAILS000017');
    intruder.call(thief, 'sts:GetCallerIdentity');
    intruder.call(thief, 's3:ListBuckets');
    intruder.call(
      thief,
      'iam:CreateUser',
      { userName: 'svc-monitor' },
      { response: { user: { userName: 'svc-monitor', userId: 'AIDASVCMONITOR' } } },
    );
    intruder.call(thief, 'iam:AttachUserPolicy', {
      userName: 'svc-monitor',
      policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess',
    });
    intruder.call(
      thief,
      'iam:CreateAccessKey',
      { userName: 'svc-monitor' },
      { response: { accessKey: { accessKeyId: 'AKIASVCMONITOR000009', userName: 'svc-monitor', status: 'Active' } } },
    );
    cloud.call(thief, 'dynamodb:DescribeTable', { at: 1085, ...inFunction });
  }),
  cases: [
    {
      accounts: 1,
      identities: ['created access-key', 'created user svc-monitor', 'suspect session thumbnails'],
      links: ['session thumbnails created-key access-key', 'session thumbnails created-user user svc-monitor'],
      findings: ['administrator-granted', 'key-in-two-places', 'new-address', 'way-in-still-open'],
      waysIn: [
        'open access-key of svc-monitor',
        'open grant to user svc-monitor',
        'open session of role thumbnails until 2026-11-20T21:15:00',
        'open user svc-monitor',
        'unknown session of role thumbnails until unknown',
      ],
      stages: [
        'dynamodb:DescribeTable discovery',
        'iam:AttachUserPolicy escalation',
        'iam:CreateAccessKey persistence',
        'iam:CreateUser persistence',
        's3:ListBuckets discovery',
        'sts:GetCallerIdentity discovery',
      ],
      plan: ['disableCreatedIdentity of svc-monitor', 'revokeRoleSessions of thumbnails'],
    },
  ],
};
