import { sql } from 'kysely';
import type { Seed } from '../../../cloudtrail/seed.ts';
import type { AlertForCase } from '../../../detection/live/live-ports.ts';
import { isHeld } from '../../../investigation/links/intruder-cases.ts';
import type { LinkIndex } from '../../../investigation/links/link-index.ts';
import { firstLetInBy, outsideAccountOf } from '../../../investigation/links/outsiders-let-in.ts';
import { outsideWays, type OutsideWays } from '../../../investigation/links/outside-ways.ts';
import type { Member } from '../../../investigation/links/members.ts';
import { walk } from '../../../investigation/links/walk.ts';
import type { AlertId, CaseId, Instant } from '../../../model/ids.ts';
import type { IdentityId } from '../../../model/identity.ts';
import { graverSeverity } from '../../../model/severity.ts';
import { compareInstants } from '../../../model/instant.ts';
import type { StoreDb } from '../database.ts';
import type { StoredLinks } from '../events/link-store.ts';
import { storedLinksTogether } from '../events/links-together.ts';
import { jsonText } from '../json-text.ts';
import { identityRow } from './case-growth.ts';
import { newCaseId } from './case-id.ts';
import { seedId, seedRow } from './case-seeds.ts';
import { accountsLetIn, casesThatName, seedsOfOutsiders } from './outside-ties.ts';

/* Opening many cases at once: a batch that finds a hundred intruders opens their cases by a dozen statements, and not by a dozen each. */

/** An alert whose caller is known. */
export type SeededAlert = AlertForCase & { readonly seed: Seed };

/** The alerts of one actor, and what a walk from their calls comes to. */
interface Opening {
  readonly alerts: readonly [SeededAlert, ...SeededAlert[]];
  /** One for each caller and address, the first that came. */
  readonly seeds: readonly Seed[];
  readonly members: readonly Member[];
  readonly ways: OutsideWays;
}

/**
 * Opens cases for actors of whom no open case knows, where nothing ties what their walks come to: neither to an open case nor to each
 * other.
 *
 * @returns the IDs of the alerts that have their case by this. The others are to be given to cases one after the other, for what one
 * case comes to may show that the next is no case of its own.
 */
export async function openCasesApart(
  db: StoreDb,
  alerts: readonly SeededAlert[],
  at: Instant,
  links: StoredLinks,
): Promise<ReadonlySet<AlertId>> {
  const together = storedLinksTogether(links, new Set(alerts.flatMap(({ seed }) => namesOf(seed))));
  const openings = await openingsOf(alerts, together);
  const untied = await withoutTies(db, tiedToNone(ofOneActor(openings)));
  const ofOneWay = await withoutTwoWays(db, untied, openings);
  const apart = await withoutOutsiders(db, ofOneWay, openings, together);
  if (apart.length === 0) return new Set();
  const opened = await insertCases(db, apart, at);
  const taken = apart.flatMap((opening) => {
    const caseId = opened.get(opening.alerts[0].actorKey);
    return caseId === undefined ? [] : [{ ...opening, caseId }];
  });
  await fillCases(db, taken, at);
  return new Set(taken.flatMap((opening) => opening.alerts.map(({ id }) => id)));
}

async function openingsOf(alerts: readonly SeededAlert[], links: LinkIndex): Promise<readonly Opening[]> {
  const groups = [...Map.groupBy(alerts, ({ actorKey }) => actorKey).values()];
  return await Promise.all(
    groups.map(async (group) => {
      const seeds = distinctSeeds(group.map(({ seed }) => seed));
      const { members, links: taken } = await walk(seeds.toSorted(byTime), links);
      const ways = outsideWays(taken, links);
      return { alerts: group as unknown as Opening['alerts'], seeds, members: [...members.values()], ways }; // no group is empty
    }),
  );
}

function distinctSeeds(seeds: readonly Seed[]): readonly Seed[] {
  return [...new Map(seeds.toReversed().map((seed) => [seedId(seed), seed])).values()];
}

function namesOf({ principal, identity, credential }: Seed): readonly IdentityId[] {
  return credential === null ? [principal, identity] : [principal, identity, credential];
}

function byTime(a: Seed, b: Seed): number {
  return compareInstants(a.at, b.at);
}

/** Those at whose callers no other begins: another account's record may call one by another name. */
function ofOneActor(openings: readonly Opening[]): readonly Opening[] {
  const times = new Map<IdentityId, number>();
  const principals = openings.map(({ seeds }) => new Set(seeds.map(({ principal }) => principal)));
  for (const principal of principals.flatMap((each) => [...each]))
    times.set(principal, (times.get(principal) ?? 0) + 1);
  return openings.filter((_, place) => [...(principals[place] ?? [])].every((principal) => times.get(principal) === 1));
}

/** Those that come to nothing by which another of them may turn out to be about the same intruder. */
function tiedToNone(openings: readonly Opening[]): readonly Opening[] {
  const comeTo = new Map<IdentityId, { times: number; held: boolean }>();
  for (const { members } of openings) {
    for (const member of members.filter(mayTie)) {
      const { times, held } = comeTo.get(member.id) ?? { times: 0, held: false };
      comeTo.set(member.id, { times: times + 1, held: held || isHeld(member) });
    }
  }
  return openings.filter(({ members }) =>
    members.filter(mayTie).every(({ id }) => {
      const { times, held } = comeTo.get(id) ?? { times: 0, held: false };
      return times === 1 || !held;
    }),
  );
}

