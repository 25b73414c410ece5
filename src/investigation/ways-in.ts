import { canonicalDigest } from '../digest/canonical-digest.ts';
import type { AccountId, Instant } from '../model/ids.ts';
import type { IdentityId } from '../model/identity.ts';
import type { EventRef } from '../model/trail-event.ts';
import type { WayIn, WayInSubject } from '../model/way-in.ts';
import type { Effect, EffectOf } from './effects/effect.ts';
import { evidenceOf, type GatheredEvidence } from './evidence/evidence-content.ts';
import type { SeenEvent } from './seen-event.ts';

/** The credentials whose holder is under suspicion. */
interface SuspectCredential {
  readonly accountId: AccountId;
  readonly accessKeyId: string;
}

/**
 * By which ways the intruder can still come in, whatever the plan does: sessions that the suspect keys made, ways in that their
 * holder made, and what the user has besides. Instants come from the records, never from the clock, so that the list stays the same
 * while nothing new is seen.
 */
export function waysInFrom(
  evidence: readonly GatheredEvidence[],
  suspects: readonly SuspectCredential[],
  now: Instant,
): readonly WayIn[] {
  const open = [
    ...suspects.map(unseenSessions),
    ...ownCalls(evidence).flatMap(({ effects, ref }) => effects.flatMap((effect) => wayMadeBy(effect, ref, now))),
    ...whatTheUserHas(evidence, suspects),
  ];
  return [...new Map(open.map((each) => [each.id, each])).values()];
}

/** Sessions that no record here shows: that there are none cannot be said. */
function unseenSessions({ accountId, accessKeyId }: SuspectCredential): WayIn {
  const what = { kind: 'session', accountId, accessKeyId: null, roleName: null, sessionName: null } as const;
  return { ...wayIn(`access-key/${accessKeyId}`, what, 'unknown'), state: 'unknown' };
}

function ownCalls(evidence: readonly GatheredEvidence[]): readonly SeenEvent[] {
  const activities = evidenceOf(evidence, 'access-key-activity', 'user-activity', 'session-activity');
  const calls = activities.flatMap(({ content }) => content.effects);
  // A way in that only an imported record tells of is not there to be closed.
  const confirmed = calls.filter(({ unconfirmed }) => unconfirmed === undefined);
  return [...new Map(confirmed.map((call) => [call.ref.eventId, call])).values()];
}

function wayMadeBy(effect: Effect, ref: EventRef, now: Instant): readonly WayIn[] {
  const { accountId } = ref;
  switch (effect.kind) {
    case 'session-minted':
      return effect.expiresAt !== null && effect.expiresAt <= now
        ? []
        : [{ ...mintedSession(effect, accountId), origin: 'made', proof: [ref] }];
    case 'key-created': {
      const { accessKeyId, userName } = effect;
      const what = { kind: 'access-key', accountId, userName, accessKeyId } as const;
      return [{ ...wayIn(`access-key/${accessKeyId}`, what), origin: 'made', proof: [ref] }];
    }
    case 'user-created':
    case 'password-set': {
      const { userName } = effect;
      const what = { kind: effect.kind === 'user-created' ? 'user' : 'password', accountId, userName } as const;
      return [{ ...wayIn(userIdentity(accountId, userName), what), origin: 'made', proof: [ref] }];
    }
    case 'role-created': {
      const { roleName } = effect;
      return [
        {
          ...wayIn(`role/${accountId}/${roleName}`, { kind: 'role', accountId, roleName }),
          origin: 'made',
          proof: [ref],
        },
      ];
    }
    case 'trust-changed': {
      const { roleName } = effect;
      const what = { kind: 'trust', accountId, roleName, letsIn: [] } as const;
      return [{ ...wayIn(`role/${accountId}/${roleName}`, what), origin: 'made', proof: [ref] }];
    }
    default:
      return [];
  }
}

function mintedSession(effect: EffectOf<'session-minted'>, accountId: AccountId): WayIn {
  const { accessKeyId, roleArn, expiresAt } = effect;
  const roleName = roleArn === null ? null : (roleArn.split('/').at(-1) ?? roleArn);
  const what = {
    kind: 'session',
    accountId: effect.roleAccountId ?? accountId,
    accessKeyId,
    roleName,
    sessionName: null,
  } as const;
  return wayIn(`access-key/${accessKeyId}`, what, expiresAt ?? 'unknown');
}

/** What the user has besides the suspect keys; and there is no telling who else knows it. */
function whatTheUserHas(
  evidence: readonly GatheredEvidence[],
  suspects: readonly SuspectCredential[],
): readonly WayIn[] {
  const suspected = new Set(suspects.map(({ accessKeyId }) => accessKeyId));
  return evidenceOf(evidence, 'user-state').flatMap(({ content }) => {
    const { userName } = content;
    const accountId = content.accountId as AccountId; // evidence keeps it as the text that it is
    const others = (content.keys ?? []).filter(
      ({ status, accessKeyId }) => status === 'Active' && !suspected.has(accessKeyId),
    );
    const keys = others.map(({ accessKeyId }) =>
      wayIn(`access-key/${accessKeyId}`, { kind: 'access-key', accountId, userName, accessKeyId }),
    );
    const password = wayIn(userIdentity(accountId, userName), { kind: 'password', accountId, userName });
    return content.hasPassword === true ? [...keys, password] : keys;
  });
}

function wayIn(identity: IdentityId, what: WayInSubject, until: WayIn['until'] = 'until-removed'): WayIn {
  return { id: canonicalDigest([identity, what]), identity, what, origin: 'used', state: 'open', until, proof: [] };
}

function userIdentity(accountId: AccountId, userName: string): IdentityId {
  return `user/${accountId}/${userName}`;
}
