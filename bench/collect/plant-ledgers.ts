import { createHash } from 'node:crypto';
import { Client } from 'pg';
import { sumUpWholeLedgers } from '../../src/adapters/store/migrations/0009-whole-ledgers.ts';

/** A window that was covered, in seconds before the planting. */
interface PlantedWindow {
  readonly from: number;
  readonly to: number;
  readonly sweeps: number;
}

/** The delays after which a window is read again, in seconds: the product's own. */
export const sweepDelaysS = [15 * 60, 60 * 60, 24 * 60 * 60] as const;
/** CloudTrail keeps 90 days; older windows stay in the ledger, a day each. */
const watchedForS = 89 * 24 * 60 * 60;

/** Records a window holds a poll interval: those of our own calls, for an idle source has no others. */
const recordsAnInterval = 2;

/**
 * Makes the ledgers look as if three months of the accounts had been read: then every poll finds a sweep due, at 15 minutes, now
 * and then at an hour and at a day, as it does in use. Polling would leave the same.
 *
 * @param atMs when the last planted window ends; polling goes on from there.
 */
export async function plantLedgers(databaseUrl: string, pollIntervalS: number, atMs: number): Promise<void> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  const at = new Date(Math.floor(atMs / 1000) * 1000).toISOString();
  function ago(seconds: number) {
    return `$1::timestamptz - make_interval(secs => ${seconds})`;
  }
  // Nearly all of it is history that was read when the account was new: more than any rule asks for.
  const liveForS = 2 * 24 * 60 * 60;
  await client.query(`update log_sources set live_from = ${ago(liveForS)}, watched_from = ${ago(watchedForS)}`, [at]);
  const { rows } = await client.query<{ id: string }>(`select distinct account_id id from log_sources`);
  for (const { id } of rows) {
    await client.query(
      `insert into windows (source_id, from_at, to_at, state, filter, covered_at, sweeps_done, records)
       select log_sources.id, $1::timestamptz - make_interval(secs => planted."from"),
         $1::timestamptz - make_interval(secs => planted."to"), 'covered', '"all"', $1, planted.sweeps,
         greatest(1, ${recordsAnInterval} * (planted."from" - planted."to") / ${pollIntervalS})
       from log_sources cross join jsonb_to_recordset($2) as planted("from" int, "to" int, sweeps int)
       where log_sources.account_id = $3`,
      [at, JSON.stringify(steadyWindows(pollIntervalS, placeOf(id))), id],
    );
  }
  await client.query(sumUpWholeLedgers);
  await client.query('analyze');
  await client.end();
}

/** A ledger's windows in use, the newest first; they grow up to the delay that they have behind them. */
function steadyWindows(pollIntervalS: number, place: number): readonly PlantedWindow[] {
  const lengths = [pollIntervalS, ...sweepDelaysS];
  const windows: PlantedWindow[] = [];
  let to = 0;
  for (const [sweeps, length] of lengths.entries()) {
    const until = sweepDelaysS[sweeps] ?? watchedForS;
    // Each account's windows end at other times, or all would be due at once.
    let next = sweeps === 0 ? length : Math.max(1, Math.floor(place * length));
    while (to < until) {
      const from = Math.min(watchedForS, to + next - 1);
      windows.push({ from, to, sweeps });
      to = from + 1;
      next = length;
    }
  }
  return windows;
}

/** An account's own place, from 0 to 1. */
function placeOf(id: string): number {
  return createHash('sha256').update(`ledger of ${id}`).digest().readUInt32BE(0) / 2 ** 32;
}
