import type { Identity, IdentityId } from '../../model/identity.ts';
import type { AccountId, Instant } from '../../model/ids.ts';
import { instantOfMs } from '../../model/instant.ts';
import type { Acceptance, AlertSight, CaseMaterial, Closure, Reopening } from './case-material.ts';
import { latestOfEach } from '../evidence/latest-evidence.ts';
import { evidenceOf, type GatheredEvidence } from '../evidence/evidence-content.ts';
import { kindOf } from '../links/identity-parts.ts';
import type { Walk } from '../links/walk.ts';
import type { SeenEvent } from '../seen-event.ts';

/** All that the store has of a live case: who is in it and what they did, what others did about it, and what a response closed. */
export interface CaseSight {
  readonly walk: Walk;
  /** Of all that its links name. */
  readonly identities: ReadonlyMap<IdentityId, Identity>;
  readonly alerts: readonly AlertSight[];
  /** By its members, and by others about what it made or changed; in any order. */
  readonly events: readonly SeenEvent[];
  /**
   * Calls of its members that are in the store and not among the events, reads that went through, where there is no room for all; and the
   * earliest of very many calls about what it made.
   */
  readonly left: number;
  /** Why not all calls were looked at, a sentence of ours each. */
  readonly unread: readonly string[];
  /** All that was ever gathered for it. */
  readonly evidence: readonly GatheredEvidence[];
  readonly closures: readonly Closure[];
  readonly reopenings?: readonly Reopening[];
  readonly acceptances: readonly Acceptance[];
  /** Accounts whose records are read. */
  readonly ownAccounts: readonly AccountId[];
  /** Those of its alerts' accounts of which no record is older than a day before the first of them. */
  readonly newlyRecorded: readonly AccountId[];
  /** When the latest plan was presented; null where none was. */
  readonly planPresentedAt: Instant | null;
  /** Events that arrived after that plan was made. */
  readonly sincePlan: ReadonlySet<string>;
  /** Up to where in the sequence of publishing it was looked at. */
  readonly upToSeq: bigint;
}

/** What a live case is assessed from, in the form in which files give it. */
export function sightMaterial(sight: CaseSight, now: Instant): CaseMaterial {
  const latest = latestOfEach(sight.evidence);
  const activities = evidenceOf(latest, 'access-key-activity', 'user-activity', 'session-activity');
  const older = activities.flatMap(({ content }) => content.effects);
  return {
    identities: [...sight.walk.members.values()].map(({ id, role, sinceMs, whole }) => ({
      ...identityNamed(id, sight.identities),
      role,
      since: instantOfMs(sinceMs),
      whole,
    })),
    links: sight.walk.links,
    limits: sight.walk.limits,
    events: [...sight.events, ...older],
    alerts: sight.alerts.map(({ id, ruleName, eventRefs }) => ({ id, ruleName, eventRefs })),
    identityState: evidenceOf(latest, 'user-state').map(({ content, takenAt }) => ({
      ...content,
      accountId: content.accountId as AccountId, // evidence keeps it as the text that it is
      takenAt,
    })),
    closures: sight.closures,
    ...(sight.reopenings === undefined ? {} : { reopenings: sight.reopenings }),
    acceptances: sight.acceptances,
    ownAccounts: sight.ownAccounts,
    newlyRecorded: sight.newlyRecorded,
    unread: [
      ...sight.unread,
      ...activities.flatMap(({ availability, why }) =>
        availability === 'complete' ? [] : [why ?? 'Not all was read.'],
      ),
    ],
    planPresentedAt: sight.planPresentedAt,
    sincePlan: sight.sincePlan,
    now,
  };
}

/** An identity by its ID; what no record names has its ID for a name. */
export function identityNamed(id: IdentityId, known: ReadonlyMap<IdentityId, Identity>): Identity {
  const named = known.get(id);
  if (named !== undefined) return named;
  const [, first, ...rest] = id.split('/').map(decodeURIComponent);
  const inAccount = /^\d{12}$/u.test(first ?? '') ? (first as AccountId) : null;
  const name = inAccount === null ? [first, ...rest].join('/') : rest.join('/');
  return { id, kind: kindOf(id), accountId: inAccount, name: name === '' ? id : name };
}
