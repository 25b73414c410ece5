import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { checkRules } from '../../../src/entry/detection/check-rules.ts';
import { exceptionWarnings, queryFieldDoubts } from '../../../src/entry/detection/field-warnings.ts';
import { doubtAbout } from '../../../src/entry/detection/known-fields.ts';

const folder = mkdtempSync(join(tmpdir(), 'field-warnings-'));
afterAll(() => rmSync(folder, { recursive: true }));

function warningsOf(text: string): readonly string[] {
  const path = join(folder, 'checked.toml');
  writeFileSync(path, text);
  const rule = join(folder, 'rule.toml');
  writeFileSync(rule, ruleWith('event.action: ListBuckets'));
  const { warnings, errors } = checkRules(text.includes('[[exception]]') ? [path, rule] : [path]);
  expect(errors).toEqual([]);
  return warnings.map(({ line, message }) => `${line}: ${message}`);
}

function ruleWith(query: string): string {
  return `[rule]
name = "a rule"
description = "d"
rule_id = "t-1"
risk_score = 47
severity = "medium"
type = "query"
query = '''
${query}
'''
`;
}

function exception(condition: string, more = ''): string {
  return `[[exception]]
id = "backup"
rule_id = "t-1"
condition = '${condition}'
owner = "bob"
reason = "the nightly backup"
${more}`;
}

describe('fields that no CloudTrail event has', () => {
  test('are warned of in a rule, at their place, with the field that was meant', () => {
    const query = 'event.action: CreateUser and\nevent.outcom: success and aws.cloudtrail.eventName: X';
    expect(warningsOf(ruleWith(query))).toEqual([
      '10: no CloudTrail event has the field event.outcom; did you mean event.outcome?',
      '10: no CloudTrail event has the field aws.cloudtrail.eventName; did you mean event.action?',
    ]);
  });

  test.each([
    ['user.nmae', 'user.name'],
    ['eventName', 'event.action'],
    ['sourceIPAddress', 'source.address'],
    ['userIdentity.arn', 'aws.cloudtrail.user_identity.arn'],
    ['requestParameters.userName', 'aws.cloudtrail.flattened.request_parameters.userName'],
    ['aws.cloudtrail.request_parameters.userName', 'aws.cloudtrail.flattened.request_parameters.userName'],
    ['aws.cloudtrail.user_identity.accesskey_id', 'aws.cloudtrail.user_identity.access_key_id'],
  ])('%s: did you mean %s', (path, meant) => {
    expect(doubtAbout(path)).toContain(`did you mean ${meant}?`);
  });

  test.each([
    'aws.cloudtrail.flattened.request_parameters.anyThing.at.all',
    'aws.cloudtrail.user_identity.session_context',
    'source.geo.country_iso_code',
    'host.os.type',
    'process.parent.command_line',
    'trailhound.policy.lets_in',
  ])('%s may exist, and is not warned of', (path) => {
    expect(doubtAbout(path)).toBeUndefined();
  });

  test('are warned of in a query to the event store', () => {
    expect(queryFieldDoubts('user.nane: bob and event.action: *')).toEqual([
      'no CloudTrail event has the field user.nane; did you mean user.name?',
    ]);
    expect(queryFieldDoubts('')).toEqual([]);
  });

  test('are not found in our own rules', () => {
    expect(checkRules(['rules']).warnings).toEqual([]);
  });
});

describe('rules that ask nothing of an event', () => {
  const eql = ruleWith('any where true').replace('"query"', '"eql"\nlanguage = "eql"');

  test.each(
    ['*', 'event.action: *', 'user.name: ann or event.dataset: aws.cloudtrail', '*: * and @timestamp: *']
      .map(ruleWith)
      .concat(eql),
  )('are warned of', (rule) => {
    expect(warningsOf(rule)).toEqual([expect.stringMatching(/^\d+: it matches every event: each is an alert$/)]);
  });

  test.each([
    ruleWith('user.name: *'),
    ruleWith('event.dataset: aws.cloudtrail and event.action: CreateUser'),
    ruleWith('event.dataset: aws.cloudtrail').replace(
      '"query"',
      '"threshold"\nthreshold = { field = ["user.name"], value = 5 }',
    ),
    `${ruleWith('*')}[[rule.filters]]\nquery = { match_phrase = { "event.action" = "CreateUser" } }\n`,
    eql.replace('any where true', 'any where false'),
    eql.replace('any where true', 'iam where true'),
    eql.replace('any where true', 'sequence by user.name [any where true] [any where true]'),
  ])('are told from those that ask something', (rule) => {
    expect(warningsOf(rule)).toEqual([]);
  });
});

describe('exceptions that do nothing, or too much', () => {
  test('are warned of: fields, rule IDs, expiry, and conditions that match everything', () => {
    expect(warningsOf(exception('user.nmae: ann'))).toEqual([
      '2: exception backup: no CloudTrail event has the field user.nmae; did you mean user.name?',
    ]);
    expect(warningsOf(exception('user.name: ann').replace('"t-1"', '["t-1", "t-9"]'))).toEqual([
      '2: exception backup: no rule that was loaded has the ID t-9',
    ]);
    expect(warningsOf(exception('user.name: ann', 'expires = 2020-01-31'))).toEqual([
      '2: exception backup: it expired on 2020-01-31 00:00:00 UTC: take it out, or renew it',
    ]);
    for (const everything of ['*', '*: *', '@timestamp: *', 'event.action: *', 'user.name: ann or event.kind: event'])
      expect(warningsOf(exception(everything))).toEqual([
        '2: exception backup: its condition matches every event: its rules never alert',
      ]);
  });

  test('are not warned of where they are as they should be', () => {
    expect(warningsOf(exception('user.name: ann', 'expires = 2999-01-31'))).toEqual([]);
  });
});

test('exceptions that are looked at without any rules are not said to be about unknown ones', () => {
  const files = [
    {
      path: 'e.toml',
      source: '"backup"',
      exceptions: [{ id: 'backup', ruleIds: ['t-9'], condition: 'user.name: ann', expiresMs: null }],
    },
  ];
  expect(exceptionWarnings(files as never, new Set(), new Date())).toEqual([]);
  expect(exceptionWarnings(files as never, new Set(['t-1']), new Date())).toHaveLength(1);
});
