import type { EcsDocument } from '../model/trail-event.ts';
import type { JsonObject, JsonValue } from '../model/json.ts';
import { isJsonObject } from './record-fields.ts';

const nothing: JsonObject = Object.freeze({});

/** The value at a dotted path of nested objects; `undefined` where any part of the way is absent. */
export function valueAt(ecs: EcsDocument, path: string): JsonValue | undefined {
  let value: JsonValue | undefined = ecs;
  const parts = partsOf(path);
  // By position: evidence of a call asks for some fifty paths, and an iterator for each is dear.
  for (let at = 0; at < parts.length; at += 1) {
    if (!isJsonObject(value)) return undefined;
    value = ownAt(value, parts[at] ?? '');
  }
  return value;
}

/** What an object inherits, such as `constructor`, is no field of it; it is a function, or `__proto__`. */
function ownAt(object: JsonObject, key: string): JsonValue | undefined {
  const value: unknown = object[key];
  if (typeof value === 'function') return undefined;
  if (key === '__proto__' && !Object.hasOwn(object, key)) return undefined;
  return value as JsonValue | undefined;
}

/** The object at a path; an empty one where there is none. */
export function objectIn(ecs: EcsDocument, path: string): JsonObject {
  const value = valueAt(ecs, path);
  return isJsonObject(value) ? value : nothing;
}

/** The text at a path, or the first text of a list there; `undefined` where there is none or it is empty. */
export function textAt(ecs: EcsDocument, path: string): string | undefined {
  const value = valueAt(ecs, path);
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return typeof first === 'string' && first !== '' ? first : undefined;
}

/** Paths that are asked for are the code's own, hundreds at most; taking them apart costs more than walking them. */
const knownPaths = new Map<string, readonly string[]>();
/** Rules and searches name fields too: they shall not fill memory. */
const pathsKept = 10_000;

function partsOf(path: string): readonly string[] {
  const known = knownPaths.get(path);
  if (known !== undefined) return known;
  const parts = path.split('.');
  if (knownPaths.size < pathsKept) knownPaths.set(path, parts);
  return parts;
}
