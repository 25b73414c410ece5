import { hourMs } from '../../../model/duration.ts';
import { sql } from 'kysely';
import type { Chore, UpkeepState, UpkeepStore } from '../../../collection/upkeep-ports.ts';
import type { AccountId, Instant } from '../../../model/ids.ts';
import { caseTroubles } from '../cases/case-recall.ts';
import { accountsThatDiscover, setAccountRegions } from '../accounts/account-store.ts';
import type { Store, StoreDb } from '../database.ts';
import { pruneStore } from './retention.ts';

/**
 * The store's part in what is done daily.
 *
 * @param historyMs how far back the history of a newly found region is read.
 */
export function createUpkeepStore(store: Store, historyMs: number): UpkeepStore {
  return {
    state: (now) => loadUpkeepState(store.db, now),

    prune: (limits) => pruneStore(store, limits),

    async choreDone(chore, at) {
      await store.db
        .insertInto('chores')
        .values({ name: chore, done_at: at })
        .onConflict((conflict) => conflict.column('name').doUpdateSet({ done_at: at }))
        .execute();
    },

    discoveringAccounts: () => accountsThatDiscover(store.db),

    setRegions: (account, regions, trouble, now) =>
      store.db.transaction().execute((db) => setAccountRegions(db, account, { regions, trouble }, { historyMs, now })),
  };
}

function isTroubled(account: { readonly region_trouble: string | null }): boolean {
  return account.region_trouble !== null;
}

/**
 * What is due, and what is known to be amiss. An account whose regions are unknown yet does not wait for its day, and where AWS
 * did not list them, it is asked again after an hour.
 */
async function loadUpkeepState(db: StoreDb, now: Instant): Promise<UpkeepState> {
  const done = await db.selectFrom('chores').selectAll().execute();
  const discovering = await db
    .selectFrom('accounts')
    .select(['id', 'region_trouble', sql<boolean>`regions = '[]'::jsonb`.as('unknown')])
    .where('discovers_regions', '=', true)
    .where('lifecycle', '=', 'watched')
    .execute();
  function isOlder(chore: Chore, hours: number): boolean {
    const at = done.find(({ name }) => name === chore)?.done_at;
    return at === undefined || Date.parse(at) <= Date.parse(now) - hours * hourMs;
  }
  const regionsDue =
    discovering.some(({ unknown }) => unknown) ||
    (discovering.length > 0 && isOlder('discover-regions', discovering.some(isTroubled) ? 1 : 24));
  const warming = await rulesWarming(db);
  return {
    choresDue: [
      ...(warming.length > 0 ? (['warm-rules'] as const) : []),
      ...(regionsDue ? (['discover-regions'] as const) : []),
      ...(isOlder('prune', 24) ? (['prune'] as const) : []),
    ],
    heldBack: await heldBackAlerts(db),
    caseTroubles: await caseTroubles(db, now),
    rulesWarming: warming,
    regionTroubles: discovering.flatMap(({ id, region_trouble: sentence }): UpkeepState['regionTroubles'] =>
      sentence === null ? [] : [{ accountId: id satisfies AccountId, sentence }],
    ),
  };
}

async function heldBackAlerts(db: StoreDb): Promise<UpkeepState['heldBack']> {
  const rows = await db
    .selectFrom('alerts')
    .select(['rule_id', ({ fn }) => fn.max('rule_name').as('rule_name')])
    .select(({ fn }) => [fn.countAll<bigint>().as('alerts'), fn.min('at').as('oldest')])
    .where('carried_over', '=', true)
    .where('status_kind', '!=', 'excepted')
    .groupBy('rule_id')
    .orderBy('rule_id')
    .execute();
  return rows.map((row) => ({
    ruleId: row.rule_id,
    ruleName: row.rule_name,
    alerts: Number(row.alerts),
    oldest: row.oldest,
  }));
}

async function rulesWarming(db: StoreDb): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('rule_versions')
    .select('rule_id')
    .distinct()
    .where('warmed_seq', 'is not', null)
    .orderBy('rule_id')
    .execute();
  return rows.map((row) => row.rule_id);
}
