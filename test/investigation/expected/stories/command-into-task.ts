import { appAccount, sessionOf } from '../cloud.ts';
import { bob, deactivate, key, leaked, told, type Story } from '../story.ts';

const inFargate = { from: '54.240.1.2', client: 'Boto3/1.34' };
const cluster = `arn:aws:ecs:us-east-1:${appAccount}:cluster/prod`;
const task = '0123456789abcdef0123456789abcdef';
const neighbour = 'fedcba9876543210fedcba9876543210';

export const commandIntoTask: Story = {
  name: "a command in a service's task uses the task's role, which makes bob administrator",
  records: told((intruder, cloud) => {
    for (let day = -7; day <= 0; day += 1)
      for (const each of [task, neighbour]) {
        const usual = sessionOf(appAccount, 'checkout', each, `ASIACHECKOUT${each.slice(0, 3)}0000${day + 17}`);
        cloud.call(usual, 'dynamodb:DescribeTable', { at: day * 86_400 + 500, ...inFargate });
      }
    intruder.call(leaked, 'ecs:ListTasks', { cluster: 'prod' });
    intruder.call(
      leaked,
      'ecs:ExecuteCommand',
      { cluster: 'prod', task, container: 'app', interactive: true, command: '/bin/sh' },
      {
        response: {
          clusterArn: cluster,
          taskArn: `arn:aws:ecs:us-east-1:${appAccount}:task/prod/${task}`,
          containerName: 'app',
          interactive: true,
          session: { sessionId: 'ecs-execute-command-0a1b', streamUrl: 'wss://x', tokenValue: 'HIDDEN' },
        },
      },
    );
    const inside = sessionOf(appAccount, 'checkout', task, 'ASIACHECKOUT012000017');
    intruder.call(inside, 'secretsmanager:GetSecretValue', { secretId: 'prod/card' }, inFargate);
    intruder.call(
      inside,
      'iam:AttachUserPolicy',
      { userName: 'bob', policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' },
      inFargate,
    );
    // The one beside it goes on working.
    const other = sessionOf(appAccount, 'checkout', neighbour, 'ASIACHECKOUTfed000017');
    cloud.call(other, 'dynamodb:DescribeTable', { at: 4000, ...inFargate });
  }),
  cases: [
    {
      accounts: 1,
      identities: [bob, 'used instance', 'used session checkout'],
      links: ['instance ran-on-instance session checkout', 'user bob ran-on-instance instance'],
      findings: ['administrator-granted', 'instances-entered', 'secrets-taken', 'way-in-still-open'],
      waysIn: [
        key,
        'open instance',
        'open grant to user bob',
        'open session of role checkout until 2026-11-20T21:17:00',
      ],
      stages: [
        'ecs:ExecuteCommand lateral movement',
        'ecs:ListTasks discovery',
        'iam:AttachUserPolicy escalation',
        'secretsmanager:GetSecretValue credential access',
      ],
      plan: [
        deactivate,
        'isolateInstance',
        'revokeRoleSessions of checkout',
        'rotateSecret',
        'takePolicyAway of user bob',
      ],
    },
  ],
};
