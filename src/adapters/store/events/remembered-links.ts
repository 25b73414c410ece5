import type { IdentityId } from '../../../model/identity.ts';
import { alertedSessions, type FoundLinks, inOrder, latestLinksAt, linksAt, olderLinks } from './found-links.ts';
import type { KeptLinks, LinksOfOne, OlderLinks } from './kept-links.ts';
import type { LinkContent } from './link-contents.ts';
import type { LinkReader } from './link-reader.ts';

/**
 * The links of the store, each identity's read once: the walks of many cases come to one busy caller. Made for one transaction, or one
 * question: what is published meanwhile has a batch of its own, which lets cases grow by it.
 */
export class RememberedLinks {
  readonly #reader: LinkReader;
  readonly #kept: KeptLinks;
  readonly #known = new Map<readonly LinkContent[], readonly LinkContent[]>();
  #renewed: Promise<void> | undefined;

  constructor(reader: LinkReader, kept: KeptLinks) {
    this.#reader = reader;
    this.#kept = kept;
  }

  /** As {@link linksAt} finds them. */
  async at(ids: readonly IdentityId[], addresses: readonly string[]): Promise<FoundLinks> {
    await this.readAhead(ids);
    const found = ids.flatMap((id): readonly (readonly [IdentityId, LinksOfOne])[] => {
      const ofOne = this.#kept.of(id);
      return ofOne === undefined ? [] : [[id, ofOne]];
    });
    if (found.length < ids.length) return await linksAt(this.#reader, ids, addresses);
    const busy = found.filter(([, { busy: isBusy }]) => isBusy);
    const older = await this.#olderOf(busy, addresses);
    const latest = await Promise.all(found.map(([, { links }]) => this.#knownAmong(links)));
    return { links: inOrder([...latest, ...older]), busy: busy.map(([id]) => id), areLatest: true };
  }

  /** Reads by few statements what many will ask about. */
  async readAhead(ids: readonly IdentityId[]): Promise<void> {
    await (this.#renewed ??= this.#kept.renew(this.#reader.db));
    const parts = [[...new Set(ids)].filter((id) => this.#kept.of(id) === undefined)];
    for (let part = parts.pop(); part !== undefined && this.#kept.hasRoom(); part = parts.pop()) {
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
    for (const [id, ofOne] of own) this.#kept.keep(id, ofOne, busy.includes(id));
  }

  /** Those that more than imported records say, under their callers' own names. */
  async #knownAmong(links: readonly LinkContent[]): Promise<readonly LinkContent[]> {
    const known = this.#known.get(links) ?? (await this.#reader.knownAmong(links));
    this.#known.set(links, known);
    return known;
  }

  /** Alerts may have been given to cases since these were asked about: sessions are asked about that nobody has asked about yet. */
  async #olderOf(
    busy: readonly (readonly [IdentityId, LinksOfOne])[],
    addresses: readonly string[],
  ): Promise<readonly (readonly LinkContent[])[]> {
    if (busy.length === 0) return [];
    const ids = busy.map(([id]) => id);
    const older = busy.map(([, ofOne]) => ofOne.older);
    const by = {
      sessions: unreadOf(await alertedSessions(this.#reader.db, ids), older, ({ sessions }) => sessions),
      addresses: unreadOf(addresses, older, ({ addresses: read }) => read),
    };
    if (by.sessions.length > 0 || by.addresses.length > 0) {
      const found = await olderLinks(this.#reader, ids, by);
      for (const [id, { older: each }] of busy) {
        each.links = inOrder([each.links, found.filter(({ nodes }) => nodes.includes(id))]);
        for (const session of by.sessions) each.sessions.add(session);
        for (const address of by.addresses) each.addresses.add(address);
      }
    }
    return await Promise.all(older.map(({ links }) => this.#knownAmong(links)));
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
