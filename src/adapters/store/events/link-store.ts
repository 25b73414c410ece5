import { sql } from 'kysely';
import { canonicalDigest } from '../../../digest/canonical-digest.ts';
import { textAt } from '../../../cloudtrail/ecs-path.ts';
import { isPersonsUse, useKey } from '../../../investigation/links/directory-passwords.ts';
import { kindOf } from '../../../investigation/links/identity-parts.ts';
import { LinkGatherer, type LinkFacts } from '../../../investigation/links/link-facts.ts';
import { nodesOf, type InstanceSession, type LinkIndex } from '../../../investigation/links/link-index.ts';
import { linkActions } from '../../../investigation/links/links-of.ts';
import { callerOf } from '../../../cloudtrail/caller.ts';
import type { Instant } from '../../../model/ids.ts';
import type { IdentityId } from '../../../model/identity.ts';
import { lastingKinds, type Link } from '../../../model/link.ts';
import type { StoreDb } from '../database.ts';
import { countSessionsNear } from './found-links.ts';
import { isImportedAlone } from './imported-alone.ts';
import { KeptLinks } from './kept-links.ts';
import { LinkReader } from './link-reader.ts';
import { RememberedLinks } from './remembered-links.ts';
import { jsonText, storableText } from '../json-text.ts';

/** Events that are read at once for their links. */
const eventsAtOnce = 1000;
/** Five columns a row at most: PostgreSQL takes 65,535 parameters a statement. */
const rowsAtOnce = 5000;
/** That an identity is named is written down again only after so long: most are named all day. */
export const saidAgainAfter = sql`interval '30 days'`;

/**
 * Writes down what events, numbered from one place in the sequence to another, say about who gave access to whom. What only imported
 * records say is kept beside, for their account's trail may show them yet, and never in the place of what is known.
 */
export async function writeLinks(db: StoreDb, after: bigint, upTo: bigint): Promise<void> {
  for (let seq = after; ;) {
    const events = await db
      .selectFrom('events')
      .select(['account_id', 'event_id', 'revision', 'event_time', 'published_seq', 'own', 'ecs'])
      .select(isImportedAlone(sql`events.account_id`, sql`events.event_id`).as('imported_alone'))
      .where('published_seq', '>', seq)
      .where('published_seq', '<=', upTo)
      // A call by a person's, a machine's or a task's session says whose it is, whatever it calls.
      .where(
        sql<boolean>`(action = any(${linkActions}) or action ~ ${'\\d{8}(v\\d+)?$'} or principal_id ~ ${':(m?i-[0-9a-f]+|[0-9a-f]{32})$'}
          or position('"on_behalf_of"' in ecs::text) > 0)`,
      )
      .orderBy('published_seq')
      .limit(eventsAtOnce)
      .execute();
    const gatherers = { known: new LinkGatherer(), imported: new LinkGatherer() };
    for (const {
      account_id: accountId,
      event_id: eventId,
      revision,
      event_time: at,
      own,
      ecs,
      imported_alone,
    } of events) {
      // Our own responses make keys too: they lead to no intruder.
      if (own) continue;
      const ref = { accountId, eventId, revision };
      const gatherer = imported_alone ? gatherers.imported : gatherers.known;
      gatherer.event({ ref, at, own, ecs });
      const source = textAt(ecs, 'source.address') ?? textAt(ecs, 'source.ip') ?? null;
      gatherer.maybeInstance(callerOf(ecs).identity, { at, ref, source });
    }
    await insertFacts(db, gatherers.known.facts(), 'known');
    await insertFacts(db, gatherers.imported.facts(), 'imported');
    const last = events.at(-1)?.published_seq;
    if (last === undefined || last === null || events.length < eventsAtOnce) return;
    seq = last;
  }
}

async function insertFacts(db: StoreDb, facts: LinkFacts, how: 'known' | 'imported'): Promise<void> {
  const links = await withIds(db, facts.links, how);
  await inParts(links, async (part) => {
    const values = part.map(({ id, link }) => {
      const { accountId, eventId } = link.proof[0];
      return { id, at: link.at, account_id: accountId, event_id: eventId, link: jsonText(link) };
    });
    await db
      .insertInto('links')
      .values(values)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  });
  const ends = links.flatMap(({ id, link }) => {
    return nodesOf(link).map((node) => ({ node, at: link.at, link_id: id, lasting: isLasting(link, node) }));
  });
  await inParts(ends, async (values) => {
    await db
      .insertInto('link_ends')
      .values(values)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  });
  const identities = facts.identities.map(({ id, kind, accountId, name }) => ({
    id,
    kind,
    account_id: accountId,
    name: storableText(name),
  }));
  await inParts(identities, async (values) => {
    await db
      .insertInto('identities')
      .values(values)
      .onConflict((conflict) =>
        conflict
          .column('id')
          .doUpdateSet({ said_at: sql`excluded.said_at` })
          .where(sql<boolean>`identities.said_at < excluded.said_at - ${saidAgainAfter}`),
      )
      .execute();
  });
  // An alias has no proof by which it could be left out again: any later call of the same caller says it too.
  const aliases = [...(how === 'known' ? facts.aliases : [])].map(([alias, identityId]) => ({
    alias,
    identity_id: identityId,
  }));
  await inParts(aliases, async (values) => {
    await db
      .insertInto('identity_aliases')
      .values(values)
      .onConflict((conflict) =>
        conflict
          .column('alias')
          .doUpdateSet({ said_at: sql`excluded.said_at` })
          .where(sql<boolean>`identity_aliases.said_at < excluded.said_at - ${saidAgainAfter}`),
      )
      .execute();
  });
  const sessions = facts.instanceSessions.map(({ instance, session, source, at, proof }) => {
    const hour = `${at.slice(0, 13)}:00:00Z` as Instant;
    return { instance, session, source: storableText(source ?? ''), hour, at, proof: jsonText(proof) };
  });
  await inParts(sessions, async (values) => {
    await db
      .insertInto('instance_sessions')
      .values(values)
      .onConflict((conflict) =>
        how === 'imported'
          ? conflict.doNothing()
          : conflict
              .columns(['instance', 'session', 'source', 'hour'])
              .doUpdateSet({ at: sql`excluded.at`, proof: sql`excluded.proof` })
              .where(
                // What is published later may have been earlier.
                sql<boolean>`(excluded.at < instance_sessions.at or ${isImportedAlone(
                  sql`instance_sessions.proof ->> 'accountId'`,
                  sql`instance_sessions.proof ->> 'eventId'`,
                )})`,
              ),
      )
      .execute();
  });
}

