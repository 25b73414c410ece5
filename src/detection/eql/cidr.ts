import { ipAddressOf } from '../../cloudtrail/ip-address.ts';

/**
 * Compiles a CIDR block, or a single address, to a test of addresses in text form. IPv4-mapped IPv6 addresses count as
 * IPv4. What is no address is in no block.
 *
 * @returns null where the text is no CIDR block.
 */
export function compileCidr(block: string): ((address: string) => boolean) | null {
  const [addressText = '', prefixText, ...more] = block.trim().split('/');
  const network = ipAddressOf(addressText);
  if (network === null || more.length > 0 || (prefixText !== undefined && !/^\d{1,3}$/.test(prefixText))) return null;
  const prefix = prefixText === undefined ? network.bits : Number(prefixText);
  if (prefix > network.bits) return null;
  const shift = BigInt(network.bits - prefix);
  const wanted = network.value >> shift;
  return (text) => {
    const address = ipAddressOf(text);
    return address !== null && address.bits === network.bits && address.value >> shift === wanted;
  };
}
