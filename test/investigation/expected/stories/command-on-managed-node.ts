import { appAccount, sessionOf } from '../cloud.ts';
import { bob, deactivate, key, leaked, told, type Story } from '../story.ts';

const inCellar = { from: '198.51.100.77', client: 'Boto3/1.34' };
const node = 'mi-0123456789abcdef0';
const neighbour = 'mi-0fedcba9876543210';

export const commandOnManagedNode: Story = {
  name: 'a command on a machine of elsewhere that Systems Manager manages uses the role of its activation',
  records: told((intruder, cloud) => {
    for (let day = -7; day <= 0; day += 1)
      for (const each of [node, neighbour]) {
        const usual = sessionOf(appAccount, 'cellar', each, `ASIACELLAR${each.slice(3, 7)}000${day + 17}`);
        cloud.call(usual, 'ssm:UpdateInstanceInformation', { at: day * 86_400 + 500, ...inCellar });
      }
    intruder.call(leaked, 'ssm:DescribeInstanceInformation', {});
    intruder.call(
      leaked,
      'ssm:SendCommand',
      { instanceIds: [node], documentName: 'AWS-RunShellScript', parameters: 'HIDDEN_DUE_TO_SECURITY_REASONS' },
      { response: { command: { commandId: 'c-1', instanceIds: [node] } } },
    );
    const inside = sessionOf(appAccount, 'cellar', node, 'ASIACELLAR012300017');
    intruder.call(
      inside,
      'iam:AttachUserPolicy',
      { userName: 'bob', policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' },
      inCellar,
    );
    // The one beside it goes on working.
    const other = sessionOf(appAccount, 'cellar', neighbour, 'ASIACELLAR0fed00017');
    cloud.call(other, 'ssm:UpdateInstanceInformation', { at: 4000, ...inCellar });
  }),
  cases: [
    {
      accounts: 1,
      identities: [bob, 'used instance', 'used session cellar'],
      links: ['instance ran-on-instance session cellar', 'user bob ran-on-instance instance'],
      findings: ['administrator-granted', 'instances-entered', 'way-in-still-open'],
      waysIn: [key, 'open instance', 'open grant to user bob', 'open session of role cellar until 2026-11-20T21:17:00'],
      stages: [
        'iam:AttachUserPolicy escalation',
        'ssm:DescribeInstanceInformation discovery',
        'ssm:SendCommand lateral movement',
      ],
      plan: [deactivate, 'isolateInstance', 'revokeRoleSessions of cellar', 'takePolicyAway of user bob'],
    },
  ],
};
