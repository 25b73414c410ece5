import { type RawBuilder, sql } from 'kysely';
import type { Seed } from '../../../cloudtrail/seed.ts';
import { isHeld } from '../../../investigation/links/intruder-cases.ts';
import type { LinkIndex } from '../../../investigation/links/link-index.ts';
import { areTiedByOutsiders, outsideWays, type OutsideWays } from '../../../investigation/links/outside-ways.ts';
import type { Member } from '../../../investigation/links/members.ts';
import { walk } from '../../../investigation/links/walk.ts';
import type { IdentityId } from '../../../model/identity.ts';
import type { CaseId, Instant } from '../../../model/ids.ts';
import { graverSeverity } from '../../../model/severity.ts';
import type { EventRef } from '../../../model/trail-event.ts';
import { instantOfMs } from '../../../model/instant.ts';
import type { StoreDb } from '../database.ts';
import type { CaseIdentitiesTable } from '../tables/case-tables.ts';
import type { KeptLinks } from '../events/kept-links.ts';
import { storedLinks, type StoredLinks } from '../events/link-store.ts';
import { storedLinksTogether } from '../events/links-together.ts';
import { accountsLetIn, casesOfOutsiders, casesThatLetIn, casesThatName } from './outside-ties.ts';

/** More identities than this are asked about when a walk comes to them. */
const mostReadAhead = 5000;
/** What more walks come to is too much to have at once. */
const walksAtOnce = 50;

/**
 * Walks from all calls of a case's alerts, and writes down which identities it holds. Where another open case holds one of
 * them, both are about one intruder: the older goes on, and takes over what the other has. A case whose response is under way
 * is left alone until that has ended.
 *
 * @param asked the transaction's, where it has read links already.
 * @returns the case that goes on.
 */
export async function growCase(db: StoreDb, caseId: CaseId, at: Instant, asked?: StoredLinks): Promise<CaseId> {
  return grow(db, caseId, at, asked ?? (await linksInStore(db)), (members) => members);
}

type Members = readonly Member[];

/** What a case's walk came to, and what it had come to before. */
interface Walked {
  readonly seeds: readonly Seed[];
  readonly members: Members;
  readonly ways: OutsideWays;
  readonly known: KnownIdentities;
}

/** @param asked those of a case's members by whom another case may turn out to be about the same intruder. @param done its walk, where that was done before. */
async function grow(
  db: StoreDb,
  caseId: CaseId,
  at: Instant,
  links: LinkIndex,
  asked: (members: Members, known: KnownIdentities) => Members,
  done?: Walked,
): Promise<CaseId> {
  let growing = caseId;
  for (let next = done; ; next = undefined) {
    const { seeds, members, ways, known } = next ?? (await walkOf(db, growing, links));
    const reached = growing === caseId ? asked(members, known) : members;
    const rival =
      (await rivalOf(db, growing, reached)) ??
      (await rivalByOutsiders(db, { caseId: growing, seeds, members, reached }, links)) ??
      (await rivalByTwoWays(db, growing, ways, links));
    if (rival === null) {
      await hold(db, growing, members, known);
      return growing;
    }
    const [into, from] = await olderFirst(db, growing, rival);
    await mergeCases(db, { from, into, at });
    growing = into;
  }
}

/** Lets the open cases grow that events, published late, lead on from. @param asked the transaction's, where it has read links already. */
export async function growByEvents(
  db: StoreDb,
  refs: readonly EventRef[],
  at: Instant,
  asked?: StoredLinks,
): Promise<void> {
  if (refs.length === 0) return;
  const ids = refs.map(({ eventId }) => eventId);
  const accounts = refs.map(({ accountId }) => accountId as string);
  const { rows } = await sql<{ readonly case_id: CaseId }>`
    select distinct i.case_id
    from unnest(${accounts}::text[], ${ids}::text[]) as e (account_id, event_id)
    join links l on l.account_id = e.account_id and l.event_id = e.event_id
    join link_ends n on n.link_id = l.id
    join case_identities i on i.identity_id = n.node
    join cases c on c.id = i.case_id and c.closed_at is null
    order by 1
  `.execute(db);
  if (rows.length === 0) return;
  const links = asked ?? (await linksInStore(db));
  const cases = rows.map(({ case_id: id }) => id);
  await links.readAhead(await membersOfAll(db, cases));
  for (let first = 0; first < cases.length; first += walksAtOnce)
    await growTogether(db, cases.slice(first, first + walksAtOnce), at, links);
}

