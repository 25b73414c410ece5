import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * Who accepted which way in, as it was signed, for only the signature is believed; who works on a case; and which identities a person has
 * taken out of it.
 */
export const actsOfPeople: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

const statements = [
  'drop table accepted_ways_in',
  `create table accepted_ways_in (
    case_id text not null references cases (id),
    way_in_id text not null,
    jws text not null,
    at timestamptz not null,
    primary key (case_id, way_in_id)
  )`,
  'alter table cases add column assigned_to text',
  `create table case_separations (
    case_id text not null references cases (id),
    identity_id text not null,
    primary key (case_id, identity_id)
  )`,
];
