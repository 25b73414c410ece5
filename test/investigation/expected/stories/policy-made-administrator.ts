import { appAccount } from '../cloud.ts';
import { bob, deactivate, key, leaked, told, type Story } from '../story.ts';

const grantAll = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
});

export const policyMadeAdministrator: Story = {
  name: 'a policy becomes administrator, a group is joined, a network opened; the group and the network are put back',
  records: told((intruder) => {
    const policyArn = `arn:aws:iam::${appAccount}:policy/developers`;
    intruder.call(
      leaked,
      'iam:CreatePolicyVersion',
      { policyArn, policyDocument: grantAll, setAsDefault: true },
      { response: { policyVersion: { versionId: 'v7', isDefaultVersion: true } } },
    );
    intruder.call(leaked, 'iam:AddUserToGroup', { userName: 'bob', groupName: 'admins' });
    const open = {
      groupId: 'sg-1',
      ipPermissions: {
        items: [{ ipProtocol: 'tcp', fromPort: 22, toPort: 22, ipRanges: { items: [{ cidrIp: '0.0.0.0/0' }] } }],
      },
    };
    intruder.call(leaked, 'ec2:AuthorizeSecurityGroupIngress', open);
    intruder.mended('ec2:RevokeSecurityGroupIngress', open);
    intruder.mended('iam:RemoveUserFromGroup', { userName: 'bob', groupName: 'admins' });
  }),
  cases: [
    {
      accounts: 1,
      identities: [bob],
      links: [],
      findings: ['administrator-granted', 'way-in-still-open'],
      waysIn: ['closed grant to user bob', 'closed network', key, 'open grant to whoever has the policy'],
      stages: [
        'ec2:AuthorizeSecurityGroupIngress evasion',
        'iam:AddUserToGroup escalation',
        'iam:CreatePolicyVersion escalation',
      ],
      plan: [deactivate, 'takePolicyAway of whoever has the policy'],
    },
  ],
};