/** Lets cases grow whose walks ask the store together. Where two of them are joined, the others walk anew: whom alerts of open cases are about is another question then. */
async function growTogether(db: StoreDb, cases: readonly CaseId[], at: Instant, links: StoredLinks): Promise<void> {
  let walks = await walksOf(db, await openAmong(db, cases), links);
  for (const caseId of cases) {
    if (!(walks.size > 0 ? walks.has(caseId) : await isOpen(db, caseId))) continue;
    const goesOn = await grow(db, caseId, at, links, unknownAsYet, walks.get(caseId));
    if (goesOn !== caseId) walks = new Map();
  }
}

/**
 * Those whom a case has not come to before: the others were held against the other cases when it did, or will be when the other
 * case comes to them, or when a response ends.
 */
function unknownAsYet(members: Members, known: KnownIdentities): Members {
  return members.filter((member) => {
    const row = known.get(member.id);
    return row === undefined || row.role !== member.role || (isHeld(member) && !row.held);
  });
}

export async function isOpen(db: StoreDb, caseId: CaseId): Promise<boolean> {
  const row = await db.selectFrom('cases').select('closed_at').where('id', '=', caseId).forUpdate().executeTakeFirst();
  return row?.closed_at === null;
}

/** In one order, and locked, as {@link isOpen} does with one. */
async function openAmong(db: StoreDb, cases: readonly CaseId[]): Promise<readonly CaseId[]> {
  const rows = await db
    .selectFrom('cases')
    .select('id')
    .where('id', 'in', cases)
    .where('closed_at', 'is', null)
    .orderBy('id')
    .forUpdate()
    .execute();
  return rows.map(({ id }) => id);
}

/** Whom cases have come to so far: their walks come to them again. */
async function membersOfAll(db: StoreDb, ids: readonly CaseId[]): Promise<readonly IdentityId[]> {
  const rows = await db
    .selectFrom('case_identities')
    .select('identity_id')
    .distinct()
    .where('case_id', 'in', ids)
    .limit(mostReadAhead)
    .execute();
  return rows.map(({ identity_id: id }) => id);
}

/** The links in the store, for one transaction. @param kept what earlier transactions have read: of whoever comes one after the other. */
export async function linksInStore(db: StoreDb, kept?: KeptLinks): Promise<StoredLinks> {
  return storedLinks(db, await readAccounts(db), kept);
}

async function walkOf(db: StoreDb, caseId: CaseId, links: LinkIndex): Promise<Walked> {
  const seeds = await db.selectFrom('case_seeds').selectAll().where('case_id', '=', caseId).orderBy('at').execute();
  const known = await db.selectFrom('case_identities').selectAll().where('case_id', '=', caseId).execute();
  return await walked({ seeds, apart: await separatedFrom(db, caseId), known }, links);
}

/** The walks of some cases, by a statement for each turn that they take together. */
async function walksOf(
  db: StoreDb,
  cases: readonly CaseId[],
  links: StoredLinks,
): Promise<ReadonlyMap<CaseId, Walked>> {
  if (cases.length === 0) return new Map();
  const seeds = await db.selectFrom('case_seeds').selectAll().where('case_id', 'in', cases).orderBy('at').execute();
  const apart = await db.selectFrom('case_separations').selectAll().where('case_id', 'in', cases).execute();
  const known = await db.selectFrom('case_identities').selectAll().where('case_id', 'in', cases).execute();
  const together = storedLinksTogether(links, new Set());
  const walks = cases.map(async (id): Promise<[CaseId, Walked]> => {
    const own = seeds.filter(({ case_id: of }) => of === id);
    const separated = apart.filter(({ case_id: of }) => of === id).map((row) => row.identity_id);
    const before = known.filter(({ case_id: of }) => of === id);
    return [id, await walked({ seeds: own, apart: new Set(separated), known: before }, together)];
  });
  return new Map(await Promise.all(walks));
}

interface WalkBegin {
  readonly seeds: readonly Seed[];
  readonly apart: ReadonlySet<IdentityId>;
  readonly known: readonly CaseIdentitiesTable[];
}

async function walked({ seeds, apart, known }: WalkBegin, links: LinkIndex): Promise<Walked> {
  const { members, links: taken } = await walk(seeds, links, apart);
  return { seeds, members: [...members.values()], ways: outsideWays(taken, links), known: byIdentity(known) };
}

