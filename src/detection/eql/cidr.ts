import { addressBlock } from '../../cloudtrail/address-block.ts';
import { ipAddressOf } from '../../cloudtrail/ip-address.ts';

/**
 * Compiles a CIDR block, or a single address, to a test of addresses in text form. IPv4-mapped IPv6 addresses count as
 * IPv4. What is no address is in no block.
 *
 * @returns null where the text is no CIDR block.
 */
export function compileCidr(text: string): ((address: string) => boolean) | null {
  const block = addressBlock(text);
  if (block === undefined) return null;
  const { bits, first, prefix } = block;
  const shift = BigInt(bits - prefix);
  const wanted = first >> shift;
  return (written) => {
    const address = ipAddressOf(written);
    return address !== null && address.bits === bits && address.value >> shift === wanted;
  };
}
