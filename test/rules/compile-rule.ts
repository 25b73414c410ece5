import type { FieldTable } from '../../src/detection/event-fields.ts';
import { kqlQueryOf } from '../../src/detection/kql/kql-query.ts';
import type { RuleFile } from '../../src/detection/rule-file/rule-file.ts';
import type { RuleMatcher, RuleType } from '../../src/detection/rule-type.ts';
import { eqlRuleType } from '../../src/detection/rule-types/eql.ts';
import { newTermsRuleType } from '../../src/detection/rule-types/new-terms.ts';
import { queryRuleType } from '../../src/detection/rule-types/query.ts';
import { compileThreshold } from '../../src/detection/threshold/threshold-matcher.ts';

const thresholdRuleType: RuleType = {
  name: 'threshold',
  compile(file, fields) {
    if (file.threshold === null) throw new TypeError('no threshold');
    return compileThreshold({
      matches: kqlQueryOf(file, fields).matches,
      threshold: file.threshold,
      lookBackMs: file.rule.lookBackMs,
      fields,
    });
  },
};

const ruleTypes: readonly RuleType[] = [queryRuleType, newTermsRuleType, thresholdRuleType, eqlRuleType];

/** Compiles a rule by its type, as the engine does. */
export function compileRule(file: RuleFile, fields: FieldTable): RuleMatcher {
  const type = ruleTypes.find(({ name }) => name === file.rule.type);
  if (type === undefined) throw new TypeError(`${file.path} is of type ${file.rule.type}, which nothing compiles`);
  return type.compile(file, fields);
}
