import type { JsonObject } from '../../../../src/model/json.ts';
import { appAccount, sessionOf, strangeAccount } from '../cloud.ts';
import { bob, deactivate, key, leaked, told, type Story } from '../story.ts';

function letting(principal: JsonObject): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' }],
  });
}

export const stackWithPassedRole: Story = {
  name: 'a stack with a role of more rights makes a role that lets in a stranger',
  records: told((intruder) => {
    intruder.call(leaked, 'cloudformation:CreateStack', {
      stackName: 'infra',
      roleARN: `arn:aws:iam::${appAccount}:role/cfn-admin`,
    });
    const session = sessionOf(appAccount, 'cfn-admin', 'AWSCloudFormation', 'ASIACFN0000000000001');
    intruder.call(
      { ...session, invokedBy: 'cloudformation.amazonaws.com' },
      'iam:CreateRole',
      { roleName: 'partner', assumeRolePolicyDocument: letting({ AWS: `arn:aws:iam::${strangeAccount}:root` }) },
      { response: { role: { roleName: 'partner', roleId: 'AROAPARTNER' } }, from: 'cloudformation.amazonaws.com' },
    );
  }),
  cases: [
    {
      accounts: 1,
      identities: ['created role partner', 'outside account', bob, 'used session cfn-admin'],
      links: [
        'role partner opened-trust account',
        'session cfn-admin made-role role partner',
        'user bob passed-role session cfn-admin',
      ],
      findings: ['code-planted', 'trust-opened', 'way-in-still-open'],
      waysIn: [key, 'open code', 'open role partner', 'open session of role cfn-admin until 2026-11-20T21:16:50'],
      stages: ['cloudformation:CreateStack persistence', 'iam:CreateRole persistence'],
      plan: [deactivate, 'disableCreatedRole of partner', 'removeCode', 'revokeRoleSessions of cfn-admin'],
    },
  ],
};
