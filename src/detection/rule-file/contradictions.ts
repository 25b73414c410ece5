import { lookBackMs } from './duration.ts';
import { errorAtKey, type KeyPath, type RuleFile } from './rule-file.ts';
import type { RuleTable } from './rule-schema.ts';
import type { RuleSyntaxError } from './rule-syntax-error.ts';

/** What a rule must hold to. */
interface Demand {
  /** Of `[rule]`. */
  readonly key: KeyPath;
  readonly broken: boolean;
  readonly problem: string;
  readonly remedy: string;
}

/**
 * What the shape allows and the rule type, or Kibana, does not (Kibana's rule schemas and its checks at execution).
 *
 * @param wrong keys of `[rule]` that have errors of shape, of which nothing more is said.
 */
export function contradictions(
  file: RuleFile,
  rule: RuleTable,
  wrong: ReadonlySet<string>,
): readonly RuleSyntaxError[] {
  return [
    ...sectionDemands(file, rule),
    ...languageDemands(rule),
    ...newTermsDemands(file, rule),
    ...thresholdDemands(file),
  ]
    .filter(({ broken, key: [name] }) => broken && !wrong.has(String(name)))
    .map(({ key, problem, remedy }) => errorAtKey(file, ['rule', ...key], problem, remedy));
}

function sectionDemands({ newTerms, threshold }: RuleFile, { type, query }: RuleTable): readonly Demand[] {
  const needsQuery = ['query', 'new_terms', 'threshold', 'eql', 'esql'].includes(type);
  return [
    {
      key: ['query'],
      broken: needsQuery && query === undefined,
      problem: `a rule of type ${type} needs rule.query`,
      remedy: 'add the query',
    },
    {
      key: ['threshold'],
      broken: type === 'threshold' && threshold === null,
      problem: 'rule.threshold is missing',
      remedy: 'add [rule.threshold] with field and value',
    },
    {
      key: ['new_terms'],
      broken: type === 'new_terms' && newTerms === null,
      problem: 'rule.new_terms is missing',
      remedy: 'add [rule.new_terms] with value and history_window_start',
    },
  ];
}

const languages: Readonly<Record<string, readonly string[]>> = {
  eql: ['eql'],
  esql: ['esql'],
  query: ['kuery', 'lucene'],
  new_terms: ['kuery', 'lucene', 'esql'],
  threshold: ['kuery', 'lucene'],
};

function languageDemands({ type, language }: RuleTable): readonly Demand[] {
  const allowed = languages[type];
  if (language === undefined || allowed === undefined) return [];
  return [
    {
      key: ['language'],
      broken: !allowed.includes(language),
      problem: `a rule of type ${type} cannot be written in ${language}`,
      remedy: `write language = "${allowed[0]}"`,
    },
  ];
}

function newTermsDemands({ newTerms }: RuleFile, rule: RuleTable): readonly Demand[] {
  if (newTerms === null) return [];
  const lookBack = lookBackMs(rule.from ?? 'now-6m') ?? 0;
  const inTable = rule.new_terms !== undefined;
  return [
    {
      key: inTable ? ['new_terms', 'history_window_start', 0, 'value'] : ['history_window_start'],
      broken: rule.type === 'new_terms' && newTerms.historyWindowMs <= lookBack,
      problem: `the history window begins within the rule's own look-back (from = "${rule.from ?? 'now-6m'}"), so that nothing comes before it`,
      remedy: 'let history_window_start lie further back than from',
    },
  ];
}

function thresholdDemands({ threshold }: RuleFile): readonly Demand[] {
  if (threshold === null) return [];
  const counted = threshold.cardinality?.field;
  return [
    {
      key: ['threshold', 'cardinality'],
      broken: counted !== undefined && threshold.fields.includes(counted),
      problem: `rule.threshold.cardinality counts ${counted ?? ''}, by which the rule groups: each group has one value of it`,
      remedy: 'count another field, or do not group by this one',
    },
  ];
}
