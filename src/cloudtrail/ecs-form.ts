import type { JsonObject, JsonValue } from '../model/json.ts';
import type { EcsDocument } from '../model/trail-event.ts';
import { isJsonObject, objectAt } from './record-fields.ts';

/** Whether an object is an ECS document already. */
export function isEcs(value: JsonObject): boolean {
  // A search's answer has the fields that it was asked for, as lists, and mostly no time.
  if (Array.isArray(value['event.dataset']) && value['@timestamp'] === undefined) return false;
  return (
    value['ecs.version'] !== undefined ||
    value['event.dataset'] !== undefined ||
    objectAt(value, 'ecs').version !== undefined ||
    objectAt(value, 'event').dataset !== undefined
  );
}

/** `{"event.action": x}` as `{"event": {"action": x}}`, at the top level, where exporters write dotted names. */
export function nestDottedKeys(document: JsonObject): EcsDocument {
  const keys = Object.keys(document);
  if (!keys.some((key) => key.includes('.'))) return document;
  const nested: Record<string, JsonValue> = Object.create(null) as Record<string, JsonValue>;
  for (const key of keys) put(nested, key.split('.'), document[key] ?? null);
  return nested;
}

function put(target: Record<string, JsonValue>, [head = '', ...rest]: readonly string[], value: JsonValue): void {
  const there = target[head];
  if (rest.length === 0) {
    target[head] = isJsonObject(there) && isJsonObject(value) ? { ...there, ...value } : value;
    return;
  }
  const inner = isJsonObject(there) ? { ...there } : {};
  put(inner, rest, value);
  target[head] = inner;
}
