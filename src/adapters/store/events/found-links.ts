import { sql, type RawBuilder } from 'kysely';
import { handsOut } from '../../../investigation/links/handed-out.ts';
import { latestOfBusy } from '../../../investigation/links/link-index.ts';
import { dayMs } from '../../../model/duration.ts';
import type { IdentityId } from '../../../model/identity.ts';
import type { Instant } from '../../../model/ids.ts';
import { instantOfMs } from '../../../model/instant.ts';
import type { StoreDb } from '../database.ts';
import { isImportedAlone } from './imported-alone.ts';
import { earlierLinkFirst, type LinkContent } from './link-contents.ts';
import type { LinkReader } from './link-reader.ts';

/** More links of one identity than this are a crowd's many times over; what was before a time is asked for by itself. */
export const linksAtOnce = latestOfBusy;
/** Of many identities at once, each has its latest, as far as these go. */
const linksOfAll = 20 * linksAtOnce;
/** Beside the latest of whoever called: an intruder's own address has few, and a pipeline's own are among its latest. */
const linksFromAddress = 1000;

/** Links, by when they were made. */
export interface FoundLinks {
  readonly links: readonly LinkContent[];
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
  reader: LinkReader,
  ids: readonly IdentityId[],
  addresses: readonly string[],
): Promise<FoundLinks> {
  const latest = await latestLinksAt(reader, ids);
  const older = latest.busy.length === 0 ? [] : await olderOf(reader, latest.busy, addresses);
  return { ...latest, links: await reader.knownAmong(inOrder([latest.links, older])) };
}

async function olderOf(
  reader: LinkReader,
  busy: readonly IdentityId[],
  addresses: readonly string[],
): Promise<readonly LinkContent[]> {
  return await olderLinks(reader, busy, { sessions: await alertedSessions(reader.db, busy), addresses });
}

/** The same but for what is found of a busy one by alerts and addresses; those that only imported records say are among them. */
export async function latestLinksAt(reader: LinkReader, ids: readonly IdentityId[]): Promise<FoundLinks> {
  if (ids.length === 0) return { links: [], busy: [], areLatest: true };
  const links = await reader.read(
    sql`select link_id from ${latestOf(ids)} union select link_id from ${lastingOf(ids)}`,
  );
  return { links, ...busyAmong(ids, links) };
}

/** The sessions that open cases' alerts are about, but for these: a case of many alerts has many, each with few links. */
export async function alertedSessions(db: StoreDb, busy: readonly IdentityId[]): Promise<readonly IdentityId[]> {
  const { rows } = await sql<{ readonly node: IdentityId }>`
    select distinct n.node from case_seeds s
    join cases c on c.id = s.case_id and c.closed_at is null
    cross join lateral (values (s.identity), (s.credential)) n (node)
    where n.node <> all(${busy}::text[])
  `.execute(db);
  return rows.map(({ node }) => node);
}

/** The latest links of an identity that were made before a time. */
export async function linksBefore(reader: LinkReader, id: IdentityId, at: Instant): Promise<readonly LinkContent[]> {
  return await reader.knownAmong(
    await reader.read(sql`select link_id from latest_link_ends_before(${id}, ${at}::timestamptz, ${linksAtOnce}) ends`),
  );
}

/** By what busy ones handed out these sessions, and what was done by them from these addresses, however old, but for their latest links. */
export async function olderLinks(
  reader: LinkReader,
  busy: readonly IdentityId[],
  { sessions, addresses }: { readonly sessions: readonly IdentityId[]; readonly addresses: readonly string[] },
): Promise<readonly LinkContent[]> {
  return await reader.read(
    sql`(${ofSessions(busy, sessions)} union ${fromAddresses(busy, addresses)}) except select link_id from ${latestOf(busy)}`,
  );
}

/** Each once, as the store orders them. */
export function inOrder(parts: readonly (readonly LinkContent[])[]): readonly LinkContent[] {
  const [first = [], ...others] = parts.filter((part) => part.length > 0);
  if (others.length === 0) return first;
  const links = new Map(parts.flatMap((part) => part.map((each) => [each.id, each])));
  return [...links.values()].toSorted(earlierLinkFirst);
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

function ofSessions(busy: readonly IdentityId[], sessions: readonly IdentityId[]): RawBuilder<unknown> {
  return sql`
    select e.link_id from unnest(${sessions}::text[]) alerted (node)
    cross join lateral latest_lasting_link_ends(alerted.node, ${linksAtOnce}) of_session
    cross join lateral ${touchingOneOf(busy, sql`of_session.link_id`)} e
  `;
}

function fromAddresses(busy: readonly IdentityId[], addresses: readonly string[]): RawBuilder<unknown> {
  return sql`
    select e.link_id from unnest(${addresses}::text[]) asked (address)
    cross join lateral latest_links_from(asked.address, ${linksFromAddress}) called
    cross join lateral ${touchingOneOf(busy, sql`called.link_id`)} e
  `;
}

/**
 * The limit has PostgreSQL look at each link by itself. Whoever is asked about is a parameter, of whom it expects few links, and would
 * read all of a busy one's.
 */
function touchingOneOf(busy: readonly IdentityId[], linkId: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`(select link_id from link_ends where link_id = ${linkId} and node = any(${busy}::text[]) limit 1)`;
}

/** Those of whom the latest links alone were read, imported ones included. */
function busyAmong(ids: readonly IdentityId[], found: readonly LinkContent[]): Omit<FoundLinks, 'links'> {
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
  // The limit has PostgreSQL look at each link by itself: it takes few to be handed out by anybody, and would read all there are.
  const { rows } = await sql<{ readonly sessions: string }>`
    select count(distinct coalesce(l.link ->> 'gave', l.link ->> 'to'))::text as sessions
    from link_ends e cross join lateral (select * from links where id = e.link_id limit 1) l
    where e.node = ${maker} and e.at between ${instantOfMs(atMs - dayMs)} and ${instantOfMs(atMs + dayMs)}
      and l.link ->> 'how' = any(${[...handsOut]}::text[]) and l.link ->> 'strength' = 'proved'
      and coalesce(l.link ->> 'madeWith', l.link ->> 'from') = ${maker}
      and not ${isImportedAlone(sql`l.account_id`, sql`l.event_id`)}
  `.execute(db);
  return Number(rows[0]?.sessions ?? 0);
}
