import { describe, expect, it } from 'vitest';
import { compileRuleSet } from '../../../src/detection/engine.ts';
import { readKibanaExport } from '../../../src/detection/rule-file/kibana-export.ts';
import { readRuleFile } from '../../../src/detection/rule-file/read-rule-file.ts';

/* What Kibana's API takes and refuses: the schemas of rules in elastic/kibana, security_solution, common/api/detection_engine. */

function rule(type: string, more: string, query = `query = 'event.action: "a"'`): string {
  return `[rule]
name = "a rule"
description = "what it sees"
rule_id = "r-1"
risk_score = 21
severity = "low"
type = "${type}"
${query}
${more}
`;
}

function readingOf(source: string) {
  const { file, errors, warnings } = readRuleFile('r.toml', source);
  return {
    runs: file !== null,
    errors: errors.map(({ position, problem, remedy }) => `${position.line}: ${problem}; ${remedy}`),
    warnings: warnings.map(({ position, message }) => `${position.line}: ${message}`),
  };
}

const tactic =
  '[[rule.threat]]\nframework = "MITRE ATT&CK"\n[rule.threat.tactic]\nid = "TA0003"\nname = "Persistence"\n';
const attackUrl = 'reference = "https://attack.mitre.org/tactics/TA0003/"\n';
const technique = '[[rule.threat.technique]]\nid = "T1098"\nname = "Account Manipulation"\n';
const exceptions = 'exceptions_list = [{ id = "1", list_id = "l"';
const threatMatch = 'threat_query = "*:*"\nthreat_index = ["logs-ti_*"]\n';
function mapped(...negate: readonly boolean[]): string {
  const entries = negate.map(
    (each) => `{ field = "source.ip", type = "mapping", value = "threat.ip", negate = ${each} }`,
  );
  return `threat_mapping = [{ entries = [${entries.join(', ')}] }]\n`;
}

