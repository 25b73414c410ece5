import type { JsonValue } from '../../model/json.ts';
import type { EcsDocument } from '../../model/trail-event.ts';
import type { EventFields, FieldTable } from './event-fields.ts';
import type { FieldValue } from './field-value.ts';

/** A field table that gives each new path the next number. */
export function createFieldTable(): FieldTable {
  const slots = new Map<string, number>();
  const paths: string[] = [];
  return {
    slotOf(path) {
      const known = slots.get(path);
      if (known !== undefined) return known;
      const slot = paths.length;
      slots.set(path, slot);
      paths.push(path);
      return slot;
    },
    pathOf(slot) {
      const path = paths[slot];
      if (path === undefined) throw new RangeError(`no field has the slot ${slot}`);
      return path;
    },
  };
}

/** Asked by itself, a flattened field has the values of all its leaves. */
const flattenedRoots = new Set(
  ['request_parameters', 'response_elements', 'additional_eventdata', 'service_event_details', 'insight_details'].map(
    (name) => `aws.cloudtrail.flattened.${name}`,
  ),
);

const noValues: readonly FieldValue[] = [];

/** An event's fields, read from its document when a rule first asks for them. */
export function eventFields(document: EcsDocument, table: FieldTable): EventFields {
  const read: (readonly FieldValue[] | undefined)[] = [];
  let paths: readonly string[] | undefined;
  return {
    values(slot) {
      let values = read[slot];
      if (values === undefined) {
        values = valuesAtPath(document, table.pathOf(slot));
        read[slot] = values;
      }
      return values;
    },
    paths() {
      paths ??= [...leafPaths(document)];
      return paths;
    },
    valuesAt: (path) => valuesAtPath(document, path),
    document: () => document,
  };
}

/**
 * All scalars at a path, in document order. A path's parts may stand for nested keys in any grouping, for keys with dots
 * occur within flattened objects; arrays on the way, also of objects, are entered; null and empty arrays give nothing.
 */
export function valuesAtPath(document: EcsDocument, path: string): readonly FieldValue[] {
  const found: FieldValue[] = [];
  collect(document, path, flattenedRoots.has(path), found);
  return found.length === 0 ? noValues : found;
}

function collect(value: JsonValue | undefined, path: string, whole: boolean, found: FieldValue[]): void {
  if (Array.isArray(value)) {
    for (const element of value as readonly JsonValue[]) collect(element, path, whole, found);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  const object = value as { readonly [key: string]: JsonValue };
  if (Object.hasOwn(object, path)) gather(object[path], whole, found);
  for (let dot = path.indexOf('.'); dot !== -1; dot = path.indexOf('.', dot + 1)) {
    const head = path.slice(0, dot);
    if (Object.hasOwn(object, head)) collect(object[head], path.slice(dot + 1), whole, found);
  }
}

function gather(value: JsonValue | undefined, whole: boolean, found: FieldValue[]): void {
  if (Array.isArray(value)) {
    for (const element of value as readonly JsonValue[]) gather(element, whole, found);
  } else if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
    found.push(value);
  } else if (whole && typeof value === 'object' && value !== null) {
    for (const child of Object.values(value)) gather(child, whole, found);
  }
}

function* leafPaths(document: EcsDocument): Generator<string> {
  const seen = new Set<string>();
  function visit(value: JsonValue, path: string): void {
    if (Array.isArray(value)) {
      for (const element of value as readonly JsonValue[]) visit(element, path);
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, child] of Object.entries(value)) visit(child, path === '' ? key : `${path}.${key}`);
    } else if (value !== null) {
      seen.add(path);
    }
  }
  visit(document, '');
  yield* seen;
}
