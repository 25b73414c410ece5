import type { RuleFile } from '../rule-file/rule-file.ts';
import { QuerySyntaxError } from '../rule-file/rule-syntax-error.ts';
import { ruleTypes } from '../rule-types.ts';

/** The fields that an enrichment gives. */
const enrichmentFields = {
  'source.geo': /^source\.geo\./,
  'source.as': /^source\.as\./,
  entity: /^(?:entity\.|related\.entity$|(?:actor|target|user|service)\.(?:target\.)?entity\.)/,
} as const satisfies Readonly<Record<string, RegExp>>;

/**
 * The enrichment without which a rule can never fire: its query cannot hold, or what it groups by or counts does not exist,
 * where those fields are absent. A rule that only excludes by them fires all the same.
 */
export function neededEnrichment(file: RuleFile): readonly string[] {
  const type = ruleTypes.get(file.rule.type);
  if (type === undefined) return [];
  const fields = [...type.groupFields(file.section), ...type.countedFields(file.section)];
  return Object.entries(enrichmentFields)
    .filter(([, absent]) => fields.some((path) => absent.test(path)) || !canFind(file, absent))
    .map(([name]) => name);
}

function canFind(file: RuleFile, absent: RegExp): boolean {
  const type = ruleTypes.get(file.rule.type);
  if (type === undefined || file.query === null || !type.reads.includes(file.language ?? '')) return true;
  try {
    return type.canFindWithout(file.query.text, absent);
  } catch (error) {
    if (error instanceof QuerySyntaxError) return true;
    throw error;
  }
}
