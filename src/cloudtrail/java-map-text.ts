import type { JsonObject, JsonValue } from '../model/json.ts';

/**
 * The text that Java's `toString` makes of parsed JSON: `{a=b, c={d=e}, f=[g, h]}`, keys in `java.util.HashMap`'s order.
 * Elastic's AWS integration keeps request parameters in this form and its rules match on it, order included.
 * Values that say nothing (null, "", "-", "none", empty containers) are left out, as that integration does before.
 *
 * @returns `undefined` where nothing is left.
 */
export function javaMapText(value: JsonValue): string | undefined {
  switch (typeof value) {
    case 'string':
      return saysNothing(value) ? undefined : value;
    case 'number':
      return javaNumberText(value);
    case 'boolean':
      return String(value);
    default:
      if (value === null) return undefined;
      return Array.isArray(value) ? javaListText(value as readonly JsonValue[]) : javaObjectText(value as JsonObject);
  }
}

/** How long the text of a value can be at most, by the lengths of what it is made of, without making it. */
export function mostJavaTextLength(value: JsonValue): number {
  switch (typeof value) {
    case 'string':
      return value.length;
    case 'number':
      return mostNumberLength;
    case 'boolean':
      return 'false'.length;
    default:
      return value === null ? 0 : mostContainerLength(value);
  }
}

/** With its sign, `1e308` has 310 digits. */
const mostNumberLength = 311;
/** A pair of braces; a comma and a space behind each part but the last. */
const around = 2;

function mostContainerLength(value: JsonObject | readonly JsonValue[]): number {
  let length = around;
  if (Array.isArray(value)) {
    for (const each of value as readonly JsonValue[]) length += mostJavaTextLength(each) + around;
    return length;
  }
  for (const [key, each] of Object.entries(value as JsonObject))
    length += key.length + 1 + mostJavaTextLength(each) + around;
  return length;
}

/** Texts that stand for "no value" in CloudTrail records. */
export function saysNothing(text: string): boolean {
  return text === '' || text === '-' || text === 'none';
}

function javaListText(list: readonly JsonValue[]): string | undefined {
  const texts = list.map(javaMapText).filter((text) => text !== undefined);
  return texts.length === 0 ? undefined : `[${texts.join(', ')}]`;
}

function javaObjectText(object: JsonObject): string | undefined {
  const parts: string[] = [];
  for (const key of hashMapOrder(Object.keys(object))) {
    const text = javaMapText(object[key] ?? null);
    if (text !== undefined) parts.push(`${key}=${text}`);
  }
  return parts.length === 0 ? undefined : `{${parts.join(', ')}}`;
}

/**
 * Keys in the order in which `java.util.HashMap` iterates over them when they were put in one by one: by bucket of the
 * spread hash, and within a bucket as they came (OpenJDK: `HashMap.hash`, default capacity 16, load factor 0.75).
 */
export function hashMapOrder(keys: readonly string[]): readonly string[] {
  if (keys.length < 2) return keys;
  let capacity = 16;
  while (keys.length > capacity * 0.75) capacity *= 2;
  const mask = capacity - 1;
  return keys
    .map((key) => ({ key, bucket: spreadHash(key) & mask }))
    .sort((a, b) => a.bucket - b.bucket)
    .map(({ key }) => key);
}

function spreadHash(key: string): number {
  let hash = 0;
  for (let index = 0; index < key.length; index += 1) hash = (Math.imul(31, hash) + key.charCodeAt(index)) | 0;
  return hash ^ (hash >>> 16);
}

/** `Long.toString` for whole numbers and `Double.toString` for others, which turns to exponents outside 0.001 to 10^7. */
function javaNumberText(value: number): string {
  if (Number.isInteger(value)) return Math.abs(value) < 1e21 ? String(value) : BigInt(value).toString();
  const size = Math.abs(value);
  if (size >= 1e-3 && size < 1e7) return String(value);
  const [digits = '', exponent = ''] = value.toExponential().split('e');
  return `${digits.includes('.') ? digits : `${digits}.0`}E${exponent.replace('+', '')}`;
}
