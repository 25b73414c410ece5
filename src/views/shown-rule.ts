import type { z } from 'zod';
import type { RuleFile } from '../detection/rule-file/rule-file.ts';
import { ruleTypes } from '../detection/rule-types.ts';
import type { shownRuleSchema } from './rule-answers.ts';

/** A rule with all that its file says. */
export function shownRule(file: RuleFile): z.infer<typeof shownRuleSchema> {
  const { rule, query, language, section, references, falsePositives, setup, path, threatMappings } = file;
  return {
    ...rule,
    path,
    language,
    query: query?.text ?? null,
    section: ruleTypes.get(rule.type)?.sectionAsJson(section) ?? {},
    references,
    falsePositives,
    setup,
    threatMappings,
  };
}
