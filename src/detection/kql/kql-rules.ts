import type { RuleType } from '../rule-type.ts';
import { explainKql } from './explain-kql.ts';
import { parseKql } from './parse-kql.ts';
import { kqlFindsWithout } from './possible-without.ts';

/** What rule types whose queries are in KQL have in common. */
export const kqlRules = {
  languages: ['kuery', 'lucene'],
  reads: ['kuery'],
  explain: (_file, query, event, fields) => [explainKql(query, event, fields)],
  canFindWithout: (query, absent) => kqlFindsWithout(parseKql(query), absent),
} as const satisfies Partial<RuleType>;