/** Where a case's walk does not lead, for a person has taken it out of the case. */
export async function separatedFrom(db: StoreDb, caseId: CaseId): Promise<ReadonlySet<IdentityId>> {
  const rows = await db.selectFrom('case_separations').select('identity_id').where('case_id', '=', caseId).execute();
  return new Set(rows.map(({ identity_id: id }) => id));
}

/** Accounts that records of are stored: one look at an index for each. */
export async function readAccounts(db: StoreDb): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ readonly account_id: string | null }>`
    with recursive read as (
      (select account_id from event_keys order by account_id limit 1)
      union all
      select (select account_id from event_keys where account_id > read.account_id order by account_id limit 1)
      from read where read.account_id is not null
    )
    select account_id from read where account_id is not null
  `.execute(db);
  return new Set(rows.map(({ account_id: id }) => id ?? ''));
}

/** Another open case that holds what this one comes to; `null` where there is none, or its response is under way. */
async function rivalOf(db: StoreDb, caseId: CaseId, members: Members): Promise<CaseId | null> {
  if (members.length === 0) return null;
  const held = members.filter(isHeld).map(({ id }) => id);
  const suspects = members.filter(({ role }) => role === 'suspect').map(({ id }) => id);
  // Whoever one case holds whole may be under suspicion in the other for one of their credentials.
  const holding = sql<readonly CaseId[]>`array(
    select case_id from case_identities
    where identity_id = any(${[...new Set([...held, ...suspects])]})
      and (identity_id = any(${held}) and (held or role = 'suspect') or identity_id = any(${suspects}) and held)
  )`;
  return await joinable(db, caseId, holding);
}

interface Grown {
  readonly caseId: CaseId;
  readonly seeds: readonly Seed[];
  readonly members: Members;
  /** Those by whom another case may turn out to be about the same intruder. */
  readonly reached: Members;
}

/** Another open case that let in whom this one is about, or is about whom this one let in. */
async function rivalByOutsiders(
  db: StoreDb,
  { caseId, seeds, members, reached }: Grown,
  links: LinkIndex,
): Promise<CaseId | null> {
  const accounts = accountsLetIn(reached);
  const letIn = await casesThatLetIn(db, seeds, links);
  const tied = [...letIn, ...(await casesOfOutsiders(db, { caseId, members, accounts }, links))];
  return tied.length === 0 ? null : await joinable(db, caseId, sql`${tied}::text[]`);
}

/** Another open case that names an outside account in another way than this one. */
async function rivalByTwoWays(
  db: StoreDb,
  caseId: CaseId,
  ways: OutsideWays,
  links: LinkIndex,
): Promise<CaseId | null> {
  const tied: CaseId[] = [];
  const naming = await casesThatName(db, [...ways.keys()], caseId);
  for (const id of new Set(naming.map((each) => each.caseId))) {
    const other = await walkOf(db, id, links);
    if (areTiedByOutsiders(ways, other.ways)) tied.push(id);
  }
  return tied.length === 0 ? null : await joinable(db, caseId, sql`${tied}::text[]`);
}

/** The oldest of some open cases that a case may be joined with; `null` where there is none, or its response is under way. */
async function joinable(db: StoreDb, caseId: CaseId, ids: RawBuilder<unknown>): Promise<CaseId | null> {
  const rows = await db
    .selectFrom('cases')
    .select(['id', 'status'])
    .where(sql<boolean>`id = any(${ids})`)
    .where('id', '!=', caseId)
    // What a person has parted is joined by a person only.
    .where(
      sql<boolean>`not exists (
        select from case_separations s
        join case_seeds e on e.case_id = case s.case_id when cases.id then ${caseId} else cases.id end
        where s.case_id in (${caseId}, cases.id) and s.identity_id in (e.principal, e.identity, e.credential)
      )`,
    )
    .where('closed_at', 'is', null)
    .orderBy('opened_at')
    // Cases of one batch begin at one instant.
    .orderBy('id')
    .forUpdate()
    .execute();
  if (rows.length === 0) return null;
  const self = await db.selectFrom('cases').select('status').where('id', '=', caseId).executeTakeFirst();
  if (self?.status === 'responding') return null;
  return rows.find(({ status }) => status !== 'responding')?.id ?? null;
}

