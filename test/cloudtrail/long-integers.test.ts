import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normalizeRecord } from '../../src/cloudtrail/normalize.ts';
import { createFieldTable, eventFields } from '../../src/detection/fields/document-fields.ts';
import { compileCondition } from '../../src/detection/eql/compile-condition.ts';
import { parseEql } from '../../src/detection/eql/parser.ts';
import { compileKql } from '../../src/detection/kql/compile-kql.ts';
import { parseKql } from '../../src/detection/kql/parse-kql.ts';
import { compareNumbers } from '../../src/detection/fields/number-order.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { parseJson } from '../../src/model/parse-json.ts';

function record(size: string): JsonObject {
  return parseJson(
    `{"eventTime":"2026-01-02T03:04:05Z","eventName":"PutObject","eventID":"e","requestParameters":{"size":${size},"list":[${size}]}}`,
  ) as JsonObject;
}

const plain = { size: '9007199254740993', field: 'trailhound.size' };

/** Whether a query finds a document whose `trailhound.size` was written so. */
function holds(language: 'kql' | 'eql', query: string, size: string): boolean {
  const table = createFieldTable();
  const document = parseJson(`{"trailhound":{"size":${size}}}`) as JsonObject;
  const event = eventFields(document, table);
  if (language === 'kql') return compileKql(parseKql(query), table)(event);
  const parsed = parseEql(`any where ${query}`);
  if (parsed.kind !== 'event') throw new Error('the query is a sequence');
  return compileCondition(parsed.filter.condition, table)(event);
}

describe('an integer beyond 2^53', () => {
  test.each(['9007199254740993', '-9007199254740993', '12345678901234567890', '1'.repeat(400)])(
    'keeps its digits in the event, as %s',
    (digits) => {
      const { aws } = normalizeRecord(record(digits)) as { aws: { cloudtrail: JsonObject } };
      expect(aws.cloudtrail.flattened).toEqual({ request_parameters: { size: digits, list: [digits] } });
      expect(aws.cloudtrail.request_parameters).toBe(`{size=${digits}, list=[${digits}]}`);
    },
  );

  test('is told from its neighbours by equality and by order, in KQL and EQL', () => {
    const { size, field } = plain;
    function found(query: string) {
      return [holds('kql', query, size), holds('eql', query.replace(': ', ' == '), size)];
    }
    expect(found(`${field}: 9007199254740993`)).toEqual([true, true]);
    expect(found(`${field}: 9007199254740992`)).toEqual([false, false]);
    expect(found(`${field}: 9007199254740994`)).toEqual([false, false]);
    expect(found(`${field} > 9007199254740992`)).toEqual([true, true]);
    expect(found(`${field} > 9007199254740993`)).toEqual([false, false]);
    expect(found(`${field} >= 9007199254740993`)).toEqual([true, true]);
    expect(found(`${field} < 9007199254740994`)).toEqual([true, true]);
    expect(found(`${field} < 9007199254740993`)).toEqual([false, false]);
    expect(found(`${field} > 5`)).toEqual([true, true]);
    expect(found(`${field} < 10000000000000000000000`)).toEqual([true, true]);
  });

  test('is told from its neighbours where it is negative, where a double stands beside it, and in a list', () => {
    expect(holds('eql', `${plain.field} == -9007199254740993`, '-9007199254740993')).toBe(true);
    expect(holds('eql', `${plain.field} == -9007199254740992`, '-9007199254740993')).toBe(false);
    expect(holds('eql', `${plain.field} < -9007199254740992`, '-9007199254740993')).toBe(true);
    expect(holds('eql', `${plain.field} == 10000000000000001`, '1e16')).toBe(false);
    expect(holds('eql', `${plain.field} == 10000000000000000`, '1e16')).toBe(true);
    expect(holds('eql', `${plain.field} in (1, 9007199254740992)`, '9007199254740993')).toBe(false);
    expect(holds('eql', `${plain.field} in (1, 9007199254740993)`, '9007199254740993')).toBe(true);
  });

  test('is ordered as BigInt orders it, whatever stands beside it', () => {
    const integers = fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n });
    fc.assert(
      fc.property(integers, fc.oneof(integers, fc.bigInt({ min: -100n, max: 100n })), (a, b) => {
        const order = compareNumbers(String(a), String(b)) ?? Number.NaN;
        expect([order < 0, order > 0]).toEqual([a < b, a > b]);
        expect(compareNumbers(String(a), String(a))).toBe(0);
      }),
    );
  });
});

describe('reading JSON with long integers', () => {
  test('changes nothing else: doubles, small integers, and digits within texts and keys', () => {
    const text =
      '{"a":1e16,"b":9007199254740991,"c":12345678901234567890.5,"d":"12345678901234567890","12345678901234567":[ 1 ]}';
    expect(parseJson(text)).toEqual(JSON.parse(text));
  });

  test('reads what is nested deeper than a walk over it can go', () => {
    const depth = 200_000;
    const text = `${'['.repeat(depth)}12345678901234567890${']'.repeat(depth)}`;
    expect(Array.isArray(parseJson(text))).toBe(true);
  });

  test('keeps `__proto__` as a key like any other', () => {
    expect(Object.keys(parseJson('{"__proto__":{"n":12345678901234567890}}') as JsonObject)).toEqual(['__proto__']);
  });
});
