import { OutputMap } from '../operation.ts';
import type { Output, OutputValue } from '../operation.ts';

/** Writes the elements of an answer; `itemName` is what the protocol calls an element of a list. */
export function xmlElements(output: Output, itemName: 'member' | 'item'): string {
  return Object.entries(output)
    .map(([name, value]) => xmlElement(name, value, itemName))
    .join('');
}

export function xmlElement(name: string, value: OutputValue, itemName: 'member' | 'item'): string {
  return value === undefined ? '' : `<${name}>${content(value, itemName)}</${name}>`;
}

function content(value: Exclude<OutputValue, undefined>, itemName: 'member' | 'item'): string {
  if (value instanceof Date) return value.toISOString().replace(/\.\d{3}Z$/u, 'Z');
  if (value instanceof OutputMap) {
    return value.entries
      .map(([key, number]) => `<entry><key>${escaped(key)}</key><value>${number}</value></entry>`)
      .join('');
  }
  if (Array.isArray(value))
    return (value as readonly OutputValue[]).map((item) => xmlElement(itemName, item, itemName)).join('');
  return typeof value === 'object' ? xmlElements(value as Output, itemName) : escaped(String(value));
}

function escaped(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    '\r': '&#xD;',
  };
  return text.replace(/[&<>"\r]/gu, (character) => entities[character] ?? character);
}
