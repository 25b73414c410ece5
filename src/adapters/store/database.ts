import { Kysely, PostgresDialect, type Transaction } from 'kysely';
import { Pool, types, type CustomTypesConfig, type PoolClient } from 'pg';
import { storableText } from './json-text.ts';
import { migrate } from './migrator.ts';
import type { AuditTables } from './tables/audit-tables.ts';
import type { LinkTables } from './tables/link-tables.ts';
import type { CaseTables } from './tables/case-tables.ts';
import type { CollectionTables } from './tables/collection-tables.ts';
import type { DetectionTables } from './tables/detection-tables.ts';
import type { ResponseTables } from './tables/response-tables.ts';

/** All tables of the store; each part of the product adds an interface of its own. */
export interface Database
  extends CollectionTables, DetectionTables, CaseTables, LinkTables, ResponseTables, AuditTables {}

/** What repositories take: the store itself, or a transaction on it. */
export type StoreDb = Kysely<Database> | Transaction<Database>;

/** The store: PostgreSQL, by Kysely. */
export interface Store {
  readonly db: Kysely<Database>;
  /** Brings the schema up to date; see {@link migrate}. */
  migrate(): Promise<readonly string[]>;
  close(): Promise<void>;
}

export interface StoreOptions {
  /** Most connections open at once; 10 where not given. */
  readonly maxConnections?: number;
  /** How long to wait for a connection, in milliseconds; as long as it takes where not given. */
  readonly connectTimeoutMs?: number;
  /** Told of a connection that broke (a database restart); the pool opens another by itself. */
  readonly onConnectionError?: (error: Error) => void;
}

/**
 * Opens the store at a `postgres://` URL; nothing is connected before the first query. `timestamptz` columns come and go
 * as RFC 3339 text in UTC, `bigint` columns as `bigint`.
 */
export function openStore(url: string, options: StoreOptions = {}): Store {
  const pool = new Pool({
    connectionString: url,
    max: options.maxConnections ?? 10,
    connectionTimeoutMillis: options.connectTimeoutMs ?? 0,
    application_name: 'trailhound',
    options: '-c timezone=UTC -c datestyle=ISO',
    types: { getTypeParser: typeParser },
  });
  // Without listeners, a connection that breaks ends the process: an idle one by the pool's event, and one that is in a
  // transaction, between two queries, by its own. The next query on it fails, and that is how its user learns of it.
  function onError(error: Error) {
    return options.onConnectionError?.(error);
  }
  pool.on('error', onError);
  pool.on('connect', (client) => {
    client.on('error', onError);
    sendStorableTexts(client);
  });
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
  return { db, migrate: () => migrate(db), close: () => db.destroy() };
}

/**
 * No text of PostgreSQL's holds U+0000, and each query that sends one fails, however often it is tried. Others choose what names and
 * reasons hold, and no single place remembers that of all columns: here every parameter passes.
 */
function sendStorableTexts(client: PoolClient): void {
  const send = client.query.bind(client) as (...args: readonly unknown[]) => unknown; // it has nine overloads
  function query(statement: unknown, values: unknown, ...rest: readonly unknown[]): unknown {
    return send(statement, Array.isArray(values) ? values.map(storable) : values, ...rest);
  }
  Object.assign(client, { query });
}

function storable(value: unknown): unknown {
  return typeof value === 'string' && value.includes('\u0000') ? storableText(value) : value;
}

/** Object identifiers of PostgreSQL's built-in types (pg_type.dat). */
const int8Oid = 20;
const timestamptzOid = 1184;

const typeParser: CustomTypesConfig['getTypeParser'] = (oid, format) => {
  const parse = parserOf(oid);
  if (parse !== undefined) return parse;
  return format === 'binary' ? types.getTypeParser(oid, 'binary') : types.getTypeParser(oid, 'text');
};

function parserOf(oid: number): ((text: string) => unknown) | undefined {
  if (oid === int8Oid) return BigInt;
  if (oid === timestamptzOid) return instantOf;
  return undefined;
}

/** `2026-11-24 11:50:00+00` is how PostgreSQL writes an instant in UTC. */
function instantOf(text: string): string {
  return text.replace(' ', 'T').replace(/\+00$/, 'Z');
}
