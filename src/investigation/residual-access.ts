import type { Instant } from '../model/ids.ts';
import type { ResidualAccess } from '../model/plan.ts';
import type { EventEffect } from './event-effect.ts';
import { evidenceOf, type GatheredEvidence } from './evidence/evidence-content.ts';
import { plainText } from './plain-text.ts';
import type { SeenEvent } from './seen-event.ts';

/** More lines than this are no list that a person reads at night; the rest is counted. */
const listLimit = 30;

/** What stays open when one key is inactive, a sentence each. */
export function residualOfKey(accessKeyId: string): readonly string[] {
  return [
    `Sessions made with ${accessKeyId} before (GetSessionToken, GetFederationToken) go on for up to 36 hours, roles assumed with it for up to 12 hours.`,
    'Keys, users, passwords and roles that were made with it stay until they are removed.',
  ];
}

/**
 * All access that stays open after the plan's actions: sessions that the suspect keys made, ways in that their holder made,
 * and what the user has besides. Instants come from the records, never from the clock, so that the list stays the same
 * while nothing new is seen.
 */
export function residualAccess(
  evidence: readonly GatheredEvidence[],
  suspectKeys: readonly string[],
  now: Instant,
): readonly ResidualAccess[] {
  const open = [
    ...(suspectKeys.length === 0 ? [] : [unseenSessions]),
    ...ownCalls(evidence).flatMap(({ effect }) => residualOfEffect(effect, now)),
    ...otherWaysIn(evidence, suspectKeys),
  ];
  return [...bounded(open), objectReads];
}

const unseenSessions: ResidualAccess = {
  kind: 'sessions-of-key',
  sentence: 'Sessions that were made with the key and that no record here shows go on by themselves: up to 36 hours.',
  until: 'unknown',
  remedy:
    'Attach a policy to the user that denies everything until then, and revoke the sessions of roles it may assume.',
};

/** Not access, but what cannot be said about it: the reader must not take silence for "nothing was read". */
const objectReads: ResidualAccess = {
  kind: 'not-visible',
  sentence: 'Object reads are not visible here: which objects in S3 were read or copied is not known.',
  until: 'unknown',
  remedy: "Look at a trail with S3 data events, or at the buckets' access logs, for the time of this case.",
};

function ownCalls(evidence: readonly GatheredEvidence[]): readonly SeenEvent[] {
  const activities = evidenceOf(evidence, 'access-key-activity', 'user-activity', 'session-activity');
  const calls = activities.flatMap(({ content }) => content.effects);
  return [...new Map(calls.map((call) => [call.ref.eventId, call])).values()];
}

function residualOfEffect(effect: EventEffect | undefined, now: Instant): readonly ResidualAccess[] {
  switch (effect?.kind) {
    case 'session-minted':
      return effect.expiresAt !== null && effect.expiresAt <= now ? [] : [mintedSession(effect)];
    case 'key-created':
      return [
        untilRemoved(
          'created-key',
          `Access key ${plainText(effect.accessKeyId)} of user ${plainText(effect.userName)} was made with these credentials.`,
          'Deactivate it, unless its user knows it.',
        ),
      ];
    case 'user-created':
      return [
        untilRemoved(
          'created-user',
          `User ${plainText(effect.userName)} was created with these credentials.`,
          'Take away its keys, password and policies, unless somebody answers for it.',
        ),
      ];
    case 'password-set':
      return [
        untilRemoved(
          'password',
          `The console password of user ${plainText(effect.userName)} was set with these credentials.`,
          'Delete the login profile or set another password.',
        ),
      ];
    case 'role-created':
    case 'trust-changed':
      return [
        untilRemoved(
          'role-trust',
          `Role ${plainText(effect.roleName)} was created, or its trust changed, with these credentials.`,
          'Read its trust policy, close it to outsiders, and revoke its older sessions.',
        ),
      ];
    default:
      return [];
  }
}

function mintedSession(effect: Extract<EventEffect, { kind: 'session-minted' }>): ResidualAccess {
  const of = effect.roleArn === null ? 'the user itself' : `role ${plainText(effect.roleArn)}`;
  return {
    kind: 'session',
    sentence: `Session ${plainText(effect.accessKeyId)} of ${of} was made with these credentials and goes on by itself.`,
    until: effect.expiresAt ?? 'unknown',
    remedy:
      effect.roleArn === null
        ? 'Attach a policy to the user that denies everything until then.'
        : "Revoke the role's older sessions in IAM.",
  };
}

/** What the user has besides the suspect keys; and there is no telling who else knows it. */
function otherWaysIn(evidence: readonly GatheredEvidence[], suspectKeys: readonly string[]): readonly ResidualAccess[] {
  return evidenceOf(evidence, 'user-state').flatMap(({ content }) => {
    const name = plainText(content.userName);
    const others = (content.keys ?? []).filter(
      (key) => key.status === 'Active' && !suspectKeys.includes(key.accessKeyId),
    );
    const keys = others.map((key) =>
      untilRemoved(
        'other-key',
        `User ${name} has another active key, ${plainText(key.accessKeyId)}, which stays active.`,
        'Ask its user whether it is known, and deactivate it if not.',
      ),
    );
    const password = untilRemoved(
      'password',
      `User ${name} has a console password, which stays valid.`,
      'Delete the login profile or set another password if it may be known to others.',
    );
    return content.hasPassword === true ? [...keys, password] : keys;
  });
}

function untilRemoved(kind: string, sentence: string, remedy: string): ResidualAccess {
  return { kind, sentence, until: 'until-removed', remedy };
}

function bounded(open: readonly ResidualAccess[]): readonly ResidualAccess[] {
  const distinct = [...new Map(open.map((each) => [each.sentence, each])).values()];
  if (distinct.length <= listLimit) return distinct;
  const rest = distinct.length - listLimit;
  const more = untilRemoved(
    'more',
    `${rest} more sessions, keys, users or roles of the same making are not listed.`,
    'The evidence of the case lists them.',
  );
  return [...distinct.slice(0, listLimit), more];
}
