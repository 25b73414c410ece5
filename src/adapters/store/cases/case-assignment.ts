import { sql } from 'kysely';
import type { AlertForCase } from '../../../detection/live/live-ports.ts';
import { kindOf } from '../../../investigation/links/identity-parts.ts';
import type { LinkIndex } from '../../../investigation/links/link-index.ts';
import type { Seed } from '../../../cloudtrail/seed.ts';
import type { AlertId, CaseId, Instant } from '../../../model/ids.ts';
import type { IdentityId } from '../../../model/identity.ts';
import { graverSeverity, type Severity } from '../../../model/severity.ts';
import type { StoreDb } from '../database.ts';
import { jsonText } from '../json-text.ts';
import type { StoredLinks } from '../events/link-store.ts';
import { growCase, isOpen, linksInStore } from './case-growth.ts';
import { newCaseId } from './case-id.ts';
import { assignAlerts, openCasesApart, type SeededAlert } from './case-openings.ts';
import { addSeed, seedId, underOwnNames } from './case-seeds.ts';
import { casesThatLetIn } from './outside-ties.ts';

/**
 * Gives alerts to the open cases that hold their callers, or to their actors', or opens cases, within detection's transaction; and
 * lets the cases grow by what the alerts' callers lead to, which may show that two cases are one. The cases' rows are locked until that
 * ends, so that none closes or claims meanwhile.
 *
 * What leads to nothing new is given all at once: alerts about calls that their cases have begun at before, and cases of which nothing
 * is known yet. The rest is given one after the other, in the order of the alerts.
 *
 * @param asked the transaction's, where it has read links already.
 */
export async function assignToCases(
  db: StoreDb,
  given: readonly AlertForCase[],
  at: Instant,
  asked?: StoredLinks,
): Promise<void> {
  const alerts = await namedAlerts(db, given);
  const links = asked ?? (await linksInStore(db));
  const begun = await assignWhereBegun(db, alerts.filter(isSeeded), at);
  const left = alerts.filter(({ id }) => !begun.given.has(id));
  const grown = left.filter(({ id }) => begun.known.has(id));
  for (const alert of grown) await assignToCase(db, alert, at, links);
  // What they have grown by may be whom the others are about.
  const apart = await openCasesApart(db, await unknownOf(db, left, begun.known, grown.length > 0), at, links);
  const rest = left.filter(({ id }) => !begun.known.has(id) && !apart.has(id));
  for (const alert of rest) await assignToCase(db, alert, at, links);
}

function isSeeded(alert: AlertForCase): alert is SeededAlert {
  return alert.seed !== null;
}

async function namedAlerts(db: StoreDb, given: readonly AlertForCase[]): Promise<readonly AlertForCase[]> {
  const seeds = (
    await underOwnNames(
      db,
      given.flatMap(({ seed }) => seed ?? []),
    )
  ).values();
  return given.map((alert) => (alert.seed === null ? alert : { ...alert, seed: seeds.next().value ?? null }));
}

async function unknownOf(
  db: StoreDb,
  left: readonly AlertForCase[],
  known: ReadonlySet<AlertId>,
  again: boolean,
): Promise<readonly SeededAlert[]> {
  const unknown = left.filter(isSeeded).filter(({ id }) => !known.has(id));
  if (!again || unknown.length === 0) return unknown;
  const since = await openCasesOf(db, unknown);
  return unknown.filter(({ id }) => !since.has(id));
}

