import { isIP } from 'node:net';
import { array, assert, constantFrom, ipV4, ipV6, oneof, property } from 'fast-check';
import { expect, test } from 'vitest';
import { addressBlock } from '../../src/cloudtrail/address-block.ts';
import { ipAddressOf, isIpAddress } from '../../src/cloudtrail/ip-address.ts';
import { compileCidr } from '../../src/detection/eql/cidr.ts';
import { compareIpAddresses } from '../../src/detection/kql/ip-order.ts';

test('an address with leading zeros is none to whoever asks: its meaning is disputed', () => {
  for (const text of ['010.0.0.1', '10.0.0.01', '::ffff:10.0.0.01']) {
    expect([text, isIpAddress(text), ipAddressOf(text)]).toEqual([text, false, null]);
    expect([text, addressBlock(`${text}/8`)]).toEqual([text, undefined]);
    expect([text, compareIpAddresses(text, '10.0.0.1')]).toEqual([text, undefined]);
  }
});

test('what is an address has a number, and nothing else has', () => {
  const piece = constantFrom(':', '::', '.', '0', '1', '01', '255', '256', 'ffff', 'g', '10.0.0.1');
  const anyText = array(piece, { maxLength: 17 }).map((pieces) => pieces.join(''));
  assert(
    property(oneof(anyText, ipV4(), ipV6()), (text) => {
      expect(isIpAddress(text)).toBe(isIP(text) !== 0);
      expect(ipAddressOf(text) !== null).toBe(isIpAddress(text));
      if (isIpAddress(text)) expect(compareIpAddresses(text, text)).toBe(0);
    }),
  );
});

test('an IPv4 address and its mapped form are the same, and stand in one order with IPv6', () => {
  expect(ipAddressOf('::ffff:10.0.0.1')).toEqual({ bits: 32, value: 0x0a00_0001n });
  expect(ipAddressOf('2001:db8::1')).toEqual({ bits: 128, value: (0x2001_0db8n << 96n) | 1n });
  expect(compareIpAddresses('10.0.0.1', '::ffff:10.0.0.1')).toBe(0);
  expect(compareIpAddresses('::1', '10.0.0.1')).toBe(-1);
  expect(compareIpAddresses('2001:db8::', '10.0.0.1')).toBe(1);
});

test('what follows the slash of a block is its length in digits, and nothing else is a block, to whoever asks', () => {
  for (const text of ['10.0.0.0/', '10.0.0.0/1e1', '10.0.0.0/+8', '10.0.0.0/ 8', '10.0.0.0/33', '10.0.0.0/8/8']) {
    expect([text, addressBlock(text), compileCidr(text)]).toEqual([text, undefined, null]);
  }
  expect(addressBlock('10.1.2.3/8')).toEqual({ bits: 32, first: 10n << 24n, prefix: 8 });
});
