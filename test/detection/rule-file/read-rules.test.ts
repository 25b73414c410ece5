import { chmodSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadRuleFiles } from '../../../src/adapters/files/load-rule-files.ts';
import { normalizeRecord } from '../../../src/cloudtrail/normalize.ts';
import { detectionEventOf } from '../../../src/detection/detection-event.ts';
import { compileRuleSet } from '../../../src/detection/engine.ts';
import { readRules } from '../../../src/detection/rule-file/read-rules.ts';
import type { RuleFileReading } from '../../../src/detection/rule-file/read-rule-file.ts';
import { checkRules } from '../../../src/entry/detection/check-rules.ts';

function ruleText(more = '', type = 'query'): string {
  return `[rule]
name = "t"
description = "x"
rule_id = "r"
risk_score = 21
severity = "low"
from = "now-9m"
type = "${type}"
query = "event.action: CreateAccessKey"
${more}`;
}

function onlyReading(text: string, path = 'r.toml'): RuleFileReading {
  const [reading] = readRules(path, text).rules;
  if (reading === undefined) throw new TypeError('there is no rule in it');
  return reading;
}

/** What `rules check` says is wrong. */
function problems(text: string, name = 'r.toml'): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'rules-'));
  writeFileSync(join(folder, name), text);
  return checkRules([folder]).errors.map(({ line, message }) => `${line}: ${message}`);
}

describe('one bad rule file never stops the others', () => {
  test('whatever it holds, it is named, and the sound ones are read', () => {
    const folder = mkdtempSync(join(tmpdir(), 'rules-'));
    writeFileSync(join(folder, 'sound.toml'), ruleText());
    writeFileSync(join(folder, 'mark.toml'), `\uFEFF${ruleText('surprise = 1').replace('"r"', '"marked"')}`);
    writeFileSync(join(folder, 'broken.toml'), '[rule');
    writeFileSync(join(folder, 'binary.toml'), Buffer.from([0xff, 0xfe, 0x00, 0x01]));
    writeFileSync(join(folder, 'huge.toml'), ruleText(`note = "${'x'.repeat(600 * 1024)}"`));
    writeFileSync(join(folder, 'deep.toml'), `a = ${'['.repeat(5000)}${']'.repeat(5000)}`);
    writeFileSync(join(folder, 'deep.ndjson'), `${'[{"a":'.repeat(5000)}1${'}]'.repeat(5000)}`);
    mkdirSync(join(folder, 'folder.toml'));
    symlinkSync('nowhere', join(folder, 'lost.toml'));
    symlinkSync('round.toml', join(folder, 'round.toml'));
    const { readings } = loadRuleFiles([folder]);
    const { rules } = compileRuleSet(readings.flatMap(({ file }) => file ?? []));
    expect(rules.map(({ rule }) => rule.id).toSorted()).toEqual(['marked', 'r']);
    const broken = readings
      .flatMap(({ errors }) => errors.slice(0, 1))
      .map(({ path }) => path.slice(folder.length + 1));
    expect(broken.toSorted()).toEqual([
      'binary.toml',
      'broken.toml',
      'deep.ndjson',
      'deep.toml',
      'huge.toml',
      'lost.toml',
      'round.toml',
    ]);
  });

  test.skipIf(process.getuid?.() === 0)('a file that may not be read is named', () => {
    const folder = mkdtempSync(join(tmpdir(), 'rules-'));
    writeFileSync(join(folder, 'closed.toml'), ruleText());
    chmodSync(join(folder, 'closed.toml'), 0);
    expect(loadRuleFiles([folder]).readings.flatMap(({ errors }) => errors)[0]?.message).toContain('closed.toml');
  });

  test('a query that no compiler takes is an error of its rule alone', () => {
    const [sound, deep] = [
      ruleText(),
      ruleText()
        .replace('"r"', '"deep"')
        .replace('event.action: CreateAccessKey', `${'('.repeat(20_000)}a: b${')'.repeat(20_000)}`),
    ];
    const { rules, errors } = compileRuleSet([sound, deep].flatMap((text) => onlyReading(text).file ?? []));
    expect([rules.length, errors.length]).toEqual([1, 1]);
  });

  test('a byte order mark beside an unknown key is no more than that', () => {
    const { file, warnings } = onlyReading(`\uFEFF${ruleText('surprise = 1')}`);
    expect(file).not.toBeNull();
    expect(warnings.map(({ message, position }) => [message, position.line])).toEqual([
      ['rule.surprise is no key of the rule format; it is ignored', 10],
    ]);
  });

  test('of very many unknown keys some are told, and how many more there are', () => {
    const keys = Array.from({ length: 20_000 }, (_, index) => `k${index} = 1`).join('\n');
    const { file, warnings } = onlyReading(ruleText(keys));
    expect(file).not.toBeNull();
    expect(warnings).toHaveLength(21);
    expect(warnings.at(-1)?.message).toBe('19,980 more keys are none of the rule format; they are ignored');
  });
});

