import type { Generated } from 'kysely';
import type { AccountId, Instant } from '../../../model/ids.ts';
import type { Identity, IdentityId } from '../../../model/identity.ts';
import type { Link } from '../../../model/link.ts';
import type { ThingKey } from '../../../investigation/effects/effect.ts';
import type { EventRef } from '../../../model/trail-event.ts';
import type { Defaulted, Json } from './columns.ts';

/** A step from one identity to another; written when its event is published, and never changed. */
export interface LinksTable {
  /** Made of its content: the same event published again adds none. */
  id: string;
  at: Instant;
  account_id: AccountId;
  event_id: string;
  link: Json<Link>;
}

/** All that a link is found by: its ends, what it leads through, the credentials. */
export interface LinkEndsTable {
  node: IdentityId;
  at: Instant;
  link_id: string;
  /** Whether the link tells of something that lasts, or of how the node, a credential, was handed out: of a busy one's links, those are few. */
  lasting: Generated<boolean>;
}

export interface IdentitiesTable {
  id: IdentityId;
  kind: Identity['kind'];
  account_id: AccountId | null;
  name: string;
  /** When an event named it last, to some weeks. */
  said_at: Defaulted<Instant>;
}

/** What other accounts' records call an identity. */
export interface IdentityAliasesTable {
  alias: IdentityId;
  identity_id: IdentityId;
  /** When an event said so last, to some weeks. */
  said_at: Defaulted<Instant>;
}

/** When a session of an instance's role was first seen at work, by hour and address. */
export interface InstanceSessionsTable {
  instance: IdentityId;
  session: IdentityId;
  source: string;
  hour: Instant;
  at: Instant;
  proof: Json<EventRef>;
}

/** Which events made, changed, undid or denied which thing: written when they are published, and never changed. */
export interface EventThingsTable {
  thing: ThingKey;
  at: Instant;
  account_id: AccountId;
  event_id: string;
  revision: number;
}

export interface LinkTables {
  event_things: EventThingsTable;
  links: LinksTable;
  link_ends: LinkEndsTable;
  identities: IdentitiesTable;
  identity_aliases: IdentityAliasesTable;
  instance_sessions: InstanceSessionsTable;
}
