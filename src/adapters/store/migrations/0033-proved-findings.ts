import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Findings carry their facts and the events that prove them, in place of the evidence that they were drawn from. */
export const provedFindings: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

const statements = [
  // What was found by other rules is found anew with the next look at its case.
  'delete from findings',
  'alter table findings drop column evidence',
  "alter table findings add column facts jsonb not null default '{}'::jsonb",
  "alter table findings add column proof jsonb not null default '[]'::jsonb",
];
