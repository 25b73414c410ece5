import type { Actor, Attribution, AttributionHop } from '../model/actor.ts';
import type { AccountId, Instant } from '../model/ids.ts';
import type { EventRef } from '../model/trail-event.ts';
import { actorAccount, actorKey } from '../cloudtrail/actor.ts';
import type { SeenEvent } from './seen-event.ts';

/** Where a temporary key came from: the call that handed it out, and the key that signed that call. */
export interface CredentialOrigin {
  readonly accessKeyId: string;
  /** The key that signed the minting call; `null` where there was none (web identity, SAML) or it is not recorded. */
  readonly mintedWith: string | null;
  readonly proof: EventRef;
}

/** An attribution with the credentials that were followed on the way. */
export interface TracedAttribution extends Attribution {
  readonly origins: readonly CredentialOrigin[];
  /** Why it goes no further, where it is unprovable; a sentence of ours. */
  readonly because: string | null;
}

/** Finds the calls that may have handed out a session's key: in its account, around the session's beginning. */
export type FindMinting = (accountId: AccountId, around: Instant | null) => Promise<readonly SeenEvent[]>;

/** AWS chains roles without a limit; whoever needs more hops than this is hiding, and the case says so. */
const hopLimit = 12;

/**
 * Follows a credential to who is behind it: credential -> session -> role -> who assumed it -> person, as far as records
 * prove it. Each hop carries the record that proves it: the one call whose answer held exactly this access key.
 */
export async function attribute(start: SeenEvent, findMinting: FindMinting): Promise<TracedAttribution> {
  const hops: AttributionHop[] = [];
  const origins: CredentialOrigin[] = [];
  let current = start;
  for (let count = 0; count < hopLimit; count += 1) {
    const minting = await mintingOf(current, findMinting);
    if (minting === undefined) return concluded(current.actor, hops, origins);
    origins.push({
      accessKeyId: current.accessKeyId ?? '',
      mintedWith: minting.accessKeyId ?? null,
      proof: minting.ref,
    });
    if (actorKey(minting.actor) !== actorKey(current.actor)) {
      hops.push({ from: current.actor, to: minting.actor, proof: minting.ref });
    }
    current = minting;
  }
  return {
    actor: current.actor,
    hops,
    origins,
    end: 'unprovable',
    because: `More than ${hopLimit} sessions in a row.`,
  };
}

/** The call whose answer held the key that signed this one; long-term keys have none. */
async function mintingOf(event: SeenEvent, findMinting: FindMinting): Promise<SeenEvent | undefined> {
  const { accessKeyId } = event;
  const accountId = actorAccount(event.actor) ?? event.ref.accountId;
  // A person's record names them: how their session was handed out leads away again, to the identity provider.
  if (event.actor.kind === 'person') return undefined;
  if (accessKeyId === undefined || !isTemporaryKey(accessKeyId)) return undefined;
  const calls = await findMinting(accountId, event.sessionFrom ?? null);
  return calls.find(({ effects }) =>
    effects.some((effect) => effect.kind === 'session-minted' && effect.accessKeyId === accessKeyId),
  );
}

function concluded(
  actor: Actor,
  hops: readonly AttributionHop[],
  origins: readonly CredentialOrigin[],
): TracedAttribution {
  const because = whyUnprovable(actor);
  return { actor, hops, origins, end: because === null ? 'proved' : 'unprovable', because };
}

function whyUnprovable(actor: Actor): string | null {
  switch (actor.kind) {
    case 'person':
    case 'user':
    case 'root':
    case 'service':
      return null;
    case 'role-session':
      return 'No record shows who assumed the role: it is older than the records at hand, or was made where nobody watches.';
    case 'external':
      return 'The caller belongs to another account or identity provider, whose records are not at hand.';
    default:
      return 'The record names no identity.';
  }
}

/** Temporary keys begin with ASIA, long-term ones with AKIA (IAM User Guide, unique ID prefixes). */
export function isTemporaryKey(accessKeyId: string): boolean {
  return accessKeyId.startsWith('ASIA');
}

/** True for a long-term key of an IAM user or of root. */
export function isLongTermKey(accessKeyId: string): boolean {
  return accessKeyId.startsWith('AKIA');
}
