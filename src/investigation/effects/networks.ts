import type { JsonObject } from '../../model/json.ts';
import { nameAt, objects, scalarText, textsIn, type EffectCall, type EffectReaders } from './call.ts';
import { undone } from './credentials.ts';
import type { Effect } from './effect.ts';
import { thing } from './thing.ts';

/** Openings of security groups, and their undoing. */
export const networkEffects: EffectReaders = {
  'ec2/AuthorizeSecurityGroupIngress': (call) => opened(groupOf(call), openings(call)),
  'ec2/ModifySecurityGroupRules': (call) => {
    const [request = {}] = objects(call.request, 'ModifySecurityGroupRulesRequest');
    return opened(nameAt(request, 'GroupId'), changedRules(request).flatMap(openingsOf));
  },
  'ec2/RevokeSecurityGroupIngress': (call) =>
    undone('deleted', ...openings(call).map((opened) => thing.network(call, groupOf(call), opened))),
  'ec2/DeleteSecurityGroup': (call) => undone('deleted', thing.network(call, groupOf(call), '')),
};

function opened(securityGroup: string, openings: readonly string[]): readonly Effect[] {
  return openings.map((each) => ({
    kind: 'network-opened',
    securityGroup,
    opened: each,
    toInternet: /(?:^|\s)(?:\S+\/0)$/.test(each),
  }));
}

/**
 * Rules as they are after the change, in the words of the calls that make them. The record names a rule by its ID alone: whether it is
 * one for what comes in, it does not say, and in doubt it is.
 */
function changedRules(request: JsonObject): readonly JsonObject[] {
  return objects(request, 'SecurityGroupRule')
    .flatMap((rule) => objects(rule, 'SecurityGroupRule'))
    .map((rule) => ({
      ipProtocol: rule['IpProtocol'] ?? null,
      fromPort: rule['FromPort'] ?? null,
      toPort: rule['ToPort'] ?? null,
      cidrIp: rule['CidrIpv4'] ?? null,
      cidrIpv6: rule['CidrIpv6'] ?? null,
      groups: { items: textsIn(rule, 'ReferencedGroupId').map((groupId) => ({ groupId })) },
      prefixListIds: { items: textsIn(rule, 'PrefixListId').map((prefixListId) => ({ prefixListId })) },
    }));
}

function groupOf({ request }: EffectCall): string {
  return nameAt(request, 'groupId', 'groupName');
}

/** One text for each source of each permission: `tcp 22 from 0.0.0.0/0`. */
function openings({ request }: EffectCall): readonly string[] {
  const permissions = [request, ...objects(request, 'ipPermissions')];
  return [...new Set(permissions.flatMap(openingsOf))];
}

function openingsOf(permission: JsonObject): readonly string[] {
  const sources = [
    ...[scalarText(permission, 'cidrIp'), scalarText(permission, 'cidrIpv6')].filter((each) => each !== undefined),
    ...objects(permission, 'ipRanges').map((range) => nameAt(range, 'cidrIp')),
    ...objects(permission, 'ipv6Ranges').map((range) => nameAt(range, 'cidrIpv6')),
    ...objects(permission, 'groups').map((group) => nameAt(group, 'groupId', 'userId')),
    ...objects(permission, 'prefixListIds').map((list) => nameAt(list, 'prefixListId')),
    ...textsIn(permission, 'sourceSecurityGroupName'),
  ];
  const what = `${protocolOf(permission)} ${portsOf(permission)}`.trim();
  return sources.map((source) => `${what} from ${source}`);
}

function protocolOf(permission: JsonObject): string {
  const protocol = scalarText(permission, 'ipProtocol');
  return protocol === undefined || protocol === '-1' ? 'all traffic' : protocol;
}

function portsOf(permission: JsonObject): string {
  const [from, to] = [scalarText(permission, 'fromPort'), scalarText(permission, 'toPort')];
  if (from === undefined || from === '-1') return '';
  return to === undefined || to === from ? from : `${from}-${to}`;
}
