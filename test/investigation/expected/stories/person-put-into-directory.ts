import { appAccount, sessionOf, type Who } from '../cloud.ts';
import { told, type Story } from '../story.ts';

const person: Who = {
  ...sessionOf(appAccount, 'AWSReservedSSO_admin_0123456789abcdef', 'kim@corp.example', 'ASIAKIM0000000000001'),
  onBehalfOf: {
    userId: 'kim-user-id',
    identityStoreArn: 'arn:aws:identitystore::111122223333:identitystore/d-1234567890',
  },
};

export const personPutIntoDirectory: Story = {
  name: 'a person of Identity Center puts another one there, assigns them, and makes a user',
  records: told((intruder) => {
    intruder.call(
      person,
      'identitystore:CreateUser',
      { identityStoreId: 'd-1234567890', userName: 'helpdesk' },
      { response: { userId: 'helpdesk-id', identityStoreId: 'd-1234567890' } },
    );
    intruder.call(person, 'sso:CreateAccountAssignment', {
      instanceArn: 'arn:aws:sso:::instance/ssoins-1',
      targetId: appAccount,
      targetType: 'AWS_ACCOUNT',
      permissionSetArn: 'arn:aws:sso:::permissionSet/ssoins-1/ps-admin',
      principalType: 'USER',
      principalId: 'helpdesk-id',
    });
    intruder.call(
      person,
      'iam:CreateUser',
      { userName: 'svc' },
      { response: { user: { userName: 'svc', userId: 'AIDASVC' } } },
    );
    intruder.call(person, 'iam:AttachUserPolicy', {
      userName: 'svc',
      policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess',
    });
  }),
  cases: [
    {
      accounts: 1,
      identities: [
        'created person helpdesk',
        'created user svc',
        'suspect person kim@corp.example',
        'used session AWSReservedSSO_admin_0123456789abcdef',
      ],
      links: [
        'person kim@corp.example signed-in session AWSReservedSSO_admin_0123456789abcdef',
        'session AWSReservedSSO_admin_0123456789abcdef created-user person helpdesk',
        'session AWSReservedSSO_admin_0123456789abcdef created-user user svc',
      ],
      findings: ['administrator-granted', 'directory-changed', 'way-in-still-open'],
      waysIn: [
        'open grant to Identity Center principal helpdesk-id',
        'open grant to user svc',
        'open person helpdesk',
        'open person kim@corp.example',
        'open session of role AWSReservedSSO_admin_0123456789abcdef until 2026-11-20T21:16:40',
        'open user svc',
      ],
      stages: [
        'iam:AttachUserPolicy escalation',
        'iam:CreateUser persistence',
        'identitystore:CreateUser persistence',
        'sso:CreateAccountAssignment escalation',
      ],
      plan: [
        'disableCreatedIdentity of svc',
        'disablePerson of helpdesk',
        'disablePerson of kim@corp.example',
        'endPersonSessions of AWSReservedSSO_admin_0123456789abcdef',
        'takePolicyAway of Identity Center principal helpdesk-id',
      ],
    },
  ],
};
