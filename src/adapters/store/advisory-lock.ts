import { sql } from 'kysely';
import type { StoreDb } from './database.ts';

/** Waits for a lock by name that the current transaction then holds until it ends. */
export async function lockUntilCommit(transaction: StoreDb, name: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`.execute(transaction);
}
