import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** How far the look at a case has come: what it has asked AWS, and the answers that are not part of evidence yet. */
export const looks: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

const statements = [
  `create table looks (
    case_id text primary key references cases (id),
    at timestamptz not null,
    asked integer not null default 0,
    moved_at timestamptz not null,
    ended boolean not null default false
  )`,
  `create table lookup_pages (
    case_id text not null references cases (id),
    name text not null,
    page json not null,
    primary key (case_id, name)
  )`,
];
