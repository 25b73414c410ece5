export type FieldValue = string | number | boolean;

/** A value as text, as rules compare it; nearly every value is one. */
export function textOf(value: FieldValue): string {
  return typeof value === 'string' ? value : String(value);
}
