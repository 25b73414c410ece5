import type { EcsDocument } from '../model/trail-event.ts';
import type { JsonObject, JsonValue } from '../model/json.ts';

/** The value at a dotted path of nested objects; `undefined` where any part of the way is absent. */
export function valueAt(ecs: EcsDocument, path: string): JsonValue | undefined {
  let value: JsonValue | undefined = ecs;
  for (const part of path.split('.')) {
    if (!isObject(value)) return undefined;
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

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
