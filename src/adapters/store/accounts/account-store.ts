import { type Selectable, sql } from 'kysely';
import type { Account, AccountPause } from '../../../model/account.ts';
import type { AccountId, Instant } from '../../../model/ids.ts';
import { type LookupSource, lookupSourceId } from '../../../model/log-source.ts';
import type { Store, StoreDb } from '../database.ts';
import { jsonText } from '../json-text.ts';
import type { AccountsTable } from '../tables/collection-tables.ts';
import { TrailhoundError } from '../../../model/trailhound-error.ts';
import { instantAfter } from '../../../model/instant.ts';

/** Accounts are watched by configuration that this one does not name: it is another's, or a block has gone. */
export class UnnamedAccountsError extends TrailhoundError {
  override readonly name = 'UnnamedAccountsError';
  override readonly code = 'unnamed-accounts';
  override readonly remedy =
    'name them in [[accounts]] as the running copy does; to watch one no more, give its block `lifecycle = "retired"`, or run `trailhound accounts remove ID` while a copy runs';
  readonly accountIds: readonly AccountId[];
  constructor(accountIds: readonly AccountId[]) {
    super(`the store's accounts ${accountIds.join(', ')} are watched, and this configuration does not name them`);
    this.accountIds = accountIds;
  }
}

/**
 * Takes over the accounts of the configuration: new ones are added with a log source for each region, known ones brought up
 * to date. Nothing is retired but what is named with that lifecycle: a configuration may be another's, or half of one.
 *
 * @param options.historyMs how far back a new source's history is to be read.
 * @throws UnnamedAccountsError where it lacks accounts that a configuration watches; nothing is changed then.
 */
export async function syncAccounts(
  store: Store,
  accounts: readonly Account[],
  options: { readonly historyMs: number; readonly now: Instant },
): Promise<void> {
  await store.db.transaction().execute(async (db) => {
    const unnamed = await unnamedAccounts(db, accounts);
    if (unnamed.length > 0) throw new UnnamedAccountsError(unnamed);
    for (const account of accounts) await saveAccount(db, account, 'configuration', options);
  });
}

/** The accounts that a configuration watches, or has paused, and that are not among these. */
export async function unnamedAccounts(db: StoreDb, accounts: readonly Account[]): Promise<readonly AccountId[]> {
  const rows = await db
    .selectFrom('accounts')
    .select('id')
    .where('origin', '=', 'configuration')
    .where('lifecycle', '<>', 'retired')
    .orderBy('id')
    .execute();
  return rows.map(({ id }) => id).filter((id) => !accounts.some((account) => account.id === id));
}

/** Adds or updates an account with a log source for each of its regions. */
export async function saveAccount(
  db: StoreDb,
  account: Account,
  origin: AccountOrigin,
  options: { readonly historyMs: number; readonly now: Instant },
): Promise<void> {
  const regions = account.discoversRegions === true ? await knownRegions(db, account) : account.regions;
  const values = {
    name: account.name,
    partition: account.partition,
    regions: jsonText(regions),
    roles: jsonText(account.roles),
    poll_interval_ms: account.pollIntervalMs,
    origin,
    discovers_regions: account.discoversRegions === true,
    reads: account.reads ?? ('all' as const),
  };
  await db
    .insertInto('accounts')
    .values({ id: account.id, lifecycle: account.lifecycle, ...values })
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet((eb) => ({
        ...values,
        // A pause that a person gave is not ended by "watched"; a retired account that is named again is watched.
        lifecycle:
          account.lifecycle === 'watched'
            ? eb
                .case()
                .when('accounts.pause', 'is not', null)
                .then(sql<Account['lifecycle']>`accounts.lifecycle`)
                .else(account.lifecycle)
                .end()
            : account.lifecycle,
        ...(account.lifecycle === 'retired' ? { pause: null } : {}),
      })),
    )
    .execute();
  await saveSources(db, { ...account, regions }, options);
}

/** What was discovered before, or configured before; none for a new account, until they are discovered. */
async function knownRegions(db: StoreDb, { id, regions }: Account): Promise<readonly string[]> {
  return (await findAccount(db, id))?.regions ?? regions;
}

/** The watched accounts whose regions are those that AWS lists. */
export async function accountsThatDiscover(db: StoreDb): Promise<readonly Account[]> {
  const accounts = await listAccounts(db);
  return accounts.filter((account) => account.lifecycle === 'watched' && account.discoversRegions === true);
}

/**
 * Takes over the regions that were discovered: new ones get a log source, and such as are gone are read no more. Their ledgers
 * stay.
 *
 * @param choice.trouble why AWS did not list them, or null.
 */
export async function setAccountRegions(
  db: StoreDb,
  account: Account,
  choice: { readonly regions: readonly string[]; readonly trouble: string | null },
  options: { readonly historyMs: number; readonly now: Instant },
): Promise<void> {
  await db
    .updateTable('accounts')
    .set({ regions: jsonText(choice.regions), region_trouble: choice.trouble })
    .where('id', '=', account.id)
    .execute();
  await saveSources(db, { ...account, regions: choice.regions }, options);
}

