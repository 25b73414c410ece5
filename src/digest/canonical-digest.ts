import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Digest } from '../model/ids.ts';

/**
 * SHA-256 over the RFC 8785 canonical JSON of a value: equal values have equal digests, whatever the order of their keys.
 *
 * @throws TypeError where the value has no JSON form (a function, a symbol, `undefined` itself).
 */
export function canonicalDigest(value: unknown): Digest {
  return `sha256:${sha256Hex(canonicalJson(value))}`;
}

/**
 * The RFC 8785 canonical JSON of a value.
 *
 * @throws TypeError where the value has no JSON form (a function, a symbol, `undefined` itself).
 */
export function canonicalJson(value: unknown): string {
  const json = canonicalize(value);
  if (json === undefined) throw new TypeError('canonical JSON is of a value that JSON can carry');
  return json;
}

/** SHA-256 of a text's UTF-8 bytes, in hex. */
export function sha256Hex(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