describe('a rule that Kibana would refuse and that runs here', () => {
  it.each<readonly [what: string, source: string, place: string, remedy: string]>([
    [
      'a tactic without its page',
      rule('query', tactic),
      '11: rule.threat[0].tactic.reference is missing',
      'add rule.threat[0].tactic.reference',
    ],
    [
      'a technique without its page',
      rule('query', `${tactic}${attackUrl}${technique}`),
      '15: rule.threat[0].technique[0].reference is missing',
      'add rule.threat[0].technique[0].reference',
    ],
    [
      'a subtechnique without its page',
      rule(
        'query',
        `${tactic}${attackUrl}${technique}${attackUrl}[[rule.threat.technique.subtechnique]]\nid = "T1098.001"\nname = "Cloud"\n`,
      ),
      '19: rule.threat[0].technique[0].subtechnique[0].reference is missing',
      'add rule',
    ],
    [
      'a list of exceptions of no type',
      rule('query', `${exceptions}, namespace_type = "single" }]`),
      '9: rule.exceptions_list[0].type is missing',
      'add rule.exceptions_list[0].type',
    ],
    [
      'a list of exceptions of another type',
      rule('query', `${exceptions}, namespace_type = "single", type = "mine" }]`),
      '9: rule.exceptions_list[0].type has a value',
      'one of detection, rule_default',
    ],
    [
      'a list of exceptions of no space',
      rule('query', `${exceptions}, type = "detection" }]`),
      '9: rule.exceptions_list[0].namespace_type is missing',
      'add rule',
    ],
    [
      'a list of exceptions of another space',
      rule('query', `${exceptions}, type = "detection", namespace_type = "all" }]`),
      '9: rule.exceptions_list[0].namespace_type has a value',
      'one of agnostic, single',
    ],
    [
      'investigation fields without any',
      rule('query', 'investigation_fields = { field_names = [] }'),
      '9: rule.investigation_fields.field_names has a value',
      'name at least one field',
    ],
    [
      'an override of the risk score that compares otherwise',
      rule('query', 'risk_score_mapping = [{ field = "a", operator = "is", value = "" }]'),
      '9: rule.risk_score_mapping[0].operator has a value',
      'one of equals is expected',
    ],
    [
      'an override of the risk score beyond its range',
      rule('query', 'risk_score_mapping = [{ field = "a", operator = "equals", value = "", risk_score = 101 }]'),
      '9: rule.risk_score_mapping[0].risk_score has a value',
      '100 at most is expected',
    ],
    [
      'an override by another severity',
      rule('query', 'severity_mapping = [{ field = "a", operator = "equals", value = "", severity = "worst" }]'),
      '9: rule.severity_mapping[0].severity has a value',
      'one of low, medium, high, critical',
    ],
    [
      'an integration without its version',
      rule('query', 'related_integrations = [{ package = "aws" }]'),
      '9: rule.related_integrations[0].version is missing',
      'add rule',
    ],
    [
      'a required field without its type',
      rule('query', 'required_fields = [{ name = "event.action" }]'),
      '9: rule.required_fields[0].type is missing',
      'add rule',
    ],
    [
      'a throttle that is no time',
      rule('query', 'throttle = "0h"'),
      '9: rule.throttle has a value',
      'write "no_actions"',
    ],
    ['a version that is none', rule('query', 'version = 0'), '9: rule.version has a value', '1 or more is expected'],
    [
      'an empty timeline',
      rule('query', 'timeline_id = ""\ntimeline_title = "t"'),
      '9: rule.timeline_id has a value',
      'not empty',
    ],
    [
      'meta that is no table',
      rule('query', 'meta = "x"'),
      '9: rule.meta has a value',
      'a table of settings is expected',
    ],
    [
      'an action without its connector',
      rule('query', 'actions = [{ action_type_id = ".email", params = {} }]'),
      '9: rule.actions[0].id is missing',
      'add rule',
    ],
    [
      'a run that looks back less far than to the last one',
      rule('query', 'interval = "10m"'),
      '9: from "now-6m" to "now" is less than the interval of 10m',
      'let from lie further back',
    ],
    [
      'a run that ends early',
      rule('query', 'from = "now-9m"\nto = "now-5m"'),
      '9: from "now-9m" to "now-5m" is less than the interval of 5m',
      'let from lie further back',
    ],
    [
      'an eql rule without its language',
      rule('eql', '', `query = 'any where true'`),
      '1: rule.language is missing',
      'add rule.language',
    ],
    [
      'an esql rule without its language',
      rule('esql', '', `query = 'from logs'`),
      '1: rule.language is missing',
      'add rule.language',
    ],
    [
      'a job without its threshold',
      rule('machine_learning', 'machine_learning_job_id = "j"', ''),
      '1: rule.anomaly_threshold is missing',
      'add rule',
    ],
    [
      'a job of no ID',
      rule('machine_learning', 'anomaly_threshold = 50\nmachine_learning_job_id = []', ''),
      'rule.machine_learning_job_id has a value',
      'a list of 1 or more is expected',
    ],
    [
      'threats without a mapping',
      rule('threat_match', threatMatch),
      '1: rule.threat_mapping is missing',
      'add rule.threat_mapping',
    ],
    [
      'threats that are only negated',
      rule('threat_match', `${threatMatch}${mapped(true)}`),
      '11: all of these entries are negated',
      'add one that has to match',
    ],
    [
      'threats with one of two counts',
      rule('threat_match', `${threatMatch}${mapped(false)}items_per_search = 10\n`),
      '12: rule.items_per_search is without rule.concurrent_searches',
      'add the other',
    ],
  ])('is named with its place and remedy: %s', (_what, source, place, remedy) => {
    const { runs, errors, warnings } = readingOf(source);
    expect([runs, errors]).toEqual([true, []]);
    expect(warnings).toEqual([expect.stringContaining(place)]);
    expect(warnings[0]).toContain('Kibana refuses such a rule');
    expect(warnings[0]).toContain(remedy);
  });

  it('is not said of what Kibana takes', () => {
    const whole = rule(
      'threat_match',
      `${threatMatch}${mapped(true, false)}concurrent_searches = 2
items_per_search = 10
interval = "1h"
from = "now-1h"
throttle = "1h"
version = 3
${exceptions}, type = "rule_default", namespace_type = "agnostic" }]
risk_score_mapping = [{ field = "a", operator = "equals", value = "" }]
${tactic}${attackUrl}`,
    );
    expect(readingOf(whole)).toEqual({ runs: true, errors: [], warnings: [] });
  });

  it('is told of an order that EQL would have in Kibana and not here', () => {
    const source = rule('eql', 'language = "eql"\ntimestamp_field = "event.ingested"', `query = 'any where true'`);
    expect(readingOf(source).warnings).toEqual([
      expect.stringMatching(/^10: .*not by event\.ingested as in Kibana; write/),
    ]);
  });
});

describe('a rule that Kibana takes', () => {
  const filter = {
    meta: { negate: false, disabled: false, type: 'phrase', key: 'event.action', params: { query: 'DeleteTrail' } },
    query: { match_phrase: { 'event.action': 'DeleteTrail' } },
  };
  const exported = {
    rule_id: 'r-1',
    name: 'a rule',
    description: 'what it sees',
    risk_score: 21,
    severity: 'low',
    type: 'query',
    language: 'kuery',
    query: '',
    filters: [filter],
  };
  function exportedReading(object: object) {
    return readKibanaExport('rules_export.ndjson', JSON.stringify(object)).rules[0];
  }

  it.each([
    ['query', {}],
    ['threshold', { threshold: { field: ['user.name'], value: 2, cardinality: [] } }],
    ['new_terms', { new_terms_fields: ['user.name'], history_window_start: 'now-7d' }],
  ])('runs where filters are all that it has: %s', (type, more) => {
    const reading = exportedReading({ ...exported, type, ...more });
    expect(reading?.errors).toEqual([]);
    const set = compileRuleSet(reading?.file ? [reading.file] : []);
    expect([set.rules.length, set.errors, set.notRun]).toEqual([1, [], []]);
  });

  it('is refused where it has neither query nor filters, for it would find everything', () => {
    expect(exportedReading({ ...exported, filters: [] })?.errors.map(({ problem }) => problem)).toEqual([
      'a rule of type query needs rule.query',
    ]);
  });

  it('may ask for no distinct value at all', () => {
    const threshold =
      '[rule.threshold]\nfield = ["user.name"]\nvalue = 2\ncardinality = [{ field = "source.ip", value = 0 }]';
    expect(readingOf(rule('threshold', threshold))).toEqual({ runs: true, errors: [], warnings: [] });
  });
});
