import { describe, expect, test } from 'vitest';
import { createFieldTable } from '../../src/detection/fields/document-fields.ts';
import { compileEventQuery } from '../../src/detection/eql/event-matcher.ts';
import { parseEql } from '../../src/detection/eql/parser.ts';
import {
  exampleEvents,
  judgeExample,
  mergePatch,
  parseRuleExamples,
  type RuleExample,
  RuleExamplesError,
} from '../../src/detection/rule-examples.ts';

const base = {
  eventVersion: '1.11',
  eventTime: '2026-03-02T09:00:00Z',
  eventSource: 'iam.amazonaws.com',
  eventName: 'CreateUser',
  recipientAccountId: '111122223333',
};

function file(examples: readonly unknown[]) {
  return parseRuleExamples('examples/x.json', JSON.stringify({ ruleId: 'x', base, examples }));
}

function judge(example: RuleExample) {
  const fields = createFieldTable();
  const query = parseEql('any where event.action == "CreateUser"');
  if (query.kind !== 'event') throw new TypeError('expected a query of single events');
  const matcher = compileEventQuery(query, 'event.category', fields);
  const examples = file([example]);
  return judgeExample(examples, example, matcher, fields);
}

describe('a rule’s examples', () => {
  test('a match that raises an alert passes, and one that raises none fails with a sentence', () => {
    expect(judge({ name: 'a', matches: true, events: [{}] })).toMatchObject({ passed: true, alerts: 1 });
    expect(judge({ name: 'a', matches: true, events: [{ eventName: 'ListUsers' }] })).toMatchObject({
      passed: false,
      problem: 'it must match, and raised no alert',
    });
  });

  test('a near miss that raises an alert fails', () => {
    const nearMiss = { name: 'a', matches: false, differsIn: 'event.action' };
    expect(judge({ ...nearMiss, events: [{ eventName: 'ListUsers' }] })).toMatchObject({ passed: true });
    expect(judge({ ...nearMiss, events: [{}] })).toMatchObject({
      passed: false,
      problem: 'it must not match, and raised 1 alert',
    });
  });

  test('a number of alerts is exact', () => {
    expect(judge({ name: 'a', matches: true, alerts: 2, events: [{}, {}] })).toMatchObject({ passed: true });
    expect(judge({ name: 'a', matches: true, alerts: 1, events: [{}, {}] })).toMatchObject({
      passed: false,
      problem: 'it must raise 1 alert, and raised 2 alerts',
    });
  });

  test('each event has an ID of its own by its position, unless its patch names one', () => {
    const examples = file([{ name: 'a', matches: true, events: [{}, {}, { eventID: 'mine' }] }]);
    const [example] = examples.examples;
    if (example === undefined) throw new TypeError('expected an example');
    const ids = exampleEvents(examples, example, createFieldTable()).map(({ ref }) => ref.eventId);
    expect(new Set(ids).size).toBe(3);
    expect(ids[2]).toBe('mine');
  });

  test('a patch merges objects, replaces all else, and takes away with null', () => {
    expect(mergePatch({ a: { b: 1, c: [1, 2] }, d: 1 }, { a: { c: [3] }, d: null, e: { f: null, g: 1 } })).toEqual({
      a: { b: 1, c: [3] },
      e: { g: 1 },
    });
  });

  test('a file that is not of the format is refused with its path', () => {
    expect(() => parseRuleExamples('examples/x.json', '{')).toThrow(RuleExamplesError);
    expect(() => file([{ name: 'a', matches: false, events: [{}] }])).toThrow(/examples\/x\.json: .*differsIn/su);
    expect(() => file([{ name: 'a', matches: true, events: [] }])).toThrow(RuleExamplesError);
    expect(() => file([{ name: 'a', matches: true, event: {} }])).toThrow(RuleExamplesError);
  });
});
