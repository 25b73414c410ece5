import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Steps from one identity to another, as events prove them, and what finds them by their ends. */
export const links: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

const statements = [
  `create table links (
    id text primary key,
    at timestamptz not null,
    account_id text not null,
    event_id text not null,
    link jsonb not null
  )`,
  'create index links_of_event on links (account_id, event_id)',
  `create table link_ends (
    node text not null,
    at timestamptz not null,
    link_id text not null references links (id),
    primary key (node, at, link_id)
  )`,
  `create table identities (
    id text primary key,
    kind text not null,
    account_id text,
    name text not null
  )`,
  `create table identity_aliases (
    alias text primary key,
    identity_id text not null
  )`,
  `create table instance_sessions (
    instance text not null,
    session text not null,
    source text not null,
    hour timestamptz not null,
    at timestamptz not null,
    proof jsonb not null,
    primary key (instance, session, source, hour)
  )`,
];