/** Gives alerts to their open cases where these have begun there before; says whose are given, and of whom a case knows. */
async function assignWhereBegun(
  db: StoreDb,
  alerts: readonly SeededAlert[],
  at: Instant,
): Promise<{ readonly given: ReadonlySet<AlertId>; readonly known: ReadonlySet<AlertId> }> {
  const cases = await openCasesOf(db, alerts);
  const known = new Set(cases.keys());
  const asked = alerts.flatMap((alert) => {
    const found = cases.get(alert.id);
    return found === undefined ? [] : [{ ...alert, found, seedId: seedId(alert.seed) }];
  });
  if (asked.length === 0) return { given: new Set(), known };
  const { rows } = await sql<{ readonly case_id: CaseId; readonly id: string }>`
    select case_id, id from case_seeds
    join unnest(${asked.map(({ found }) => found.id)}::text[], ${asked.map((each) => each.seedId)}::text[])
      as asked (case_id, id) using (case_id, id)
  `.execute(db);
  const begun = new Set(rows.map(({ case_id: caseId, id }) => `${caseId} ${id}`));
  const going = asked.filter(({ found, seedId: id }) => begun.has(`${found.id} ${id}`));
  await assignAlerts(
    db,
    going.map(({ id, found }) => ({ id, caseId: found.id })),
    at,
  );
  for (const [id, ofCase] of Map.groupBy(going, ({ found }) => found.id)) {
    const before = ofCase.map(({ found }) => found.severity).reduce(graverSeverity);
    await raiseSeverity(db, id, before, ofCase.map(({ severity }) => severity).reduce(graverSeverity));
  }
  return { given: new Set(going.map(({ id }) => id)), known };
}

/** The open cases that hold the callers of alerts, or are their actors', locked; by alert. */
async function openCasesOf(db: StoreDb, alerts: readonly SeededAlert[]): Promise<ReadonlyMap<AlertId, OpenCase>> {
  if (alerts.length === 0) return new Map();
  const holding = await casesHolding(db, [...new Set(alerts.flatMap(({ seed }) => callersOf(seed)))]);
  const byActor = await casesOfActors(db, [...new Set(alerts.map(({ actorKey }) => actorKey))]);
  const byPrincipal = await casesOfPrincipals(db, [...new Set(alerts.map(({ seed }) => seed.principal))]);
  const found = new Map<AlertId, OpenCase>();
  for (const { id, seed, actorKey } of alerts) {
    const ofAlert = caseHolding(holding, seed) ?? byActor.get(actorKey) ?? byPrincipal.get(seed.principal);
    if (ofAlert !== undefined) found.set(id, ofAlert);
  }
  return found;
}

async function assignToCase(db: StoreDb, alert: AlertForCase, at: Instant, links: StoredLinks): Promise<void> {
  const caseId = await openCaseOf(db, alert, at, links);
  await assignAlerts(db, [{ id: alert.id, caseId }], at);
  // A caller that the case knows leads to what the case has: a flood of alerts walks once.
  if (alert.seed === null || !(await addSeed(db, caseId, alert.seed))) return;
  const goesOn = await growCase(db, caseId, at, links);
  await growPasswordSetters(db, goesOn, alert.seed.principal, { at, links });
}

/** Open cases that set the password of somebody in a directory, whom another case is about now: an alert tells more of whose sessions are. */
async function growPasswordSetters(
  db: StoreDb,
  but: CaseId,
  principal: IdentityId,
  { at, links }: { readonly at: Instant; readonly links: StoredLinks },
): Promise<void> {
  if (kindOf(principal) !== 'person') return;
  const rows = await db
    .selectFrom('case_identities')
    .innerJoin('cases', 'cases.id', 'case_identities.case_id')
    .select('cases.id')
    .where('case_identities.identity_id', '=', principal)
    .where('case_identities.role', '=', 'changed')
    .where('cases.closed_at', 'is', null)
    .where('cases.id', '!=', but)
    .orderBy('cases.id')
    .execute();
  for (const { id } of rows) if (await isOpen(db, id)) await growCase(db, id, at, links);
}

/** Each round either finds the open case or makes it; a case that closes in between ends a round, not the search. */
async function openCaseOf(db: StoreDb, alert: AlertForCase, at: Instant, links: LinkIndex): Promise<CaseId> {
  for (;;) {
    const known = (await knownCaseOf(db, alert, links)) ?? null;
    if (known !== null) {
      await raiseSeverity(db, known.id, known.severity, alert.severity);
      return known.id;
    }
    const made = await openCase(db, alert, at);
    if (made !== null) return made;
  }
}

async function knownCaseOf(
  db: StoreDb,
  { seed, actorKey }: AlertForCase,
  links: LinkIndex,
): Promise<OpenCase | undefined> {
  const holding = seed === null ? undefined : caseHolding(await casesHolding(db, callersOf(seed)), seed);
  const known = holding ?? (await casesOfActors(db, [actorKey])).get(actorKey);
  if (known !== undefined || seed === null) return known;
  return (await casesOfPrincipals(db, [seed.principal])).get(seed.principal) ?? (await caseThatLetIn(db, seed, links));
}

