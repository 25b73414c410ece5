import { sql } from 'kysely';
import type { PruneLimits } from '../../../collection/upkeep-ports.ts';
import type { IdentityId } from '../../../model/identity.ts';
import type { StoreDb } from '../database.ts';
import { saidAgainAfter } from '../events/link-store.ts';
import { type Deleted, deletedRows, type Deletion, rowsAtOnce } from './deletion.ts';

/** So many links are deleted at once, each with some four ends. */
const linksAtOnce = 5_000;

/**
 * Deletes what events that are gone said of who gave access to whom, on which instance a session ran, and what they were about. Links
 * that an open case holds an end of stay until it is closed.
 */
export function linkDeletions(db: StoreDb, { eventsBefore }: PruneLimits): readonly Deletion[] {
  return [
    () => deleteLinks(db, eventsBefore),
    () => deleteInstanceSessions(db, eventsBefore),
    () => deleteThings(db, eventsBefore),
    () => deleteUnsaidIdentities(db, eventsBefore),
    () => deleteUnsaidAliases(db, eventsBefore),
  ];
}

async function deleteLinks(db: StoreDb, before: string): Promise<Deleted> {
  return db.transaction().execute(async (transaction) => {
    const { rows } = await sql<{ readonly node: IdentityId; readonly link_id: string }>`
      with gone as (
        select link.id from links link
        where link.at < ${before} and ${isGone('link.account_id', 'link.event_id')}
          and not exists (
            select from link_ends e
            join case_identities i on i.identity_id = e.node
            join cases c on c.id = i.case_id and c.closed_at is null
            where e.link_id = link.id
          )
        limit ${sql.lit(linksAtOnce)}
      ), deleted as (
        delete from links using gone where links.id = gone.id
      )
      delete from link_ends using gone where link_ends.link_id = gone.id
      returning link_ends.node, link_ends.link_id
    `.execute(transaction);
    await deleteIdentities(transaction, [...new Set(rows.map(({ node }) => node))]);
    const count = new Set(rows.map((row) => row.link_id)).size;
    return { count, done: count < linksAtOnce };
  });
}

async function deleteInstanceSessions(db: StoreDb, before: string): Promise<Deleted> {
  return db.transaction().execute(async (transaction) => {
    const { rows } = await sql<{ readonly session: IdentityId }>`
      delete from instance_sessions where ctid = any(array(
        select seen.ctid from instance_sessions seen
        where seen.at < ${before} and ${isGone("seen.proof ->> 'accountId'", "seen.proof ->> 'eventId'")}
        limit ${sql.lit(rowsAtOnce)}
      ))
      returning session
    `.execute(transaction);
    await deleteIdentities(transaction, [...new Set(rows.map(({ session }) => session))]);
    return deletedRows(rows.length);
  });
}

async function deleteThings(db: StoreDb, before: string): Promise<Deleted> {
  const { numAffectedRows } = await sql`
    delete from event_things where ctid = any(array(
      select about.ctid from event_things about
      where about.at < ${before} and ${isGone('about.account_id', 'about.event_id')}
      limit ${sql.lit(rowsAtOnce)}
    ))
  `.execute(db);
  return deletedRows(numAffectedRows);
}

/** Those of these that nothing leads to any more, and that no case holds: who is seen again is written down again. */
async function deleteIdentities(db: StoreDb, ids: readonly IdentityId[]): Promise<void> {
  if (ids.length === 0) return;
  for (const [table, column] of [
    ['identities', 'id'],
    ['identity_aliases', 'identity_id'],
  ] as const) {
    await sql`
      delete from ${sql.table(table)} named using unnest(${ids}::text[]) asked (id)
      where named.${sql.ref(column)} = asked.id
        and ${isUnused('asked.id')}
    `.execute(db);
  }
}

/**
 * Those that events named without a link that could go with them. What is named at this moment is passed over: whoever publishes never
 * waits for it.
 */
async function deleteUnsaidIdentities(db: StoreDb, before: string): Promise<Deleted> {
  const { numAffectedRows } = await sql`
    delete from identities where ctid = any(array(
      select unsaid.ctid from identities unsaid
      where ${isUnsaid('unsaid', before)} and ${isUnused('unsaid.id')}
      limit ${sql.lit(rowsAtOnce)} for update skip locked
    ))
  `.execute(db);
  return deletedRows(numAffectedRows);
}

async function deleteUnsaidAliases(db: StoreDb, before: string): Promise<Deleted> {
  const { numAffectedRows } = await sql`
    delete from identity_aliases where ctid = any(array(
      select unsaid.ctid from identity_aliases unsaid
      where ${isUnsaid('unsaid', before)}
        and not exists (select from link_ends e where e.node = unsaid.alias)
        and ${isUnused('unsaid.identity_id')}
      limit ${sql.lit(rowsAtOnce)} for update skip locked
    ))
  `.execute(db);
  return deletedRows(numAffectedRows);
}

/** That something is said is written down again only after {@link saidAgainAfter}. */
function isUnsaid(table: string, before: string) {
  return sql`${sql.ref(`${table}.said_at`)} < ${before}::timestamptz - ${saidAgainAfter}`;
}

/** No link leads there, no instance ran it, and no case holds it. */
function isUnused(id: string) {
  return sql`
    not exists (select from link_ends e where e.node = ${sql.ref(id)})
    and not exists (select from instance_sessions s where s.session = ${sql.ref(id)})
    and not exists (select from instance_sessions s where s.instance = ${sql.ref(id)})
    and not exists (select from case_identities i where i.identity_id = ${sql.ref(id)})
    and not exists (select from case_seeds s where s.identity = ${sql.ref(id)})
    and not exists (select from case_seeds s where s.principal = ${sql.ref(id)})`;
}

function isGone(account: string, event: string) {
  return sql`not exists (
    select from event_keys known where known.account_id = ${sql.raw(account)} and known.event_id = ${sql.raw(event)}
  )`;
}
