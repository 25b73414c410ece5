import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What a look at a case asks for, piece by piece, and what has come of each; and how many requests it may make. */
export const lookPieces: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

const statements = [
  'alter table looks add column budget integer not null default 0',
  `create table look_pieces (
    case_id text not null references cases (id),
    piece text not null,
    place integer not null,
    source text not null,
    about text not null,
    availability text,
    why text,
    primary key (case_id, piece)
  )`,
];
