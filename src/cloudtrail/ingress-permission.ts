import type { JsonObject, JsonValue } from '../model/json.ts';
import { addressBlock, isPartOfInternet } from './address-block.ts';
import { isJsonObject, objectAt } from './record-fields.ts';
import { writtenList } from './written-list.ts';

/** One permission of a security group: from some addresses, to some ports. */
interface IngressPermission {
  /** Of a group of RDS or Redshift, which opens the whole database and has no ports. */
  readonly isDatabase: boolean;
  /** As EC2 takes it: `tcp`, `6`, `-1` for all. */
  readonly protocol: string;
  readonly fromPort: number;
  readonly toPort: number;
  /** CIDR blocks. */
  readonly sources: readonly string[];
}

/**
 * Ports that are named where a range contains them: those by which machines and clusters are administered, databases and caches
 * are read, and files are shared.
 */
const namedPorts: readonly number[] = [
  20, 21, 22, 23, 25, 111, 135, 137, 139, 389, 445, 512, 513, 514, 873, 1433, 1434, 1521, 2049, 2375, 2376, 2379, 2380,
  3306, 3389, 4333, 5432, 5500, 5601, 5672, 5900, 5901, 5984, 5985, 5986, 6379, 6443, 7001, 8020, 8443, 8888, 9042,
  9090, 9092, 9200, 9300, 10250, 11211, 15672, 27017, 27018, 50070,
];

const lastPort = 65_535;

/**
 * What a call opens to the internet, permission by permission: `all` where every protocol and port is, else the first and the
 * last port of each open range and the well-known ones in between, as texts; `udp 53` where a port's own service does not speak UDP. A permission to a private network beside one
 * to everybody opens nothing.
 *
 * Sources of the forms: recorded AuthorizeSecurityGroupIngress and ModifySecurityGroupRules calls; for the groups that RDS and Redshift
 * had before VPCs, their API references (`CIDRIP`).
 */
export function openedToInternet(parameters: JsonObject): readonly string[] {
  if (!sourceElements.some((name) => name in parameters)) return [];
  const open = permissionsOf(parameters).filter(({ sources }) =>
    isPartOfInternet(sources.map(addressBlock).filter((block) => block !== undefined)),
  );
  return [...new Set(open.flatMap(portsOf))];
}

/** Elements at a request's top by which it may name addresses. */
const sourceElements: readonly string[] = [
  'ipPermissions',
  'ModifySecurityGroupRulesRequest',
  'ipRanges',
  'ipv6Ranges',
  'cidrIp',
  'cidrIpv6',
  'CidrIpv4',
  'CidrIpv6',
  'cIDRIP',
];

function portsOf({ isDatabase, protocol, fromPort, toPort }: IngressPermission): readonly string[] {
  if (isDatabase || protocol === '-1' || protocol === 'all') return ['all'];
  if (!protocolsWithPorts.has(protocol)) return [];
  const [from, to] = fromPort < 0 ? [0, lastPort] : [fromPort, Math.max(fromPort, toPort)];
  const isUdp = udp.has(protocol);
  const named = isUdp ? namedUdpPorts : namedPorts;
  if (from === 0 && to >= lastPort) return ['all', ...named.map(String)];
  const ports = [from, ...named.filter((port) => port > from && port < to), to];
  // Nothing answers there that the port is known for: SSH and databases speak TCP.
  return ports.map((port) => (isUdp && !namedUdpPorts.includes(port) ? `udp ${port}` : String(port)));
}

const udp: ReadonlySet<string> = new Set(['udp', '17']);

/** Those of the named ports whose services answer by UDP too: port mapper, NetBIOS, LDAP, syslog, SQL Server's browser, NFS, RDP, memcached. */
const namedUdpPorts: readonly number[] = [111, 137, 389, 514, 1434, 2049, 3389, 11_211];

const protocolsWithPorts: ReadonlySet<string> = new Set(['tcp', '6', 'udp', '17']);

function permissionsOf(parameters: JsonObject): readonly IngressPermission[] {
  const modified = objectsOf(objectAt(parameters, 'ModifySecurityGroupRulesRequest').SecurityGroupRule);
  return [
    ...objectsOf(parameters.ipPermissions).map(permissionOf),
    ...modified.map((item) => permissionOf(objectAt(item, 'SecurityGroupRule'))),
    // Calls of the older form have one permission, and its parts at the top.
    permissionOf(parameters),
  ];
}

function permissionOf(item: JsonObject): IngressPermission {
  const single = [item.cidrIp, item.cidrIpv6, item.CidrIpv4, item.CidrIpv6, item.cIDRIP];
  const listed = [...objectsOf(item.ipRanges), ...objectsOf(item.ipv6Ranges)].flatMap(({ cidrIp, cidrIpv6 }) => [
    cidrIp,
    cidrIpv6,
  ]);
  const fromPort = portOf(item.fromPort ?? item.FromPort);
  return {
    isDatabase: typeof item.cIDRIP === 'string',
    protocol: scalarText(item.ipProtocol ?? item.IpProtocol).toLowerCase(),
    fromPort,
    toPort: portOf(item.toPort ?? item.ToPort ?? fromPort),
    sources: [...single, ...listed].filter((source) => typeof source === 'string'),
  };
}

function scalarText(value: JsonValue | undefined): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function portOf(value: JsonValue | undefined): number {
  const port = Number(value ?? -1);
  return Number.isInteger(port) ? port : -1;
}

function objectsOf(value: JsonValue | undefined): readonly JsonObject[] {
  return writtenList(value).filter(isJsonObject);
}
