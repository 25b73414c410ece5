import type { EcsDocument } from '../model/trail-event.ts';
import type { JsonValue } from '../model/json.ts';
import { isJsonObject } from './record-fields.ts';

/** The value at a dotted path of nested objects; `undefined` where any part of the way is absent. */
export function valueAt(ecs: EcsDocument, path: string): JsonValue | undefined {
  let value: JsonValue | undefined = ecs;
  for (const part of partsOf(path)) {
    if (!isJsonObject(value)) return undefined;
    value = Object.hasOwn(value, part) ? value[part] : undefined;
  }
  return value;
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
