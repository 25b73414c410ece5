const notStorable = /\\(?:\\|u0000|u[dD][89a-fA-F][0-9a-fA-F]{2})/g;

/**
 * JSON text that a `jsonb` column takes. Log authors choose what stands in records, and PostgreSQL's `jsonb` and `text`
 * refuse U+0000 and lone surrogates: each becomes U+FFFD here. What must stay as it was goes to a `json` column
 * ({@link exactJsonText}) or to `bytea`.
 */
export function jsonText(value: unknown): string {
  return exactJsonText(value).replace(notStorable, (escape) => (escape === '\\\\' ? escape : '\\ufffd'));
}

/** JSON text for a `json` column, which keeps every escape as it is. */
export function exactJsonText(value: unknown): string {
  return JSON.stringify(value) ?? 'null';
}

/** Text that a `text` column takes: U+0000 becomes U+FFFD (a lone surrogate does so on the wire). */
export function storableText(text: string): string {
  return text.replaceAll('\u0000', '\uFFFD');
}
