import { validationError } from './aws-error.ts';
import { isObject, textOf } from './json.ts';
import type { JsonObject, JsonValue } from './json.ts';

/** Reads a text parameter; undefined where it is not given. */
export function optionalText(input: JsonObject, name: string): string | undefined {
  const value = input[name];
  return value === undefined || value === null ? undefined : textOf(value);
}

/** Reads a text parameter that must be there. */
export function requiredText(input: JsonObject, name: string): string {
  const value = optionalText(input, name);
  if (value === undefined || value === '') {
    throw validationError(
      `Value null at '${lowerInitial(name)}' failed to satisfy constraint: Member must not be null`,
    );
  }
  return value;
}

/** Reads a parameter that has to be one of a few words. */
export function oneOf<T extends string>(input: JsonObject, name: string, allowed: readonly T[]): T {
  const value = requiredText(input, name);
  const found = allowed.find((candidate) => candidate === value);
  if (found !== undefined) return found;
  throw validationError(
    `Value '${value}' at '${lowerInitial(name)}' failed to satisfy constraint: Member must satisfy enum value set: [${allowed.join(', ')}]`,
  );
}

export function optionalNumber(input: JsonObject, name: string): number | undefined {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  const number = Number(value);
  if (Number.isInteger(number)) return number;
  throw validationError(`Value '${textOf(value)}' at '${lowerInitial(name)}' is not a whole number`);
}

export function textList(input: JsonObject, name: string): readonly string[] {
  const value = input[name];
  return Array.isArray(value) ? (value as readonly JsonValue[]).map(String) : [];
}

export function objectList(input: JsonObject, name: string): readonly JsonObject[] {
  const value = input[name];
  return Array.isArray(value) ? (value as readonly JsonValue[]).filter(isObject) : [];
}

/** The input as CloudTrail writes it: keys with a lower-case initial, without the named ones. */
export function trailParameters(input: JsonObject, hidden: readonly string[] = []): JsonObject | null {
  const shown = Object.entries(input).filter(([key, value]) => !hidden.includes(key) && value !== undefined);
  return shown.length === 0
    ? null
    : Object.fromEntries(shown.map(([key, value]) => [lowerInitial(key), lowerKeys(value)]));
}

function lowerKeys(value: JsonValue | undefined): JsonValue | undefined {
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map((item) => lowerKeys(item) ?? null);
  if (isObject(value))
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [lowerInitial(key), lowerKeys(item)]));
  return value;
}

/** CloudTrail's spelling of parameters: `UserName` as userName, `SSHPublicKeyId` as sSHPublicKeyId. */
function lowerInitial(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}

/** A date as IAM's and STS's response elements have it in the trail: `Aug 1, 2024 1:33:28 PM`. */
export function trailDate(ms: number): string {
  const date = new Date(ms);
  const month = date.toLocaleString('en-US', { month: 'short', timeZone: 'UTC' });
  const hour = date.getUTCHours();
  function two(value: number): string {
    return String(value).padStart(2, '0');
  }
  return `${month} ${date.getUTCDate()}, ${date.getUTCFullYear()} ${hour % 12 || 12}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} ${hour < 12 ? 'AM' : 'PM'}`;
}
