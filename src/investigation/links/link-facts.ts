import type { Instant } from '../../model/ids.ts';
import type { Identity, IdentityId } from '../../model/identity.ts';
import type { Link } from '../../model/link.ts';
import { type EventRef, eventRefKey } from '../../model/trail-event.ts';
import type { FoundEvent } from '../seen-event.ts';
import type { EventCaller } from '../../cloudtrail/caller.ts';
import { isPersonsUse, useKey } from './directory-passwords.ts';
import { instanceIdOfSession } from './identity-parts.ts';
import type { InstanceSession } from './link-index.ts';
import { linksOf } from './links-of.ts';

/** What many events say about who gave access to whom. */
export interface LinkFacts {
  readonly links: readonly Link[];
  readonly identities: readonly Identity[];
  readonly instanceSessions: readonly InstanceSession[];
  /** What other accounts' records call identities, and what they are. */
  readonly aliases: ReadonlyMap<IdentityId, IdentityId>;
  /** Accounts that received records. */
  readonly watched: readonly string[];
  /** When the earliest record of each was made. */
  readonly recordsFromMs: ReadonlyMap<string, number>;
}

/** Gathers them from events in any order; the same event twice counts once. */
export class LinkGatherer {
  readonly #links = new Map<string, Link>();
  readonly #identities = new Map<IdentityId, Identity>();
  readonly #instanceSessions = new Map<string, InstanceSession>();
  readonly #recordsFromMs = new Map<string, number>();
  readonly #aliases = new Map<IdentityId, IdentityId>();

  /** Takes the steps that an event proves. */
  event(found: FoundEvent): void {
    const { links, identities, caller } = linksOf(found);
    this.#alias(caller);
    for (const link of links) this.#link(link);
    for (const identity of identities) this.#identity(identity);
  }

  caller(caller: EventCaller): void {
    const { identity, person, credential } = caller;
    this.#alias(caller);
    for (const each of [identity, person, credential]) if (each !== null) this.#identity(each);
  }

  /** Takes a call that a session of an instance's role may have made. */
  maybeInstance(
    identity: Identity,
    call: { readonly at: Instant; readonly ref: EventRef; readonly source: string | null },
  ): void {
    const instance = instanceIdOfSession(identity.id);
    if (instance === undefined) return;
    this.#identity(identity);
    this.#instanceSession({ instance, session: identity.id, at: call.at, source: call.source, proof: call.ref });
  }

  /** Takes that an account received a record. */
  watched(accountId: string, atMs: number): void {
    const known = this.#recordsFromMs.get(accountId);
    if (known === undefined || atMs < known) this.#recordsFromMs.set(accountId, atMs);
  }

  /** Takes what another gatherer has. */
  add(facts: LinkFacts): void {
    for (const link of facts.links) this.#link(link);
    for (const identity of facts.identities) this.#identity(identity);
    for (const seen of facts.instanceSessions) this.#instanceSession(seen);
    for (const [alias, id] of facts.aliases) this.#aliases.set(alias, id);
    for (const [accountId, atMs] of facts.recordsFromMs) this.watched(accountId, atMs);
  }

  facts(): LinkFacts {
    return {
      links: [...this.#links.values()],
      identities: [...this.#identities.values()],
      instanceSessions: [...this.#instanceSessions.values()],
      aliases: this.#aliases,
      watched: [...this.#recordsFromMs.keys()],
      recordsFromMs: this.#recordsFromMs,
    };
  }

  #alias({ alias, identity }: EventCaller): void {
    if (alias !== null) this.#aliases.set(alias, identity.id);
  }

  #link(link: Link): void {
    // A person's session is named by each of its calls: the first with each key, from each address, is enough.
    const event = isPersonsUse(link) ? useKey(link) : eventRefKey(link.proof[0]);
    const key = `${event} ${link.from} ${link.how} ${link.to}`;
    const known = this.#links.get(key);
    if (known === undefined || link.at < known.at) this.#links.set(key, link);
  }

  #identity(identity: Identity): void {
    if (!this.#identities.has(identity.id)) this.#identities.set(identity.id, identity);
  }

  #instanceSession(seen: InstanceSession): void {
    // By the hour, so that what came from one address before and after is told apart.
    const key = `${seen.session} ${seen.source ?? ''} ${seen.at.slice(0, 13)}`;
    const known = this.#instanceSessions.get(key);
    if (known === undefined || seen.at < known.at) this.#instanceSessions.set(key, seen);
  }
}

/** A link with its caller under its own name, where another account's record had its unique ID only. */
export function underOwnName(link: Link, aliases: ReadonlyMap<IdentityId, IdentityId>): Link {
  const from = aliases.get(link.from);
  return from === undefined ? link : { ...link, from };
}
