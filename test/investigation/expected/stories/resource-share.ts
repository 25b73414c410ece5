import { appAccount, dataAccount, strangeAccount, userOf } from '../cloud.ts';
import { bob, deactivate, key, leaked, told, type Story } from '../story.ts';

function shareArn(id: string): string {
  return `arn:aws:ram:us-east-1:${appAccount}:resource-share/${id}`;
}
function subnet(id: string): string {
  return `arn:aws:ec2:us-east-1:${appAccount}:subnet/${id}`;
}

export const resourceShare: Story = {
  name: 'subnets are shared with a stranger by a share that is made and one that was there, from which the stranger is taken again',
  records: told((intruder, cloud) => {
    // What an administrator shares with the second account stays among ourselves.
    cloud.call(userOf(appAccount, 'alice', 'AKIAALICE00000000001'), 'ram:CreateResourceShare', {
      at: 900,
      from: '198.51.100.20',
      request: { name: 'network', principals: [dataAccount], resourceArns: [subnet('subnet-1')] },
      response: { resourceShare: { resourceShareArn: shareArn('network'), name: 'network' } },
    });
    intruder.call(
      leaked,
      'ram:CreateResourceShare',
      {
        name: 'partner',
        principals: [strangeAccount],
        resourceArns: [subnet('subnet-2')],
        allowExternalPrincipals: true,
      },
      { response: { resourceShare: { resourceShareArn: shareArn('partner'), name: 'partner' } } },
    );
    intruder.call(leaked, 'ram:AssociateResourceShare', {
      resourceShareArn: shareArn('partner'),
      resourceArns: [subnet('subnet-3')],
    });
    intruder.call(leaked, 'ram:AssociateResourceShare', {
      resourceShareArn: shareArn('network'),
      principals: [strangeAccount],
    });
    intruder.mended('ram:DisassociateResourceShare', {
      resourceShareArn: shareArn('network'),
      principals: [strangeAccount],
    });
  }),
  cases: [
    {
      accounts: 1,
      identities: ['outside account', bob],
      links: ['user bob shared-with account'],
      findings: ['shared-outside', 'way-in-still-open'],
      waysIn: ['closed share', key, 'open share'],
      stages: ['ram:AssociateResourceShare exfiltration', 'ram:CreateResourceShare exfiltration'],
      plan: [deactivate, 'endSharing'],
    },
  ],
};
