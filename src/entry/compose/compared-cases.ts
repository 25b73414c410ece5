import { Client } from '@temporalio/client';
import { standingOfCases } from '../../adapters/store/cases/case-store.ts';
import type { StoreDb } from '../../adapters/store/database.ts';
import { listedCaseNamed, listedCases } from '../../adapters/temporal/case-visibility.ts';
import { connectClient } from '../../adapters/temporal/connection.ts';
import { currentInstant } from '../../model/instant.ts';
import type { CaseId } from '../../model/ids.ts';
import { type ComparedCases, comparedCases, type ListedCase } from '../../views/compared-cases.ts';
import { NoSuchCaseError } from '../../views/no-such-case-error.ts';
import { LostCaseError } from '../../views/lost-case-error.ts';
import type { Config } from '../config/config.ts';
import { temporalConnectionOf } from './connections.ts';

/** So many of Temporal's runs are compared beside a list: one page, whatever it has. */
export const comparedBesideAList = 1_000;

/** Beside what the store answers, Temporal is waited for no longer than this. */
const answersWithinMs = 5_000;

/** Compares the store with Temporal; null where that does not answer soon. */
export async function comparedCasesHere(config: Config, db: StoreDb, limit: number): Promise<ComparedCases | null> {
  return await withTemporal(config, (client) => comparedOver(client, db, limit));
}

/** Compares the store with Temporal, over a client that is there. */
export function comparedOver(client: Client, db: StoreDb, limit: number): Promise<ComparedCases> {
  const ports = {
    listed: (most: number) => listedCases(client, most),
    standingOf: (ids: readonly CaseId[]) => standingOfCases(db, ids),
    now: currentInstant,
  };
  return comparedCases(ports, limit);
}

/**
 * Looks a case up whose row is not there, and throws what that comes to.
 *
 * @throws LostCaseError where Temporal knows it, else what was thrown for it
 */
export async function lostCase(config: Config, named: string, thrown: unknown): Promise<never> {
  if (!(thrown instanceof NoSuchCaseError)) throw thrown;
  const listed = await listedHere(config, named);
  throw listed === null ? thrown : new LostCaseError(listed.id);
}

/** A case as Temporal lists it; null where it knows none of that name, or does not answer soon. */
export async function listedHere(config: Config, named: string): Promise<ListedCase | null> {
  return await withTemporal(config, (client) => listedCaseNamed(client, named.toUpperCase() as CaseId));
}

/** What is listed is not encrypted: no codec key has to be here. */
async function withTemporal<T>(config: Config, ask: (client: Client) => Promise<T>): Promise<T | null> {
  try {
    const connection = await connectClient(temporalConnectionOf(config, 'cases'));
    try {
      const client = new Client({ connection, namespace: config.temporal.namespaces.cases });
      return await connection.withDeadline(Date.now() + answersWithinMs, () => ask(client));
    } finally {
      await connection.close();
    }
  } catch {
    return null;
  }
}
