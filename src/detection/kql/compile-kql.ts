import type { JsonObject, JsonValue } from '../../model/json.ts';
import { inAskingOrder, latestOf, negationRank, rankOfField, unknownRank } from '../index/asking-order.ts';
import { eventFields } from '../fields/document-fields.ts';
import { compileWildcard } from '../eql/wildcard.ts';
import type { EventFields, FieldTable, Predicate } from '../fields/event-fields.ts';
import { textOf } from '../fields/field-value.ts';
import { fieldKind, isFlattened, isObjectField } from '../fields/field-kind.ts';
import type { KqlField, KqlNode, KqlValue } from './ast.ts';
import { rangeTest, valueTest, type KqlText, type ValueTest } from './value-tests.ts';
import { listUnder } from '../../model/list-under.ts';

/** Fields that Elasticsearch does not search in free text: they are not indexed. */
const notSearched = new Set(['event.original']);

/**
 * Compiles a KQL query to a test of an event. A comparison holds where any of the field's values meets it; `not` where none
 * does, also where there is none.
 */
export function compileKql(node: KqlNode, fields: FieldTable): Predicate {
  return compileIn(node, { fields, prefix: '' });
}

interface Scope {
  readonly fields: FieldTable;
  /** The path of the nested object within which names are relative, with its dot. */
  readonly prefix: string;
}

function compileIn(node: KqlNode, scope: Scope): Predicate {
  switch (node.kind) {
    case 'match-all':
      return () => true;
    case 'and':
      return allOf(inAskingOrder(node.operands, askingRank).map((operand) => compileIn(operand, scope)));
    case 'or':
      return compileOr(node.operands, scope);
    case 'not': {
      const operand = compileIn(node.operand, scope);
      return (event) => !operand(event);
    }
    case 'is':
      return node.field === null ? freeText(node.value) : comparison(node.field, node.value, scope);
    case 'range': {
      const { field, operator, value } = node;
      return anyValue(field, scope, (path) => rangeTest(path, operator, value));
    }
    case 'nested':
      return nested(node.field, node.operand, scope);
  }
}

function askingRank(node: KqlNode): number {
  switch (node.kind) {
    case 'and':
    case 'or':
      return latestOf(node.operands, askingRank);
    case 'not':
      return negationRank + askingRank(node.operand);
    case 'is':
    case 'range':
      return node.field?.kind === 'name' ? rankOfField(node.field.name) : unknownRank;
    case 'match-all':
    case 'nested':
      return unknownRank;
  }
}

function allOf(operands: readonly Predicate[]): Predicate {
  return (event) => {
    for (const operand of operands) if (!operand(event)) return false;
    return true;
  };
}

function anyOf(operands: readonly Predicate[]): Predicate {
  const [only] = operands;
  if (operands.length === 1 && only !== undefined) return only;
  return (event) => {
    for (const operand of operands) if (operand(event)) return true;
    return false;
  };
}

/** The values of one field, which rules list by the dozen, are asked about together, and its plain texts become one set. */
function compileOr(operands: readonly KqlNode[], scope: Scope): Predicate {
  const byField = new Map<string, KqlText[]>();
  const others: Predicate[] = [];
  for (const operand of operands) {
    const { field, value } = operand.kind === 'is' ? operand : { field: null, value: null };
    if (field?.kind !== 'name' || (value?.kind !== 'text' && value?.kind !== 'wildcard')) {
      others.push(compileIn(operand, scope));
      continue;
    }
    listUnder(byField, field.name, value);
  }
  const ofFields = [...byField].map(([name, values]) =>
    someValue(scope.fields.slotOf(name), listTest(`${scope.prefix}${name}`, values)),
  );
  return anyOf([...ofFields, ...others]);
}

