import * as fc from 'fast-check';
import { effectActions } from '../../../src/investigation/effects/effects-of.ts';
import type { JsonObject, JsonValue } from '../../../src/model/json.ts';
import { stories } from '../expected/stories.ts';

/** What log authors can put where something else is expected. */
const odd = fc.oneof(
  fc.constantFrom<JsonValue>(
    null,
    '',
    '-',
    0,
    -1,
    1e308,
    true,
    [],
    {},
    [[]],
    [null],
    { items: null },
    { items: [{ items: [] }] },
    '__proto__',
    'constructor',
    'HIDDEN_DUE_TO_SECURITY_REASONS',
    'arn:aws:iam::',
    'arn:aws:sts::1:assumed-role//',
    '%7B%22Statement%22',
    '{"Statement":[{"Effect":"Allow","Principal":{"AWS":[[]]},"Action":{}}]}',
    '\ud800',
    'x'.repeat(5000),
  ),
  fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<JsonValue>,
);

/** What every object has of its own: a table that is asked for one by a log's text answers with a function. */
const ownNames = ['__proto__', 'constructor', 'toString', 'hasOwnProperty'] as const;

const genuine = stories.flatMap(({ records }) => records().slice(-12));

/** A genuine record with some of its parts, however deep, taken out or put in wrongly; also under names that objects have of their own. */
export const hostileRecord = fc
  .tuple(
    fc.constantFrom(...genuine),
    fc.array(fc.tuple(fc.nat(), odd, fc.boolean()), { minLength: 1, maxLength: 6 }),
    fc.option(fc.tuple(fc.constantFrom(...ownNames), odd)),
    fc.option(fc.constantFrom(...effectActions, ...ownNames)),
  )
  .map(([record, changes, own, action]) => {
    const copy = JSON.parse(JSON.stringify(record)) as JsonObject;
    const mutated = changes.reduce<JsonValue>(
      (value, [at, put, isRemoved]) => changed(value, at, put, isRemoved),
      copy,
    );
    const kept = (isPlain(mutated) ? mutated : copy) as Record<string, JsonValue>;
    if (action !== null) kept['eventName'] = action;
    const parameters = kept['requestParameters'];
    if (own !== null && isPlain(parameters))
      Object.defineProperty(parameters, own[0], { value: own[1], enumerable: true, configurable: true });
    return kept;
  });

function isPlain(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function changed(value: JsonValue, at: number, put: JsonValue, isRemoved: boolean): JsonValue {
  const places = pathsIn(value, []);
  const path = places[at % places.length] ?? [];
  return withChange(value, path, put, isRemoved);
}

function pathsIn(value: JsonValue, path: readonly string[]): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [
    ...(path.length === 0 ? [] : [path]),
    ...Object.entries(value).flatMap(([key, each]) => pathsIn(each, [...path, key])),
  ];
}

function withChange(
  value: JsonValue,
  [key, ...rest]: readonly string[],
  put: JsonValue,
  isRemoved: boolean,
): JsonValue {
  if (key === undefined) return JSON.parse(JSON.stringify(put)) as JsonValue; // changed further, and drawn again
  if (Array.isArray(value))
    return value.map((each, index) => (String(index) === key ? withChange(each, rest, put, isRemoved) : each));
  const entries = Object.entries(value as JsonObject).flatMap(([name, each]) => {
    if (name !== key) return [[name, each]];
    return isRemoved && rest.length === 0 ? [] : [[name, withChange(each, rest, put, isRemoved)]];
  });
  return Object.fromEntries(entries) as JsonObject;
}
