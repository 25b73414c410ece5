import type { RuleType, RuleTypeFormat } from './rule-type.ts';
import { eqlRuleType } from './rule-types/eql.ts';
import { newTermsRuleType } from './rule-types/new-terms.ts';
import { formatsNotRun } from './rule-types/not-run.ts';
import { queryRuleType } from './rule-types/query.ts';
import { savedQueryRuleType } from './rule-types/saved-query.ts';
import { thresholdRuleType } from './rule-types/threshold/threshold.ts';

const all: readonly RuleType[] = [queryRuleType, savedQueryRuleType, newTermsRuleType, thresholdRuleType, eqlRuleType];

/** All rule types that run, by their name in rule files. */
export const ruleTypes: ReadonlyMap<string, RuleType> = new Map(all.map((type) => [type.name, type]));

/** What rule files may have, by the type's name; those that run, and those that are only read. */
export const ruleTypeFormats: ReadonlyMap<string, RuleTypeFormat> = new Map(
  [...formatsNotRun, ...all].map((type) => [type.name, type]),
);
