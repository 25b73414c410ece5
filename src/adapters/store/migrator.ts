import { type Kysely, sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import { migrations } from './migrations/index.ts';
import { TrailhoundError } from '../../model/trailhound-error.ts';

/** The store's schema could not be brought up to date. */
export class MigrationError extends TrailhoundError {
  override readonly name = 'MigrationError';
  override readonly code = 'migration';
  override readonly remedy = 'what it had done is rolled back: correct the cause, and start a worker again';
}

/** Any number that no other part of this database uses for an advisory lock. */
const migrationLock = 7_206_001;

/**
 * Brings the schema up to date. Several processes may call it at once: one migrates, the others wait and find it done.
 *
 * @returns the names of the migrations that were applied.
 * @throws MigrationError naming the migration that failed; what it had done is rolled back.
 */
export async function migrate<Schema>(db: Kysely<Schema>): Promise<readonly string[]> {
  return db.connection().execute(async (connection) => {
    // Kysely locks too, but only after it has made its own tables, which two processes cannot do at once.
    await sql`select pg_advisory_lock(${migrationLock})`.execute(connection);
    try {
      return await migrateLocked(connection);
    } finally {
      await sql`select pg_advisory_unlock(${migrationLock})`.execute(connection);
    }
  });
}

async function migrateLocked<Schema>(db: Kysely<Schema>): Promise<readonly string[]> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => ({ ...migrations }) } });
  const { error, results = [] } = await migrator.migrateToLatest();
  const failed = results.find((result) => result.status === 'Error');
  if (error !== undefined || failed !== undefined) {
    const which = failed === undefined ? 'the store' : `migration ${failed.migrationName}`;
    throw new MigrationError(`${which} could not be migrated: ${messageOf(error)}`, { cause: error });
  }
  return results.filter((result) => result.status === 'Success').map((result) => result.migrationName);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