describe('rules check says what Kibana refuses, once', () => {
  function newTerms(value: string, start = 'now-7d'): string {
    return ruleText(
      `[rule.new_terms]\nfield = "new_terms_fields"\nvalue = ${value}\n[[rule.new_terms.history_window_start]]\nfield = "history_window_start"\nvalue = "${start}"`,
      'new_terms',
    );
  }
  function threshold(lines: string): string {
    return ruleText(`[rule.threshold]\n${lines}`, 'threshold');
  }

  test.each([
    [
      'four new terms',
      newTerms('["user.name", "source.ip", "user.id", "cloud.region"]'),
      '12: rule.new_terms.value has a value that the format does not allow',
    ],
    [
      'a new term without a name',
      newTerms('["user.name", ""]'),
      '12: rule.new_terms.value[1] has a value that the format does not allow',
    ],
    [
      'a history window within the look-back',
      newTerms('["user.name"]', 'now-5m'),
      '15: the history window begins within the rule\'s own look-back (from = "now-9m"), so that nothing comes before it',
    ],
    [
      'a count over a field that groups',
      threshold('field = ["user.name"]\nvalue = 3\n[[rule.threshold.cardinality]]\nfield = "user.name"\nvalue = 2'),
      '13: rule.threshold.cardinality counts user.name, by which the rule groups: each group has one value of it',
    ],
    [
      'a group field without a name',
      threshold('field = ["user.name", ""]\nvalue = 3'),
      '11: rule.threshold.field[1] has a value that the format does not allow',
    ],
    [
      'six group fields',
      threshold('field = ["user.name", "source.ip", "user.id", "cloud.region", "event.action", "event.id"]\nvalue = 3'),
      '11: rule.threshold.field has a value that the format does not allow',
    ],
    [
      'four fields of a suppression',
      ruleText('[rule.alert_suppression]\ngroup_by = ["user.name", "source.ip", "user.id", "cloud.region"]'),
      '11: rule.alert_suppression.group_by has a value that the format does not allow',
    ],
    [
      'a suppression without fields',
      ruleText('[rule.alert_suppression]\nduration = { value = 5, unit = "m" }'),
      '10: the suppression of a rule of type query needs rule.alert_suppression.group_by',
    ],
    [
      "a threshold's suppression without a duration",
      threshold('field = ["user.name"]\nvalue = 3\n[rule.alert_suppression]\ngroup_by = ["user.name"]'),
      '13: the suppression of a rule of type threshold needs rule.alert_suppression.duration',
    ],
    [
      'a timeline without a title',
      ruleText('timeline_id = "abc"'),
      '10: of timeline_id and timeline_title there is one without the other',
    ],
    [
      'the title of no timeline',
      ruleText('timeline_title = "abc"'),
      '10: of timeline_id and timeline_title there is one without the other',
    ],
    ['a type that there is not', ruleText('', 'treshold'), '8: there is no type of rules treshold'],
    [
      'a group field of blanks',
      threshold('field = ["user.name", " "]\nvalue = 3'),
      '11: rule.threshold.field[1] has a value that the format does not allow',
    ],
    [
      'an empty query',
      ruleText().replace('event.action: CreateAccessKey', ''),
      '9: a rule of type query needs rule.query',
    ],
  ])('%s', (_, text, expected) => {
    expect(problems(text)).toEqual([expected]);
  });

  test('a second count of a threshold is refused with what to write', () => {
    const counted = '[[rule.threshold.cardinality]]\nfield = "user.id"\nvalue = 2\n';
    const [error] = onlyReading(threshold(`field = ["user.name"]\nvalue = 3\n${counted}${counted}`)).errors;
    expect(error?.remedy).toBe('write one table with a field and a value: no more than one is counted');
  });

  test("a threshold's suppression groups by what the threshold groups by", () => {
    const suppression = '[rule.alert_suppression]\nduration = { value = 5, unit = "m" }';
    const { file } = onlyReading(threshold(`field = ["user.name", "source.ip"]\nvalue = 3\n${suppression}`));
    expect(file?.alertSuppression).toMatchObject({ groupBy: ['user.name', 'source.ip'], durationMs: 300_000 });
  });

  test.each(['[""]', '""', '[]'])('field = %s stands for no field', (field) => {
    expect(onlyReading(threshold(`field = ${field}\nvalue = 3`)).file?.section).toMatchObject({ fields: [] });
  });
});

