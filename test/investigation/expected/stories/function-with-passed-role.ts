import { appAccount, sessionOf } from '../cloud.ts';
import { bob, deactivate, key, leaked, told, type Story } from '../story.ts';

export const functionWithPassedRole: Story = {
  name: 'a function is made with a role of more rights, opened to the internet, and makes a user',
  records: told((intruder) => {
    intruder.call(
      leaked,
      'lambda:CreateFunction20150331',
      { functionName: 'sync', role: `arn:aws:iam::${appAccount}:role/lambda-admin`, runtime: 'python3.12' },
      { response: { functionName: 'sync', role: `arn:aws:iam::${appAccount}:role/lambda-admin` } },
    );
    intruder.call(leaked, 'lambda:AddPermission20150331v2', {
      functionName: 'sync',
      principal: '*',
      action: 'lambda:InvokeFunctionUrl',
      functionUrlAuthType: 'NONE',
    });
    intruder.call(leaked, 'lambda:CreateFunctionUrlConfig', { functionName: 'sync', authType: 'NONE' });
    const session = sessionOf(appAccount, 'lambda-admin', 'sync', 'ASIALAMBDA0000000001');
    intruder.call(
      session,
      'iam:CreateUser',
      { userName: 'robot' },
      { response: { user: { userName: 'robot' } }, from: '54.240.1.1' },
    );
  }),
  cases: [
    {
      accounts: 1,
      identities: ['created user robot', 'outside everybody', bob, 'used session lambda-admin'],
      links: [
        'session lambda-admin created-user user robot',
        'user bob passed-role session lambda-admin',
        'user bob shared-with everybody',
      ],
      findings: ['code-planted', 'shared-outside', 'way-in-still-open'],
      waysIn: [
        key,
        'open code',
        'open code',
        'open session of role lambda-admin until 2026-11-20T21:17:10',
        'open share',
        'open user robot',
      ],
      stages: [
        'iam:CreateUser persistence',
        'lambda:AddPermission persistence',
        'lambda:CreateFunction persistence',
        'lambda:CreateFunctionUrlConfig persistence',
      ],
      plan: [
        deactivate,
        'disableCreatedIdentity of robot',
        'endSharing',
        'removeCode',
        'removeCode',
        'revokeRoleSessions of lambda-admin',
      ],
    },
  ],
};
