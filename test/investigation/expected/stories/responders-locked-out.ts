import { appAccount } from '../cloud.ts';
import { bob, deactivate, key, leaked, told, type Story } from '../story.ts';

const opsKey = { userName: 'ops', accessKeyId: 'AKIAOPS00000000000001' };
const denyAll = 'arn:aws:iam::aws:policy/AWSDenyAll';

export const respondersLockedOut: Story = {
  name: 'the responders are locked out, and the role of some is let in again',
  records: told((intruder) => {
    intruder.call(leaked, 'iam:UpdateAccessKey', { ...opsKey, status: 'Inactive' });
    intruder.call(leaked, 'iam:DeactivateMFADevice', {
      userName: 'ops',
      serialNumber: `arn:aws:iam::${appAccount}:mfa/ops`,
    });
    intruder.call(leaked, 'iam:DeleteLoginProfile', { userName: 'ops' });
    intruder.call(leaked, 'iam:AttachRolePolicy', { roleName: 'responders', policyArn: denyAll });
    intruder.call(leaked, 'iam:RemoveUserFromGroup', { userName: 'ops', groupName: 'admins' });
    intruder.call(leaked, 'iam:DeleteUser', { userName: 'alice' }, { error: 'DeleteConflict' });
    intruder.mended('iam:DetachRolePolicy', { roleName: 'responders', policyArn: denyAll });
  }),
  cases: [
    {
      accounts: 1,
      identities: [bob],
      links: [],
      findings: ['others-credentials-changed'],
      waysIn: [key],
      stages: [
        'iam:AttachRolePolicy escalation',
        'iam:DeactivateMFADevice evasion',
        'iam:DeleteLoginProfile other',
        'iam:DeleteUser refused other',
        'iam:RemoveUserFromGroup other',
        'iam:UpdateAccessKey other',
      ],
      plan: [deactivate, 'letBackIn of ops', 'letBackIn of ops', 'letBackIn of ops', 'restoreMfa of ops'],
    },
  ],
};