describe('what Kibana refuses is one error, however it is written', () => {
  function newTerms(value: string, start: string, from = 'now-9m'): string {
    const more = `[rule.new_terms]\nfield = "new_terms_fields"\nvalue = ${value}\n[[rule.new_terms.history_window_start]]\nfield = "history_window_start"\nvalue = "${start}"`;
    return ruleText(more, 'new_terms').replace('from = "now-9m"', `from = "${from}"`);
  }
  function threshold(field: string, cardinality = ''): string {
    const counted = cardinality === '' ? '' : `\n[[rule.threshold.cardinality]]\nfield = "${cardinality}"\nvalue = 2`;
    return ruleText(`[rule.threshold]\nfield = ${field}\nvalue = 3${counted}`, 'threshold');
  }
  function json(more: object): string {
    const common = {
      rule_id: 'r',
      name: 't',
      description: 'x',
      risk_score: 1,
      severity: 'low',
      language: 'kuery',
      query: 'event.action: X',
    };
    return JSON.stringify({ ...common, from: 'now-9m', ...more });
  }
  const terms = { type: 'new_terms', new_terms_fields: ['user.name'], history_window_start: 'now-7d' };
  const groups = { field: ['user.name'], value: 3, cardinality: [] };

  test.each<[name: string, rule: string]>([
    ['a history of five minutes', newTerms('["user.name"]', 'now-5m')],
    ['a history as long as the look-back', newTerms('["user.name"]', 'now-9m')],
    ['a history in seconds', newTerms('["user.name"]', 'now-540s')],
    ['a look-back of days', newTerms('["user.name"]', 'now-7d', 'now-8d')],
    ['a look-back in weeks', newTerms('["user.name"]', 'now-7d', 'now-2w')],
    ['a history in JSON', json({ ...terms, history_window_start: 'now-1m' })],
    ['a count over the only group', threshold('["user.name"]', 'user.name')],
    ['a count over the second group', threshold('["source.ip", "user.name"]', 'user.name')],
    ['a count over a group that is a text', threshold('"user.name"', 'user.name')],
    [
      'a count over a group in JSON',
      json({ type: 'threshold', threshold: { ...groups, cardinality: [{ field: 'user.name', value: 2 }] } }),
    ],
    [
      'a count over a field without a name',
      threshold('["user.name"]', '').concat('\n[[rule.threshold.cardinality]]\nfield = ""\nvalue = 2'),
    ],
    ['four terms', newTerms('["a.a", "b.b", "c.c", "d.d"]', 'now-7d')],
    ['five terms', newTerms('["a.a", "b.b", "c.c", "d.d", "e.e"]', 'now-7d')],
    ['four terms in JSON', json({ ...terms, new_terms_fields: ['a.a', 'b.b', 'c.c', 'd.d'] })],
    ['no terms', newTerms('[]', 'now-7d')],
    ['no terms in JSON', json({ ...terms, new_terms_fields: [] })],
    ['one term without a name', newTerms('[""]', 'now-7d')],
    ['a second term without a name', newTerms('["user.name", ""]', 'now-7d')],
    ['a term without a name in JSON', json({ ...terms, new_terms_fields: ['user.name', ''] })],
    ['a group without a name beside another', threshold('["user.name", ""]')],
    ['a group without a name in JSON', json({ type: 'threshold', threshold: { ...groups, field: ['user.name', ''] } })],
    ['a field of a suppression without a name', ruleText('[rule.alert_suppression]\ngroup_by = [""]')],
    ['six groups', threshold('["a.a", "b.b", "c.c", "d.d", "e.e", "f.f"]')],
    ['a query that is no text', ruleText().replace('query = "event.action: CreateAccessKey"', 'query = 1')],
    ['a severity that there is not', ruleText().replace('"low"', '"urgent"')],
  ])('%s', (_, rule) => {
    expect(problems(rule, rule.startsWith('{') ? 'r.json' : 'r.toml')).toHaveLength(1);
  });

  test.each<[name: string, rule: string]>([
    ['a history just longer than the look-back', newTerms('["user.name"]', 'now-10m')],
    ['three terms', newTerms('["user.name", "source.ip", "user.id"]', 'now-7d')],
    ['a count over another field', threshold('["user.name"]', 'source.ip')],
    ['five groups', threshold('["user.name", "source.ip", "user.id", "cloud.region", "event.action"]')],
    ['no group, as an empty name', threshold('[""]')],
    ['terms in JSON', json(terms)],
    ['groups in JSON', json({ type: 'threshold', threshold: groups })],
  ])('%s is none', (_, rule) => {
    expect(problems(rule, rule.startsWith('{') ? 'r.json' : 'r.toml')).toEqual([]);
  });
});

