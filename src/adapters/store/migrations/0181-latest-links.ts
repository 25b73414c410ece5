import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * The latest links of an identity or an address, in the order of the index that has them. PostgreSQL takes whoever is asked about for one
 * like all others, with some six links, and would read and sort all hundred thousand of a busy one for the latest 5,000.
 */
export const latestLinks: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

const inIndexOrder = 'language sql stable set enable_sort = off set enable_bitmapscan = off set enable_seqscan = off';

const statements = [
  `create function latest_link_ends(asked text, most integer) returns table (link_id text, place bigint) ${inIndexOrder} as $$
    select e.link_id, row_number() over (order by e.at desc) from link_ends e
    where e.node = asked order by e.at desc limit most
  $$`,
  `create function latest_lasting_link_ends(asked text, most integer) returns table (link_id text, place bigint) ${inIndexOrder} as $$
    select e.link_id, row_number() over (order by e.at desc) from link_ends e
    where e.node = asked and e.lasting order by e.at desc limit most
  $$`,
  `create function latest_links_from(address text, most integer) returns table (link_id text) ${inIndexOrder} as $$
    select l.id from links l where l.link ->> 'source' = address order by l.at desc limit most
  $$`,
];
