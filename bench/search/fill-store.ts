import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { createEventPartitions } from '../../src/adapters/store/events/event-partitions.ts';
import { openStore } from '../../src/adapters/store/database.ts';
import type { Instant } from '../../src/model/ids.ts';
import { documentOf, type TrafficEvent } from './stored-traffic.ts';

const columns = `account_id, event_id, revision, event_time, published_seq, record_digest, ingested_at, ecs, raw,
  action, provider, region, outcome, user_name, user_arn, principal_id, access_key_id, source_ip, user_agent`;

/** Fills the event table by COPY; its indexes are built afterwards, from their own definitions. */
export async function fillStore(
  url: string,
  events: Iterable<TrafficEvent>,
  days: readonly Instant[],
  onRows: (rows: number) => void,
): Promise<void> {
  const store = openStore(url);
  await store.migrate();
  await createEventPartitions().ensure(store.db, days);
  await store.close();
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const indexes = await client.query<{ indexname: string; indexdef: string }>(
      "select indexname, indexdef from pg_indexes where tablename = 'events' and indexname <> 'events_pkey'",
    );
    for (const { indexname } of indexes.rows) await client.query(`drop index ${indexname}`);
    await copy(client, events, onRows);
    for (const { indexdef } of indexes.rows) await client.query(indexdef.replace(' ON ONLY ', ' ON '));
    await client.query('vacuum analyze events');
  } finally {
    await client.end();
  }
}

async function copy(client: Client, events: Iterable<TrafficEvent>, onRows: (rows: number) => void): Promise<void> {
  const stream = client.query(copyFrom(`copy events (${columns}) from stdin`));
  let rows = 0;
  let lines: string[] = [];
  for (const event of events) {
    rows += 1;
    lines.push(copyLine(event, rows));
    if (lines.length < 1000) continue;
    if (!stream.write(lines.join(''))) await once(stream, 'drain');
    lines = [];
    if (rows % 100_000 === 0) onRows(rows);
  }
  stream.end(lines.join(''));
  await finished(stream);
}

function copyLine(event: TrafficEvent, sequence: number): string {
  const time = new Date(event.timeMs).toISOString();
  const cells: readonly (string | null)[] = [
    event.accountId,
    event.eventId,
    '0',
    time,
    String(sequence),
    `sha256:${event.eventId.replaceAll('-', '').repeat(2)}`,
    time,
    JSON.stringify(documentOf(event)),
    '{}',
    event.action,
    event.provider,
    event.region,
    event.outcome,
    event.userName,
    event.userArn,
    event.principalId,
    event.accessKeyId,
    event.address,
    event.userAgent,
  ];
  // The text form of COPY: \N is null, and a backslash is doubled.
  return `${cells.map((cell) => (cell === null ? String.raw`\N` : cell.replaceAll('\\', '\\\\'))).join('\t')}\n`;
}