describe('filters of Kibana narrow a rule', () => {
  function matching(filters: string): readonly string[] {
    const ruleSet = compileRuleSet([onlyReading(ruleText(filters)).file ?? []].flat());
    const { rules, notRun } = ruleSet;
    if (notRun.length > 0) return notRun.map(({ reason }) => reason);
    const names = ['ana', 'svc', 'a"b'];
    return names.filter((userName) => {
      const identity = { type: 'IAMUser', userName, accountId: '111122223333' };
      const document = normalizeRecord({
        eventTime: '2026-03-01T10:00:00Z',
        eventName: 'CreateAccessKey',
        userIdentity: identity,
      });
      return rules[0]?.matcher.candidates(detectionEventOf(document, ruleSet.fieldsOf(document))).length === 1;
    });
  }
  function filter(meta: string, query: string): string {
    return `[[rule.filters]]\n[rule.filters.meta]\n${meta}\n[rule.filters.query${query}`;
  }

  test.each([
    ['a phrase', filter('', '.match_phrase]\n"user.name" = "svc"'), ['svc']],
    ['a phrase that must not be', filter('negate = true', '.match_phrase]\n"user.name" = "svc"'), ['ana', 'a"b']],
    [
      'one that is switched off',
      filter('disabled = true', '.match_phrase]\n"user.name" = "svc"'),
      ['ana', 'svc', 'a"b'],
    ],
    ['a quote in a value', filter('', `.match_phrase]\n"user.name" = 'a"b'`), ['a"b']],
    ['a field that exists', filter('', '.exists]\nfield = "user.email"'), []],
    ['one of several', filter('', '.terms]\n"user.name" = ["svc", "ana"]'), ['ana', 'svc']],
    [
      'alternatives',
      filter(
        '',
        '.bool]\nminimum_should_match = 1\n[[rule.filters.query.bool.should]]\nmatch_phrase = { "user.name" = "svc" }\n[[rule.filters.query.bool.should]]\nmatch_phrase = { "user.name" = "ana" }',
      ),
      ['ana', 'svc'],
    ],
    ['a phrase by match', filter('', '.match]\n"user.name" = "svc"'), ['svc']],
    ['a beginning', filter('', '.prefix]\n"user.name" = "a"'), ['ana', 'a"b']],
    ['a pattern', filter('', '.wildcard]\n"user.name" = "*n*"'), ['ana']],
    [
      'filters that are joined',
      '[[rule.filters]]\nquery = {}\nmeta = { type = "combined", relation = "OR", params = [{ query = { match_phrase = { "user.name" = "svc" } } }, { meta = { negate = true }, query = { prefix = { "user.name" = "a" } } }] }',
      ['svc'],
    ],
    [
      'a pattern that KQL does not have',
      filter('', '.wildcard]\n"user.name" = "a?a"'),
      ['a filter has the wildcard "?", which KQL does not have'],
    ],
    ['a filter without a query', '[[rule.filters]]\nmeta = { alias = "x" }', ['a filter has no query']],
    [
      'a query that is a text',
      '[[rule.filters]]\nquery = "user.name: svc"',
      ["a filter's query has to be a table, and one is a text"],
    ],
    ['a filter that is a text', 'filters = ["user.name: svc"]', ['a filter has to be a table, and one is a text']],
    [
      'a kind that is not known',
      filter('', '.script]\nsource = "x"'),
      ['filters of the form script are not supported yet'],
    ],
  ])('%s', (_, filters, expected) => {
    expect(matching(filters)).toEqual(expected);
  });
});

