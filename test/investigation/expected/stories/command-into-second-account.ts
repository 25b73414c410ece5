import { appAccount, dataAccount, sessionOf } from '../cloud.ts';
import { bob, deactivate, key, leaked, told, type Story } from '../story.ts';

const instance = 'i-0ddddddddddddddd4';
const neighbour = 'i-0eeeeeeeeeeeeeee5';
const onInstance = { from: '198.51.100.31', client: 'aws-cli/2.15.0' };

export const commandIntoSecondAccount: Story = {
  name: "a command on an instance takes a role of the second account from the instance's own address, and reads a secret there",
  records: told((intruder, cloud) => {
    for (let day = -7; day <= 0; day += 1)
      for (const each of [instance, neighbour]) {
        const usual = sessionOf(appAccount, 'worker', each, `ASIAWORKER${each.slice(-1)}0000000${day + 17}`);
        cloud.call(usual, 'dynamodb:DescribeTable', {
          at: day * 86_400 + 500,
          from: onInstance.from,
          client: 'Boto3/1.34',
        });
      }
    intruder.call(
      leaked,
      'ssm:SendCommand',
      { instanceIds: [instance], documentName: 'AWS-RunShellScript' },
      { response: { command: { commandId: 'c-1', instanceIds: [instance] } } },
    );
    const worker = sessionOf(appAccount, 'worker', instance, 'ASIAWORKER4000000017');
    const backup = intruder.assume(worker, 'backup', 'ASIABACKUP0000000009', dataAccount, onInstance);
    intruder.call(backup, 'secretsmanager:GetSecretValue', { secretId: 'prod/card' }, onInstance);
  }),
  cases: [
    {
      accounts: 2,
      identities: [bob, 'used instance', 'used session backup', 'used session worker'],
      links: [
        'instance ran-on-instance session worker',
        'session worker assumed-role session backup',
        'user bob ran-on-instance instance',
      ],
      findings: [
        'chained-credentials',
        'instance-credentials-stolen',
        'instances-entered',
        'secrets-taken',
        'way-in-still-open',
      ],
      waysIn: [
        key,
        'open instance',
        'open session of role backup until 2026-11-20T22:00:00',
        'open session of role worker until 2026-11-20T21:16:50',
      ],
      stages: [
        'secretsmanager:GetSecretValue credential access',
        'ssm:SendCommand lateral movement',
        'sts:AssumeRole lateral movement',
      ],
      plan: [
        deactivate,
        'isolateInstance',
        'revokeRoleSessions of backup',
        'revokeRoleSessions of worker',
        'rotateSecret',
      ],
    },
  ],
};
