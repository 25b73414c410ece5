import { appAccount, sessionOf } from '../cloud.ts';
import { bob, leaked, told, type Story } from '../story.ts';

const machine = 'i-0123456789abcdef0';

export const rootVolumeReplaced: Story = {
  name: 'an instance begins again from a disk of the intruder, and its role makes a key',
  records: told((intruder) => {
    intruder.call(
      leaked,
      'ec2:CreateReplaceRootVolumeTask',
      { CreateReplaceRootVolumeTaskRequest: { InstanceId: machine, ImageId: 'ami-0123456789abcdef0' } },
      {
        response: {
          CreateReplaceRootVolumeTaskResponse: {
            replaceRootVolumeTask: { instanceId: machine, replaceRootVolumeTaskId: 'replacevol-1' },
          },
        },
      },
    );
    intruder.mended('iam:UpdateAccessKey', {
      userName: 'bob',
      accessKeyId: 'AKIABOB0000000000001',
      status: 'Inactive',
    });
    intruder.call(
      sessionOf(appAccount, 'app-role', machine, 'ASIAINSTANCE00000001'),
      'iam:CreateAccessKey',
      { userName: 'carol' },
      {
        response: { accessKey: { accessKeyId: 'AKIACAROL00000000009', userName: 'carol', status: 'Active' } },
        from: '54.240.1.7',
        client: 'Boto3/1.34',
      },
    );
  }),
  cases: [
    {
      accounts: 1,
      identities: ['changed user carol', 'created access-key', bob, 'used instance', 'used session app-role'],
      links: [
        'instance ran-on-instance session app-role',
        'session app-role created-key access-key',
        'user bob ran-on-instance instance',
      ],
      findings: ['instance-credentials-stolen', 'instances-entered', 'others-credentials-changed', 'way-in-still-open'],
      waysIn: [
        'closed access-key of bob',
        'open access-key of carol',
        'open instance',
        'open session of role app-role until 2026-11-20T21:17:00',
      ],
      stages: ['ec2:CreateReplaceRootVolumeTask lateral movement', 'iam:CreateAccessKey persistence'],
      plan: ['deactivateAccessKey of carol', 'isolateInstance', 'revokeRoleSessions of app-role'],
    },
  ],
};
