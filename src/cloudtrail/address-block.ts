import { ipAddressOf } from './ip-address.ts';

/** A range of addresses. */
export interface AddressBlock {
  readonly bits: 32 | 128;
  readonly first: bigint;
  /** How many of an address's bits are fixed. */
  readonly prefix: number;
}

/** The block of a CIDR text or a single address; `undefined` where it is none. */
export function addressBlock(text: string): AddressBlock | undefined {
  const [addressText = '', prefixText, ...more] = text.trim().split('/');
  const address = ipAddressOf(addressText);
  if (address === null || more.length > 0 || (prefixText !== undefined && !/^\d{1,3}$/.test(prefixText)))
    return undefined;
  const prefix = prefixText === undefined ? address.bits : Number(prefixText);
  if (prefix > address.bits) return undefined;
  const rest = BigInt(address.bits - prefix);
  return { bits: address.bits, first: (address.value >> rest) << rest, prefix };
}

/** Blocks of more addresses than that are as good as the whole internet (AWS: "very broad ranges" of S3's meaning of "public"). */
const largestPrefixes = { 32: 8n, 128: 32n } as const;

const privateBlocks = [
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.168.0.0/16',
]
  .concat(['fc00::/7', 'fe80::/10'])
  .map(addressBlock)
  .filter((block) => block !== undefined);

/** Whether blocks together have more public addresses than one IPv4 network of 8 bits, or one of IPv6 of 32 bits. */
export function isPartOfInternet(blocks: readonly AddressBlock[]): boolean {
  return ([32, 128] as const).some((bits) => {
    const sizes = blocks.filter((block) => block.bits === bits && !isPrivate(block)).map(sizeOf);
    return sizes.reduce((sum, size) => sum + size, 0n) > 1n << (BigInt(bits) - largestPrefixes[bits]);
  });
}

/** Whether a text is an address of the internet: neither one within a network, nor a name in an address's place. */
export function isPublicAddress(text: string): boolean {
  const block = addressBlock(text);
  return block !== undefined && !text.includes('/') && !isPrivate(block);
}

function isPrivate(block: AddressBlock): boolean {
  return privateBlocks.some(
    ({ bits, first, prefix }) =>
      bits === block.bits &&
      block.prefix >= prefix &&
      block.first >> BigInt(bits - prefix) === first >> BigInt(bits - prefix),
  );
}

function sizeOf({ bits, prefix }: AddressBlock): bigint {
  return 1n << BigInt(bits - prefix);
}
