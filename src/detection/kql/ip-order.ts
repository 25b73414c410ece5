import { ipAddressOf, mappedValue } from '../../cloudtrail/ip-address.ts';

/** The order of two addresses; `undefined` where one of them is none. IPv4 stands among IPv6 as its mapped form. */
export function compareIpAddresses(a: string, b: string): number | undefined {
  const [left, right] = [ipAddressOf(a), ipAddressOf(b)];
  if (left === null || right === null) return undefined;
  const difference = mappedValue(left) - mappedValue(right);
  return difference === 0n ? 0 : difference < 0n ? -1 : 1;
}
