import type { JsonObject } from '../../model/json.ts';
import { nameAt, objects, scalarText, textsIn, type EffectCall, type EffectReaders } from './call.ts';
import { undone } from './credentials.ts';
import type { EffectOf } from './effect.ts';
import { thing } from './thing.ts';

/** Openings of security groups, and their undoing. */
export const networkEffects: EffectReaders = {
  'route53/ChangeResourceRecordSets': (call) => {
    const changes = objects(call.request, 'changeBatch.changes');
    const names = [...new Set(changes.map((change) => nameAt(change, 'resourceRecordSet.name')))];
    return [{ kind: 'name-redirected', zone: nameAt(call.request, 'hostedZoneId'), names }];
  },
  'ec2/AuthorizeSecurityGroupIngress': (call) => {
    const made = rulesIn(call, 'securityGroupRuleSet');
    return opened(groupOf(call), openings(call)).map((effect) => {
      const rules = made.filter(({ opens }) => opens.includes(effect.opened));
      return rules.length === 0 ? effect : { ...effect, endsWith: rules.map(({ id }) => thing.networkRule(call, id)) };
    });
  },
  'ec2/ModifySecurityGroupRules': (call) => {
    const [request = {}] = objects(call.request, 'ModifySecurityGroupRulesRequest');
    return opened(nameAt(request, 'GroupId'), changedRules(request).flatMap(openingsOf));
  },
  'ec2/RevokeSecurityGroupIngress': (call) => {
    const revoked = rulesIn(call, 'revokedSecurityGroupRuleSet');
    const opens = [...openings(call), ...revoked.flatMap((rule) => rule.opens)];
    const ids = [...revokedIds(call), ...revoked.map(({ id }) => id)];
    return undone(
      'deleted',
      ...[...new Set(opens)].map((each) => thing.network(call, groupOf(call), each)),
      ...[...new Set(ids)].map((id) => thing.networkRule(call, id)),
    );
  },
  'ec2/DeleteSecurityGroup': (call) => undone('deleted', thing.network(call, groupOf(call), '')),
};

function opened(securityGroup: string, openings: readonly string[]): readonly EffectOf<'network-opened'>[] {
  return openings.map((each) => ({
    kind: 'network-opened',
    securityGroup,
    opened: each,
    toInternet: isToInternet(each),
  }));
}

/** Whether an opening, as it is told, is one to every address. */
export function isToInternet(opening: string): boolean {
  return /(?:^|\s)\S+\/0$/.test(opening);
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

/** A rule by the ID that EC2 gave it, and what it opens. */
interface Rule {
  readonly id: string;
  readonly opens: readonly string[];
}

/** The rules that an answer lists, in the words of the calls that make them. */
function rulesIn({ response }: EffectCall, list: string): readonly Rule[] {
  return objects(response, list).flatMap((rule): readonly Rule[] => {
    const id = scalarText(rule, 'securityGroupRuleId');
    return id === undefined ? [] : [{ id, opens: openingsOf(asPermission(rule)) }];
  });
}

function asPermission(rule: JsonObject): JsonObject {
  return {
    ipProtocol: rule['ipProtocol'] ?? null,
    fromPort: rule['fromPort'] ?? null,
    toPort: rule['toPort'] ?? null,
    cidrIp: rule['cidrIpv4'] ?? null,
    cidrIpv6: rule['cidrIpv6'] ?? null,
    groups: { items: objects(rule, 'referencedGroupInfo').map(({ groupId = null }) => ({ groupId })) },
    prefixListIds: { items: textsIn(rule, 'prefixListId').map((prefixListId) => ({ prefixListId })) },
  };
}

/** Rules that a request names by their IDs alone. */
function revokedIds({ request }: EffectCall): readonly string[] {
  const named = objects(request, 'securityGroupRuleIds').flatMap(
    (rule) => scalarText(rule, 'securityGroupRuleId') ?? [],
  );
  return [...textsIn(request, 'securityGroupRuleIds'), ...named];
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
