import type { RuleType } from './rule-type.ts';
import { eqlRuleType } from './rule-types/eql.ts';
import { newTermsRuleType } from './rule-types/new-terms.ts';
import { queryRuleType } from './rule-types/query.ts';
import { thresholdRuleType } from './rule-types/threshold.ts';

/** All rule types by their name in rule files. */
export const ruleTypes: ReadonlyMap<string, RuleType> = new Map(
  [queryRuleType, newTermsRuleType, thresholdRuleType, eqlRuleType].map((type) => [type.name, type]),
);
