import { z } from 'zod';
import type { RuleTypeFormat } from '../rule-type.ts';

/** Kept for those who read the file with other tools; Trailhound does not look inside. */
const anything = z.unknown().optional();

/** Types of Kibana's whose rules are read and counted, and do not run. */
export const formatsNotRun: readonly RuleTypeFormat[] = [
  notRun('esql', { languages: ['esql'], needsQuery: true }),
  notRun('machine_learning', {
    keys: {
      anomaly_threshold: z.number().optional(),
      machine_learning_job_id: z.union([z.string(), z.array(z.string())]).optional(),
    },
  }),
  notRun('threat_match', {
    keys: {
      concurrent_searches: anything,
      items_per_search: anything,
      threat_filters: anything,
      threat_index: anything,
      threat_indicator_path: anything,
      threat_language: anything,
      threat_mapping: anything,
      threat_query: anything,
    },
  }),
];

function notRun(
  name: string,
  { keys = {}, languages = [], needsQuery = false }: Partial<Pick<RuleTypeFormat, 'keys' | 'languages' | 'needsQuery'>>,
): RuleTypeFormat {
  return { name, keys, languages, needsQuery, readSection: () => null, demands: () => [] };
}