/** Tests one value of a field for being one of many. */
function listTest(path: string, values: readonly KqlText[]): ValueTest {
  const kind = fieldKind(path);
  function isPlain({ kind: form }: KqlText): boolean {
    return form === 'text' && (kind === 'keyword' || kind === 'boolean');
  }
  const texts = new Set(values.flatMap((value) => (value.kind === 'text' && isPlain(value) ? [value.text] : [])));
  const tests = values.filter((value) => !isPlain(value)).map((value) => valueTest(path, value));
  return (value) => {
    if (texts.has(textOf(value))) return true;
    for (const test of tests) if (test(value)) return true;
    return false;
  };
}

function comparison(field: KqlField, value: KqlValue, scope: Scope): Predicate {
  switch (value.kind) {
    case 'anything':
      return existence(field, scope);
    case 'null': {
      const exists = existence(field, scope);
      return (event) => !exists(event);
    }
    case 'text':
    case 'wildcard':
      return anyValue(field, scope, (path) => valueTest(path, value));
  }
}

function existence(field: KqlField, scope: Scope): Predicate {
  if (field.kind === 'name' && isObjectField(`${scope.prefix}${field.name}`)) {
    const within = `${field.name}.`;
    return (event) => event.paths().some((path) => path.startsWith(within));
  }
  return anyValue(field, scope, () => () => true);
}

/** @param testOf gives the test for a field of that full path. */
function anyValue(field: KqlField, { fields, prefix }: Scope, testOf: (path: string) => ValueTest): Predicate {
  if (field.kind === 'name') return someValue(fields.slotOf(field.name), testOf(`${prefix}${field.name}`));
  const nameMatches = compileWildcard(field.pieces, false);
  const testAt = madeOncePerKind(testOf);
  return (event) =>
    event.paths().some((path) => nameMatches(path) && event.valuesAt(path).some(testAt(`${prefix}${path}`)));
}

/** A test depends on no more of a field's path than its kind: each is compiled when its kind is first met, and kept. */
function madeOncePerKind(testOf: (path: string) => ValueTest): (path: string) => ValueTest {
  const tests = new Map<string, ValueTest>();
  return (path) => {
    const kind = isFlattened(path) ? 'flattened' : fieldKind(path);
    const known = tests.get(kind);
    if (known !== undefined) return known;
    const test = testOf(path);
    tests.set(kind, test);
    return test;
  };
}

function someValue(slot: number, test: ValueTest): Predicate {
  return (event) => {
    for (const value of event.values(slot)) if (test(value)) return true;
    return false;
  };
}

/** Text without a field is looked for in all fields. */
function freeText(value: KqlValue): Predicate {
  switch (value.kind) {
    case 'anything':
      return () => true;
    case 'null':
      return () => false;
    case 'text':
    case 'wildcard': {
      const testAt = madeOncePerKind((path) => valueTest(path, value));
      return (event) => searchedPaths(event).some((path) => event.valuesAt(path).some(testAt(path)));
    }
  }
}

function searchedPaths(event: EventFields): readonly string[] {
  return event.paths().filter((path) => !notSearched.has(path));
}

/** Holds where one object at the field's path meets the whole inner query, whose names are relative to it. */
function nested(field: string, operand: KqlNode, scope: Scope): Predicate {
  const prefix = `${scope.prefix}${field}.`;
  const inner = compileIn(operand, { fields: scope.fields, prefix });
  return (event) => objectsAt(event.document(), field).some((object) => inner(eventFields(object, scope.fields)));
}

function objectsAt(value: JsonValue, path: string): readonly JsonObject[] {
  const found: JsonObject[] = [];
  collectObjects(value, path, found);
  return found;
}

function collectObjects(value: JsonValue, path: string, found: JsonObject[]): void {
  if (Array.isArray(value)) {
    for (const element of value as readonly JsonValue[]) collectObjects(element, path, found);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  const object = value as JsonObject;
  if (path === '') {
    found.push(object);
    return;
  }
  if (Object.hasOwn(object, path)) collectObjects(object[path] ?? null, '', found);
  for (let dot = path.indexOf('.'); dot !== -1; dot = path.indexOf('.', dot + 1)) {
    const head = path.slice(0, dot);
    if (Object.hasOwn(object, head)) collectObjects(object[head] ?? null, path.slice(dot + 1), found);
  }
}
