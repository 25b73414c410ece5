import { queryRuleType } from './query.ts';
import type { RuleType } from '../rule-type.ts';

/**
 * `saved_query`: a query that Kibana keeps under `saved_id`. It is looked up there and, where it is not found, the rule's own
 * query is asked instead (Kibana's rule schemas); here nothing is looked up, so the rule's own is the one.
 */
export const savedQueryRuleType: RuleType<null> = {
  ...queryRuleType,
  name: 'saved_query',
  needsQuery: false,
  demands: (_section, { saved_id: savedId }) => [
    {
      key: ['saved_id'],
      broken: savedId === undefined,
      problem: 'rule.saved_id is missing',
      remedy: 'add it, or write type = "query"',
    },
  ],
};