/** The open case that let in an outside caller's account first, where there is one. */
async function caseThatLetIn(db: StoreDb, seed: Seed, links: LinkIndex): Promise<OpenCase | undefined> {
  const [id] = await casesThatLetIn(db, [seed], links);
  if (id === undefined) return undefined;
  return await db
    .selectFrom('cases')
    .select(['id', 'severity'])
    .where('id', '=', id)
    .where('closed_at', 'is', null)
    .forUpdate()
    .executeTakeFirst();
}

interface OpenCase {
  readonly id: CaseId;
  readonly severity: Severity;
}

/** In one order, so that no two who lock several wait for each other. */
async function casesOfActors(db: StoreDb, actorKeys: readonly string[]): Promise<ReadonlyMap<string, OpenCase>> {
  const rows = await db
    .selectFrom('cases')
    .select(['id', 'severity', 'actor_key'])
    .where('actor_key', 'in', actorKeys)
    .where('closed_at', 'is', null)
    .orderBy('id')
    .forUpdate()
    .execute();
  return new Map(rows.map((row) => [row.actor_key, row]));
}

/**
 * The open cases that began at calls of the same caller, whom another account's record may call by a unique ID only: its actor is
 * another one then. Whom a person has taken out of a case is no way to it.
 */
async function casesOfPrincipals(
  db: StoreDb,
  principals: readonly IdentityId[],
): Promise<ReadonlyMap<IdentityId, OpenCase>> {
  const { rows } = await sql<OpenCase & { readonly principal: IdentityId }>`
    select cases.id, cases.severity, named.principal
    from (
      select asked.principal, s.case_id from unnest(${principals}::text[]) asked (principal)
      join case_seeds s on s.principal = asked.principal
      union
      select asked.principal, s.case_id from unnest(${principals}::text[]) asked (principal)
      join identity_aliases a on a.identity_id = asked.principal
      join case_seeds s on s.principal = a.alias
    ) named
    join cases on cases.id = named.case_id and cases.closed_at is null
    where not exists (
      select from case_separations apart where apart.case_id = cases.id and apart.identity_id = named.principal
    )
    order by cases.id
    for update of cases
  `.execute(db);
  return new Map(rows.map((row) => [row.principal, row]));
}

async function casesHolding(db: StoreDb, ids: readonly IdentityId[]): Promise<ReadonlyMap<IdentityId, OpenCase>> {
  const rows = await db
    .selectFrom('cases')
    .innerJoin('case_identities', 'case_identities.case_id', 'cases.id')
    .select(['cases.id', 'cases.severity', 'case_identities.identity_id'])
    .where('case_identities.held', '=', true)
    .where('case_identities.identity_id', 'in', ids)
    .where('cases.closed_at', 'is', null)
    .orderBy('cases.id')
    .forUpdate('cases')
    .execute();
  return new Map(rows.map((row) => [row.identity_id, row]));
}

/** The credential says it best: an identity that is held may have been so by another name of it. */
function callersOf({ credential, identity }: Seed): readonly IdentityId[] {
  return credential === null ? [identity] : [credential, identity];
}

function caseHolding(holding: ReadonlyMap<IdentityId, OpenCase>, seed: Seed): OpenCase | undefined {
  return callersOf(seed)
    .map((id) => holding.get(id))
    .find((found) => found !== undefined);
}

async function raiseSeverity(db: StoreDb, caseId: CaseId, before: Severity, given: Severity): Promise<void> {
  const severity = graverSeverity(before, given);
  if (severity !== before) await db.updateTable('cases').set({ severity }).where('id', '=', caseId).execute();
}

async function openCase(db: StoreDb, alert: AlertForCase, at: Instant): Promise<CaseId | null> {
  const row = await db
    .insertInto('cases')
    .values({
      id: newCaseId(),
      actor_key: alert.actorKey,
      actor: jsonText(alert.actor),
      account_id: alert.accountId,
      status: 'gathering',
      severity: alert.severity,
      opened_at: at,
    })
    // The ID may be taken, or another transaction was faster with the actor.
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  return row?.id ?? null;
}
