import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { gunzipSync } from 'node:zlib';
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
  /** All files below them are read, whatever they hold. */
  readonly folders?: readonly SearchedFolder[];
  /** Names and texts of logs, outputs, pages. */
  readonly texts: Readonly<Record<string, string>>;
}

export interface SearchedFolder {
  readonly path: string;
  /** What is meant to hold secrets, by its path within the folder. */
  readonly except?: (path: string) => boolean;
}

/** What was searched, so that a search of nothing is noticed, and where a secret was found. */
export interface SearchResult {
  /** The place, and in brackets the spelling. */
  readonly found: readonly string[];
  readonly searched: {
    /** Of histories, and what Temporal tells of a workflow or schedule besides. */
    readonly events: number;
    readonly rows: number;
    readonly files: number;
    readonly characters: number;
  };
}

/** Looks for a secret, in any of its spellings, in all places. */
export async function searchForSecret(secret: string, places: SearchedPlaces): Promise<SearchResult> {
  return await searchForSecrets({ secret }, { ...places, named: false });
}

/**
 * The same for several at once, each found with its name: in decoded histories and what else Temporal tells, in every row of every
 * table, in every file, and in texts.
 */
export async function searchForSecrets(
  secrets: Readonly<Record<string, string>>,
  { named = true, ...places }: SearchedPlaces & { readonly named?: boolean },
): Promise<SearchResult> {
  const sought = Object.entries(secrets).flatMap(([name, secret]) =>
    spellingsOf(secret).map(([spelling, text]) => ({
      text,
      tail: named ? `: ${name} (${spelling})` : ` (${spelling})`,
    })),
  );
  const found = new Set<string>();
  const searched = { events: 0, rows: 0, files: 0, characters: 0 };
  async function lookAt(what: 'events' | 'rows' | 'files', texts: AsyncIterable<PlacedText>): Promise<void> {
    for await (const { place, text } of texts) {
      searched[what] += 1;
      look(text, place);
    }
  }
  function look(text: string, place: string): void {
    searched.characters += text.length;
    for (const { text: spelling, tail } of sought) if (text.includes(spelling)) found.add(`${place}${tail}`);
  }
  for (const client of places.clients) {
    await lookAt('events', historyTexts(client, places.codecs ?? []));
    await lookAt('events', scheduleTexts(client, places.codecs ?? []));
  }
  for (const url of places.databaseUrls) await lookAt('rows', databaseTexts(url));
  for (const folder of places.folders ?? []) {
    await lookAt('files', fileTexts(folder));
    await lookAt('rows', sqliteTexts(folder));
  }
  for (const [name, text] of Object.entries(places.texts)) look(text, name);
  return { found: [...found], searched };
}

/**
 * A secret as it may stand in a text: plain, URL-encoded, in JSON, in markup, in hex, as the numbers of its
 * bytes, in two bytes a character, and in base64, where the characters depend on how many bytes stand before it (three cases), so
 * that those at its edges are left out. Each spelling once.
 */
function spellingsOf(secret: string): readonly (readonly [name: string, text: string])[] {
  const bytes = Buffer.from(secret);
  const inUrl = encodeURIComponent(secret);
  const inJson = JSON.stringify(secret).slice(1, -1);
  const spellings = new Map<string, string>([
    ['plain', secret],
    ['URL', inUrl],
    ['URL in small letters', inUrl.replace(/%[0-9A-F]{2}/gu, (escape) => escape.toLowerCase())],
    ['JSON', inJson],
    ['escaped', secret.replaceAll('/', '\\/')],
    ['escaped by numbers', byNumbers(secret, (number) => `\\u${number.toString(16).padStart(4, '0')}`)],
    ['markup', byNumbers(secret, (number) => `&#${number};`)],
    ['markup in hex', byNumbers(secret, (number) => `&#x${number.toString(16)};`)],
    ['hex', bytes.toString('hex')],
    ['hex in capitals', bytes.toString('hex').toUpperCase()],
    ['numbers', bytes.join(',')],
    ['two bytes a character', Buffer.from(secret, 'utf16le').toString('latin1')],
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
  // What is spelt with backslashes may have come into a JSON text, and that into another.
  const all = [1, 2, 4].flatMap((times) =>
    [...spellings].map(([name, text]) => [name, text.replaceAll('\\', '\\'.repeat(times))] as const),
  );
  return all.filter(([, text], at) => all.findIndex((other) => other[1] === text) === at);
}

/** All but letters and digits by their numbers, as an escape of a notation has them. */
function byNumbers(secret: string, escaped: (number: number) => string): string {
  return secret.replace(/[^A-Za-z0-9]/gu, (character) => escaped(character.codePointAt(0) ?? 0));
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
    // Heartbeats and last failures of what is under way, memo and search attributes as they are now.
    const { raw } = await client.workflow.getHandle(workflowId, runId).describe();
    yield { place: `description of ${workflowId}`, text: (await textsIn(raw, codecs)).join('\n') };
  }
}

async function* scheduleTexts(client: Client, codecs: readonly PayloadCodec[]): AsyncGenerator<PlacedText> {
  for await (const { scheduleId } of client.schedule.list()) {
    const { raw } = await client.schedule.getHandle(scheduleId).describe();
    yield { place: `schedule ${scheduleId}`, text: (await textsIn(raw, codecs)).join('\n') };
  }
}

/** Bytes as they are; what is compressed also as it was. */
async function* fileTexts({ path: folder, except = () => false }: SearchedFolder): AsyncGenerator<PlacedText> {
  for (const path of await filesBelow(folder)) {
    if (except(path)) continue;
    const bytes = await readFile(join(folder, path));
    yield { place: `file ${path}`, text: bytes.toString('latin1') };
    if (bytes[0] === 0x1f && bytes[1] === 0x8b)
      yield { place: `file ${path}, unpacked`, text: gunzipSync(bytes).toString('latin1') };
  }
}

/** A row that is longer than a page of SQLite stands in pieces in its file: rows are read as such besides. */
async function* sqliteTexts({ path: folder }: SearchedFolder): AsyncGenerator<PlacedText> {
  for (const path of await filesBelow(folder)) {
    if (!path.endsWith('.sqlite')) continue;
    const database = new DatabaseSync(join(folder, path), { readOnly: true });
    try {
      for (const { name } of database.prepare("select name from sqlite_master where type = 'table'").all())
        for (const row of database.prepare(`select * from "${String(name)}"`).iterate())
          yield { place: `${path}, table ${String(name)}`, text: Object.values(row).map(columnText).join('\n') };
    } finally {
      database.close();
    }
  }
}

function columnText(value: unknown): string {
  return value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : String(value);
}

/** Links and sockets are not followed. */
async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
}

/** All strings and bytes in what Temporal answers; payloads both as they are and decoded. */
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
