import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Rule state that stays bounded: kept by what a rule means, thinned, forgotten by age, and learnt by a chore. */
export const ruleMemory: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

const statements = [
  // State by the digest of a whole rule file cannot be told apart by meaning: rules learn it again.
  'truncate rule_candidates',
  'delete from rule_versions',
  'alter table rule_candidates rename column rule_digest to meaning',
  'alter table rule_candidates add column written_at timestamptz not null default clock_timestamp()',
  // What the start screen looks at: the candidates since it began.
  'create index rule_candidates_by_time on rule_candidates (event_time)',
  'alter table rule_versions rename column rule_digest to meaning',
  'alter table rule_versions drop column current',
  // Up to which number the events before `since_seq` are known to the rule; null when it knows all that it needs.
  'alter table rule_versions add column warmed_seq bigint',
  'create index rules_warming on rule_versions (rule_id) where warmed_seq is not null',
];
