import type { JsonObject } from '../../model/json.ts';
import { isFalse, isTrue, nameAt, objects, scalarText, textsIn, type EffectCall, type EffectReaders } from './call.ts';
import { undone } from './credentials.ts';
import type { Effect, EffectOf, ThingKey } from './effect.ts';
import { thing } from './thing.ts';
import { unrecorded } from './unrecorded.ts';

/** Openings of security groups, and their undoing. */
export const networkEffects: EffectReaders = {
  'route53/ChangeResourceRecordSets': (call) => {
    const changes = objects(call.request, 'changeBatch.changes');
    const names = [...new Set(changes.map((change) => nameAt(change, 'resourceRecordSet.name')))];
    return [{ kind: 'name-redirected', zone: nameAt(call.request, 'hostedZoneId'), names }];
  },
  // All names of a domain are answered by whoever has the name servers.
  'route53domains/UpdateDomainNameservers': (call) => {
    const domain = nameAt(call.request, 'domainName');
    return [{ kind: 'name-redirected', zone: domain, names: [domain] }];
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
    const group = nameAt(request, 'GroupId');
    return changedRules(request).flatMap(({ id, opens }) => [
      ...opened(group, opens).map((effect) =>
        id === null ? effect : { ...effect, endsWith: [thing.networkRule(call, id)] },
      ),
      // What the rule let in before, it lets in no more.
      ...(id === null
        ? []
        : rewritten(
            thing.networkRule(call, id),
            opens.map((each) => thing.network(call, group, each)),
          )),
    ]);
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
  'ec2/ModifyInstanceAttribute': (call) => groupsWritten(call, 'instance', 'instanceId'),
  'ec2/ModifyNetworkInterfaceAttribute': (call) => groupsWritten(call, 'network interface', 'networkInterfaceId'),
  'lightsail/CloseInstancePublicPorts': (call) =>
    undone(
      'deleted',
      ...objects(call.request, 'portInfo').flatMap((ports) =>
        portOpenings(ports).map((each) => thing.network(call, instanceName(call), each, lightsailInstance)),
      ),
    ),
  // All ports that are open from then on: others are closed by it.
  'lightsail/PutInstancePublicPorts': (call) =>
    allOpened(call, lightsailInstance, instanceName(call), objects(call.request, 'portInfos').flatMap(portOpenings)),
  'lightsail/DeleteInstance': (call) =>
    undone('deleted', thing.network(call, instanceName(call), '', lightsailInstance)),
  'eks/UpdateClusterConfig': clusterEndpoint,
};

const lightsailInstance = 'Lightsail instance';

function instanceName({ request }: EffectCall): string {
  return nameAt(request, 'instanceName');
}

/** Ports by each of whom they are open to, in the words of the row of `OpenInstancePublicPorts`. */
function portOpenings(ports: JsonObject): readonly string[] {
  const what = `ports ${nameAt(ports, 'fromPort')} to ${nameAt(ports, 'toPort')} of ${nameAt(ports, 'protocol')}`;
  const sources = ['cidrs', 'ipv6Cidrs', 'cidrListAliases'].flatMap((list) => textsIn(ports, list));
  return (sources.length === 0 ? ['anywhere'] : sources).map((source) => `${what} from ${source}`);
}

/** What a gateway lets in from then on is said whole: what was opened before, and is not among it, is closed. */
function allOpened(call: EffectCall, type: string, gateway: string, openings: readonly string[]): readonly Effect[] {
  return [
    ...opened(gateway, openings).map((effect) => ({ ...effect, type })),
    ...onlyLeft(call, type, gateway, openings),
  ];
}

function onlyLeft(call: EffectCall, type: string, gateway: string, left: readonly string[]): readonly Effect[] {
  return rewritten(
    thing.network(call, gateway, '', type),
    left.map((each) => thing.network(call, gateway, each, type)),
  );
}

function rewritten(whole: ThingKey, butFor: readonly ThingKey[]): readonly Effect[] {
  return [{ kind: 'undone', things: [whole], how: 'restored', issuedBefore: null, whileThere: null, butFor }];
}

/** The groups of a machine are given whole; which they were before, no record says. */
function groupsWritten(call: EffectCall, type: string, named: string): readonly Effect[] {
  const groups = objects(call.request, 'groupSet').map((group) => nameAt(group, 'groupId'));
  return groups.length === 0
    ? []
    : onlyLeft(
        call,
        type,
        nameAt(call.request, named),
        groups.map((group) => `by security group ${group}`),
      );
}

/** The networks from which a cluster's own API may be called; whoever calls it has to be let in there besides. */
function clusterEndpoint(call: EffectCall): readonly Effect[] {
  const settings = objects(call.request, 'resourcesVpcConfig')[0] ?? {};
  const [name, type] = [nameAt(call.request, 'name', 'clusterName'), 'cluster endpoint'];
  if (isFalse(settings, 'endpointPublicAccess')) return onlyLeft(call, type, name, []);
  const networks = textsIn(settings, 'publicAccessCidrs');
  if (networks.length > 0)
    return allOpened(
      call,
      type,
      name,
      networks.map((each) => `from ${each}`),
    );
  return isTrue(settings, 'endpointPublicAccess')
    ? opened(name, ['from the networks that were set before']).map((effect) => ({ ...effect, type }))
    : [];
}

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
  return /(?:^|\s)(?:\S+\/0|anywhere)$/.test(opening);
}

/**
 * Rules as they are after the change, in the words of the calls that make them. The record names a rule by its ID alone: whether it is
 * one for what comes in, it does not say, and in doubt it is.
 */
function changedRules(request: JsonObject): readonly (Omit<Rule, 'id'> & { readonly id: string | null })[] {
  return objects(request, 'SecurityGroupRule').flatMap((changed) =>
    objects(changed, 'SecurityGroupRule').map((rule) => ({
      id: scalarText(changed, 'SecurityGroupRuleId') ?? null,
      opens: openingsOf({
        ipProtocol: rule['IpProtocol'] ?? null,
        fromPort: rule['FromPort'] ?? null,
        toPort: rule['ToPort'] ?? null,
        cidrIp: rule['CidrIpv4'] ?? null,
        cidrIpv6: rule['CidrIpv6'] ?? null,
        groups: { items: textsIn(rule, 'ReferencedGroupId').map((groupId) => ({ groupId })) },
        prefixListIds: { items: textsIn(rule, 'PrefixListId').map((prefixListId) => ({ prefixListId })) },
      }),
    })),
  );
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
    ...objects(permission, 'groups').map(groupMeant),
    ...objects(permission, 'prefixListIds').map((list) => nameAt(list, 'prefixListId')),
    ...textsIn(permission, 'sourceSecurityGroupName'),
  ];
  const what = `${protocolOf(permission)} ${portsOf(permission)}`.trim();
  return sources.map((source) => `${what} from ${source}`);
}

/** A group by its ID; by its name, which is another group's in another account. */
function groupMeant(group: JsonObject): string {
  const [name, owner] = [scalarText(group, 'groupName'), scalarText(group, 'userId')];
  return scalarText(group, 'groupId') ?? ([owner, name].filter((each) => each !== undefined).join('/') || unrecorded);
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
