import { dataAccount } from '../cloud.ts';
import { bob, leaked, told, type Story } from '../story.ts';

export const sessionChain: Story = {
  name: 'a session is chained through three roles into the second account, and all is put right but the last',
  records: told((intruder) => {
    const first = intruder.assume(leaked, 'support', 'ASIASUPPORT000000001');
    const second = intruder.assume(first, 'ops', 'ASIAOPS0000000000001');
    const third = intruder.assume(second, 'reader', 'ASIAREADER0000000009', dataAccount);
    intruder.call(third, 'ssm:GetParameter', { name: '/prod/token', withDecryption: true });
    intruder.call(third, 'cloudtrail:StopLogging', { name: 'main' }, { error: 'AccessDenied' });
    intruder.mended('iam:UpdateAccessKey', {
      userName: 'bob',
      accessKeyId: 'AKIABOB0000000000001',
      status: 'Inactive',
    });
    for (const roleName of ['support', 'ops'])
      intruder.mended('iam:PutRolePolicy', {
        roleName,
        policyName: 'AWSRevokeOlderSessions',
        policyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Deny',
              Action: ['*'],
              Resource: ['*'],
              Condition: { DateLessThan: { 'aws:TokenIssueTime': '2026-11-20T09:30:00Z' } },
            },
          ],
        }),
      });
  }),
  cases: [
    {
      accounts: 2,
      identities: [bob, 'used session ops', 'used session reader', 'used session support'],
      links: [
        'session ops assumed-role session reader',
        'session support assumed-role session ops',
        'user bob assumed-role session support',
      ],
      findings: ['chained-credentials', 'denied-attempts', 'evasion', 'secrets-taken', 'way-in-still-open'],
      waysIn: [
        'closed access-key of bob',
        'closed session of role ops until 2026-11-20T22:00:00',
        'closed session of role support until 2026-11-20T22:00:00',
        'open session of role reader until 2026-11-20T22:00:00',
      ],
      stages: [
        'cloudtrail:StopLogging refused evasion',
        'ssm:GetParameter credential access',
        'sts:AssumeRole escalation',
        'sts:AssumeRole lateral movement',
      ],
      plan: ['revokeRoleSessions of reader', 'rotateSecret'],
    },
  ],
};
