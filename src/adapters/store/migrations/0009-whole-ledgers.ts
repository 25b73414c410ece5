import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Ledgers in which nothing is amiss, summed up: ten thousand rows to look through every ten seconds, not a million windows. */
export const wholeLedgers: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

/** As the code sums ledgers up when it writes them; what is left out here is summed up at its next poll. */
export const sumUpWholeLedgers = `insert into whole_ledgers (source_id, to_at, recent_from, recent_records)
  select summed.source_id, summed.to_at, recent.from_at, coalesce(recent.records, 0)
  from (
    select w.source_id, date_trunc('second', source.live_from) as live_from, max(w.to_at) as to_at,
      bool_and(w.state = 'covered') as covered,
      sum(w.to_at - greatest(w.from_at, date_trunc('second', source.live_from)) + interval '1 second') as length
    from windows w join log_sources source on source.id = w.source_id
    where w.to_at >= date_trunc('second', source.live_from)
    group by w.source_id, source.live_from
  ) summed cross join lateral (
    select min(w.from_at) as from_at, sum(w.records) as records from windows w
    where w.source_id = summed.source_id and w.to_at >= summed.live_from and w.from_at >= summed.to_at - interval '1 hour'
  ) recent
  where summed.covered and summed.length = summed.to_at - summed.live_from + interval '1 second'`;

const statements = [
  // Written at every poll: with room on its page, a row is changed in place.
  `create table whole_ledgers (
    source_id text primary key references log_sources (id),
    to_at timestamptz not null,
    recent_from timestamptz,
    recent_records bigint not null
  ) with (fillfactor = 50)`,
  sumUpWholeLedgers,
];
