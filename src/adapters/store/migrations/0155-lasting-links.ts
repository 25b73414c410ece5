import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What finds, among the thousands of sessions that a busy caller hands out, what it made, and what was done from an address. */
export const lastingLinks: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`alter table link_ends add column lasting boolean not null default false`.execute(db);
    await sql`
      update link_ends set lasting = true from links
      where links.id = link_ends.link_id and links.link ->> 'how' in
          ('created-user', 'created-key', 'set-password', 'made-role', 'opened-trust', 'shared-with')
    `.execute(db);
    await sql`create index link_ends_lasting on link_ends (node, at) where lasting`.execute(db);
    await sql`create index links_by_source on links ((link ->> 'source'), at)`.execute(db);
  },
};
