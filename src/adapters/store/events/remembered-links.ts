import type { IdentityId } from '../../../model/identity.ts';
import { alertedSessions, type FoundLinks, inOrder, latestLinksAt, linksAt, olderLinks } from './found-links.ts';
import type { LinkContent } from './link-contents.ts';
import type { LinkReader } from './link-reader.ts';

/** More links than this are not kept in memory: whoever they are of is asked about anew. */
const mostKept = 60_000;

interface LinksOfOne {
  readonly links: readonly LinkContent[];
  readonly busy: boolean;
}

/** What was found of a busy identity beside its latest links, and by what. */
interface OlderLinks {
  readonly links: Map<string, LinkContent>;
  readonly sessions: Set<IdentityId>;
  readonly addresses: Set<string>;
}

/**
 * The links of the store, each identity's read once: the walks of many cases come to one busy caller. Made for one transaction, or one
 * question: what is published meanwhile has a batch of its own, which lets cases grow by it.
 */
export class RememberedLinks {
  readonly #reader: LinkReader;
  readonly #latest = new Map<IdentityId, LinksOfOne>();
  readonly #older = new Map<IdentityId, OlderLinks>();
  #kept = 0;

  constructor(reader: LinkReader) {
    this.#reader = reader;
  }

  /** As {@link linksAt} finds them. */
  async at(ids: readonly IdentityId[], addresses: readonly string[]): Promise<FoundLinks> {
    await this.readAhead(ids);
    const known = ids.flatMap((id) => this.#latest.get(id) ?? []);
    if (known.length < ids.length) return await linksAt(this.#reader, ids, addresses);
    const busy = ids.filter((id) => this.#latest.get(id)?.busy === true);
    const older = busy.length === 0 ? [] : await this.#olderOf(busy, addresses);
    return { links: inOrder([...known.map(({ links }) => links), ...older]), busy, areLatest: true };
  }

  /** Reads by few statements what many will ask about. */
  async readAhead(ids: readonly IdentityId[]): Promise<void> {
    const parts = [[...new Set(ids)].filter((id) => !this.#latest.has(id))];
    for (let part = parts.pop(); part !== undefined && this.#kept < mostKept; part = parts.pop()) {
      if (part.length === 0) continue;
      const found = await latestLinksAt(this.#reader, part);
      const cut = new Set(found.areLatest ? [] : found.busy);
      this.#keep(
        part.filter((id) => !cut.has(id)),
        found,
      );
      // Of very many at once, the busy ones have fewer than their latest: fewer are asked about at once then.
      if (cut.size < part.length) parts.push([...cut]);
      else parts.push(part.slice(0, part.length / 2), part.slice(part.length / 2));
    }
  }

  #keep(ids: readonly IdentityId[], { links, busy }: FoundLinks): void {
    const own = new Map(ids.map((id): [IdentityId, LinkContent[]] => [id, []]));
    for (const link of links) for (const node of link.nodes) own.get(node)?.push(link);
    for (const [id, ofOne] of own) {
      this.#latest.set(id, { links: ofOne, busy: busy.includes(id) });
      this.#kept += ofOne.length;
    }
  }

  /** Alerts may have been given to cases since these were asked about: sessions are asked about that nobody has asked about yet. */
  async #olderOf(
    busy: readonly IdentityId[],
    addresses: readonly string[],
  ): Promise<readonly (readonly LinkContent[])[]> {
    const older = busy.map((id) => this.#olderLinksOf(id));
    const by = {
      sessions: unreadOf(await alertedSessions(this.#reader.db, busy), older, ({ sessions }) => sessions),
      addresses: unreadOf(addresses, older, ({ addresses: read }) => read),
    };
    if (by.sessions.length > 0 || by.addresses.length > 0) {
      for (const link of await olderLinks(this.#reader, busy, by))
        for (const node of link.nodes) if (busy.includes(node)) this.#olderLinksOf(node).links.set(link.id, link);
      for (const { sessions, addresses: read } of older) {
        for (const id of by.sessions) sessions.add(id);
        for (const address of by.addresses) read.add(address);
      }
    }
    return older.map(({ links }) => [...links.values()]);
  }

  #olderLinksOf(id: IdentityId): OlderLinks {
    const known = this.#older.get(id) ?? { links: new Map(), sessions: new Set(), addresses: new Set() };
    this.#older.set(id, known);
    return known;
  }
}

/** Those that one of these was not asked about by yet. */
function unreadOf<T>(
  asked: readonly T[],
  older: readonly OlderLinks[],
  readOf: (each: OlderLinks) => ReadonlySet<T>,
): readonly T[] {
  return asked.filter((each) => older.some((one) => !readOf(one).has(each)));
}
