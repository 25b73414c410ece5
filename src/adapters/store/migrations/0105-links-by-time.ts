import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What finds a link's ends by the link, and what is old among links, sessions of instances and what events were about. */
export const linksByTime: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

const statements = [
  'create index link_ends_of_link on link_ends (link_id)',
  'create index instance_sessions_of_session on instance_sessions (session)',
  'create index identity_aliases_of_identity on identity_aliases (identity_id)',
  'create index links_by_time on links using brin (at) with (autosummarize = on)',
  'create index event_things_by_time on event_things using brin (at) with (autosummarize = on)',
  'create index instance_sessions_by_time on instance_sessions using brin (at) with (autosummarize = on)',
];