async function saveSources(
  db: StoreDb,
  account: Account,
  { historyMs, now }: { readonly historyMs: number; readonly now: Instant },
): Promise<void> {
  const ids = account.regions.map((region) => lookupSourceId(account.id, region));
  await db
    .updateTable('log_sources')
    .set({ active: false })
    .where('account_id', '=', account.id)
    .where('kind', '=', 'lookup')
    .$if(ids.length > 0, (query) => query.where('id', 'not in', ids))
    .execute();
  if (ids.length === 0) return;
  await db
    .insertInto('log_sources')
    .values(
      account.regions.map((region) => ({
        id: lookupSourceId(account.id, region),
        kind: 'lookup' as const,
        account_id: account.id,
        region,
        watched_from: instantAfter(now, -historyMs),
        live_from: now,
        detail: '{}',
      })),
    )
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet({
        active: true,
        // A rule that looks back further may have been added: its history is read from there on. It never shrinks.
        watched_from: sql<Instant>`least(log_sources.watched_from, log_sources.live_from - ${historyMs} * interval '1 millisecond')`,
      }),
    )
    .execute();
}

/** Where an account that is in the store came from. */
export type AccountOrigin = 'configuration' | 'command';

/** The accounts that are not retired, with where each came from. */
export async function accountOrigins(db: StoreDb): Promise<ReadonlyMap<AccountId, AccountOrigin>> {
  const rows = await db.selectFrom('accounts').select(['id', 'origin']).where('lifecycle', '<>', 'retired').execute();
  return new Map(rows.map(({ id, origin }) => [id, origin as AccountOrigin])); // only this file writes them
}

/** The account with that ID, or null. */
export async function findAccount(db: StoreDb, accountId: AccountId): Promise<Account | null> {
  const row = await db.selectFrom('accounts').selectAll().where('id', '=', accountId).executeTakeFirst();
  return row === undefined ? null : accountOf(row);
}

/** All accounts, in the order of their IDs; retired ones too. */
export async function listAccounts(db: StoreDb): Promise<readonly Account[]> {
  const rows = await db.selectFrom('accounts').selectAll().orderBy('id').execute();
  return rows.map(accountOf);
}

/** The account's regions that are read by LookupEvents. */
export async function activeSources(db: StoreDb, accountId: AccountId): Promise<readonly LookupSource[]> {
  const rows = await db
    .selectFrom('log_sources')
    .select(['id', 'region'])
    .where('account_id', '=', accountId)
    .where('kind', '=', 'lookup')
    .where('active', '=', true)
    .orderBy('id')
    .execute();
  return rows.flatMap(({ id, region }) =>
    region === null ? [] : [{ kind: 'lookup' as const, id, accountId, region }],
  );
}

function accountOf(row: Selectable<AccountsTable>): Account {
  return {
    id: row.id,
    name: row.name,
    partition: row.partition,
    lifecycle: row.lifecycle,
    regions: row.regions,
    ...(row.discovers_regions ? { discoversRegions: true } : {}),
    ...(row.reads === 'all' ? {} : { reads: row.reads }),
    roles: row.roles,
    pollIntervalMs: row.poll_interval_ms,
  };
}

/** `null` where the account is not paused. */
export async function pauseOf(db: StoreDb, accountId: AccountId): Promise<AccountPause | null> {
  const row = await db.selectFrom('accounts').select('pause').where('id', '=', accountId).executeTakeFirst();
  return row?.pause ?? null;
}

/**
 * Stops the reading of an account for a while; what is not read meanwhile is a gap, and is read when the pause is over.
 *
 * @returns false where no such account is watched.
 */
export async function storePause(db: StoreDb, accountId: AccountId, pause: AccountPause): Promise<boolean> {
  const changed = await db
    .updateTable('accounts')
    .set({ lifecycle: 'paused', pause: jsonText(pause) })
    .where('id', '=', accountId)
    .where('lifecycle', '<>', 'retired')
    .executeTakeFirst();
  return changed.numUpdatedRows === 1n;
}

/** Ends a pause; false where the account is not paused. */
export async function removePause(db: StoreDb, accountId: AccountId): Promise<boolean> {
  const changed = await db
    .updateTable('accounts')
    .set({ lifecycle: 'watched', pause: null })
    .where('id', '=', accountId)
    .where('lifecycle', '=', 'paused')
    .executeTakeFirst();
  return changed.numUpdatedRows === 1n;
}

/** Retires an account: it is not read any more, and all that is known of it stays. */
export async function retireAccount(db: StoreDb, accountId: AccountId): Promise<boolean> {
  const changed = await db
    .updateTable('accounts')
    .set({ lifecycle: 'retired', pause: null })
    .where('id', '=', accountId)
    .where('lifecycle', '<>', 'retired')
    .executeTakeFirst();
  return changed.numUpdatedRows === 1n;
}

/** Ends the pauses that are over. */
export async function endPauses(db: StoreDb): Promise<void> {
  await db
    .updateTable('accounts')
    .set({ lifecycle: 'watched', pause: null })
    .where('lifecycle', '=', 'paused')
    .where(sql<boolean>`(pause ->> 'until')::timestamptz <= clock_timestamp()`)
    .execute();
}
