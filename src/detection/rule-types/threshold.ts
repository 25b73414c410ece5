import { kqlQueryOf } from '../kql/kql-query.ts';
import { errorAtKey } from '../rule-file/rule-file.ts';
import type { RuleMatcher, RuleType } from '../rule-type.ts';
import { compileThreshold } from '../threshold/threshold-matcher.ts';

/** `threshold`: an alert where a group has enough matching events within the rule's look-back. */
export const thresholdRuleType: RuleType = {
  name: 'threshold',
  compile(file, fields): RuleMatcher {
    const { threshold } = file;
    if (threshold === null) {
      throw errorAtKey(file, ['rule', 'threshold'], 'rule.threshold is missing', 'add its field and value');
    }
    const { matches, requires, witness } = kqlQueryOf(file, fields);
    return { ...compileThreshold({ matches, threshold, lookBackMs: file.rule.lookBackMs, fields }), requires, witness };
  },
};
