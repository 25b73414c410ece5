/** An address as a number of 32 or 128 bits. */
interface Address {
  readonly bits: 32 | 128;
  readonly value: bigint;
}

/**
 * Compiles a CIDR block, or a single address, to a test of addresses in text form. IPv4-mapped IPv6 addresses count as
 * IPv4. What is no address is in no block.
 *
 * @returns null where the text is no CIDR block.
 */
export function compileCidr(block: string): ((address: string) => boolean) | null {
  const [addressText = '', prefixText, ...more] = block.trim().split('/');
  const network = parseAddress(addressText);
  if (network === null || more.length > 0 || (prefixText !== undefined && !/^\d{1,3}$/.test(prefixText))) return null;
  const prefix = prefixText === undefined ? network.bits : Number(prefixText);
  if (prefix > network.bits) return null;
  const shift = BigInt(network.bits - prefix);
  const wanted = network.value >> shift;
  return (text) => {
    const address = parseAddress(text);
    return address !== null && address.bits === network.bits && address.value >> shift === wanted;
  };
}

function parseAddress(text: string): Address | null {
  if (!text.includes(':')) {
    const value = parseIpv4(text);
    return value === null ? null : { bits: 32, value };
  }
  const value = parseIpv6(text);
  if (value === null) return null;
  return value >> 32n === 0xffffn ? { bits: 32, value: value & 0xffff_ffffn } : { bits: 128, value };
}

function parseIpv4(text: string): bigint | null {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256)) return null;
  return parts.reduce((value, part) => (value << 8n) | BigInt(part), 0n);
}

function parseIpv6(text: string): bigint | null {
  const halves = ipv4TailAsGroups(text).split('::');
  if (halves.length > 2) return null;
  const [head = [], tail = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return null;
  const groups = [...head, ...Array.from({ length: missing }, () => '0'), ...tail];
  if (!groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return null;
  return groups.reduce((value, group) => (value << 16n) | BigInt(`0x${group}`), 0n);
}

/** `::ffff:10.0.0.1` with its last part as two groups; anything else as it is. */
function ipv4TailAsGroups(text: string): string {
  const lastColon = text.lastIndexOf(':');
  const value = parseIpv4(text.slice(lastColon + 1));
  if (value === null) return text;
  return `${text.slice(0, lastColon + 1)}${(value >> 16n).toString(16)}:${(value & 0xffffn).toString(16)}`;
}
