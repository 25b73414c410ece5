import { sql, type RawBuilder } from 'kysely';
import { underOwnName } from '../../../investigation/links/link-facts.ts';
import { nodesOf } from '../../../investigation/links/link-index.ts';
import { handsOut } from '../../../investigation/links/handed-out.ts';
import { dayMs } from '../../../model/duration.ts';
import type { IdentityId } from '../../../model/identity.ts';
import type { Instant } from '../../../model/ids.ts';
import { compareInstants, instantOfMs } from '../../../model/instant.ts';
import type { Link } from '../../../model/link.ts';
import type { StoreDb } from '../database.ts';
import { isImportedAlone } from './imported-alone.ts';

/** More links of one identity than this are a crowd's many times over. */
const linksAtOnce = 5000;
/** Of many identities at once, each has its latest, as far as these go. */
const linksOfAll = 4 * linksAtOnce;

/** A link, and all that it was found by: where its caller is known by another name, the one that stands in the record too. */
export interface FoundLink {
  readonly id: string;
  readonly link: Link;
  readonly nodes: readonly IdentityId[];
}

/** Links, by when they were made. */
export interface FoundLinks {
  readonly links: readonly FoundLink[];
  /** Those of whom older links may be missing. */
  readonly busy: readonly IdentityId[];
  /** Whether each of these has its latest {@link linksAtOnce} here: of very many that were asked about together, it may be fewer. */
  readonly areLatest: boolean;
}

/**
 * The links of these. Of an identity with more than {@link linksAtOnce}: the latest, and besides, however old, what it made that lasts,
 * the sessions that alerts are about, and what was done from these addresses.
 */
export async function linksAt(
  db: StoreDb,
  ids: readonly IdentityId[],
  addresses: readonly string[],
): Promise<FoundLinks> {
  const latest = await latestLinksAt(db, ids);
  if (latest.busy.length === 0) return latest;
  return { ...latest, links: await withOlder(db, latest, { of: ids, busy: latest.busy, addresses }) };
}

/** The same but for what is found of a busy one by alerts and addresses. */
export async function latestLinksAt(db: StoreDb, ids: readonly IdentityId[]): Promise<FoundLinks> {
  if (ids.length === 0) return { links: [], busy: [], areLatest: true };
  const found = await foundLinks(
    db,
    sql`select link_id from ${latestOf(ids)} union select link_id from ${lastingOf(ids)}`,
  );
  return { links: found.filter(isKnown), ...busyAmong(ids, found) };
}

/** Adds to the latest links of some what is found of the busy ones by alerts and addresses, however old it is. */
export async function withOlder(
  db: StoreDb,
  { links }: Pick<FoundLinks, 'links'>,
  {
    of,
    busy,
    addresses,
  }: {
    readonly of: readonly IdentityId[];
    readonly busy: readonly IdentityId[];
    readonly addresses: readonly string[];
  },
): Promise<readonly FoundLink[]> {
  const known = new Set(links.map(({ id }) => id));
  const older = await foundLinks(
    db,
    sql`(${ofSuspects(busy)} union ${fromAddresses(busy, addresses)}) except select link_id from ${latestOf(of)}`,
  );
  return [...links, ...older.filter((each) => isKnown(each) && !known.has(each.id))].toSorted(earlierLinkFirst);
}

function latestOf(ids: readonly IdentityId[]): RawBuilder<unknown> {
  return endsOf(ids, sql`latest_link_ends`);
}

function lastingOf(ids: readonly IdentityId[]): RawBuilder<unknown> {
  return endsOf(ids, sql`latest_lasting_link_ends`);
}

/** The latest of each first, so that none is left out for another that has many. */
function endsOf(ids: readonly IdentityId[], latest: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`(
    select e.link_id from unnest(${ids}::text[]) asked (node)
    cross join lateral ${latest}(asked.node, ${linksAtOnce}) e
    order by e.place limit ${linksOfAll}
  ) ends`;
}

