import type { IdentityId } from '../../model/identity.ts';
import type { Link } from '../../model/link.ts';
import { eventKey } from '../../model/trail-event.ts';
import { linksByNode, type LinkIndex } from './link-index.ts';

/** The proved links that a walk has asked for: each identity's are read once, however often the walk comes to it. */
export class KnownLinks {
  readonly #index: LinkIndex;
  readonly #found = new Map<string, Link>();
  readonly #endingAt = new Map<string, readonly Link[]>();
  readonly #asked = new Map<IdentityId, readonly Link[]>();

  constructor(index: LinkIndex) {
    this.#index = index;
  }

  /** The proved links of these, each asked for once in a walk: a step back and a step on ask for the same ones. */
  async touching(ids: readonly IdentityId[]): Promise<readonly Link[]> {
    const unasked = [...new Set(ids)].filter((id) => !this.#asked.has(id));
    if (unasked.length > 0) {
      const found = linksByNode((await this.#index.touching(unasked)).map((link) => this.#asFoundBefore(link)));
      for (const id of unasked) this.#asked.set(id, found.get(id) ?? []);
    }
    const links = new Set(ids.flatMap((id) => this.#asked.get(id) ?? []));
    return withoutUnnamedCopies([...links].filter(({ strength }) => strength === 'proved'));
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

  /** A link that was come to by its other end is the same link. */
  #asFoundBefore(link: Link): Link {
    const { from, how, to, gave = '', proof } = link;
    const key = [eventKey(proof[0]), from, how, to, gave].join(' ');
    const known = this.#found.get(key) ?? link;
    this.#found.set(key, known);
    return known;
  }
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
