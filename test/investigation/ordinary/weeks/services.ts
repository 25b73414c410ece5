import { userOf } from '../../expected/cloud.ts';
import {
  appAccount,
  browser,
  dataAccount,
  type Estate,
  intrudersHome,
  intrudersTool,
  linkedSession,
  office,
} from '../estate.ts';
import type { OrdinaryWeek } from '../ordinary-week.ts';

/** What AWS does by roles of its services: scaling with costly machines, advice, inspection, findings of other accounts. */
function linked(estate: Estate): void {
  estate.background(-10);
  for (let day = -3; day <= 0; day += 1) {
    const scaling = linkedSession(
      appAccount,
      'autoscaling.amazonaws.com',
      'AWSServiceRoleForAutoScaling',
      estate.temporaryKey(),
    );
    const byScaling = { from: 'autoscaling.amazonaws.com', client: 'autoscaling.amazonaws.com' };
    const at = estate.at(day, 2);
    estate.call(scaling, 'ec2:RunInstances', at, {
      ...byScaling,
      request: {
        instanceType: 'g5.12xlarge',
        minCount: 4,
        maxCount: 4,
        instancesSet: { items: [{ imageId: 'ami-1', minCount: 4, maxCount: 4 }] },
      },
      response: {
        instancesSet: { items: [1, 2, 3, 4].map((n) => ({ instanceId: `i-0${day + 10}a1b2c3d4e5f60${n}` })) },
      },
    });
    estate.call(scaling, 'ec2:TerminateInstances', at + 7200, {
      ...byScaling,
      request: { instancesSet: { items: [{ instanceId: `i-0${day + 10}a1b2c3d4e5f601` }] } },
    });
    const advisor = linkedSession(
      appAccount,
      'trustedadvisor.amazonaws.com',
      'AWSServiceRoleForTrustedAdvisor',
      estate.temporaryKey(),
    );
    for (const name of [
      'iam:GetCredentialReport',
      's3:ListBuckets',
      'ses:GetSendQuota',
      'ec2:DescribeInstances',
      'organizations:DescribeOrganization',
    ])
      estate.call(advisor, name, estate.at(day, 3), {
        from: 'trustedadvisor.amazonaws.com',
        client: 'trustedadvisor.amazonaws.com',
      });
    const inspector = linkedSession(
      appAccount,
      'inspector2.amazonaws.com',
      'AWSServiceRoleForAmazonInspector2',
      estate.temporaryKey(),
    );
    estate.call(inspector, 'ssm:CreateAssociation', estate.at(day, 4), {
      from: 'inspector2.amazonaws.com',
      client: 'inspector2.amazonaws.com',
      request: { name: 'AmazonInspector2-ConfigureInspectorSsmPlugin' },
    });
    estate.call(inspector, 'ssm:SendCommand', estate.at(day, 4), {
      from: 'inspector2.amazonaws.com',
      client: 'inspector2.amazonaws.com',
      request: { documentName: 'AWS-RunShellScript', instanceIds: ['i-0a1b2c3d4e5f60718'] },
    });
    const hub = linkedSession(
      dataAccount,
      'securityhub.amazonaws.com',
      'AWSServiceRoleForSecurityHub',
      estate.temporaryKey(),
    );
    for (const name of [
      'iam:GetAccountAuthorizationDetails',
      'iam:GenerateCredentialReport',
      'iam:GetCredentialReport',
      'organizations:ListAccounts',
    ])
      estate.call(hub, name, estate.at(day, 5), {
        from: 'securityhub.amazonaws.com',
        client: 'securityhub.amazonaws.com',
      });
  }
  const admin = estate.person('alice', 'SecurityAdmin', estate.at(-1, 1), office, dataAccount);
  for (const name of [
    'securityhub:CreateMembers',
    'securityhub:InviteMembers',
    'guardduty:CreateMembers',
    'inspector2:Enable',
  ])
    estate.call(admin, name, estate.at(-1, 1.5), {
      from: office,
      client: browser,
      request: { accountDetails: [{ accountId: appAccount }] },
    });
}

export const linkedRoles: OrdinaryWeek = {
  name: 'roles of Auto Scaling, Trusted Advisor, Inspector and Security Hub do what AWS has them for',
  calm: 'no case',
  tell: linked,
  intruders: {
    'sends commands to a machine by hand': (estate) => {
      linked(estate);
      const bob = userOf(appAccount, 'bob', 'AKIABOB0000000000001');
      estate.call(bob, 'ssm:SendCommand', 9000, {
        from: intrudersHome,
        client: intrudersTool,
        request: { documentName: 'AWS-RunShellScript', instanceIds: ['i-0a1b2c3d4e5f60718'] },
        response: { command: { commandId: 'c-1', instanceIds: ['i-0a1b2c3d4e5f60718'] } },
      });
    },
  },
};
