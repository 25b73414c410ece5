import type { IdentityId } from '../../../model/identity.ts';
import type { TouchingLinks } from '../../../investigation/links/link-index.ts';
import type { Instant } from '../../../model/ids.ts';
import type { Link } from '../../../model/link.ts';
import {
  alertedSessions,
  type FoundLinks,
  inOrder,
  latestLinksAt,
  linksAt,
  linksBefore,
  olderLinks,
} from './found-links.ts';
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
  /** Of whom lists of contents are. */
  readonly #links = new Map<readonly LinkContent[], readonly Link[]>();
  /** Each link once, by its ID, however often it was read. */
  readonly #distinct = new Map<string, Link>();
  #renewed: Promise<void> | undefined;

  constructor(reader: LinkReader, kept: KeptLinks) {
    this.#reader = reader;
    this.#kept = kept;
  }

  /** As {@link linksAt} finds them. */
  async at(ids: readonly IdentityId[], addresses: readonly string[]): Promise<TouchingLinks> {
    await this.readAhead(ids);
    const found = ids.flatMap((id): readonly (readonly [IdentityId, LinksOfOne])[] => {
      const ofOne = this.#kept.of(id);
      return ofOne === undefined ? [] : [[id, ofOne]];
    });
    if (found.length < ids.length) return await this.#atOnce(ids, addresses);
    const busy = found.filter(([, { busy: isBusy }]) => isBusy);
    await this.#readOlder(busy, addresses);
    const byNode = new Map<IdentityId, readonly Link[]>();
    for (const [id, ofOne] of found) byNode.set(id, await this.#linksOf(ofOne));
    return { byNode, busy: new Set(busy.map(([id]) => id)) };
  }

  /** The latest links of an identity that were made before a time. */
  async before(id: IdentityId, at: Instant): Promise<readonly Link[]> {
    return (await linksBefore(this.#reader, id, at)).map((content) => this.#linkOf(content));
  }

  /** Without those that are kept: there are too many. */
  async #atOnce(ids: readonly IdentityId[], addresses: readonly string[]): Promise<TouchingLinks> {
    const { links, busy } = await linksAt(this.#reader, ids, addresses);
    const byNode = new Map(ids.map((id): [IdentityId, Link[]] => [id, []]));
    for (const content of links) for (const node of content.nodes) byNode.get(node)?.push(this.#linkOf(content));
    return { byNode, busy: new Set(busy) };
  }

  async #linksOf({ links, older }: LinksOfOne): Promise<readonly Link[]> {
    const asked = older.links.length === 0 ? links : older.links;
    const known = this.#links.get(asked);
    if (known !== undefined) return known;
    const latest = await this.#knownAmong(links);
    const all = asked === links ? latest : inOrder([latest, await this.#knownAmong(older.links)]);
    const made = all.map((content) => this.#linkOf(content));
    this.#links.set(asked, made);
    return made;
  }

  #linkOf({ id, link }: LinkContent): Link {
    const known = this.#distinct.get(id);
    if (known === undefined) this.#distinct.set(id, link);
    return known ?? link;
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
  async #readOlder(busy: readonly (readonly [IdentityId, LinksOfOne])[], addresses: readonly string[]): Promise<void> {
    if (busy.length === 0) return;
    const ids = busy.map(([id]) => id);
    const older = busy.map(([, ofOne]) => ofOne.older);
    const by = {
      sessions: unreadOf(await alertedSessions(this.#reader.db, ids), older, ({ sessions }) => sessions),
      addresses: unreadOf(addresses, older, ({ addresses: read }) => read),
    };
    if (by.sessions.length === 0 && by.addresses.length === 0) return;
    const found = await olderLinks(this.#reader, ids, by);
    for (const [id, { older: each }] of busy) {
      each.links = inOrder([each.links, found.filter(({ nodes }) => nodes.includes(id))]);
      for (const session of by.sessions) each.sessions.add(session);
      for (const address of by.addresses) each.addresses.add(address);
    }
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
