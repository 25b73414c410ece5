import { dataAccount, userOf, type Cloud, type Who } from '../cloud.ts';
import { bob, key, deactivate, leaked, told, type Story } from '../story.ts';

const thirdAccount = '666677778888';
const revoked = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Deny',
      Action: ['*'],
      Resource: ['*'],
      Condition: { DateLessThan: { 'aws:TokenIssueTime': '2026-11-20T09:40:00Z' } },
    },
  ],
});

/** Another bob, of the second account, who takes a role of the same name under the same session's name. */
function namesakes(cloud: Cloud): void {
  const other = userOf(dataAccount, 'bob', 'AKIABOB0000000000002');
  for (let day = -7; day <= 0; day += 1) {
    const details = { at: day * 86_400 + 1100, from: '198.51.100.44', client: 'Boto3/1.34' };
    const to = { account: dataAccount, role: 'ops', session: 'x', key: `ASIAOTHERBOB0000000${day + 7}` };
    const session = cloud.assume(other, to, details);
    cloud.call(session, 'ec2:DescribeInstances', { ...details, at: details.at + 3 });
  }
}

function withSource(who: Who): Who {
  const context = who['sessionContext'] as Who;
  return { ...who, sessionContext: { ...context, sourceIdentity: 'bob' } };
}

export const chainAmongNamesakes: Story = {
  name: 'a chain over three accounts goes by roles and sessions of one name; only the first account’s is revoked',
  records: told((intruder, cloud) => {
    namesakes(cloud);
    intruder.call(leaked, 'sts:GetCallerIdentity');
    const first = withSource(intruder.assume(leaked, 'ops', 'ASIAOPS0000000000071'));
    const second = withSource(intruder.assume(first, 'ops', 'ASIAOPS0000000000072', dataAccount));
    intruder.call(second, 'ec2:DescribeSnapshots');
    const third = withSource(intruder.assume(second, 'ops', 'ASIAOPS0000000000073', thirdAccount));
    intruder.call(third, 's3:ListBuckets');
    intruder.call(third, 'secretsmanager:GetSecretValue', { secretId: 'prod/ledger' });
    intruder.mended('iam:PutRolePolicy', {
      roleName: 'ops',
      policyName: 'AWSRevokeOlderSessions',
      policyDocument: revoked,
    });
  }),
  cases: [
    {
      accounts: 3,
      identities: [bob, 'used session ops', 'used session ops', 'used session ops'],
      links: [
        'session ops assumed-role session ops',
        'session ops assumed-role session ops',
        'user bob assumed-role session ops',
      ],
      findings: ['chained-credentials', 'secrets-taken', 'way-in-still-open'],
      waysIn: [
        key,
        'closed session of role ops until 2026-11-20T22:00:00',
        'open session of role ops until 2026-11-20T22:00:00',
        'open session of role ops until 2026-11-20T22:00:00',
      ],
      stages: [
        'ec2:DescribeSnapshots discovery',
        's3:ListBuckets discovery',
        'secretsmanager:GetSecretValue credential access',
        'sts:AssumeRole escalation',
        'sts:AssumeRole lateral movement',
        'sts:GetCallerIdentity discovery',
      ],
      plan: [deactivate, 'revokeRoleSessions of ops', 'revokeRoleSessions of ops', 'rotateSecret'],
    },
  ],
};
