import type { Demand } from '../rule-type.ts';
import { ruleTypeFormats } from '../rule-types.ts';
import { errorAtKey, type RuleFile } from './rule-file.ts';
import type { RuleTable } from './rule-schema.ts';
import type { RuleSyntaxError } from './rule-syntax-error.ts';

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
  const ownKeys = Object.keys(ruleTypeFormats.get(rule.type)?.keys ?? {});
  // What a type has of its own is judged as one: where a part of it is wrong, another seems to be missing.
  const isOwnWrong = ownKeys.some((name) => wrong.has(name));
  return demandsOn(file, rule)
    .filter(
      ({ broken, key: [name] }) =>
        broken && !wrong.has(String(name)) && !(isOwnWrong && ownKeys.includes(String(name))),
    )
    .map(({ key, problem, remedy }) => errorAtKey(file, ['rule', ...key], problem, remedy));
}

/** A rule that Kibana made of filters alone has an empty query, or none; in KQL that finds whatever the filters let through. */
export function isWithoutQuery({ type, query = '', filters = [] }: RuleTable): boolean {
  const [language] = ruleTypeFormats.get(type)?.languages ?? [];
  return query.trim() === '' && (filters.length === 0 || language !== 'kuery');
}

function demandsOn({ section }: RuleFile, rule: RuleTable): readonly Demand[] {
  const { type, language } = rule;
  const format = ruleTypeFormats.get(type);
  if (format === undefined) return [unknownType(type), timelineDemand(rule)];
  const { languages, needsQuery } = format;
  return [
    timelineDemand(rule),
    suppressionDemand(rule),
    {
      key: ['query'],
      broken: needsQuery && isWithoutQuery(rule),
      problem: `a rule of type ${type} needs rule.query`,
      remedy: 'add the query',
    },
    {
      key: ['language'],
      broken: language !== undefined && languages.length > 0 && !languages.includes(language),
      problem: `a rule of type ${type} cannot be written in ${language}`,
      remedy: `write language = "${languages[0]}"`,
    },
    ...format.demands(section, rule),
  ];
}

function unknownType(type: string): Demand {
  const known = [...ruleTypeFormats.keys()].toSorted().join(', ');
  return { key: ['type'], broken: true, problem: `there is no type of rules ${type}`, remedy: `write one of ${known}` };
}

function timelineDemand({ timeline_id: id, timeline_title: title }: RuleTable): Demand {
  return {
    key: [id === undefined ? 'timeline_title' : 'timeline_id'],
    broken: (id === undefined) !== (title === undefined),
    problem: 'of timeline_id and timeline_title there is one without the other',
    remedy: 'add the other, or remove this one',
  };
}

/** A threshold's suppression groups by the fields of the threshold. */
function suppressionDemand({ type, alert_suppression: suppression }: RuleTable): Demand {
  const needed = type === 'threshold' ? 'duration' : 'group_by';
  return {
    key: ['alert_suppression'],
    broken: suppression !== undefined && suppression[needed] === undefined,
    problem: `the suppression of a rule of type ${type} needs rule.alert_suppression.${needed}`,
    remedy: `add ${needed}`,
  };
}