export async function olderFirst(db: StoreDb, a: CaseId, b: CaseId): Promise<readonly [CaseId, CaseId]> {
  const rows = await db
    .selectFrom('cases')
    .select('id')
    .where('id', 'in', [a, b])
    .orderBy('opened_at')
    .orderBy('id')
    .execute();
  return rows[0]?.id === b ? [b, a] : [a, b];
}

/** What the case came to, in place of what it came to before; what another case holds stays there. A case of thousands changes by a few rows. */
async function hold(db: StoreDb, caseId: CaseId, members: Members, known: KnownIdentities): Promise<void> {
  // Whom this case holds no other does.
  const held = members.filter((member) => isHeld(member) && known.get(member.id)?.held !== true).map(({ id }) => id);
  const others = held.length === 0 ? new Set() : await heldElsewhere(db, caseId, held);
  const rows = members.map((member) => identityRow(caseId, member, isHeld(member) && !others.has(member.id)));
  const changed = rows.filter((row) => !isSame(row, known.get(row.identity_id)));
  const reached = new Set(members.map(({ id }) => id));
  const gone = [...changed.map((row) => row.identity_id), ...[...known.keys()].filter((id) => !reached.has(id))];
  if (gone.length > 0) {
    await db.deleteFrom('case_identities').where('case_id', '=', caseId).where('identity_id', 'in', gone).execute();
  }
  if (changed.length > 0) await db.insertInto('case_identities').values(changed).execute();
}

/** A member of a case's walk, as it is stored. @param held by this case alone. */
export function identityRow(caseId: CaseId, { id, role, sinceMs, whole }: Member, held: boolean): CaseIdentitiesTable {
  const since = instantOfMs(sinceMs);
  return { case_id: caseId, identity_id: id, role, since, whole, held };
}

function isSame(row: CaseIdentitiesTable, known: CaseIdentitiesTable | undefined): boolean {
  if (known === undefined || Date.parse(row.since) !== Date.parse(known.since)) return false;
  return row.role === known.role && row.whole === known.whole && row.held === known.held;
}

type KnownIdentities = ReadonlyMap<IdentityId, CaseIdentitiesTable>;

function byIdentity(rows: readonly CaseIdentitiesTable[]): KnownIdentities {
  return new Map(rows.map((row) => [row.identity_id, row]));
}

async function heldElsewhere(db: StoreDb, caseId: CaseId, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await db
    .selectFrom('case_identities')
    .select('identity_id')
    .where('held', '=', true)
    .where('identity_id', 'in', ids)
    .where('case_id', '!=', caseId)
    .execute();
  return new Set(rows.map(({ identity_id: id }) => id));
}

/**
 * Ends a case in favour of another, as one story: its alerts move and are claimed anew, so that the case that goes on looks at
 * them; its plans are superseded, so that no approval of one is carried over.
 */
export async function mergeCases(
  db: StoreDb,
  { from, into, at }: { readonly from: CaseId; readonly into: CaseId; readonly at: Instant },
): Promise<void> {
  await db.updateTable('alerts').set({ case_id: into, claimed_at: null }).where('case_id', '=', from).execute();
  await sql`
    insert into case_seeds (case_id, principal, identity, credential, source, at, id)
    select ${into}, principal, identity, credential, source, at, id from case_seeds where case_id = ${from}
    on conflict do nothing
  `.execute(db);
  await sql`
    insert into case_separations (case_id, identity_id)
    select ${into}, identity_id from case_separations where case_id = ${from}
    on conflict do nothing
  `.execute(db);
  await releaseIdentities(db, from);
  await db
    .updateTable('plans')
    .set({ standing: 'superseded' })
    .where('case_id', '=', from)
    .where('standing', 'in', ['draft', 'presented'])
    .execute();
  const severities = await db.selectFrom('cases').select('severity').where('id', 'in', [from, into]).execute();
  const severity = severities.map((each) => each.severity).reduce(graverSeverity);
  await db.updateTable('cases').set({ severity }).where('id', '=', into).execute();
  await db
    .updateTable('cases')
    .set({ status: 'merged', merged_into: into, closed_at: at, ring_pending: false, ring_pending_since: null })
    .where('id', '=', from)
    .execute();
}

/** Another case may hold them from now on. */
export async function releaseIdentities(db: StoreDb, caseId: CaseId): Promise<void> {
  await db
    .updateTable('case_identities')
    .set({ held: false })
    .where('case_id', '=', caseId)
    .where('held', '=', true)
    .execute();
}
