import { appAccount } from '../cloud.ts';
import { bob, deactivate, key, leaked, told, type Story } from '../story.ts';

const ops = { userName: 'ops' };
const opsKey = { ...ops, accessKeyId: 'AKIAOPS00000000000001' };
const device = { ...ops, serialNumber: `arn:aws:iam::${appAccount}:mfa/ops` };
const admins = { ...ops, groupName: 'administrators' };
const fullAccess = { ...ops, policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' };

export const takenAndGivenBack: Story = {
  name: 'an intruder takes a group, a key, a device and a policy from somebody, and an administrator gives all back',
  records: told((intruder) => {
    intruder.call(leaked, 'cloudtrail:StopLogging', { name: 'main' });
    intruder.call(leaked, 'iam:RemoveUserFromGroup', admins);
    intruder.call(leaked, 'iam:UpdateAccessKey', { ...opsKey, status: 'Inactive' });
    intruder.call(leaked, 'iam:DeactivateMFADevice', device);
    intruder.call(leaked, 'iam:DetachUserPolicy', fullAccess);
    intruder.mended('iam:AddUserToGroup', admins);
    intruder.mended('iam:UpdateAccessKey', { ...opsKey, status: 'Active' });
    intruder.mended('iam:EnableMFADevice', device);
    intruder.mended('iam:AttachUserPolicy', fullAccess);
  }),
  cases: [
    {
      accounts: 1,
      identities: [bob],
      links: [],
      findings: ['evasion', 'others-credentials-changed'],
      waysIn: [key],
      stages: [
        'cloudtrail:StopLogging evasion',
        'iam:DeactivateMFADevice evasion',
        'iam:DetachUserPolicy other',
        'iam:RemoveUserFromGroup other',
        'iam:UpdateAccessKey other',
      ],
      plan: [deactivate, 'restoreLogging of trail'],
    },
    // Of the administrator there is a case, for a rule tells of what she gave; nothing is held against her.
    {
      accounts: 1,
      identities: ['suspect user alice'],
      links: [],
      findings: [],
      waysIn: ['open access-key of alice'],
      stages: [
        'iam:AddUserToGroup other',
        'iam:AttachUserPolicy other',
        'iam:EnableMFADevice other',
        'iam:ListUsers discovery',
        'iam:UpdateAccessKey other',
      ],
      plan: [],
    },
  ],
};
