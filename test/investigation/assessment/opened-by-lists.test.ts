import { describe, expect, test } from 'vitest';
import { commandsFor } from '../../../src/investigation/plan/by-hand-commands.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import { accountId } from '../trail-records.ts';
import { assessed, call, callByAdmin } from './assessed.ts';

const listing = call(0, 's3', 'ListBuckets');

/** `service/Action`, its request and its answer. */
type Said = readonly [name: string, request: JsonObject, response?: JsonObject];

function record(by: typeof call, minutes: number, [name, requestParameters, responseElements = {}]: Said): JsonObject {
  const [service = '', action = ''] = name.split('/');
  return by(minutes, service, action, { requestParameters, responseElements });
}

/** What is open after some calls of the intruder's and then some of others, but for the intruder's key. */
function leftOpen(opened: readonly Said[], closing: readonly Said[]): readonly string[] {
  const records = [
    ...opened.map((each, index) => record(call, index + 1, each)),
    ...closing.map((each, index) => record(callByAdmin, index + 10, each)),
  ];
  return assessed([listing, ...records]).waysIn.flatMap(({ what, state }) =>
    what.kind !== 'access-key' && (state === 'open' || state === 'unknown')
      ? [what.kind === 'network' ? what.opened : what.kind === 'share' ? what.sharedWith : what.kind]
      : [],
  );
}

const evil = '203.0.113.77/32';
const wider = '203.0.0.0/16';
const own = '198.51.100.0/24';
const evil6 = '2001:db8::77/128';

function ports(...cidrs: readonly string[]): JsonObject {
  return { fromPort: 22, toPort: 22, protocol: 'tcp', cidrs: [...cidrs] };
}
function lightsail(action: string, given: JsonObject): Said {
  return [`lightsail/${action}`, { instanceName: 'web', ...given }];
}
function fromLightsail(source: string): string {
  return `ports 22 to 22 of tcp from ${source}`;
}
function permission(given: JsonObject): JsonObject {
  return { groupId: 'sg-1', ipPermissions: { items: [{ ipProtocol: 'tcp', fromPort: 22, toPort: 22, ...given }] } };
}
function fromCidrs(...cidrs: readonly string[]): JsonObject {
  return permission({ ipRanges: { items: cidrs.map((cidrIp) => ({ cidrIp })) } });
}
function groups(action: string, named: JsonObject, ...ids: readonly string[]): Said {
  return [`ec2/${action}`, { ...named, groupSet: { items: ids.map((groupId) => ({ groupId })) } }];
}
function rule(id: string, given: JsonObject): Said {
  return [
    'ec2/ModifySecurityGroupRules',
    {
      ModifySecurityGroupRulesRequest: {
        GroupId: 'sg-1',
        SecurityGroupRule: {
          tag: 1,
          SecurityGroupRuleId: id,
          SecurityGroupRule: { IpProtocol: 'tcp', FromPort: 22, ToPort: 22, ...given },
        },
      },
    },
  ];
}
const withRule: Said = [
  'ec2/AuthorizeSecurityGroupIngress',
  fromCidrs(evil),
  {
    securityGroupRuleSet: {
      items: [{ securityGroupRuleId: 'sgr-1', cidrIpv4: evil, fromPort: 22, toPort: 22, ipProtocol: 'tcp' }],
    },
  },
];
function cluster(given: JsonObject): Said {
  return ['eks/UpdateClusterConfig', { name: 'prod', resourcesVpcConfig: given }];
}
function entry(action: string, given: JsonObject): Said {
  return [
    `ec2/${action}`,
    { networkAclId: 'acl-1', ruleNumber: 90, egress: false, ruleAction: 'allow', aclProtocol: '-1', ...given },
  ];
}
const vpn = { clientVpnEndpointId: 'cvpn-1', targetNetworkCidr: '10.0.0.0/8' };
function database(action: string, given: JsonObject): Said {
  return [`rds/${action}`, { dBSecurityGroupName: 'default', ...given }];
}
const stranger = { eC2SecurityGroupName: 'web', eC2SecurityGroupOwnerId: '999988887777' };

interface Opened {
  readonly what: string;
  readonly opened: readonly Said[];
  readonly opens: readonly string[];
  /** Closings of others that leave some of it open, and what they leave. */
  readonly partly: readonly (readonly [closing: readonly Said[], left: readonly string[]])[];
  readonly closed: readonly Said[];
}

