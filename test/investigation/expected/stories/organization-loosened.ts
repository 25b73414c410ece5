import { dataAccount, strangeAccount } from '../cloud.ts';
import { bob, deactivate, key, leaked, told, type Story } from '../story.ts';

const madeAccount = '777766665555';

export const organizationLoosened: Story = {
  name: 'an organization is loosened from its management account: policies, delegation, a new account, an account that leaves',
  records: told((intruder) => {
    intruder.call(leaked, 'organizations:DescribeOrganization');
    intruder.call(leaked, 'organizations:ListAccounts');
    intruder.call(leaked, 'organizations:DetachPolicy', { policyId: 'p-guard0001', targetId: dataAccount });
    intruder.call(leaked, 'organizations:UpdatePolicy', {
      policyId: 'p-guard0002',
      content: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
      }),
    });
    intruder.call(leaked, 'organizations:MoveAccount', {
      accountId: dataAccount,
      sourceParentId: 'ou-ab12-prodprod',
      destinationParentId: 'r-ab12',
    });
    intruder.call(leaked, 'organizations:EnableAWSServiceAccess', {
      servicePrincipal: 'member.org.stacksets.cloudformation.amazonaws.com',
    });
    intruder.call(leaked, 'organizations:RegisterDelegatedAdministrator', {
      accountId: dataAccount,
      servicePrincipal: 'member.org.stacksets.cloudformation.amazonaws.com',
    });
    intruder.call(
      leaked,
      'organizations:InviteAccountToOrganization',
      { target: { id: strangeAccount, type: 'ACCOUNT' } },
      { response: { handshake: { id: 'h-1', state: 'OPEN', action: 'INVITE' } } },
    );
    intruder.call(
      leaked,
      'organizations:CreateAccount',
      { email: 'HIDDEN_DUE_TO_SECURITY_REASONS', accountName: 'HIDDEN_DUE_TO_SECURITY_REASONS' },
      { response: { createAccountStatus: { id: 'car-1', state: 'IN_PROGRESS' } } },
    );
    const there = intruder.assume(leaked, 'OrganizationAccountAccessRole', 'ASIAORGACCESS0000061', madeAccount);
    intruder.call(there, 'ec2:DescribeRegions');
    const data = intruder.assume(leaked, 'OrganizationAccountAccessRole', 'ASIAORGACCESS0000062', dataAccount);
    intruder.call(data, 'organizations:LeaveOrganization', null, { error: 'AccessDeniedException' });
    // What was detached is attached again, but elsewhere; the delegation is taken back.
    intruder.mended('organizations:AttachPolicy', { policyId: 'p-guard0001', targetId: 'ou-ab12-prodprod' });
    intruder.mended('organizations:DeregisterDelegatedAdministrator', {
      accountId: dataAccount,
      servicePrincipal: 'member.org.stacksets.cloudformation.amazonaws.com',
    });
  }),
  cases: [
    {
      accounts: 3,
      identities: [
        bob,
        'used account',
        'used session OrganizationAccountAccessRole',
        'used session OrganizationAccountAccessRole',
      ],
      links: [
        'user bob shared-with account',
        'user bob assumed-role session OrganizationAccountAccessRole',
        'user bob assumed-role session OrganizationAccountAccessRole',
      ],
      findings: ['chained-credentials', 'denied-attempts', 'organization-left', 'way-in-still-open'],
      waysIn: [
        key,
        'closed share',
        'open session of role OrganizationAccountAccessRole until 2026-11-20T22:00:00',
        'open session of role OrganizationAccountAccessRole until 2026-11-20T22:00:00',
      ],
      stages: [
        'ec2:DescribeRegions discovery',
        'organizations:CreateAccount evasion',
        'organizations:DescribeOrganization discovery',
        'organizations:DetachPolicy evasion',
        'organizations:EnableAWSServiceAccess evasion',
        'organizations:InviteAccountToOrganization evasion',
        'organizations:LeaveOrganization refused evasion',
        'organizations:ListAccounts discovery',
        'organizations:MoveAccount evasion',
        'organizations:RegisterDelegatedAdministrator exfiltration',
        'organizations:UpdatePolicy evasion',
        'sts:AssumeRole lateral movement',
      ],
      plan: [
        deactivate,
        'restoreOrganization',
        'restoreOrganization of account-made',
        'restoreOrganization of account-moved',
        'restoreOrganization of invited',
        'restoreOrganization of policy-rewritten',
        'restoreOrganization of service-let-in',
        'revokeRoleSessions of OrganizationAccountAccessRole',
        'revokeRoleSessions of OrganizationAccountAccessRole',
      ],
    },
  ],
};
