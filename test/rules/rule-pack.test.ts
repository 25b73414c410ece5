import { describe, expect, test } from 'vitest';
import { compileRuleSet } from '../../src/detection/engine.ts';
import { judgeExample } from '../../src/detection/rule-examples.ts';
import type { RuleFile } from '../../src/detection/rule-file/rule-file.ts';
import type { RuleMatcher } from '../../src/detection/rule-type.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { exampleNames, pack, type PackedRule } from './rule-pack.ts';

/** What CloudTrail can show of ATT&CK: all tactics but those that happen outside AWS's control plane. */
const tacticsBefore19 = [
  'TA0001',
  'TA0002',
  'TA0003',
  'TA0004',
  'TA0005',
  'TA0006',
  'TA0007',
  'TA0008',
  'TA0009',
  'TA0010',
  'TA0040',
];

const riskScores = { low: 21, medium: 47, high: 73, critical: 99 };

function fileOf({ name, reading }: PackedRule): RuleFile {
  if (reading.file === null) throw new TypeError(`${name} does not load: ${reading.errors.map(String).join('\n')}`);
  return reading.file;
}

function repeated(values: readonly string[]): readonly string[] {
  return values.filter((value, index) => values.indexOf(value) !== index);
}

const files = pack.map(fileOf);
const ruleSet = compileRuleSet(files);

/** A rule as the engine asks it: among all others, and only where the index does not rule it out. */
function indexed(ruleId: string): RuleMatcher {
  const ruleIndex = ruleSet.rules.findIndex(({ rule }) => rule.id === ruleId);
  const compiled = ruleSet.rules[ruleIndex];
  if (compiled === undefined) throw new TypeError(`${ruleId} did not compile`);
  return {
    ...compiled.matcher,
    candidates: (event) => ruleSet.candidatesOf(event).find((found) => found.ruleIndex === ruleIndex)?.candidates ?? [],
  };
}

const each = pack.map((rule) => [rule.name, rule] as const);

describe('the rule pack', () => {
  test('has at least forty rules, of every type that runs', () => {
    expect(pack.length).toBeGreaterThanOrEqual(40);
    expect(new Set(files.map(({ rule }) => rule.type))).toEqual(new Set(['query', 'new_terms', 'threshold', 'eql']));
  });

  test('loads without an error or a warning', () => {
    expect(pack.flatMap(({ reading }) => [...reading.errors, ...reading.warnings])).toEqual([]);
  });

  test('compiles as one rule set, with nothing left out', () => {
    expect(ruleSet.errors).toEqual([]);
    expect(ruleSet.notRun).toEqual([]);
    expect(ruleSet.rules.length).toBe(pack.length);
  });

  test('names no rule twice', () => {
    expect(repeated(files.map(({ rule }) => rule.id))).toEqual([]);
    expect(repeated(files.map(({ rule }) => rule.name))).toEqual([]);
  });

  test('has examples for each rule, and for nothing else', () => {
    expect(exampleNames).toEqual(pack.map(({ name }) => name));
    for (const rule of pack) expect(rule.examples.ruleId, rule.name).toBe(fileOf(rule).rule.id);
  });

  test('covers every tactic that CloudTrail can show, as ATT&CK 18 and as ATT&CK 19 name them', () => {
    const before = new Set(files.flatMap(({ rule }) => rule.threat.map(({ tactic }) => tactic.id)));
    expect([...before].toSorted()).toEqual(tacticsBefore19);
    const since = files.flatMap(({ threatMappings }) =>
      threatMappings
        .filter(({ version }) => version === '19')
        .flatMap(({ threat }) => threat.map(({ tactic }) => tactic)),
    );
    expect([...new Set(since.map(({ id }) => id))].toSorted()).toEqual([...tacticsBefore19, 'TA0112']);
    expect(new Set(since.filter(({ id }) => id === 'TA0005').map(({ name }) => name))).toEqual(new Set(['Stealth']));
  });

  test('covers the sign-in grants that mint no access key', () => {
    const queries = files.map(({ query }) => query?.text ?? '').join('\n');
    expect(queries).toContain('CreateOAuth2Token');
    expect(queries).toContain('AuthorizeOAuth2Access');
  });
});

describe.each(each)('%s', (name, packed) => {
  test('says what it is for, how bad it is, and what to do', () => {
    const { rule, references, license, index, falsePositives } = fileOf(packed);
    expect(rule.riskScore).toBe(riskScores[rule.severity]);
    expect(license).toBe('Apache-2.0');
    expect(index).toEqual(['logs-aws.cloudtrail-*']);
    expect(rule.investigationFields.length).toBeGreaterThan(5);
    expect(falsePositives.length).toBeGreaterThan(0);
    for (const word of ['Who', 'touched', 'From where', 'What else', 'Benign', 'What to do', 'What it needs']) {
      expect(rule.note).toContain(word);
    }
    for (const reference of references) {
      expect(reference).toMatch(/^https:\/\/(?:docs\.aws\.amazon\.com|attack\.mitre\.org)\//);
    }
  });

  test('stands under a tactic of its own mapping', () => {
    const { rule, threatMappings } = fileOf(packed);
    const tactics = [rule.threat, ...threatMappings.map(({ threat }) => threat)]
      .flat()
      .map(({ tactic }) => tactic.name.toLowerCase().replaceAll(' ', '-'));
    expect(tactics.some((tactic) => name.startsWith(`${tactic}-`))).toBe(true);
  });

  test('says truly whether LookupEvents is enough for it', () => {
    const { rule } = fileOf(packed);
    const enough = !rule.requires.dataEvents && rule.requires.enrichment.length === 0;
    expect(rule.tags.includes('Requires: Management Events')).toBe(enough);
    expect(rule.tags.includes('Requires: Data Events')).toBe(rule.requires.dataEvents);
  });

  test.each(packed.examples.examples.map((example) => [example.name, example] as const))('%s', (_, example) => {
    const matcher = indexed(fileOf(packed).rule.id);
    expect(judgeExample(packed.examples, example, matcher, ruleSet.fields)).toMatchObject({ problem: null });
  });

  test.each(['none', '-'])('sees the same of a user named %s', (userName) => {
    const { base, examples } = packed.examples;
    const identity = base.userIdentity as JsonObject;
    if (identity.userName !== 'mallory') return;
    const renamed = { ...identity, userName, arn: `arn:aws:iam::111122223333:user/${userName}` };
    const file = { ...packed.examples, base: { ...base, userIdentity: renamed } };
    const matcher = indexed(fileOf(packed).rule.id);
    for (const example of examples.filter(({ matches }) => matches))
      expect(judgeExample(file, example, matcher, ruleSet.fields)).toMatchObject({ problem: null });
  });
});
