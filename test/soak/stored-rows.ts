import { Client } from 'pg';
import type { ComparedAlert } from './checkers/alerts-equal.ts';
import type { CoveredWindow } from './checkers/coverage-served.ts';
import type { StoredRecords } from './checkers/events-once.ts';

/** What the store says at the end, read by plain SQL. */
export interface StoredRows {
  readonly records: StoredRecords;
  readonly windows: readonly CoveredWindow[];
  readonly alerts: readonly ComparedAlert[];
}

interface EventRef {
  readonly accountId: string;
  readonly eventId: string;
}

export async function readStoredRows(databaseUrl: string): Promise<StoredRows> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query('begin transaction isolation level repeatable read');
    const events = await client.query<{ a: string; e: string; r: number; s: string | null; raw: string }>(
      'select account_id a, event_id e, revision r, published_seq::text s, raw from events',
    );
    const malformed = await client.query<{ a: string; region: string; e: string | null; raw: Buffer }>(
      'select account_id a, region, event_id e, raw from malformed_records',
    );
    const windows = await client.query<{ source: string; f: string; t: string }>(
      `select account_id || '/' || region source, extract(epoch from from_at)::bigint::text f,
        extract(epoch from to_at)::bigint::text t
       from windows join log_sources on log_sources.id = windows.source_id where state = 'covered'`,
    );
    const alerts = await client.query<{ name: string; g: string[]; a: string; e: string; refs: EventRef[] }>(
      `select rule_name name, group_values g, anchor_account_id a, anchor_event_id e, event_refs refs
       from alerts where status_kind <> 'superseded'`,
    );
    return {
      records: {
        events: events.rows.map(({ a, e, r, s, raw }) => ({
          accountId: a,
          eventId: e,
          revision: r,
          publishedSeq: s === null ? null : BigInt(s),
          raw,
        })),
        malformed: malformed.rows.map(({ a, region, e, raw }) => ({
          accountId: a,
          region,
          eventId: e,
          raw: raw.toString('utf8'),
        })),
      },
      windows: windows.rows.map(({ source, f, t }) => ({ source, fromS: Number(f), toS: Number(t) })),
      alerts: alerts.rows.map(({ name, g, a, e, refs }) => ({
        ruleName: name,
        group: g,
        anchor: nameOf({ accountId: a, eventId: e }),
        events: refs.map(nameOf),
      })),
    };
  } finally {
    await client.end();
  }
}

export function nameOf({ accountId, eventId }: EventRef): string {
  return `${accountId}/${eventId}`;
}
