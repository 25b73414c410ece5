import type { JsonValue } from './json.ts';

/**
 * Parses JSON as `JSON.parse` does, but for integers beyond ±(2^53 - 1): they become the text of their digits, as RFC 7493 (I-JSON)
 * recommends to write them, where a number would have other digits than the record.
 *
 * @throws SyntaxError where it is no JSON.
 */
export function parseJson(text: string): JsonValue {
  if (!longNumber.test(text)) return JSON.parse(text) as JsonValue; // JSON.parse gives nothing else
  try {
    return JSON.parse(text, keepDigits as (key: string, value: unknown) => unknown) as JsonValue;
  } catch (error) {
    // The walk over the values goes as deep as they do; what is nested too deep is refused by whoever normalises it.
    if (error instanceof RangeError) return JSON.parse(text) as JsonValue;
    throw error;
  }
}

/** Begins with what a text has few of: to look for digits first would take longer than parsing, for records are full of them. */
const longNumber = /[\s:,[]-?\d{16}/;

/** Node gives a reviver what was written (ECMAScript's "JSON.parse source text access"). */
function keepDigits(_key: string, value: unknown, { source }: { readonly source?: string }): unknown {
  return typeof value === 'number' && !Number.isSafeInteger(value) && source !== undefined && /^-?\d+$/.test(source)
    ? source
    : value;
}
