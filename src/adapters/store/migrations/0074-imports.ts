import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Imports, so that one that goes on after it was stopped is one, and says at its end all that it brought. */
export const importsTable: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

const statements = [
  `create table imports (
    id text primary key,
    source_id text not null references log_sources (id),
    inputs text not null,
    begun_by text not null,
    begun_at timestamptz not null,
    new_records bigint not null default 0,
    published bigint not null default 0,
    ended_at timestamptz
  )`,
  'create unique index imports_open on imports (source_id, inputs, begun_by) where ended_at is null',
];
