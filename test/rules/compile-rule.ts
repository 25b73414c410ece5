import type { FieldTable } from '../../src/detection/fields/event-fields.ts';
import type { RuleFile } from '../../src/detection/rule-file/rule-file.ts';
import type { RuleMatcher } from '../../src/detection/rule-type.ts';
import { ruleTypes } from '../../src/detection/rule-types.ts';

/** Compiles one rule by its type, without the engine's index. */
export function compileRule(file: RuleFile, fields: FieldTable): RuleMatcher {
  const type = ruleTypes.get(file.rule.type);
  if (type === undefined) throw new TypeError(`${file.path} is of type ${file.rule.type}, which nothing compiles`);
  return type.compile(file, fields);
}
