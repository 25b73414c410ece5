import { appAccount, dataAccount, sessionOf, strangeAccount, type Who } from '../cloud.ts';
import { bob, deactivate, key, leaked, told, type Story } from '../story.ts';

const helpdesk: Who = {
  ...sessionOf(dataAccount, 'AWSReservedSSO_restore_0123456789abcdef', 'helpdesk', 'ASIAHELPDESK00000009'),
  onBehalfOf: {
    userId: 'helpdesk-id',
    identityStoreArn: `arn:aws:identitystore::${appAccount}:identitystore/d-1234567890`,
  },
};
const fromHome = { from: '203.0.113.80', client: 'Mozilla/5.0' };

export const directoryAdministrator: Story = {
  name: 'an administrator of Identity Center makes a person, puts them into a group, sets their password; they share a snapshot and its key from the second account',
  records: told((intruder) => {
    intruder.call(
      leaked,
      'identitystore:CreateUser',
      { identityStoreId: 'd-1234567890', userName: 'helpdesk' },
      { response: { userId: 'helpdesk-id', identityStoreId: 'd-1234567890' } },
    );
    intruder.call(
      leaked,
      'identitystore:CreateGroupMembership',
      { identityStoreId: 'd-1234567890', groupId: 'g-backup', memberId: { userId: 'helpdesk-id' } },
      { response: { membershipId: 'm-1', identityStoreId: 'd-1234567890' } },
    );
    intruder.call(leaked, 'sso-directory:UpdatePassword', {
      identityStoreId: 'd-1234567890',
      userId: 'helpdesk-id',
      passwordMode: 'OTP',
    });
    intruder.call(leaked, 'sso:CreateAccountAssignment', {
      instanceArn: 'arn:aws:sso:::instance/ssoins-1',
      targetId: dataAccount,
      targetType: 'AWS_ACCOUNT',
      permissionSetArn: 'arn:aws:sso:::permissionSet/ssoins-1/ps-restore',
      principalType: 'USER',
      principalId: 'helpdesk-id',
    });
    intruder.call(
      helpdesk,
      'ec2:ModifySnapshotAttribute',
      {
        snapshotId: 'snap-7',
        attributeType: 'CREATE_VOLUME_PERMISSION',
        createVolumePermission: { add: { items: [{ userId: strangeAccount }] } },
      },
      fromHome,
    );
    intruder.call(
      helpdesk,
      'kms:CreateGrant',
      {
        keyId: `arn:aws:kms:us-east-1:${dataAccount}:key/k-1`,
        granteePrincipal: `arn:aws:iam::${strangeAccount}:root`,
        operations: ['Decrypt', 'CreateGrant'],
      },
      { response: { grantId: 'gr-1' }, ...fromHome },
    );
  }),
  cases: [
    {
      accounts: 2,
      identities: [
        bob,
        'created person helpdesk',
        'outside account',
        'used session AWSReservedSSO_restore_0123456789abcdef',
      ],
      links: [
        'person helpdesk signed-in session AWSReservedSSO_restore_0123456789abcdef',
        'session AWSReservedSSO_restore_0123456789abcdef shared-with account',
        'user bob created-user person helpdesk',
        'user bob set-password person helpdesk',
      ],
      findings: ['directory-changed', 'shared-outside', 'way-in-still-open'],
      waysIn: [
        key,
        'open grant to Identity Center person helpdesk-id',
        'open grant to Identity Center principal helpdesk-id',
        'open person helpdesk',
        'open service-login',
        'open session of role AWSReservedSSO_restore_0123456789abcdef until 2026-11-20T21:17:20',
        'open share',
        'open share',
      ],
      stages: [
        'ec2:ModifySnapshotAttribute exfiltration',
        'identitystore:CreateGroupMembership escalation',
        'identitystore:CreateUser persistence',
        'kms:CreateGrant exfiltration',
        'sso-directory:UpdatePassword persistence',
        'sso:CreateAccountAssignment escalation',
      ],
      plan: [
        deactivate,
        'disablePerson of helpdesk',
        'endPersonSessions of AWSReservedSSO_restore_0123456789abcdef',
        'endSharing',
        'endSharing',
        'removeServiceLogin',
        'takePolicyAway of Identity Center person helpdesk-id',
        'takePolicyAway of Identity Center principal helpdesk-id',
      ],
    },
  ],
};
