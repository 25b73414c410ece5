import { plainText } from '../model/safe-text.ts';

/** The fields of an object of any origin; none where it is no object. */
export function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}; // any object has fields of unknown type
}

/** A text field, stripped and bounded; empty where there is none. */
export function textIn(value: unknown, name: string, limit = 200): string {
  const field = fieldsOf(value)[name];
  return typeof field === 'string' ? plainText(field, limit) : '';
}

/** A list field; empty where there is none. */
export function arrayIn(value: unknown, name: string): readonly unknown[] {
  const field = fieldsOf(value)[name];
  return Array.isArray(field) ? field : [];
}