const lists: readonly Opened[] = [
  {
    what: 'ports of a Lightsail instance, by whom they are open to',
    opened: [lightsail('OpenInstancePublicPorts', { portInfo: { ...ports(evil, own), ipv6Cidrs: [evil6] } })],
    opens: [evil, own, evil6].map(fromLightsail),
    partly: [
      [[lightsail('CloseInstancePublicPorts', { portInfo: ports(own) })], [evil, evil6].map(fromLightsail)],
      [[lightsail('CloseInstancePublicPorts', { portInfo: ports() })], [evil, own, evil6].map(fromLightsail)],
      [[lightsail('PutInstancePublicPorts', { portInfos: [ports(evil)] })], [evil].map(fromLightsail)],
      [
        [lightsail('PutInstancePublicPorts', { portInfos: [{ ...ports(wider), fromPort: 0, toPort: 65535 }] })],
        [evil].map(fromLightsail),
      ],
      [[['ec2/DeleteSecurityGroup', { groupName: 'web' }]], [evil, own, evil6].map(fromLightsail)],
    ],
    closed: [lightsail('PutInstancePublicPorts', { portInfos: [{ ...ports(own), fromPort: 443, toPort: 443 }] })],
  },
  {
    what: 'all ports of a Lightsail instance, written at once',
    opened: [lightsail('PutInstancePublicPorts', { portInfos: [ports(evil), { ...ports(), protocol: 'udp' }] })],
    opens: [fromLightsail(evil), 'ports 22 to 22 of udp from anywhere'],
    partly: [
      [[lightsail('CloseInstancePublicPorts', { portInfo: ports(evil) })], ['ports 22 to 22 of udp from anywhere']],
    ],
    closed: [lightsail('DeleteInstance', {})],
  },
  {
    what: 'a security group, by each source',
    opened: [['ec2/AuthorizeSecurityGroupIngress', fromCidrs(evil, own)]],
    opens: [`tcp 22 from ${evil}`, `tcp 22 from ${own}`],
    partly: [
      [[['ec2/RevokeSecurityGroupIngress', fromCidrs(own)]], [`tcp 22 from ${evil}`]],
      [
        [['ec2/RevokeSecurityGroupIngress', { ...fromCidrs(evil, own), groupId: 'sg-2' }]],
        [`tcp 22 from ${evil}`, `tcp 22 from ${own}`],
      ],
    ],
    closed: [['ec2/RevokeSecurityGroupIngress', fromCidrs(evil, own)]],
  },
  {
    what: 'a security group, to other groups by their names',
    opened: [
      [
        'ec2/AuthorizeSecurityGroupIngress',
        permission({ groups: { items: [{ userId: accountId, groupName: 'evil' }] } }),
      ],
    ],
    opens: [`tcp 22 from ${accountId}/evil`],
    partly: [
      [
        [
          [
            'ec2/RevokeSecurityGroupIngress',
            permission({ groups: { items: [{ userId: accountId, groupName: 'decoy' }] } }),
          ],
        ],
        [`tcp 22 from ${accountId}/evil`],
      ],
    ],
    closed: [
      ['ec2/RevokeSecurityGroupIngress', permission({ groups: { items: [{ userId: accountId, groupName: 'evil' }] } })],
    ],
  },
  {
    what: 'a rule of a security group, which is written anew',
    opened: [withRule],
    opens: [`tcp 22 from ${evil}`],
    partly: [
      [[rule('sgr-1', { CidrIpv4: evil, Description: 'hello' })], [`tcp 22 from ${evil}`]],
      [[rule('sgr-2', { CidrIpv4: own })], [`tcp 22 from ${evil}`]],
      [[rule('sgr-1', { CidrIpv4: wider })], [`tcp 22 from ${evil}`]],
      [[rule('sgr-1', { CidrIpv4: evil, FromPort: 0, ToPort: 1024 })], [`tcp 22 from ${evil}`]],
      [[rule('sgr-1', { CidrIpv4: wider, IpProtocol: '-1' })], [`tcp 22 from ${evil}`]],
    ],
    closed: [rule('sgr-1', { CidrIpv4: evil, FromPort: 443, ToPort: 443 })],
  },
  {
    what: 'a rule that the intruder wrote anew, by its ID',
    opened: [rule('sgr-1', { CidrIpv4: evil })],
    opens: [`tcp 22 from ${evil}`],
    partly: [],
    closed: [['ec2/RevokeSecurityGroupIngress', { groupId: 'sg-1', securityGroupRuleIds: ['sgr-1'] }]],
  },
  {
    what: 'a machine, by the groups that it has',
    opened: [groups('ModifyInstanceAttribute', { instanceId: 'i-1' }, 'sg-evil')],
    opens: ['by security group sg-evil'],
    partly: [
      [[groups('ModifyInstanceAttribute', { instanceId: 'i-1' }, 'sg-web', 'sg-evil')], ['by security group sg-evil']],
      [[groups('ModifyInstanceAttribute', { instanceId: 'i-2' }, 'sg-web')], ['by security group sg-evil']],
    ],
    closed: [groups('ModifyInstanceAttribute', { instanceId: 'i-1' }, 'sg-quarantine')],
  },
  {
    what: 'a network interface, by the groups that it has',
    opened: [groups('ModifyNetworkInterfaceAttribute', { networkInterfaceId: 'eni-1' }, 'sg-evil', 'sg-web')],
    opens: ['by security group sg-evil', 'by security group sg-web'],
    partly: [
      [
        [groups('ModifyNetworkInterfaceAttribute', { networkInterfaceId: 'eni-1' }, 'sg-evil')],
        ['by security group sg-evil'],
      ],
    ],
    closed: [groups('ModifyNetworkInterfaceAttribute', { networkInterfaceId: 'eni-1' }, 'sg-quarantine')],
  },
  {
    what: "a cluster's own API, by the networks",
    opened: [cluster({ endpointPublicAccess: true, publicAccessCidrs: [own, evil] })],
    opens: [`from ${own}`, `from ${evil}`],
    partly: [
      [[cluster({ publicAccessCidrs: [evil] })], [`from ${evil}`]],
      [[cluster({ endpointPrivateAccess: true })], [`from ${own}`, `from ${evil}`]],
    ],
    closed: [cluster({ endpointPublicAccess: false })],
  },
  {
    what: 'a rule of a network ACL',
    opened: [entry('CreateNetworkAclEntry', { cidrBlock: evil })],
    opens: [`rule 90 for protocol -1 from ${evil}`],
    partly: [
      [
        [['ec2/DeleteNetworkAclEntry', { networkAclId: 'acl-1', ruleNumber: 90, egress: true }]],
        [`rule 90 for protocol -1 from ${evil}`],
      ],
      [[entry('ReplaceNetworkAclEntry', { cidrBlock: evil })], [`rule 90 for protocol -1 from ${evil}`]],
      [[entry('ReplaceNetworkAclEntry', { cidrBlock: wider })], [`rule 90 for protocol -1 from ${evil}`]],
    ],
    closed: [entry('ReplaceNetworkAclEntry', { cidrBlock: evil, ruleAction: 'deny' })],
  },
  {
    what: 'a VPN, by the group that comes in by it',
    opened: [['ec2/AuthorizeClientVpnIngress', { ...vpn, accessGroupId: 'evil' }]],
    opens: ['to 10.0.0.0/8 for group evil'],
    partly: [[[['ec2/RevokeClientVpnIngress', { ...vpn, revokeAllGroups: true }]], ['to 10.0.0.0/8 for group evil']]],
    closed: [['ec2/RevokeClientVpnIngress', { ...vpn, accessGroupId: 'evil' }]],
  },
  {
    what: "a database's own security group, to a group of another account",
    opened: [database('AuthorizeDBSecurityGroupIngress', stranger)],
    opens: ['all traffic from EC2 group web of 999988887777'],
    partly: [
      [
        [
          database('RevokeDBSecurityGroupIngress', { ...stranger, eC2SecurityGroupOwnerId: accountId }),
          ['ec2/DeleteSecurityGroup', { groupName: 'default' }],
        ],
        ['all traffic from EC2 group web of 999988887777'],
      ],
    ],
    closed: [database('RevokeDBSecurityGroupIngress', stranger)],
  },
];

