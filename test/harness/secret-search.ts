import type { Client } from '@temporalio/client';
import { PayloadRefusedError } from '../../src/adapters/temporal/codec.ts';
import type { Payload, PayloadCodec } from '@temporalio/common';
import { Client as PostgresClient } from 'pg';

/** Where a secret may have been left behind. */
export interface SearchedPlaces {
  /** Clients of all namespaces that were used. */
  readonly clients: readonly Client[];
  /** What decodes payloads, as workers and clients have it. */
  readonly codecs?: readonly PayloadCodec[];
  readonly databaseUrls: readonly string[];
  /** Names and texts of logs, outputs, pages. */
  readonly texts: Readonly<Record<string, string>>;
}

/** What was searched, so that a search of nothing is noticed, and where the secret was found. */
export interface SearchResult {
  readonly found: readonly string[];
  readonly searched: { readonly events: number; readonly rows: number; readonly characters: number };
}

/** Looks for a secret, in any of its spellings, in decoded histories, in every row of every table, and in texts. */
export async function searchForSecret(secret: string, places: SearchedPlaces): Promise<SearchResult> {
  const spellings = spellingsOf(secret);
  const found: string[] = [];
  const searched = { events: 0, rows: 0, characters: 0 };
  function look(text: string, place: string): void {
    searched.characters += text.length;
    for (const [name, spelling] of spellings) if (text.includes(spelling)) found.push(`${place} (${name})`);
  }
  for (const client of places.clients) {
    for await (const { place, text } of historyTexts(client, places.codecs ?? [])) {
      searched.events += 1;
      look(text, place);
    }
  }
  for (const url of places.databaseUrls) {
    for await (const { place, text } of databaseTexts(url)) {
      searched.rows += 1;
      look(text, place);
    }
  }
  for (const [name, text] of Object.entries(places.texts)) look(text, name);
  return { found, searched };
}

/**
 * A secret as it may stand in a text: plain, URL-encoded, in JSON within JSON, in hex, and in base64, where the characters
 * depend on how many bytes stand before it (three cases), so that those at its edges are left out.
 */
function spellingsOf(secret: string): ReadonlyMap<string, string> {
  const bytes = Buffer.from(secret);
  const spellings = new Map<string, string>([
    ['plain', secret],
    ['URL', encodeURIComponent(secret)],
    ['escaped', secret.replaceAll('/', '\\/')],
    ['hex', bytes.toString('hex')],
  ]);
  for (const before of [0, 1, 2]) {
    const padded = Buffer.concat([Buffer.alloc(before), bytes]);
    const whole = padded.subarray(0, padded.length - (padded.length % 3));
    function inner(encoding: 'base64' | 'base64url') {
      return whole.toString(encoding).slice(before === 0 ? 0 : 4);
    }
    spellings.set(`base64, ${before} bytes in`, inner('base64'));
    spellings.set(`base64url, ${before} bytes in`, inner('base64url'));
  }
  return spellings;
}

interface PlacedText {
  readonly place: string;
  readonly text: string;
}

async function* historyTexts(client: Client, codecs: readonly PayloadCodec[]): AsyncGenerator<PlacedText> {
  for await (const { workflowId, runId } of client.workflow.list()) {
    const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    for (const event of events ?? []) {
      const texts = await textsIn(event, codecs);
      yield { place: `history of ${workflowId}, event ${String(event.eventId)}`, text: texts.join('\n') };
    }
  }
}

/** All strings and bytes in a history event; payloads both as they are and decoded. */
async function textsIn(value: unknown, codecs: readonly PayloadCodec[]): Promise<readonly string[]> {
  if (typeof value === 'string') return [value];
  if (value instanceof Uint8Array) return [Buffer.from(value).toString('utf8')];
  if (typeof value !== 'object' || value === null) return [];
  const inner = await Promise.all(Object.values(value).map((each) => textsIn(each, codecs)));
  return [...inner.flat(), ...(isPayload(value) ? await decoded(value, codecs) : [])];
}

function isPayload(value: object): value is Payload {
  return 'metadata' in value && 'data' in value && value.data instanceof Uint8Array;
}

async function decoded(payload: Payload, codecs: readonly PayloadCodec[]): Promise<readonly string[]> {
  let payloads: readonly Payload[] = [payload];
  try {
    for (const codec of codecs.toReversed()) payloads = await codec.decode([...payloads]);
  } catch (error) {
    // Plain, as search attributes are: the bytes themselves are searched already.
    if (error instanceof PayloadRefusedError) return [];
    throw error;
  }
  return payloads.map((each) => Buffer.from(each.data ?? []).toString('utf8'));
}

async function* databaseTexts(url: string): AsyncGenerator<PlacedText> {
  const client = new PostgresClient({ connectionString: url });
  await client.connect();
  try {
    const tables = await client.query<{ name: string }>(
      `select quote_ident(schemaname) || '.' || quote_ident(tablename) as name from pg_tables
       where schemaname not in ('pg_catalog', 'information_schema') order by 1`,
    );
    for (const { name } of tables.rows) {
      // As JSON, a column's text stands as it is; bytea is hex.
      const { rows } = await client.query<{ text: string }>(`select to_jsonb(t)::text as text from only ${name} t`);
      for (const { text } of rows) yield { place: `table ${name}`, text };
    }
  } finally {
    await client.end();
  }
}
