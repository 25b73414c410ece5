import { sql } from 'kysely';
import { nodesOf } from '../../../investigation/links/link-index.ts';
import type { IdentityId } from '../../../model/identity.ts';
import type { Link } from '../../../model/link.ts';
import type { StoreDb } from '../database.ts';

/** A link as its record has it. */
export interface LinkContent {
  readonly id: string;
  readonly atMs: number;
  readonly link: Link;
  readonly nodes: readonly IdentityId[];
  /** Its caller goes by a unique ID here, and maybe by a name elsewhere. */
  readonly isByUniqueId: boolean;
}

/** Links of a few busy callers and of the cases that came to them: some 60 MB at the most. */
const mostKept = 60_000;

/** What links say, which never changes: those that were asked about last are kept from one batch to the next. */
export class LinkContents {
  readonly #kept = new Map<string, LinkContent>();

  /** In the order in which they were made. */
  async read(db: StoreDb, ids: readonly string[]): Promise<readonly LinkContent[]> {
    const known = ids.flatMap((id) => this.#kept.get(id) ?? []);
    const found = [...known, ...(await unread(db, ids, this.#kept))];
    // Whatever is asked about again is let go of last.
    for (const each of found) {
      this.#kept.delete(each.id);
      this.#kept.set(each.id, each);
    }
    for (const id of this.#kept.keys()) {
      if (this.#kept.size <= mostKept) break;
      this.#kept.delete(id);
    }
    return found.toSorted(earlierLinkFirst);
  }
}

/** Links that were made at one instant have an order too, the same for all who ask. */
export function earlierLinkFirst(a: LinkContent, b: LinkContent): number {
  return a.atMs - b.atMs || (a.id < b.id ? -1 : 1);
}

async function unread(
  db: StoreDb,
  ids: readonly string[],
  kept: ReadonlyMap<string, LinkContent>,
): Promise<readonly LinkContent[]> {
  const asked = ids.filter((id) => !kept.has(id));
  if (asked.length === 0) return [];
  // The limit has PostgreSQL look at each link by itself, however many it believes that there are.
  const { rows } = await sql<{ readonly id: string; readonly link: Link }>`
    select l.id, l.link from unnest(${asked}::text[]) asked (id)
    cross join lateral (select * from links where links.id = asked.id limit 1) l
  `.execute(db);
  return rows.map(({ id, link }) => ({
    id,
    atMs: Date.parse(link.at),
    link,
    nodes: nodesOf(link),
    isByUniqueId: isUniqueId(link.from),
  }));
}

/** Users and sessions of roles have unique IDs (IAM User Guide, "IAM identifiers"); others are called alike by all records. */
function isUniqueId(caller: IdentityId): boolean {
  return /^(?:user|session)\/[^/]*\/A(?:IDA|ROA)/u.test(caller);
}
