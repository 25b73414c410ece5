import { type Kysely, sql } from 'kysely';
import { actorKey, actorOf } from '../../../cloudtrail/actor.ts';
import type { Actor } from '../../../model/actor.ts';
import { seedOfEvent } from '../../../cloudtrail/seed.ts';
import { identityNamed } from '../../../investigation/case/case-sight.ts';
import type { LinkOutcome, ReopenOutcome, SplitOutcome } from '../../../investigation/case/case-ports.ts';
import type { SignedAcceptance } from '../../../model/acceptance.ts';
import type { Identity, IdentityId } from '../../../model/identity.ts';
import type { AccountId, AlertId, CaseId, Instant } from '../../../model/ids.ts';
import { eventRefKey } from '../../../model/trail-event.ts';
import { newCaseId } from './case-id.ts';
import { growCase, mergeCases, olderFirst } from './case-growth.ts';
import { loadCaseAlerts } from './case-store.ts';
import type { Database, StoreDb } from '../database.ts';
import { eventsByRef } from '../events/event-archive.ts';
import { jsonText } from '../json-text.ts';

/** Keeps an approver's word about a way in, as it was signed; the latest one about it stays. */
export async function saveAcceptance(
  db: StoreDb,
  caseId: CaseId,
  wayInId: string,
  { jws }: SignedAcceptance,
  at: Instant,
): Promise<void> {
  await db
    .insertInto('accepted_ways_in')
    .values({ case_id: caseId, way_in_id: wayInId, jws, at })
    .onConflict((conflict) => conflict.columns(['case_id', 'way_in_id']).doUpdateSet({ jws, at }))
    .execute();
}

/** All acceptances of a case, whoever wrote them. */
export async function loadAcceptances(db: StoreDb, caseId: CaseId): Promise<readonly SignedAcceptance[]> {
  return await db.selectFrom('accepted_ways_in').select('jws').where('case_id', '=', caseId).orderBy('at').execute();
}

/** Says who works on a case; null: nobody. */
export async function storeAssignment(db: StoreDb, caseId: CaseId, person: string | null): Promise<void> {
  await db.updateTable('cases').set({ assigned_to: person }).where('id', '=', caseId).execute();
}

/** Joins two open cases, as a proved link between them does; what a person had parted is one again. */
export async function storeLink(db: Kysely<Database>, a: CaseId, b: CaseId, at: Instant): Promise<LinkOutcome> {
  if (a === b) return { kind: 'refused', code: 'same-case' };
  return db.transaction().execute(async (transaction): Promise<LinkOutcome> => {
    const rows = await transaction
      .selectFrom('cases')
      .select(['id', 'status', 'closed_at', 'merged_into'])
      .where('id', 'in', [a, b])
      .orderBy('id')
      .forUpdate()
      .execute();
    const self = rows.find(({ id }) => id === a);
    const other = rows.find(({ id }) => id === b);
    if (other === undefined || self === undefined) return { kind: 'refused', code: 'no-such-case' };
    // Asked again after an answer that was lost, it is so already.
    if (self.merged_into === b || other.merged_into === a)
      return { kind: 'linked', into: self.merged_into === b ? b : a };
    if (self.closed_at !== null) return { kind: 'refused', code: 'case-ended' };
    if (other.closed_at !== null) return { kind: 'refused', code: 'other-case-ended' };
    if (other.status === 'responding') return { kind: 'refused', code: 'other-case-busy' };
    if (self.status === 'responding') return { kind: 'refused', code: 'busy' };
    const [into, from] = await olderFirst(transaction, a, b);
    await endSeparation(transaction, a, b);
    await mergeCases(transaction, { from, into, at });
    return { kind: 'linked', into: await growCase(transaction, into, at) };
  });
}

async function endSeparation(db: StoreDb, a: CaseId, b: CaseId): Promise<void> {
  for (const [kept, other] of [
    [a, b],
    [b, a],
  ] as const) {
    await sql`
      delete from case_separations s using case_seeds e
      where s.case_id = ${kept} and e.case_id = ${other}
        and s.identity_id in (e.principal, e.identity, e.credential)`.execute(db);
  }
}

/**
 * Gives the alerts about identities of a case a case of their own. Neither case's walk leads to what the other begins at from then on,
 * so that no link joins them again: only a person does.
 *
 * @param named IDs or names of identities by which alerts were raised
 */
export async function storeSplit(
  db: Kysely<Database>,
  caseId: CaseId,
  named: readonly string[],
  at: Instant,
): Promise<SplitOutcome> {
  return db.transaction().execute(async (transaction): Promise<SplitOutcome> => {
    const row = await transaction
      .selectFrom('cases')
      .selectAll()
      .where('id', '=', caseId)
      .where('closed_at', 'is', null)
      .forUpdate()
      .executeTakeFirst();
    if (row === undefined) return { kind: 'refused', code: 'case-ended' };
    const { moved, stay } = await parted(transaction, caseId, named);
    const [first, left] = [moved[0], stay[0]];
    if (first === undefined) return { kind: 'refused', code: 'no-such-actor' };
    if (left === undefined) return { kind: 'refused', code: 'nothing-left' };
    if (first.actorKey === row.actor_key) await name(transaction, caseId, left);
    const into = newCaseId();
    await transaction
      .insertInto('cases')
      .values({
        id: into,
        actor_key: first.actorKey,
        actor: jsonText(first.actor),
        account_id: first.accountId,
        status: 'gathering',
        severity: row.severity,
        opened_at: at,
        ring_pending: true,
        ring_pending_since: at,
      })
      .execute();
    const ids = moved.map(({ id }) => id);
    await transaction
      .updateTable('alerts')
      .set({ case_id: into, claimed_at: null, assigned_at: at })
      .where('id', 'in', ids)
      .execute();
    await partSeeds(transaction, { caseId, into, begins: moved.flatMap(({ begins }) => begins) });
    await growCase(transaction, caseId, at);
    await growCase(transaction, into, at);
    return { kind: 'split', into, alerts: ids.length };
  });
}