/** The sessions that an open case's alerts are about: a case of many alerts has many, each with few links. */
function ofSuspects(busy: readonly IdentityId[]): RawBuilder<unknown> {
  return sql`
    select e.link_id from (
      select distinct n.node from case_seeds s
      join cases c on c.id = s.case_id and c.closed_at is null
      cross join lateral (values (s.identity), (s.credential)) n (node)
      where n.node <> all(${busy}::text[])
    ) suspect
    cross join lateral latest_link_ends(suspect.node, ${linksAtOnce}) of_suspect
    join link_ends e on e.link_id = of_suspect.link_id and e.node = any(${busy}::text[])
  `;
}

function fromAddresses(busy: readonly IdentityId[], addresses: readonly string[]): RawBuilder<unknown> {
  return sql`
    select e.link_id from unnest(${addresses}::text[]) asked (address)
    cross join lateral latest_links_from(asked.address, ${linksAtOnce}) called
    join link_ends e on e.link_id = called.link_id and e.node = any(${busy}::text[])
  `;
}

interface ReadLink extends FoundLink {
  readonly importedAlone: boolean;
}

function isKnown({ importedAlone }: ReadLink): boolean {
  return !importedAlone;
}

async function foundLinks(db: StoreDb, linkIds: RawBuilder<unknown>): Promise<readonly ReadLink[]> {
  const { rows } = await sql<{
    readonly id: string;
    readonly link: Link;
    readonly alias_of: IdentityId | null;
    readonly imported_alone: boolean;
  }>`
    select l.id, l.link, a.identity_id as alias_of,
      ${isImportedAlone(sql`l.account_id`, sql`l.event_id`)} as imported_alone
    from (${linkIds}) ends
    join links l on l.id = ends.link_id
    left join identity_aliases a on a.alias = l.link ->> 'from'
    order by l.at, l.id
  `.execute(db);
  return rows.map(({ id, link, alias_of: name, imported_alone: importedAlone }) => ({
    id,
    link: name === null ? link : underOwnName(link, new Map([[link.from, name]])),
    nodes: nodesOf(link),
    importedAlone,
  }));
}

/** As the store orders them. */
function earlierLinkFirst(a: FoundLink, b: FoundLink): number {
  return compareInstants(a.link.at, b.link.at) || (a.id < b.id ? -1 : 1);
}

/** Those of whom the latest links alone were read, imported ones included. */
function busyAmong(ids: readonly IdentityId[], found: readonly FoundLink[]): Omit<FoundLinks, 'links'> {
  const counts = new Map(ids.map((id) => [id, 0]));
  for (const { nodes } of found) {
    for (const node of nodes) {
      const count = counts.get(node);
      if (count !== undefined) counts.set(node, count + 1);
    }
  }
  const ends = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const areLatest = ends < linksOfAll;
  const most = areLatest ? linksAtOnce : Math.min(linksAtOnce, linksOfAll / counts.size);
  return { busy: ids.filter((id) => (counts.get(id) ?? 0) >= most), areLatest };
}

/** How many sessions somebody handed out within a day of a time, before or after. */
export async function countSessionsNear(db: StoreDb, maker: IdentityId, at: Instant): Promise<number> {
  const atMs = Date.parse(at);
  const { rows } = await sql<{ readonly sessions: string }>`
    select count(distinct coalesce(l.link ->> 'gave', l.link ->> 'to'))::text as sessions
    from link_ends e join links l on l.id = e.link_id
    where e.node = ${maker} and e.at between ${instantOfMs(atMs - dayMs)} and ${instantOfMs(atMs + dayMs)}
      and l.link ->> 'how' = any(${[...handsOut]}::text[]) and l.link ->> 'strength' = 'proved'
      and coalesce(l.link ->> 'madeWith', l.link ->> 'from') = ${maker}
      and not ${isImportedAlone(sql`l.account_id`, sql`l.event_id`)}
  `.execute(db);
  return Number(rows[0]?.sessions ?? 0);
}