/** Also who handed out a credential, to whoever asks about that: it may be in use for long, and be behind thousands of links since. */
function isLasting({ how, to, gave }: Link, node: IdentityId): boolean {
  const isCredential = kindOf(node) === 'session' || kindOf(node) === 'access-key';
  return lastingKinds.has(how) || (isCredential && (node === to || node === gave));
}

async function inParts<T>(rows: readonly T[], insert: (part: readonly T[]) => Promise<void>): Promise<void> {
  for (let at = 0; at < rows.length; at += rowsAtOnce) await insert(rows.slice(at, at + rowsAtOnce));
}

interface LinkWithId {
  readonly id: string;
  readonly link: Link;
}

/**
 * That a session is a person's is said by each of its calls: it is one link for each key and address, the first. What links say never
 * changes: a use from before the first one that is known, as history has that is read later, is a link of its own, one a day.
 */
async function withIds(db: StoreDb, links: readonly Link[], as: 'known' | 'imported'): Promise<readonly LinkWithId[]> {
  const { uses = [], others = [] } = Object.groupBy(links, (link) =>
    as === 'known' && isPersonsUse(link) ? 'uses' : 'others',
  );
  const named = uses.map((link) => {
    const use = useKey(link);
    return { link, ids: [linkId(link, use), linkId(link, `${use} ${link.at.slice(0, 10)}`), linkId(link)] };
  });
  const knownAt = await instantsOf(
    db,
    named.flatMap(({ ids }) => ids),
  );
  return [
    ...others.map((link) => ({ id: linkId(link), link })),
    ...named.flatMap(({ link, ids }): readonly LinkWithId[] => {
      const id = ids.find((each) => (knownAt.get(each) ?? -Infinity) <= Date.parse(link.at));
      return id === undefined || knownAt.has(id) ? [] : [{ id, link }];
    }),
  ];
}

async function instantsOf(db: StoreDb, ids: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const known = new Map<string, number>();
  await inParts(ids, async (part) => {
    const rows = await db.selectFrom('links').select(['id', 'at']).where('id', 'in', part).execute();
    for (const { id, at } of rows) known.set(id, Date.parse(at));
  });
  return known;
}

function linkId(link: Link, said = `${link.proof[0].accountId}/${link.proof[0].eventId}`): string {
  const { from, to, how } = link;
  return canonicalDigest([said, from, how, to]);
}

/** The links in the store, for walks of one transaction or question. */
export interface StoredLinks extends LinkIndex {
  /** Reads by few statements what walks will ask about. */
  readAhead(ids: readonly IdentityId[]): Promise<void>;
}

/**
 * @param watched accounts whose records are read.
 * @param kept what earlier transactions have read: of whoever comes one after the other.
 */
export function storedLinks(db: StoreDb, watched: ReadonlySet<string>, kept = new KeptLinks()): StoredLinks {
  const reader = new LinkReader(db, kept.contents);
  const remembered = new RememberedLinks(reader, kept);
  return {
    readAhead: (ids) => remembered.readAhead(ids),

    touching: (ids, addresses) => remembered.at(ids, addresses),

    before: (id, at) => remembered.before(id, at),

    sessionsNear: (maker, at) => countSessionsNear(db, maker, at),

    async instanceSessions(instances) {
      if (instances.length === 0) return [];
      const rows = await db
        .selectFrom('instance_sessions')
        // Another account's record of a call has the caller's unique ID only: it is the same session.
        .leftJoin('identity_aliases', 'identity_aliases.alias', 'instance_sessions.session')
        .selectAll('instance_sessions')
        .select('identity_aliases.identity_id as named')
        .where('instance', 'in', instances)
        .where((where) => where.not(isImportedAlone(sql`proof ->> 'accountId'`, sql`proof ->> 'eventId'`)))
        .execute();
      return rows.map(({ instance, session, named, source, at, proof }): InstanceSession => ({
        instance,
        session: named ?? session,
        at,
        source: source === '' ? null : source,
        proof,
      }));
    },

    async suspected(ids) {
      if (ids.length === 0) return new Set();
      const { rows } = await sql<{ readonly identity_id: IdentityId }>`
        select distinct n.node as identity_id from case_seeds s
        join cases c on c.id = s.case_id and c.closed_at is null
        cross join lateral (values (s.principal), (s.identity), (s.credential)) n (node)
        where n.node = any(${ids})
      `.execute(db);
      return new Set(rows.map(({ identity_id: id }) => id));
    },

    isWatched: (accountId) => watched.has(accountId),
  };
}
