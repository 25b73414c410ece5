import { sql } from 'kysely';
import type { UnreadRecord, UnreadRecords } from '../../../collection/ports.ts';
import type { Instant, SourceId } from '../../../model/ids.ts';
import type { LookupSource } from '../../../model/log-source.ts';
import type { CoverageSpan } from '../../../views/coverage.ts';
import type { StoreDb } from '../database.ts';

/** So much of a text is given back: the store has it whole. */
const shownBytes = 4000;
const shownRecords = 200;
const examples = 3;

/** The event was read whole since, from a later page, another region or an import. */
const isKnownWhole = sql<boolean>`exists (
  select 1 from event_keys known where known.account_id = malformed.account_id and known.event_id = malformed.event_id
)`;

/**
 * What could not be read of each log source during the last week; what stays so longer has been told for long enough, as with
 * footprints.
 */
export async function unreadRecords(db: StoreDb, now: Instant): Promise<ReadonlyMap<SourceId, UnreadRecords>> {
  const { rows } = await sql<{
    readonly source_id: SourceId;
    readonly count: bigint;
    readonly examples: UnreadRecords['examples'];
  }>`
    select source_id, count(*) as count,
      to_jsonb((array_agg(jsonb_build_object('eventId', event_id, 'problem', problem) order by seen_at desc, id))[1:${sql.lit(examples)}])
        as examples
    from malformed_records malformed
    where seen_at > ${now}::timestamptz - interval '7 days' and not ${isKnownWhole}
    group by source_id
  `.execute(db);
  return new Map(
    rows.map((row) => [row.source_id, { count: Number(row.count), examples: row.examples } satisfies UnreadRecords]),
  );
}

/** What could not be read of a source, of what was seen in a time, the newest first. */
export async function unreadOf(
  db: StoreDb,
  source: LookupSource,
  span: CoverageSpan,
): Promise<{ readonly count: number; readonly newest: readonly UnreadRecord[] }> {
  const { rows } = await sql<{
    readonly event_id: string | null;
    readonly seen_at: Instant;
    readonly problem: string;
    readonly raw: Buffer;
    readonly count: bigint;
  }>`
    select event_id, seen_at, problem, substring(raw from 1 for ${sql.lit(shownBytes)}) as raw, count(*) over () as count
    from malformed_records malformed
    where source_id = ${source.id} and seen_at between ${span.since} and ${span.until}
      and not ${isKnownWhole}
    order by seen_at desc, id limit ${sql.lit(shownRecords)}
  `.execute(db);
  return {
    count: Number(rows[0]?.count ?? 0),
    newest: rows.map((row) => ({
      eventId: row.event_id,
      seenAt: row.seen_at,
      problem: row.problem,
      text: row.raw.toString('utf8'),
    })),
  };
}
