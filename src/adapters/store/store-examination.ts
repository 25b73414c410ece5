import { sql } from 'kysely';
import type { StoreDb } from './database.ts';
import { migrations } from './migrations/index.ts';
import { TrailhoundError } from '../../model/trailhound-error.ts';

/** What was found out about the store. */
export interface StoreExamination {
  /** PostgreSQL's own version. */
  readonly version: string;
  readonly missingMigrations: readonly string[];
  /** Applied by a newer Trailhound than this one. */
  readonly unknownMigrations: readonly string[];
}

/** The store's schema is not there, or is of an older version than this one. */
export class StoreNotSetUpError extends TrailhoundError {
  override readonly name = 'StoreNotSetUpError';
  override readonly code = 'store-not-set-up';
  override readonly remedy =
    'start it once, and wait until it works: `npm start` on one machine, `trailhound worker --config FILE` elsewhere; that sets the store up';
  constructor(missing: readonly string[], all: boolean) {
    super(
      all
        ? 'the store has not been set up yet: it is empty'
        : `the store has not been set up for this version yet: its schema lacks ${missing.join(', ')}`,
    );
  }
}

async function appliedMigrations(db: StoreDb): Promise<readonly string[]> {
  const { rows: tables } = await sql<{
    present: boolean;
  }>`select to_regclass('kysely_migration') is not null as present`.execute(db);
  if (tables[0]?.present !== true) return [];
  const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db);
  return rows.map(({ name }) => name);
}

/** Asks the store for its version and schema; changes nothing. */
export async function examineStore(db: StoreDb): Promise<StoreExamination> {
  const { rows } = await sql<{ server_version: string }>`show server_version`.execute(db);
  const [applied, known] = [await appliedMigrations(db), Object.keys(migrations)];
  return {
    version: rows[0]?.server_version ?? 'unknown',
    missingMigrations: known.filter((name) => !applied.includes(name)),
    unknownMigrations: applied.filter((name) => !known.includes(name)),
  };
}

/**
 * Makes sure that the schema is there which this version reads; a newer one may be.
 * @throws StoreNotSetUpError
 */
export async function requireSchema(db: StoreDb): Promise<void> {
  const [applied, known] = [await appliedMigrations(db), Object.keys(migrations)];
  const missing = known.filter((name) => !applied.includes(name));
  if (missing.length > 0) throw new StoreNotSetUpError(missing, applied.length === 0);
}
