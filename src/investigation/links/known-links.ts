import type { Instant } from '../../model/ids.ts';
import type { IdentityId } from '../../model/identity.ts';
import type { Link } from '../../model/link.ts';
import { isPersonsUse, withoutLaterUses } from './directory-passwords.ts';
import { sessionsNear } from './handed-out.ts';
import { latestOfBusy, type LinkIndex, nodesOf } from './link-index.ts';

/** The proved links that a walk has asked for: each identity's are read once, however often the walk comes to it. */
export class KnownLinks {
  readonly #index: LinkIndex;
  readonly #addresses: readonly string[];
  readonly #endingAt = new Map<string, readonly Link[]>();
  readonly #asked = new Map<IdentityId, readonly Link[]>();
  readonly #busy = new Set<IdentityId>();
  readonly #near = new Map<string, number>();
  readonly #before = new Map<string, readonly Link[]>();

  /** @param addresses where the alerts' calls came from. */
  constructor(index: LinkIndex, addresses: readonly string[]) {
    this.#index = index;
    this.#addresses = addresses;
  }

  /**
   * The proved links of these, each asked for once in a walk: a step back and a step on ask for the same ones. That a session is a person's
   * is one link, its first.
   */
  async touching(ids: readonly IdentityId[]): Promise<readonly Link[]> {
    return withoutLaterUses(withoutUnnamedCopies(await this.#allTouching(ids)));
  }

  /** The same, by each of these: also what was found by another of them. */
  async touchingEach(ids: readonly IdentityId[]): Promise<ReadonlyMap<IdentityId, readonly Link[]>> {
    const byNode = new Map(ids.map((id): [IdentityId, Link[]] => [id, []]));
    for (const link of await this.touching(ids)) for (const id of nodesOf(link)) byNode.get(id)?.push(link);
    return byNode;
  }

  /** By which key and address a session was whose person's, or somebody's sessions were used. */
  async usesOf(id: IdentityId): Promise<readonly Link[]> {
    return withoutUnnamedCopies(await this.#allTouching([id])).filter(isPersonsUse);
  }

  async #allTouching(ids: readonly IdentityId[]): Promise<readonly Link[]> {
    const unasked = [...new Set(ids)].filter((id) => !this.#asked.has(id));
    if (unasked.length > 0) {
      const { byNode, busy } = await this.#index.touching(unasked, this.#addresses);
      for (const id of busy) this.#busy.add(id);
      for (const id of unasked) this.#asked.set(id, proved(byNode.get(id) ?? []));
    }
    const [first = '', ...others] = ids;
    const ofFirst = this.#asked.get(first) ?? [];
    return others.length === 0 ? ofFirst : [...new Set(ids.flatMap((id) => this.#asked.get(id) ?? []))];
  }

  /** Whether of what touched somebody since a time there may be more than {@link touching} finds. */
  async isCut(id: IdentityId, sinceMs: number): Promise<boolean> {
    await this.touching([id]);
    // Where fewer of the latest are from since then, these are all.
    return (
      this.#busy.has(id) &&
      (this.#asked.get(id) ?? []).filter(({ at }) => Date.parse(at) >= sinceMs).length >= latestOfBusy
    );
  }

  /** What touched somebody before a time, as far as that is not among what {@link touching} finds of very many. */
  async before(id: IdentityId, at: Instant): Promise<readonly Link[]> {
    await this.touching([id]);
    if (!this.#busy.has(id)) return [];
    const key = `${id} ${at}`;
    const before = this.#before.get(key) ?? (await this.#index.before(id, at));
    this.#before.set(key, before);
    return proved(before);
  }

  /** The links that end at a caller, found once a walk: a busy one is behind many alerts, and behind thousands of links that begin there. */
  async endingAt(identity: IdentityId, credential: IdentityId | null): Promise<readonly Link[]> {
    const ids = credential === null ? [identity] : [identity, credential];
    const key = ids.join(' ');
    const known = this.#endingAt.get(key);
    if (known !== undefined) return known;
    const ending = (await this.touching(ids)).filter(
      ({ to, gave }) => ids.includes(to) || (gave !== undefined && gave === credential),
    );
    this.#endingAt.set(key, ending);
    return ending;
  }

  /** How many sessions somebody handed out within a day of a time: of very many, the index may keep the old ones from a walk. */
  async sessionsNear(maker: IdentityId, at: Instant): Promise<number> {
    const known = await this.touching([maker]);
    if (!this.#busy.has(maker)) return sessionsNear(known, maker, at);
    const key = `${maker} ${at}`;
    const near = this.#near.get(key) ?? (await this.#index.sessionsNear(maker, at));
    this.#near.set(key, near);
    return near;
  }
}

/** Most are: those are the same list, for many walks come to them. */
function proved(links: readonly Link[]): readonly Link[] {
  return links.every(isProved) ? links : links.filter(isProved);
}

function isProved({ strength }: Link): boolean {
  return strength === 'proved';
}

/** Of the records that two accounts have of one call, the caller's names it best; the other's shows it too. */
function withoutUnnamedCopies(links: readonly Link[]): readonly Link[] {
  const copies = links.filter(({ sharedEventId }) => sharedEventId !== undefined);
  if (copies.length === 0) return links;
  const named = new Set(copies.filter(({ madeWith }) => madeWith !== undefined).map(copyKey));
  return links.filter(
    (link) => link.sharedEventId === undefined || link.madeWith !== undefined || !named.has(copyKey(link)),
  );
}

function copyKey({ sharedEventId = '', how, to }: Link): string {
  return `${sharedEventId} ${how} ${to}`;
}
