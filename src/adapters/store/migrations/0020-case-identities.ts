import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Which identities a case holds, where its walk begins, and what became of a case that turned out to be another's. */
export const caseIdentities: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

const statements = [
  `create table case_identities (
    case_id text not null references cases (id),
    identity_id text not null,
    role text not null check (role in ('suspect', 'created', 'changed', 'used', 'outside')),
    since timestamptz not null,
    whole boolean not null,
    held boolean not null,
    primary key (case_id, identity_id)
  )`,
  'create unique index one_open_case_per_identity on case_identities (identity_id) where held',
  'create index case_identities_by_identity on case_identities (identity_id)',
  `create table case_seeds (
    case_id text not null references cases (id),
    principal text not null,
    identity text not null,
    credential text,
    source text,
    at timestamptz not null,
    id text not null,
    primary key (case_id, id)
  )`,
  'create index case_seeds_by_principal on case_seeds (principal)',
  'create index case_seeds_by_identity on case_seeds (identity)',
  'create index case_seeds_by_credential on case_seeds (credential)',
  'alter table cases add column merged_into text references cases (id)',
  'alter table cases add column end_told boolean not null default false',
  "create index cases_to_end on cases (id) where status = 'merged' and not end_told",
];
