import type { Instant } from '../../model/ids.ts';
import type { IdentityId } from '../../model/identity.ts';
import type { Link } from '../../model/link.ts';
import { listUnder } from '../../model/list-under.ts';
import { eventKey, type EventRef } from '../../model/trail-event.ts';
import { compareInstants } from '../../model/instant.ts';
import { sessionsNear } from './handed-out.ts';

/** A session of an instance's role that was seen at work. */
export interface InstanceSession {
  readonly instance: IdentityId;
  readonly session: IdentityId;
  readonly at: Instant;
  readonly source: string | null;
  readonly proof: EventRef;
}

/** Of whoever has more links than this, the latest of so many are at hand, and some of those before. */
export const latestOfBusy = 1000;

/** The links of some identities. */
export interface TouchingLinks {
  /** Of each that was asked about; a link of two of them is one object. */
  readonly byNode: ReadonlyMap<IdentityId, readonly Link[]>;
  /** Those of whom there may be more. */
  readonly busy: ReadonlySet<IdentityId>;
}

/** The links at hand, by what they lead from, to and through. */
export interface LinkIndex {
  /**
   * Links that begin or end at these, lead through them, were made with them or handed them out. Of whoever has very many, the old ones may
   * be missing that hand out sessions, but for those that alerts are about, and those from these addresses.
   */
  touching(ids: readonly IdentityId[], addresses: readonly string[]): Promise<TouchingLinks>;
  /** Of whoever has very many links: the latest that were made before a time. */
  before(id: IdentityId, at: Instant): Promise<readonly Link[]>;
  /** How many sessions somebody handed out within a day of a time, before or after. */
  sessionsNear(maker: IdentityId, at: Instant): Promise<number>;
  /** When and from where sessions of these instances were first at work, a row for each address. */
  instanceSessions(instances: readonly IdentityId[]): Promise<readonly InstanceSession[]>;
  /** Those that alerts are about, or that an open case holds. */
  suspected(ids: readonly IdentityId[]): Promise<ReadonlySet<IdentityId>>;
  /** An account whose records are read: what comes from it does not come from outside. */
  isWatched(accountId: string): boolean;
}

/** Links that are read when somebody asks for them: all that touch these, and maybe others. */
export interface UnreadLinks {
  touching(ids: readonly IdentityId[]): readonly Link[];
}

const noneBusy: ReadonlySet<IdentityId> = new Set();

/** Links in memory, for recorded events. */
export class LinksInMemory implements LinkIndex {
  readonly #distinct = new DistinctLinks();
  readonly #byNode: ReadonlyMap<IdentityId, readonly Link[]>;
  readonly #instances = new Map<IdentityId, InstanceSession[]>();
  readonly #watched: ReadonlySet<string>;
  readonly #suspected: ReadonlySet<IdentityId>;
  readonly #unread: UnreadLinks | undefined;

  constructor(
    links: Iterable<Link>,
    also: {
      readonly instanceSessions?: Iterable<InstanceSession>;
      readonly watched?: Iterable<string>;
      readonly suspected?: Iterable<IdentityId>;
      readonly unread?: UnreadLinks;
    } = {},
  ) {
    this.#byNode = linksByNode(this.#distinct.among(links));
    for (const seen of also.instanceSessions ?? []) listUnder(this.#instances, seen.instance, seen);
    this.#watched = new Set(also.watched);
    this.#suspected = new Set(also.suspected);
    this.#unread = also.unread;
  }

  async touching(ids: readonly IdentityId[]): Promise<TouchingLinks> {
    const unread = linksByNode(this.#distinct.among(this.#unread?.touching(ids) ?? []));
    const byNode = ids.map((id): [IdentityId, readonly Link[]] => {
      const [known = [], more = []] = [this.#byNode.get(id), unread.get(id)];
      return [id, more.length === 0 ? known : [...new Set([...known, ...more])]];
    });
    return { byNode: new Map(byNode), busy: noneBusy };
  }

  async before(id: IdentityId, at: Instant): Promise<readonly Link[]> {
    return (await this.#of(id)).filter((link) => compareInstants(link.at, at) < 0);
  }

  async sessionsNear(maker: IdentityId, at: Instant): Promise<number> {
    return sessionsNear(await this.#of(maker), maker, at);
  }

  async #of(id: IdentityId): Promise<readonly Link[]> {
    return (await this.touching([id])).byNode.get(id) ?? [];
  }

  async instanceSessions(instances: readonly IdentityId[]): Promise<readonly InstanceSession[]> {
    return instances.flatMap((id) => this.#instances.get(id) ?? []);
  }

  async suspected(ids: readonly IdentityId[]): Promise<ReadonlySet<IdentityId>> {
    return new Set(ids.filter((id) => this.#suspected.has(id)));
  }

  isWatched(accountId: string): boolean {
    return this.#watched.has(accountId);
  }
}

/** Takes links that several records tell of, or that were read several times, for one. */
class DistinctLinks {
  readonly #known = new Map<string, Link>();

  /** Each link once, as it was come to first. */
  among(links: Iterable<Link>): ReadonlySet<Link> {
    const found = new Set<Link>();
    for (const link of links) found.add(this.#first(link));
    return found;
  }

  #first(link: Link): Link {
    const { from, how, to, gave = '', proof } = link;
    const key = [eventKey(proof[0]), from, how, to, gave].join(' ');
    const known = this.#known.get(key) ?? link;
    this.#known.set(key, known);
    return known;
  }
}

/** Links by all that each can be found by, in the order given. */
export function linksByNode(links: Iterable<Link>): ReadonlyMap<IdentityId, readonly Link[]> {
  const byNode = new Map<IdentityId, Link[]>();
  for (const link of links) for (const id of nodesOf(link)) listUnder(byNode, id, link);
  return byNode;
}

/** All that a link can be found by, each once: they are few, and walks ask it of thousands of links. */
export function nodesOf({ from, to, via = [], madeWith, gave }: Link): readonly IdentityId[] {
  const nodes = [from];
  for (const id of [to, ...via, madeWith, gave]) if (id !== undefined && !nodes.includes(id)) nodes.push(id);
  return nodes;
}
