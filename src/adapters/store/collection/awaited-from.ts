import { sql } from 'kysely';
import type { Instant } from '../../../model/ids.ts';
import type { StoreDb } from '../database.ts';

/**
 * From when on events are awaited: the oldest gap, unread history or live end of all sources that are watched now; `now` where
 * nothing is watched. What CloudTrail no longer keeps is not awaited.
 */
export async function awaitedFrom(db: StoreDb, now: Instant): Promise<Instant> {
  const { rows } = await sql<{ readonly awaited: Instant | null }>`
    with read as (
      select source.id, date_trunc('second', source.watched_from) as watched_from, w.from_at, w.to_at,
        max(w.to_at) over (partition by source.id order by w.from_at rows between unbounded preceding and 1 preceding) as read_to
      from log_sources source
      join accounts account on account.id = source.account_id and account.lifecycle <> 'retired'
      left join windows w on w.source_id = source.id and w.state in ('covered', 'beyond-retention')
      where source.active and source.kind = 'lookup'
    )
    select min(awaited) as awaited from (
      select coalesce(read_to + interval '1 second', watched_from) as awaited from read
      where from_at is null or from_at > coalesce(read_to + interval '1 second', watched_from)
      union all select max(to_at) from read group by id
    ) open_ends
  `.execute(db);
  const awaited = rows[0]?.awaited ?? now;
  return Date.parse(awaited) < Date.parse(now) ? awaited : now;
}
