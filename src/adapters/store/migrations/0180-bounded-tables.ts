import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * What lets the last tables be pruned: how many prevented alerts are gone, so that a total of them does not shrink; and when an
 * identity and an alias were said last, for what names them may be no link.
 */
export const boundedTables: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

const statements = [
  'alter table held_back_counts add column alerts_gone bigint not null default 0',
  'alter table identities add column said_at timestamptz not null default now()',
  'alter table identity_aliases add column said_at timestamptz not null default now()',
];
