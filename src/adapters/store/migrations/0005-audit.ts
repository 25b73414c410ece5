import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** The audit records: a plain table to which rows are only added. */
export const audit: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

const statements = [
  `create table audit_records (
    position bigint generated always as identity unique,
    id text primary key,
    at timestamptz not null,
    actor text not null,
    case_id text,
    kind text not null,
    subject text not null,
    data jsonb not null
  )`,
  'create index audit_records_of_case on audit_records (case_id, position)',
  `create function refuse_audit_change() returns trigger language plpgsql as $$
    begin raise exception 'audit records are never changed or removed'; end $$`,
  `create trigger audit_records_only_grow before update or delete or truncate on audit_records
    for each statement execute function refuse_audit_change()`,
];