describe('what opens by a list is closed one by one', () => {
  test.each(lists)('$what', ({ opened, opens, partly, closed }) => {
    expect(leftOpen(opened, []).toSorted()).toEqual(opens.toSorted());
    for (const [closing, left] of partly) {
      expect(leftOpen(opened, closing).toSorted()).toEqual(left.toSorted());
      // And once they are closed, whoever closes less after that opens nothing.
      expect(leftOpen(opened, [...closing, ...closed])).toEqual([]);
    }
    expect(leftOpen(opened, closed)).toEqual([]);
  });
});

test('the command for a group of a VPN names the group', () => {
  const { waysIn } = assessed([
    listing,
    record(call, 1, ['ec2/AuthorizeClientVpnIngress', { ...vpn, accessGroupId: 'evil' }]),
  ]);
  const commands = waysIn.flatMap(({ what }) => (what.kind === 'network' ? commandsFor(what) : []));
  expect(commands).toEqual([expect.stringContaining('--access-group-id evil ')]);
});

const everybody = { Statement: [{ Effect: 'Allow', Principal: { AWS: '999988887777' }, Action: '*', Resource: '*' }] };
const administratorAccess = 'arn:aws:iam::aws:policy/AdministratorAccess';

describe('what was closed and then opened again by somebody else is open', () => {
  const again: readonly (readonly [what: string, opening: Said, closing: Said, other: Said])[] = [
    [
      'a security group',
      ['ec2/AuthorizeSecurityGroupIngress', fromCidrs(evil)],
      ['ec2/RevokeSecurityGroupIngress', fromCidrs(evil)],
      ['ec2/AuthorizeSecurityGroupIngress', fromCidrs(own)],
    ],
    [
      'ports of a Lightsail instance',
      lightsail('OpenInstancePublicPorts', { portInfo: ports(evil) }),
      lightsail('CloseInstancePublicPorts', { portInfo: ports(evil) }),
      lightsail('OpenInstancePublicPorts', { portInfo: ports(own) }),
    ],
    [
      'a policy of a user',
      ['iam/AttachUserPolicy', { userName: 'mallory', policyArn: administratorAccess }],
      ['iam/DetachUserPolicy', { userName: 'mallory', policyArn: administratorAccess }],
      ['iam/AttachUserPolicy', { userName: 'alice', policyArn: administratorAccess }],
    ],
    [
      'a group of users',
      ['iam/AddUserToGroup', { userName: 'mallory', groupName: 'admins' }],
      ['iam/RemoveUserFromGroup', { userName: 'mallory', groupName: 'admins' }],
      ['iam/AddUserToGroup', { userName: 'alice', groupName: 'admins' }],
    ],
    [
      "a bucket's policy",
      ['s3/PutBucketPolicy', { bucketName: 'b', bucketPolicy: everybody }],
      ['s3/DeleteBucketPolicy', { bucketName: 'b' }],
      ['s3/PutBucketPolicy', { bucketName: 'b', bucketPolicy: { Statement: [] } }],
    ],
    [
      'a snapshot',
      [
        'ec2/ModifySnapshotAttribute',
        { snapshotId: 's', createVolumePermission: { add: { items: [{ userId: '999988887777' }] } } },
      ],
      [
        'ec2/ModifySnapshotAttribute',
        { snapshotId: 's', createVolumePermission: { remove: { items: [{ userId: '999988887777' }] } } },
      ],
      [
        'ec2/ModifySnapshotAttribute',
        { snapshotId: 's', createVolumePermission: { add: { items: [{ userId: accountId }] } } },
      ],
    ],
    [
      'an entry of a cluster',
      ['eks/CreateAccessEntry', { clusterName: 'c', principalArn: 'arn:aws:iam::999988887777:role/x' }],
      ['eks/DeleteAccessEntry', { clusterName: 'c', principalArn: 'arn:aws:iam::999988887777:role/x' }],
      ['eks/CreateAccessEntry', { clusterName: 'c', principalArn: `arn:aws:iam::${accountId}:role/y` }],
    ],
  ];
  test.each(again)('%s', (_what, opening, closing, other) => {
    expect(leftOpen([opening], [])).toHaveLength(1);
    expect(leftOpen([opening], [closing])).toEqual([]);
    expect(leftOpen([opening], [closing, other])).toEqual([]);
    expect(leftOpen([opening], [closing, opening])).toHaveLength(1);
    expect(leftOpen([opening], [closing, opening, closing])).toEqual([]);
  });

  test('and says who did, by that record', () => {
    const opening: Said = ['ec2/AuthorizeSecurityGroupIngress', fromCidrs(evil)];
    const closing: Said = ['ec2/RevokeSecurityGroupIngress', fromCidrs(evil)];
    const later = record(callByAdmin, 12, opening);
    const { waysIn } = assessed([listing, record(call, 1, opening), record(callByAdmin, 11, closing), later]);
    const door = waysIn.find(({ what }) => what.kind === 'network');
    expect(door?.reopened?.by).toMatchObject({ kind: 'user', name: 'admin' });
    expect(door?.proof.map(({ eventId }) => eventId)).toContain(later['eventID']);
  });
});
