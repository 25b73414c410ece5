import type { JsonObject, JsonValue } from '../model/json.ts';
import { saysNothing } from './java-map-text.ts';
import { MalformedRecordError } from './malformed-record-error.ts';

/** Deeper records are refused: AWS writes a dozen levels at most, and all that follows walks them recursively. */
const maxDepth = 64;

/**
 * A copy without what says nothing: null, "", "-", "none" and containers that hold nothing else.
 *
 * @returns `undefined` where nothing is left.
 * @throws MalformedRecordError where it is nested deeper than {@link maxDepth}.
 */
export function meaningful(value: JsonValue | undefined, depth = 0): JsonValue | undefined {
  if (typeof value === 'string') return saysNothing(value) ? undefined : value;
  if (typeof value !== 'object') return value;
  if (value === null) return undefined;
  if (depth > maxDepth) throw new MalformedRecordError(`it is nested deeper than ${maxDepth} levels`);
  if (Array.isArray(value)) return meaningfulList(value as readonly JsonValue[], depth);
  return meaningfulObject(value as JsonObject, depth);
}

function meaningfulList(list: readonly JsonValue[], depth: number): JsonValue | undefined {
  const kept: JsonValue[] = [];
  for (const element of list) {
    const found = meaningful(element, depth + 1);
    if (found !== undefined) kept.push(found);
  }
  return kept.length === 0 ? undefined : kept;
}

function meaningfulObject(object: JsonObject, depth: number): JsonObject | undefined {
  const kept: Record<string, JsonValue> = {};
  let size = 0;
  for (const key of Object.keys(object)) {
    const found = meaningful(object[key], depth + 1);
    if (found === undefined) continue;
    size += 1;
    setOwn(kept, key, found);
  }
  return size === 0 ? undefined : kept;
}

/** Sets a key also where it is called `__proto__`, which plain assignment would not store. */
function setOwn(object: Record<string, JsonValue>, key: string, value: JsonValue): void {
  if (key === '__proto__')
    Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true });
  else object[key] = value;
}