interface AlertOf {
  readonly id: AlertId;
  readonly actor: Actor;
  readonly actorKey: string;
  readonly accountId: AccountId;
  /** By what its calls were made. */
  readonly begins: readonly IdentityId[];
}

/** The alerts of a case: those about the identities that were named, and the others. */
async function parted(
  db: StoreDb,
  caseId: CaseId,
  named: readonly string[],
): Promise<{ readonly moved: readonly AlertOf[]; readonly stay: readonly AlertOf[] }> {
  const alerts = await loadCaseAlerts(db, caseId);
  const events = await eventsByRef(
    db,
    alerts.flatMap(({ eventRefs }) => eventRefs),
  );
  const byRef = new Map(events.map((event) => [eventRefKey(event.ref), event]));
  const known = alerts.flatMap(({ id, eventRefs }): readonly AlertOf[] => {
    const event = eventRefs.map((ref) => byRef.get(eventRefKey(ref))).find((each) => each !== undefined);
    if (event === undefined) return [];
    const actor = actorOf(event.ecs);
    const { principal, identity, credential } = seedOfEvent(event.ecs);
    const begins = [principal, identity, ...(credential === null ? [] : [credential])];
    return [{ id, actor, actorKey: actorKey(actor), accountId: event.ref.accountId, begins }];
  });
  const meant = await identitiesNamed(
    db,
    known.flatMap(({ begins }) => begins),
    named,
  );
  function isMeant({ begins }: AlertOf): boolean {
    return begins.some((id) => meant.has(id));
  }
  return { moved: known.filter(isMeant), stay: known.filter((each) => !isMeant(each)) };
}

/** Those among identities that are meant by their IDs, or by the names under which a case shows them. */
async function identitiesNamed(
  db: StoreDb,
  ids: readonly IdentityId[],
  named: readonly string[],
): Promise<ReadonlySet<IdentityId>> {
  const wanted = new Set(named.map((each) => each.toLowerCase()));
  const among = [...new Set(ids)];
  const known =
    among.length === 0 ? [] : await db.selectFrom('identities').selectAll().where('id', 'in', among).execute();
  const names = new Map(
    known.map(({ id, kind, account_id: accountId, name }): [IdentityId, Identity] => [
      id,
      { id, kind, accountId, name },
    ]),
  );
  return new Set(
    among.filter((id) => [id, identityNamed(id, names).name].some((each) => wanted.has(each.toLowerCase()))),
  );
}

/** Names a case after an alert that stays in it. */
async function name(db: StoreDb, caseId: CaseId, { actor, actorKey: key, accountId }: AlertOf): Promise<void> {
  await db
    .updateTable('cases')
    .set({ actor_key: key, actor: jsonText(actor), account_id: accountId })
    .where('id', '=', caseId)
    .execute();
}

/** The walk of each case begins at its own alerts, and does not lead to where the other's begins. */
async function partSeeds(
  db: StoreDb,
  { caseId, into, begins }: { readonly caseId: CaseId; readonly into: CaseId; readonly begins: readonly IdentityId[] },
): Promise<void> {
  const mine = [...new Set(begins)];
  await sql`
    update case_seeds set case_id = ${into}
    where case_id = ${caseId} and (principal = any(${mine}) or identity = any(${mine}) or credential = any(${mine}))
  `.execute(db);
  await db.deleteFrom('case_identities').where('case_id', '=', caseId).execute();
  for (const [of, other] of [
    [caseId, into],
    [into, caseId],
  ] as const) {
    await sql`
      insert into case_separations (case_id, identity_id)
      select distinct ${of}, begun.at from case_seeds theirs,
        unnest(array[theirs.principal, theirs.identity, theirs.credential]) as begun (at)
      where theirs.case_id = ${other} and begun.at is not null and not exists (
        select from case_seeds own
        where own.case_id = ${of} and begun.at in (own.principal, own.identity, own.credential)
      )
      on conflict do nothing`.execute(db);
  }
}

/** Opens a case again that has closed: it holds again what its walk comes to, where no other open case does. */
export async function reopenCase(
  db: Kysely<Database>,
  caseId: CaseId,
  at: Instant,
  status: 'gathering' | 'needs-a-person' = 'gathering',
): Promise<ReopenOutcome> {
  return db.transaction().execute(async (transaction): Promise<ReopenOutcome> => {
    const row = await transaction
      .selectFrom('cases')
      .select(['closed_at', 'merged_into', 'verdict', 'actor_key'])
      .where('id', '=', caseId)
      .forUpdate()
      .executeTakeFirst();
    if (row === undefined || row.closed_at === null) return { kind: 'open' };
    if (row.merged_into !== null) return { kind: 'goes-on-in', caseId: row.merged_into };
    const next = await transaction
      .selectFrom('cases')
      .select('id')
      .where('actor_key', '=', row.actor_key)
      .where('closed_at', 'is', null)
      .executeTakeFirst();
    if (next !== undefined) return { kind: 'goes-on-in', caseId: next.id };
    await transaction
      .updateTable('cases')
      .set({ status, closed_at: null, verdict: null })
      .where('id', '=', caseId)
      .execute();
    const goesOn = await growCase(transaction, caseId, at);
    return goesOn === caseId ? { kind: 'reopened', verdict: row.verdict } : { kind: 'goes-on-in', caseId: goesOn };
  });
}
