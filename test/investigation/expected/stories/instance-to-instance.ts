import { appAccount, dataAccount, sessionOf } from '../cloud.ts';
import { bob, deactivate, key, leaked, told, type Story } from '../story.ts';

const web = 'i-0ccccccccccccccc3';
const db = 'i-0fffffffffffffff6';
const onWeb = { from: '10.0.1.5', client: 'aws-cli/2.15.0' };
const onDb = { from: '10.0.2.9', client: 'aws-cli/2.15.0' };

export const instanceToInstance: Story = {
  name: 'a command on one instance begins a session on another, whose role takes a backup and a role of the second account; the first is stopped and started again',
  records: told((intruder, cloud) => {
    for (let day = -7; day <= 0; day += 1) {
      const at = day * 86_400;
      cloud.call(sessionOf(appAccount, 'web', web, `ASIAWEB0000000000${day + 17}`), 'sqs:ListQueues', {
        at: at + 500,
        ...onWeb,
        client: 'Boto3/1.34',
      });
      cloud.call(sessionOf(appAccount, 'db-admin', db, `ASIADBADMIN000000${day + 17}`), 'rds:DescribeDBInstances', {
        at: at + 510,
        ...onDb,
        client: 'Boto3/1.34',
      });
    }
    intruder.call(leaked, 'ssm:DescribeInstanceInformation');
    intruder.call(
      leaked,
      'ssm:SendCommand',
      { instanceIds: [web], documentName: 'AWS-RunShellScript', parameters: 'HIDDEN_DUE_TO_SECURITY_REASONS' },
      { response: { command: { commandId: 'c-1', instanceIds: [web], documentName: 'AWS-RunShellScript' } } },
    );
    const webSession = sessionOf(appAccount, 'web', web, 'ASIAWEB0000000000017');
    intruder.call(
      webSession,
      'ssm:StartSession',
      { target: db },
      {
        response: { sessionId: `${web}-0abc`, streamUrl: 'wss://x', tokenValue: 'HIDDEN_DUE_TO_SECURITY_REASONS' },
        ...onWeb,
      },
    );
    const dbSession = sessionOf(appAccount, 'db-admin', db, 'ASIADBADMIN000000017');
    intruder.call(
      dbSession,
      'rds:CreateDBSnapshot',
      { dBInstanceIdentifier: 'customers', dBSnapshotIdentifier: 'customers-x' },
      onDb,
    );
    const vault = intruder.assume(dbSession, 'vault', 'ASIAVAULT00000000009', dataAccount, onDb);
    intruder.call(vault, 'secretsmanager:GetSecretValue', { secretId: 'prod/card' }, onDb);
    intruder.mended('ec2:StopInstances', { instancesSet: { items: [{ instanceId: web }] } });
    intruder.mended('ec2:StartInstances', { instancesSet: { items: [{ instanceId: web }] } });
    intruder.mended('ssm:TerminateSession', { sessionId: `${web}-0abc` });
  }),
  cases: [
    {
      accounts: 2,
      identities: [
        bob,
        'used instance',
        'used instance',
        'used session db-admin',
        'used session vault',
        'used session web',
      ],
      links: [
        'instance ran-on-instance session db-admin',
        'instance ran-on-instance session web',
        'session db-admin assumed-role session vault',
        'session web ran-on-instance instance',
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
        'open instance',
        'open session of role db-admin until 2026-11-20T21:17:10',
        'open session of role vault until 2026-11-20T22:00:00',
        'open session of role web until 2026-11-20T21:17:00',
      ],
      stages: [
        'rds:CreateDBSnapshot collection',
        'secretsmanager:GetSecretValue credential access',
        'ssm:DescribeInstanceInformation discovery',
        'ssm:SendCommand lateral movement',
        'ssm:StartSession lateral movement',
        'sts:AssumeRole lateral movement',
      ],
      plan: [
        deactivate,
        'isolateInstance',
        'isolateInstance',
        'revokeRoleSessions of db-admin',
        'revokeRoleSessions of vault',
        'revokeRoleSessions of web',
        'rotateSecret',
      ],
    },
  ],
};
