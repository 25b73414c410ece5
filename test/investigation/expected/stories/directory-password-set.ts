import { appAccount, dataAccount, sessionOf, type Who } from '../cloud.ts';
import { bob, deactivate, key, leaked, told, type Story } from '../story.ts';

const roleName = 'AWSReservedSSO_developer_0123456789abcdef';
const office = '198.51.100.40';
const day = 86_400;

function kim(accessKeyId: string): Who {
  return {
    ...sessionOf(dataAccount, roleName, 'kim', accessKeyId),
    onBehalfOf: {
      userId: 'kim-user-id',
      identityStoreArn: `arn:aws:identitystore::${appAccount}:identitystore/d-1234567890`,
    },
  };
}

/** Sets the password of somebody who works from an office, and is them from another address; they work on there. */
export const directoryPasswordSet: Story = {
  name: 'an administrator of Identity Center sets the password of somebody there, and makes a user as them, while they work on',
  records: told((intruder, cloud) => {
    for (const each of [-5, -4, -3, -2, -1, 0]) {
      cloud.call(kim(`ASIAKIMMORNING0000${each + 5}`), 'ec2:CreateSecurityGroup', {
        at: each * day + 300,
        from: office,
        request: { groupName: `of ${each}`, groupDescription: 'x', vpcId: 'vpc-1' },
        response: { groupId: `sg-${each + 5}` },
      });
    }
    intruder.call(
      leaked,
      'iam:CreateAccessKey',
      { userName: 'root-backup' },
      { response: { accessKey: { accessKeyId: 'AKIABACKUP0000000001', userName: 'root-backup', status: 'Active' } } },
    );
    intruder.call(leaked, 'sso-directory:UpdatePassword', {
      identityStoreId: 'd-1234567890',
      userId: 'kim-user-id',
      passwordMode: 'OTP',
    });
    intruder.call(
      kim('ASIAKIMHOSTILE000001'),
      'iam:CreateUser',
      { userName: 'support' },
      { response: { user: { userName: 'support', userId: 'AIDASUPPORT' } }, from: '203.0.113.120' },
    );
    intruder.call(
      kim('ASIAKIMHOSTILE000001'),
      'iam:AttachUserPolicy',
      { userName: 'support', policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' },
      { from: '203.0.113.120' },
    );
    intruder.call(
      kim('ASIAKIMAFTERNOON0001'),
      'ec2:CreateSecurityGroup',
      { groupName: 'her own', groupDescription: 'x', vpcId: 'vpc-1' },
      { response: { groupId: 'sg-own' }, from: office, client: 'aws-cli/2.15.0' },
    );
  }),
  cases: [
    {
      accounts: 2,
      identities: [
        'changed person kim',
        'changed user root-backup',
        'created access-key',
        'created user support',
        bob,
        'used session AWSReservedSSO_developer_0123456789abcdef',
      ],
      links: [
        'person kim signed-in session AWSReservedSSO_developer_0123456789abcdef',
        'session AWSReservedSSO_developer_0123456789abcdef created-user user support',
        'user bob created-key access-key',
        'user bob set-password person kim',
      ],
      findings: ['administrator-granted', 'others-credentials-changed', 'way-in-still-open'],
      waysIn: [
        key,
        'open access-key of root-backup',
        'open grant to user support',
        'open service-login',
        'open session of role AWSReservedSSO_developer_0123456789abcdef until 2026-11-20T21:17:00',
        'open user support',
        'unknown person kim',
      ],
      stages: [
        'iam:AttachUserPolicy escalation',
        'iam:CreateAccessKey persistence',
        'iam:CreateUser persistence',
        'sso-directory:UpdatePassword persistence',
      ],
      plan: [
        deactivate,
        'deactivateAccessKey of root-backup',
        'disableCreatedIdentity of support',
        'endPersonSessions of AWSReservedSSO_developer_0123456789abcdef',
        'removeServiceLogin',
      ],
    },
  ],
};