describe("Kibana's rules_export.ndjson is read as rules", () => {
  const common = {
    id: 'so',
    created_at: '2026-01-01',
    revision: 3,
    enabled: true,
    name: 't',
    description: 'x',
    risk_score: 21,
    severity: 'low',
    from: 'now-9m',
    exceptions_list: [],
    filters: [],
    note: '',
    threat: [],
    meta: { from: '1m' },
    to: 'now',
    language: 'kuery',
    query: 'event.action: X',
  };
  const lines = [
    { ...common, rule_id: 'q', type: 'query' },
    { ...common, rule_id: 't', type: 'threshold', threshold: { field: ['user.name'], value: 3, cardinality: [] } },
    { ...common, rule_id: 'n', type: 'new_terms', new_terms_fields: ['user.name'], history_window_start: 'now-7d' },
    { ...common, rule_id: 'bad', type: 'query', query: 'event.action: (' },
    { list_id: 'vips', type: 'detection', name: 'VIPs', description: 'x' },
    { exported_count: 5, exported_rules_count: 4, missing_rules: [] },
  ].map((line) => JSON.stringify(line));

  test('rule by rule; what is no rule is passed over', () => {
    const { rules: readings } = readRules('rules_export.ndjson', lines.join('\n'));
    expect(readings.flatMap(({ errors, warnings }) => [...errors, ...warnings])).toEqual([]);
    const { rules, errors } = compileRuleSet(readings.flatMap(({ file }) => file ?? []));
    expect(rules.map(({ rule }) => [rule.id, rule.type])).toEqual([
      ['q', 'query'],
      ['t', 'threshold'],
      ['n', 'new_terms'],
    ]);
    expect(errors.map(({ position }) => position.line)).toEqual([4]);
  });

  test('a line that breaks off is an error of that line', () => {
    const { rules: readings } = readRules('rules_export.ndjson', [lines[0], '{"rule_id": ', lines[1]].join('\n'));
    expect(readings.map(({ file }) => file?.rule.id ?? null)).toEqual(['q', null, 't']);
    expect(readings[1]?.errors[0]?.position.line).toBe(2);
  });

  test('one rule of the API, over several lines, too', () => {
    const text = JSON.stringify({ ...common, rule_id: 'q', type: 'query' }, null, 2);
    expect(readRules('rule.json', text).rules.map(({ file }) => file?.rule.id)).toEqual(['q']);
  });
});
