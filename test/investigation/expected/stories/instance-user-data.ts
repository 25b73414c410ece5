import { appAccount, sessionOf } from '../cloud.ts';
import { bob, deactivate, key, leaked, told, type Story } from '../story.ts';

const instance = 'i-0ccccccccccccccc3';

export const instanceUserData: Story = {
  name: "an instance's user data is changed, and its role's credentials then call from the intruder's address",
  records: told((intruder, cloud) => {
    const usual = sessionOf(appAccount, 'web', instance, 'ASIAWEB0000000000001');
    for (let day = -7; day < 0; day += 1)
      cloud.call(usual, 'dynamodb:DescribeTable', { at: day * 86_400, from: '198.51.100.31', client: 'Boto3/1.34' });
    intruder.call(leaked, 'ec2:StopInstances', { instancesSet: { items: [{ instanceId: instance }] } });
    intruder.call(leaked, 'ec2:ModifyInstanceAttribute', {
      instanceId: instance,
      userData: '<sensitiveDataRemoved>',
    });
    intruder.call(usual, 'sts:GetCallerIdentity');
    intruder.call(usual, 's3:ListBuckets', null, { error: 'AccessDenied' });
    intruder.call(
      usual,
      'iam:CreateAccessKey',
      { userName: 'deploy' },
      { response: { accessKey: { accessKeyId: 'AKIADEPLOY0000000009', userName: 'deploy' } } },
    );
  }),
  cases: [
    {
      accounts: 1,
      identities: ['changed user deploy', 'created access-key', bob, 'used instance', 'used session web'],
      links: [
        'instance ran-on-instance session web',
        'session web created-key access-key',
        'user bob ran-on-instance instance',
      ],
      findings: [
        'denied-attempts',
        'instance-credentials-stolen',
        'instances-entered',
        'new-address',
        'others-credentials-changed',
        'way-in-still-open',
      ],
      waysIn: ['open access-key of deploy', key, 'open instance', 'open session of role web until 2026-11-20T21:17:00'],
      stages: [
        'ec2:ModifyInstanceAttribute lateral movement',
        'ec2:StopInstances impact',
        'iam:CreateAccessKey persistence',
        's3:ListBuckets refused discovery',
        'sts:GetCallerIdentity discovery',
      ],
      plan: [deactivate, 'deactivateAccessKey of deploy', 'isolateInstance', 'revokeRoleSessions of web'],
    },
  ],
};
