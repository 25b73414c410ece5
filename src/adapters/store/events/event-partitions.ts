import { dayMs } from '../../../model/duration.ts';
import { sql } from 'kysely';
import type { Instant } from '../../../model/ids.ts';
import type { StoreDb } from '../database.ts';

/** Days further from today than this share the default partition: imports may be of any year. */
const daysBack = 100;
const daysAhead = 2;

/** Makes sure that the day of each event has its partition; knows which it has made already. */
export interface EventPartitions {
  ensure(db: StoreDb, eventTimes: readonly Instant[]): Promise<void>;
}

export function createEventPartitions(now: () => number = Date.now): EventPartitions {
  const known = new Set<string>();
  return {
    async ensure(db, eventTimes) {
      const today = Math.floor(now() / dayMs);
      const days = new Set(eventTimes.map((time) => Math.floor(Date.parse(time) / dayMs)));
      for (const day of days) {
        if (day < today - daysBack || day > today + daysAhead) continue;
        const name = `events_${dayText(day).replaceAll('-', '')}`;
        if (known.has(name)) continue;
        await createPartition(db, name, day);
        known.add(name);
      }
    },
  };
}

/** A partition is attached, not created in place, so that readers of other days are not kept out meanwhile. */
async function createPartition(db: StoreDb, name: string, day: number): Promise<void> {
  const body = `
    do $$ begin
      perform pg_advisory_xact_lock(hashtextextended('event partitions', 0));
      if to_regclass('${name}') is null then
        create table ${name} (like events including defaults including constraints);
        alter table events attach partition ${name} for values from ('${dayText(day)}') to ('${dayText(day + 1)}');
      end if;
    exception when check_violation then
      null; -- the default partition has events of that day already, and goes on taking them
    end $$`;
  await sql.raw(body).execute(db);
}

function dayText(day: number): string {
  return new Date(day * dayMs).toISOString().slice(0, 10);
}