/** Whoever one case holds whole may be under suspicion in the other for one of their credentials. */
function mayTie(member: Member): boolean {
  return isHeld(member) || member.role === 'suspect';
}

/** Those that come to nothing that a case has. Whether it is the same intruder's is a question for one case at a time. */
async function withoutTies(db: StoreDb, openings: readonly Opening[]): Promise<readonly Opening[]> {
  const ids = [...new Set(openings.flatMap(({ members }) => members.filter(mayTie).map(({ id }) => id)))];
  if (ids.length === 0) return openings;
  const { rows } = await sql<{ readonly identity_id: IdentityId }>`
    select distinct i.identity_id from case_identities i
    where i.identity_id = any(${ids}::text[])
      and (i.held or (i.role = 'suspect' or i.role = 'changed' and starts_with(i.identity_id, 'person/')) and exists (select from cases c where c.id = i.case_id and c.closed_at is null))
  `.execute(db);
  const known = new Set(rows.map(({ identity_id: id }) => id));
  return openings.filter(({ members }) => !members.some((member) => mayTie(member) && known.has(member.id)));
}

/**
 * Those that are not about an outsider whom somebody let in, and let in nobody whom alerts are about: which case these belong to is a
 * question for one at a time.
 */
async function withoutOutsiders(
  db: StoreDb,
  openings: readonly Opening[],
  batch: readonly Opening[],
  links: LinkIndex,
): Promise<readonly Opening[]> {
  const callers = new Set(batch.flatMap(({ seeds }) => seeds.flatMap((seed) => outsideAccountOf(seed, links) ?? [])));
  const letIn = openings.flatMap(({ members }) => accountsLetIn(members));
  for (const { identity } of await seedsOfOutsiders(db, [...new Set(letIn)], null)) {
    const id = outsideAccountOf({ identity }, links);
    if (id !== undefined) callers.add(id);
  }
  if (callers.size === 0) return openings;
  const apart = await Promise.all(
    openings.map(async (opening) => {
      if (accountsLetIn(opening.members).some((id) => callers.has(id))) return [];
      const makers = await Promise.all(opening.seeds.map((seed) => firstLetInBy(seed, links)));
      return makers.some((maker) => maker !== undefined) ? [] : [opening];
    }),
  );
  return apart.flat();
}

/** Those that name no outside account that an open case or another of them names too: in which ways is a question for one at a time. */
async function withoutTwoWays(
  db: StoreDb,
  openings: readonly Opening[],
  batch: readonly Opening[],
): Promise<readonly Opening[]> {
  const named = batch.flatMap(({ ways }) => [...ways.keys()]);
  if (named.length === 0) return openings;
  const known = new Set((await casesThatName(db, [...new Set(named)], null)).map(({ account }) => account));
  const times = Map.groupBy(named, (account) => account);
  return openings.filter(({ ways }) =>
    [...ways.keys()].every((account) => !known.has(account) && times.get(account)?.length === 1),
  );
}

/** @returns the cases by their actors; an actor whose case another transaction has opened meanwhile is not among them. */
async function insertCases(
  db: StoreDb,
  openings: readonly Opening[],
  at: Instant,
): Promise<ReadonlyMap<string, CaseId>> {
  const rows = await db
    .insertInto('cases')
    .values(
      openings.map(({ alerts: [first, ...others] }) => ({
        id: newCaseId(),
        actor_key: first.actorKey,
        actor: jsonText(first.actor),
        account_id: first.accountId,
        status: 'gathering' as const,
        severity: others.map(({ severity }) => severity).reduce(graverSeverity, first.severity),
        opened_at: at,
      })),
    )
    .onConflict((conflict) => conflict.doNothing())
    .returning(['id', 'actor_key'])
    .execute();
  return new Map(rows.map(({ id, actor_key: actorKey }) => [actorKey, id]));
}

type OpenedCase = Opening & { readonly caseId: CaseId };

async function fillCases(db: StoreDb, cases: readonly OpenedCase[], at: Instant): Promise<void> {
  if (cases.length === 0) return;
  await assignAlerts(
    db,
    cases.flatMap(({ caseId, alerts }) => alerts.map(({ id }) => ({ id, caseId }))),
    at,
  );
  const rows = cases.flatMap(({ caseId, seeds }) => seeds.map((seed) => seedRow(caseId, seed)));
  await inParts(rows, async (part) => {
    await db.insertInto('case_seeds').values(part).execute();
  });
  const identities = cases.flatMap(({ caseId, members }) =>
    members.map((member) => identityRow(caseId, member, isHeld(member))),
  );
  await inParts(identities, async (part) => {
    await db.insertInto('case_identities').values(part).execute();
  });
}

/** Gives alerts to cases that are locked; one that has a case keeps it. */
export async function assignAlerts(
  db: StoreDb,
  given: readonly { readonly id: AlertId; readonly caseId: CaseId }[],
  at: Instant,
): Promise<void> {
  await sql`
    update alerts set case_id = given.case_id, carried_over = false, assigned_at = ${at}
    from unnest(${given.map(({ id }) => id)}::text[], ${given.map(({ caseId }) => caseId)}::text[]) as given (id, case_id)
    where alerts.id = given.id and alerts.case_id is null
  `.execute(db);
}

/** Seven columns a row at most: PostgreSQL takes 65,535 parameters a statement. */
const rowsAtOnce = 5000;

async function inParts<T>(rows: readonly T[], insert: (part: readonly T[]) => Promise<void>): Promise<void> {
  for (let at = 0; at < rows.length; at += rowsAtOnce) await insert(rows.slice(at, at + rowsAtOnce));
}
