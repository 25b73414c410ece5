import { expect, test } from 'vitest';
import { objectIn, textAt, valueAt } from '../../src/cloudtrail/ecs-path.ts';
import { parseJson } from '../../src/model/parse-json.ts';
import type { JsonObject } from '../../src/model/json.ts';

test('what every object inherits is no field of a document', () => {
  const ecs = { event: { action: 'CreateUser' } };
  for (const path of ['constructor', 'constructor.name', 'event.toString', 'event.__proto__', '__proto__.constructor'])
    expect(valueAt(ecs, path), path).toBeUndefined();
});

test("a field that is called as one of an object's own is a field", () => {
  const ecs = parseJson('{"constructor": {"name": "x"}, "event": {"__proto__": "y", "toString": "z"}}') as JsonObject;
  expect(textAt(ecs, 'constructor.name')).toBe('x');
  expect(textAt(ecs, 'event.__proto__')).toBe('y');
  expect(textAt(ecs, 'event.toString')).toBe('z');
});

test('an object at a path is empty where there is none', () => {
  expect(objectIn({ event: { action: 'CreateUser' } }, 'event')).toEqual({ action: 'CreateUser' });
  expect(objectIn({ event: 'text' }, 'event')).toEqual({});
  expect(objectIn({ event: ['text'] }, 'event')).toEqual({});
  expect(objectIn({}, 'event.action')).toEqual({});
});
