import { sql } from 'kysely';
import type { IdentityId } from '../../../model/identity.ts';
import type { StoreDb } from '../database.ts';
import { linksAtOnce } from './found-links.ts';
import { earlierLinkFirst, type LinkContent, LinkContents } from './link-contents.ts';

/** More links than this are not kept, each counted once for each identity that has it: some 100 MB, with what {@link LinkContents} keeps. */
const mostKept = 150_000;
/** Where more was published meanwhile, to go through it costs more than to read anew what is asked about. */
const mostPublished = 20_000n;
/** So many links after its latest were read, a busy identity's are read anew: the oldest of them are among its latest no more. */
const mostAdded = 500;

/** What an identity did, or what was done to it: all, or of a busy one the latest and what was found of it besides. */
export interface LinksOfOne {
  /** By when they were made. */
  readonly links: readonly LinkContent[];
  readonly busy: boolean;
  readonly older: OlderLinks;
}

/** What was found of a busy identity beside its latest links, and by what. */
export interface OlderLinks {
  links: readonly LinkContent[];
  readonly sessions: Set<IdentityId>;
  readonly addresses: Set<string>;
}

interface Kept extends LinksOfOne {
  readonly links: LinkContent[];
  added: number;
  /** The transaction that asked for it last. */
  usedIn: number;
}

/**
 * The links of those whom walks came to last, from one transaction of the detector to the next: each adds what was published since, and
 * reads nobody's again. What links say never changes; those that retention deletes may be remembered for a while, and are as true as before.
 */
export class KeptLinks {
  readonly contents = new LinkContents();
  /** Whoever was asked about longest ago first. */
  readonly #kept = new Map<IdentityId, Kept>();
  #count = 0;
  #transaction = 0;
  /** All links are here, of those who are, that events up to this place in the sequence tell of. */
  #upTo: bigint | null = null;

  /** Begins a transaction: takes in what was published since the last one. */
  async renew(db: StoreDb): Promise<void> {
    this.#transaction += 1;
    const upTo = await publishedUpTo(db);
    if (this.#upTo === null || upTo - this.#upTo > mostPublished) this.#forgetAll();
    else if (this.#kept.size > 0)
      for (const link of await this.contents.read(db, await linksBetween(db, this.#upTo, upTo))) this.#add(link);
    this.#upTo = upTo;
  }

  /** Whether there is room, made by forgetting whom this transaction has not asked about. */
  hasRoom(): boolean {
    for (const [id, { usedIn }] of this.#kept) {
      if (this.#count < mostKept || usedIn === this.#transaction) break;
      this.#forget(id);
    }
    return this.#count < mostKept;
  }

  of(id: IdentityId): LinksOfOne | undefined {
    const kept = this.#kept.get(id);
    if (kept === undefined) return undefined;
    this.#kept.delete(id);
    this.#kept.set(id, kept);
    kept.usedIn = this.#transaction;
    return kept;
  }

  keep(id: IdentityId, links: readonly LinkContent[], busy: boolean): void {
    const older = { links: [], sessions: new Set<IdentityId>(), addresses: new Set<string>() };
    this.#kept.set(id, { links: [...links], busy, older, added: 0, usedIn: this.#transaction });
    this.#count += links.length;
  }

  #add(link: LinkContent): void {
    for (const node of link.nodes) {
      const kept = this.#kept.get(node);
      if (kept === undefined || !insert(kept.links, link)) continue;
      this.#count += 1;
      kept.added += 1;
      if (kept.busy ? kept.added > mostAdded : kept.links.length >= linksAtOnce) this.#forget(node);
    }
  }

  #forget(id: IdentityId): void {
    this.#count -= this.#kept.get(id)?.links.length ?? 0;
    this.#kept.delete(id);
  }

  #forgetAll(): void {
    this.#kept.clear();
    this.#count = 0;
  }
}

/** Puts a link where it belongs by time, which is the end but for what came late. @returns false where it is there already. */
function insert(links: LinkContent[], link: LinkContent): boolean {
  let at = links.length;
  for (
    let before = links[at - 1];
    before !== undefined && earlierLinkFirst(link, before) <= 0;
    before = links[at - 1]
  ) {
    if (before.id === link.id) return false;
    at -= 1;
  }
  links.splice(at, 0, link);
  return true;
}

async function publishedUpTo(db: StoreDb): Promise<bigint> {
  const { last_seq: upTo } = await db.selectFrom('publish_sequence').select('last_seq').executeTakeFirstOrThrow();
  return upTo;
}

/** The links that events tell of between two places in the sequence: they are written with it. */
async function linksBetween(db: StoreDb, after: bigint, upTo: bigint): Promise<readonly string[]> {
  if (upTo === after) return [];
  // The offset has PostgreSQL look at each event by itself, however many links it believes that there are.
  const { rows } = await sql<{ readonly id: string }>`
    select l.id from events e
    cross join lateral (select id from links where account_id = e.account_id and event_id = e.event_id offset 0) l
    where e.published_seq > ${after} and e.published_seq <= ${upTo}
  `.execute(db);
  return rows.map(({ id }) => id);
}
