import type { DoorRow } from '../door-row.ts';

const behindIts = 'Its security groups say who gets there, and whoever does signs in besides.';

/** Rules by which networks let in addresses. */
export const inboundNetworks: readonly DoorRow[] = [
  {
    opens: ['ec2/ModifyManagedPrefixList addEntry.cidr'],
    makes: { kind: 'network', type: 'prefix list', gateway: '{prefixListId}', opened: '{addEntry.cidr}' },
    closes: {
      'ec2/ModifyManagedPrefixList removeEntry.cidr': '{prefixListId} {addEntry.cidr|removeEntry.cidr}',
      'ec2/DeleteManagedPrefixList': '{prefixListId}',
    },
    byHand: [
      'aws ec2 modify-managed-prefix-list --prefix-list-id {prefixListId} --current-version VERSION --remove-entries Cidr={addEntry.cidr} --region {region}',
    ],
    doubt: 'Only where a rule or a route names the list do these addresses get there.',
  },
  {
    opens: ['kafka/UpdateConnectivity connectivityInfo.publicAccess.type=SERVICE_PROVIDED_EIPS'],
    makes: { kind: 'network', type: 'Kafka cluster', gateway: '{clusterArn:name}', opened: 'from anywhere' },
    closes: {
      'kafka/UpdateConnectivity connectivityInfo.publicAccess.type=DISABLED': '{clusterArn}',
      'kafka/DeleteCluster': '{clusterArn}',
    },
    byHand: [
      'aws kafka update-connectivity --cluster-arn CLUSTER_ARN --current-version VERSION --connectivity-info PublicAccess={Type=DISABLED} --region {region}',
    ],
    doubt: behindIts,
  },
  ...(
    [
      ['redshift', 'ModifyCluster', 'DeleteCluster', 'clusterIdentifier', 'modify-cluster --cluster-identifier'],
      [
        'redshift-serverless',
        'UpdateWorkgroup',
        'DeleteWorkgroup',
        'workgroupName',
        'update-workgroup --workgroup-name',
      ],
    ] as const
  ).map(([service, writes, ends, name, command]): DoorRow => ({
    opens: [`${service}/${writes} publiclyAccessible=true`],
    makes: { kind: 'network', type: `${service} warehouse`, gateway: `{${name}}`, opened: 'from anywhere' },
    closes: { [`${service}/${writes} publiclyAccessible=false`]: `{${name}}`, [`${service}/${ends}`]: `{${name}}` },
    byHand: [`aws ${service} ${command} {${name}} --no-publicly-accessible --region {region}`],
    doubt: behindIts,
  })),
  {
    opens: ['workspaces/AuthorizeIpRules', 'workspaces/UpdateRulesOfIpGroup'],
    makes: { kind: 'network', type: 'WorkSpaces IP group', gateway: '{groupId}', opened: 'from {userRules.ipRule}' },
    closes: {
      'workspaces/RevokeIpRules': '{groupId} {userRules.ipRule|userRules}',
      'workspaces/DeleteIpGroup': '{groupId}',
    },
    byHand: ['aws workspaces revoke-ip-rules --group-id {groupId} --user-rules {userRules.ipRule} --region {region}'],
    doubt: 'Whoever comes from there signs in to a desktop besides.',
  },
  {
    opens: ['rds/AuthorizeDBSecurityGroupIngress cIDRIP'],
    makes: {
      kind: 'network',
      type: 'database security group',
      gateway: '{dBSecurityGroupName}',
      opened: 'all traffic from {cIDRIP}',
    },
    closes: {
      'rds/RevokeDBSecurityGroupIngress': '{dBSecurityGroupName} {cIDRIP}',
      'rds/DeleteDBSecurityGroup': '{dBSecurityGroupName}',
    },
    byHand: [
      'aws rds revoke-db-security-group-ingress --db-security-group-name {dBSecurityGroupName} --cidrip {cIDRIP} --region {region}',
    ],
  },
  ...(
    [
      [
        'rds/AuthorizeDBSecurityGroupIngress',
        'rds/RevokeDBSecurityGroupIngress',
        'rds/DeleteDBSecurityGroup',
        'database',
        'dBSecurityGroupName',
      ],
      [
        'redshift/AuthorizeClusterSecurityGroupIngress',
        'redshift/RevokeClusterSecurityGroupIngress',
        'redshift/DeleteClusterSecurityGroup',
        'cluster',
        'clusterSecurityGroupName',
      ],
      [
        'elasticache/AuthorizeCacheSecurityGroupIngress',
        'elasticache/RevokeCacheSecurityGroupIngress',
        'elasticache/DeleteCacheSecurityGroup',
        'cache',
        'cacheSecurityGroupName',
      ],
    ] as const
  ).map(([opens, revokes, ends, of, name]): DoorRow => {
    const group = '{eC2SecurityGroupId|eC2SecurityGroupName} of {eC2SecurityGroupOwnerId|=the own account}';
    return {
      opens: [`${opens} eC2SecurityGroupId|eC2SecurityGroupName`],
      makes: {
        kind: 'network',
        type: `${of} security group`,
        gateway: `{${name}}`,
        opened: `all traffic from EC2 group ${group}`,
      },
      closes: { [revokes]: `{${name}} ${group}`, [ends]: `{${name}}` },
      byHand: [],
    };
  }),
  {
    opens: ['redshift/AuthorizeClusterSecurityGroupIngress cIDRIP'],
    makes: {
      kind: 'network',
      type: 'cluster security group',
      gateway: '{clusterSecurityGroupName}',
      opened: 'all traffic from {cIDRIP}',
    },
    closes: {
      'redshift/RevokeClusterSecurityGroupIngress': '{clusterSecurityGroupName} {cIDRIP}',
      'redshift/DeleteClusterSecurityGroup': '{clusterSecurityGroupName}',
    },
    byHand: [
      'aws redshift revoke-cluster-security-group-ingress --cluster-security-group-name {clusterSecurityGroupName} --cidrip {cIDRIP} --region {region}',
    ],
  },
  {
    opens: ['ec2/ModifyNetworkInterfaceAttribute groupSet'],
    makes: {
      kind: 'network',
      type: 'network interface',
      gateway: '{networkInterfaceId}',
      opened: 'by security group {groupSet.groupId}',
    },
    closes: { 'ec2/DeleteNetworkInterface': '{networkInterfaceId}' },
    byHand: [
      'aws ec2 modify-network-interface-attribute --network-interface-id {networkInterfaceId} --groups GROUPS_BEFORE --region {region}',
    ],
  },
  {
    opens: ['ec2/ModifyInstanceAttribute groupSet'],
    makes: {
      kind: 'network',
      type: 'instance',
      gateway: '{instanceId}',
      opened: 'by security group {groupSet.groupId}',
    },
    closes: { 'ec2/TerminateInstances': '{instancesSet.instanceId|instanceId}' },
    byHand: ['aws ec2 modify-instance-attribute --instance-id {instanceId} --groups GROUPS_BEFORE --region {region}'],
  },
  {
    opens: [
      'ec2/CreateNetworkAclEntry egress=false ruleAction=allow',
      'ec2/ReplaceNetworkAclEntry egress=false ruleAction=allow',
    ],
    makes: {
      kind: 'network',
      type: 'network ACL',
      gateway: '{networkAclId}',
      opened: 'rule {ruleNumber} for protocol {aclProtocol|protocol|=any} from {cidrBlock+ipv6CidrBlock}',
    },
    // A rule that is written anew may let in the same and more.
    closes: {
      'ec2/DeleteNetworkAclEntry egress=false': '{networkAclId} {ruleNumber}',
      'ec2/ReplaceNetworkAclEntry egress=false ruleAction=deny': '{networkAclId} {ruleNumber}',
      'ec2/DeleteNetworkAcl': '{networkAclId}',
    },
    byHand: [
      'aws ec2 delete-network-acl-entry --network-acl-id {networkAclId} --rule-number {ruleNumber} --ingress --region {region}',
    ],
    doubt: 'What is behind it lets in whom its security groups let in.',
  },
  {
    opens: [],
    makes: { kind: 'network', type: 'cluster endpoint', gateway: '{name}', opened: 'from {publicAccessCidrs}' },
    closes: {},
    byHand: [
      'aws eks describe-cluster --name {name} --query cluster.resourcesVpcConfig --region {region}',
      'aws eks update-cluster-config --name {name} --resources-vpc-config publicAccessCidrs=NETWORKS_BEFORE --region {region}',
    ],
  },
  {
    opens: ['lightsail/OpenInstancePublicPorts'],
    makes: {
      kind: 'network',
      type: 'Lightsail instance',
      gateway: '{instanceName}',
      opened:
        'ports {portInfo.fromPort} to {portInfo.toPort} of {portInfo.protocol} from {portInfo.cidrs+portInfo.ipv6Cidrs+portInfo.cidrListAliases|=anywhere}',
    },
    closes: {},
    byHand: [
      'aws lightsail get-instance-port-states --instance-name {instanceName} --region {region}',
      'aws lightsail close-instance-public-ports --port-info fromPort={portInfo.fromPort},toPort={portInfo.toPort},protocol={portInfo.protocol},SOURCES_AS_SHOWN --instance-name {instanceName} --region {region}',
    ],
  },
];
