/** Whether a text is an IPv4 or IPv6 address, and nothing but that; leading zeros are none, for their meaning is disputed. */
export function isIpAddress(text: string): boolean {
  return text.includes(':') ? isIpv6(text) : isIpv4(text);
}

/** A loop, for it is asked of nearly every record. */
function isIpv4(text: string): boolean {
  let octets = 1;
  let digits = 0;
  let value = 0;
  for (let at = 0; at < text.length; at += 1) {
    const digit = text.charCodeAt(at) - 0x30;
    if (digit >= 0 && digit <= 9) {
      if (digits > 0 && value === 0) return false;
      digits += 1;
      value = value * 10 + digit;
      if (value > 255) return false;
    } else {
      if (text[at] !== '.' || digits === 0) return false;
      octets += 1;
      digits = 0;
      value = 0;
    }
  }
  return octets === 4 && digits > 0;
}

function isIpv6(text: string): boolean {
  if (text.length > 45) return false;
  const halves = text.split('::');
  if (halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  const last = groups.at(-1);
  const mapped = last?.includes('.') === true;
  if (mapped && !isIpv4(last)) return false;
  const count = groups.length + (mapped ? 1 : 0);
  const plain = mapped ? groups.slice(0, -1) : groups;
  return plain.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group)) && (halves.length === 2 ? count < 8 : count === 8);
}

/** An address as a number of 32 or 128 bits. */
export interface IpAddress {
  readonly bits: 32 | 128;
  readonly value: bigint;
}

/** The address of a text that {@link isIpAddress} takes; IPv4-mapped IPv6 addresses count as IPv4. @returns null where it is none. */
export function ipAddressOf(text: string): IpAddress | null {
  if (!isIpAddress(text)) return null;
  if (!text.includes(':')) return { bits: 32, value: ipv4Value(text) };
  const value = ipv6Value(text);
  return value >> 32n === 0xffffn ? { bits: 32, value: value & 0xffff_ffffn } : { bits: 128, value };
}

/** An address as a number of 128 bits, where IPv4 stands among IPv6 as its mapped form. */
export function mappedValue({ bits, value }: IpAddress): bigint {
  return bits === 32 ? (0xffffn << 32n) | value : value;
}

function ipv4Value(text: string): bigint {
  return text.split('.').reduce((value, part) => (value << 8n) | BigInt(part), 0n);
}

function ipv6Value(text: string): bigint {
  const [head = [], tail = []] = ipv4TailAsGroups(text)
    .split('::')
    .map((half) => (half === '' ? [] : half.split(':')));
  const left = Array.from({ length: 8 - head.length - tail.length }, () => '0');
  return [...head, ...left, ...tail].reduce((value, group) => (value << 16n) | BigInt(`0x${group}`), 0n);
}

/** `::ffff:10.0.0.1` with its last part as two groups; anything else as it is. */
function ipv4TailAsGroups(text: string): string {
  if (!text.includes('.')) return text;
  const lastColon = text.lastIndexOf(':');
  const value = ipv4Value(text.slice(lastColon + 1));
  return `${text.slice(0, lastColon + 1)}${(value >> 16n).toString(16)}:${(value & 0xffffn).toString(16)}`;
}
