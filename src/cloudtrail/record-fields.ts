import type { JsonObject, JsonScalar, JsonValue } from '../model/json.ts';
import { saysNothing } from './java-map-text.ts';

/** What CloudTrail writes in the place of what it keeps to itself, such as a password that was typed as a user name. */
export const withheld = 'HIDDEN_DUE_TO_SECURITY_REASONS';

const nothing: JsonObject = Object.freeze({});

/** The object at a key; an empty one where there is none, so that a missing part reads as absent all the way down. */
export function objectAt(object: JsonObject, key: string): JsonObject {
  const value = Object.hasOwn(object, key) ? object[key] : undefined;
  return isJsonObject(value) ? value : nothing;
}

/** The text at a key; absent where it is empty, stands for "no value", or is no text. */
export function fieldText(object: JsonObject, key: string): string | undefined {
  return meaningfulText(Object.hasOwn(object, key) ? object[key] : undefined);
}

/** A value that is a text and says something. */
export function meaningfulText(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' && !saysNothing(value) ? value : undefined;
}

/** The scalar at a key as the record has it: CloudTrail writes some flags as booleans and some as texts. */
export function scalarAt(object: JsonObject, key: string): Exclude<JsonScalar, null> | undefined {
  const value = Object.hasOwn(object, key) ? object[key] : undefined;
  if (typeof value === 'string') return saysNothing(value) ? undefined : value;
  return typeof value === 'number' || typeof value === 'boolean' ? value : undefined;
}

export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value that may be absent: {@link compact} leaves it out. */
export type Sparse = JsonValue | undefined;

/** An object of the values that are there; `undefined` where none is. */
export function compact(parts: { readonly [key: string]: Sparse }): JsonObject | undefined {
  const kept: Record<string, JsonValue> = {};
  let size = 0;
  for (const key of Object.keys(parts)) {
    const value = parts[key];
    if (value === undefined) continue;
    kept[key] = value;
    size += 1;
  }
  return size === 0 ? undefined : kept;
}

/** CloudTrail's names are few, and each record has them again; names that a log's author made up shall not fill memory. */
const snakeNames = new Map<string, string>();
const namesKept = 1000;

/** `sourceArn` as `source_arn`. */
function snakeCase(name: string): string {
  const known = snakeNames.get(name);
  if (known !== undefined) return known;
  const snake = name.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();
  if (snakeNames.size < namesKept) snakeNames.set(name, snake);
  return snake;
}

/** An object with its keys, at this level, in ECS's spelling. */
export function snakeKeys(object: JsonObject): JsonObject | undefined {
  if (object === nothing) return undefined;
  return compact(Object.fromEntries(Object.entries(object).map(([key, value]) => [snakeCase(key), value])));
}
