import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * Of whoever has very many links: who handed out a credential, as long as it is in use, and what was before a time. As those of
 * migration 0181, the function keeps PostgreSQL to the order of the index.
 */
export const linksOfBusyOnes: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

const statements = [
  `create function latest_link_ends_before(asked text, before timestamptz, most integer) returns table (link_id text)
    language sql stable set enable_sort = off set enable_bitmapscan = off set enable_seqscan = off as $$
    select e.link_id from link_ends e where e.node = asked and e.at < before order by e.at desc limit most
  $$`,
  `update link_ends set lasting = true from links
    where links.id = link_ends.link_id and not link_ends.lasting
      and (link_ends.node like 'session/%' or link_ends.node like 'access-key/%')
      and link_ends.node in (links.link ->> 'to', links.link ->> 'gave')`,
];
