import type { JsonObject, JsonValue } from '../model/json.ts';
import type { EcsDocument } from '../model/trail-event.ts';
import { MalformedRecordError } from './malformed-record-error.ts';
import { isJsonObject, objectAt } from './record-fields.ts';

/** A record as it was found: CloudTrail's own form, or an ECS document already. */
export type FoundRecord =
  | { readonly kind: 'cloudtrail'; readonly record: JsonObject }
  | { readonly kind: 'ecs'; readonly document: EcsDocument };

/**
 * The records in a value: `{"Records": [...]}` (trail files), `{"Events": [...]}` with `CloudTrailEvent` texts (LookupEvents),
 * EventBridge's envelope, search hits with `_source`, lists of any of these, or a record by itself. What is no record is handed on as an
 * error, and does not stop the others.
 */
export function recordsIn(value: JsonValue): readonly (FoundRecord | MalformedRecordError)[] {
  if (Array.isArray(value)) return (value as readonly JsonValue[]).flatMap(recordsIn);
  if (!isJsonObject(value)) return [new MalformedRecordError('it is no JSON object')];
  if (Array.isArray(value.Records)) return recordsIn(value.Records);
  if (Array.isArray(value.Events)) return recordsIn(value.Events);
  if (isJsonObject(value.hits) && Array.isArray(value.hits.hits)) return recordsIn(value.hits.hits);
  if (typeof value.CloudTrailEvent === 'string') return [lookedUp(value.CloudTrailEvent)];
  if (isEcs(value)) return [{ kind: 'ecs', document: nestDottedKeys(value) }];
  if (value.eventName === undefined && isJsonObject(value._source)) return recordsIn(value._source);
  if (value.eventName === undefined && isJsonObject(value.detail)) return recordsIn(value.detail);
  return [{ kind: 'cloudtrail', record: value }];
}

function lookedUp(text: string): FoundRecord | MalformedRecordError {
  let record: JsonValue;
  try {
    record = JSON.parse(text) as JsonValue;
  } catch {
    return new MalformedRecordError('its CloudTrailEvent is no valid JSON');
  }
  return isJsonObject(record)
    ? { kind: 'cloudtrail', record }
    : new MalformedRecordError('its CloudTrailEvent is no object');
}

function isEcs(value: JsonObject): boolean {
  return (
    value['ecs.version'] !== undefined ||
    value['event.dataset'] !== undefined ||
    objectAt(value, 'ecs').version !== undefined ||
    objectAt(value, 'event').dataset !== undefined
  );
}

/** `{"event.action": x}` as `{"event": {"action": x}}`, at the top level, where exporters write dotted names. */
function nestDottedKeys(document: JsonObject): EcsDocument {
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
