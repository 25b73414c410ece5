import { addressBlock, type AddressBlock } from '../../cloudtrail/address-block.ts';

/**
 * Whether an opening may let in somebody whom another lets in, both as they are told (`tcp 22 from 203.0.113.9/32`): a rule that is written
 * anew for more ends nothing. What cannot be compared overlaps where it comes from the same place.
 */
export function mayOverlap(one: string, other: string): boolean {
  if (one === other) return true;
  const [a, b] = [partsOf(one), partsOf(other)];
  return a !== null && b !== null && sourcesOverlap(a.source, b.source) && trafficOverlaps(a.traffic, b.traffic);
}

/** Whether an opening lets in all whom another lets in: whoever makes the wider one opens the other again. */
export function letsInAllOf(wider: string, other: string): boolean {
  if (wider === other) return true;
  const [a, b] = [partsOf(wider), partsOf(other)];
  return a !== null && b !== null && sourceCovers(a.source, b.source) && trafficCovers(a.traffic, b.traffic);
}

function sourceCovers(wider: string, other: string): boolean {
  if (wider === other || wider === 'anywhere') return true;
  const [a, b] = [addressBlock(wider), addressBlock(other)];
  return a !== undefined && b !== undefined && a.prefix <= b.prefix && blocksOverlap(a, b);
}

function trafficCovers(wider: string, other: string): boolean {
  if (wider === other) return true;
  const [a, b] = [trafficOf(wider), trafficOf(other)];
  if (a === null || b === null || !(isAny(a) || a.protocol === b.protocol)) return false;
  return a.ports === null || (b.ports !== null && a.ports[0] <= b.ports[0] && b.ports[1] <= a.ports[1]);
}

interface OpeningParts {
  readonly traffic: string;
  readonly source: string;
}

function partsOf(opening: string): OpeningParts | null {
  const [, traffic = '', source] = /^(?:(.*) )?from (\S+)$/u.exec(opening) ?? [];
  return source === undefined ? null : { traffic, source };
}

function sourcesOverlap(one: string, other: string): boolean {
  if (one === other || one === 'anywhere' || other === 'anywhere') return true;
  const [a, b] = [addressBlock(one), addressBlock(other)];
  return a !== undefined && b !== undefined && blocksOverlap(a, b);
}

function blocksOverlap(one: AddressBlock, other: AddressBlock): boolean {
  if (one.bits !== other.bits) return false;
  const apart = BigInt(one.bits - Math.min(one.prefix, other.prefix));
  return one.first >> apart === other.first >> apart;
}

interface Traffic {
  readonly protocol: string;
  readonly ports: readonly [number, number] | null;
}

function trafficOverlaps(one: string, other: string): boolean {
  const [a, b] = [trafficOf(one), trafficOf(other)];
  if (a === null || b === null) return true;
  const sameProtocol = isAny(a) || isAny(b) || a.protocol === b.protocol;
  const samePorts = a.ports === null || b.ports === null || (a.ports[0] <= b.ports[1] && b.ports[0] <= a.ports[1]);
  return sameProtocol && samePorts;
}

function isAny({ protocol }: Traffic): boolean {
  return /^(?:all|all traffic|-1)$/iu.test(protocol);
}

/** `tcp 22`, `tcp 0-65535`, `udp`, `all traffic`; of Lightsail `ports 22 to 22 of tcp`. */
function trafficOf(traffic: string): Traffic | null {
  const named = /^ports (\d+) to (\d+) of (\S+)$/u.exec(traffic);
  if (named !== null) return { protocol: named[3] ?? '', ports: [Number(named[1]), Number(named[2])] };
  const written = /^(all traffic|\S+?)(?: (\d+)(?:-(\d+))?)?$/u.exec(traffic);
  if (written === null) return null;
  const [, protocol = '', from, to = from] = written;
  return { protocol, ports: from === undefined ? null : [Number(from), Number(to)] };
}
