import type { AccountId, Instant } from '../model/ids.ts';
import type { Identity } from '../model/identity.ts';
import { eventRefKey } from '../model/trail-event.ts';
import type { CaseIdentity, CaseMaterial, Closure } from './case-material.ts';
import { byTime } from './seen-event.ts';
import { evidenceOf, type GatheredEvidence } from './evidence/evidence-content.ts';
import { roleNameIn } from './effects/things-of.ts';
import { accessKey, role, session, user } from '../cloudtrail/identities.ts';
import type { SeenEvent } from './seen-event.ts';

/** What a compromised credential did up to a day before its first alert counts as the intruder's. */
const lookBackMs = 24 * 3_600_000;

/** What a case is assessed from, out of its evidence. */
export function evidenceMaterial(
  evidence: readonly GatheredEvidence[],
  now: Instant,
  closures: readonly Closure[] = [],
): CaseMaterial {
  const alerted = evidenceOf(evidence, 'alert-events');
  const activities = evidenceOf(evidence, 'access-key-activity', 'user-activity', 'session-activity');
  const alertEvents = confirmed(alerted.flatMap(({ content }) => content.events));
  const events = distinct([...alertEvents, ...confirmed(activities.flatMap(({ content }) => content.effects))]);
  return {
    identities: identitiesOf(alertEvents, events),
    links: [],
    events,
    alerts: alerted.flatMap(({ content }) =>
      content.alerts.map(({ id, ruleName, eventRefs }) => ({ id, ruleName, eventRefs })),
    ),
    identityState: evidenceOf(evidence, 'user-state').map(({ content, takenAt }) => ({
      ...content,
      accountId: content.accountId as AccountId, // evidence keeps it as the text that it is
      takenAt,
    })),
    closures,
    unread: activities.flatMap(({ availability, why }) =>
      availability === 'complete' ? [] : [why ?? 'Not all was read.'],
    ),
    now,
  };
}

/** What only an imported record tells of is no reason to act, and no way in to be closed. */
function confirmed(events: readonly SeenEvent[]): readonly SeenEvent[] {
  return events.filter(({ unconfirmed }) => unconfirmed === undefined);
}

function distinct(events: readonly SeenEvent[]): readonly SeenEvent[] {
  return [...new Map(events.map((event) => [eventRefKey(event.ref), event])).values()].sort(byTime);
}

/**
 * Who belongs to a case, as far as its own evidence shows it: the callers of its alerts, and what their calls made and minted, and
 * what that made in turn.
 */
function identitiesOf(alertEvents: readonly SeenEvent[], events: readonly SeenEvent[]): readonly CaseIdentity[] {
  const first = Math.min(...alertEvents.map(({ at }) => Date.parse(at)));
  if (!Number.isFinite(first)) return [];
  const since = new Date(first - lookBackMs).toISOString() as Instant;
  const members = new Map<string, CaseIdentity>();
  const join = (id: string, given: Omit<CaseIdentity, 'id'>) => {
    if (!members.has(id)) members.set(id, { id, ...given });
  };
  for (const { callers, ref } of alertEvents) {
    for (const id of callers) join(id, { ...described(id, ref.accountId), role: 'suspect', since, whole: true });
  }
  for (let before = -1; before !== members.size;) {
    before = members.size;
    const own = events.filter(
      ({ callers, at }) => Date.parse(at) >= Date.parse(since) && callers.some((id) => members.get(id)?.whole === true),
    );
    for (const event of own) {
      for (const made of madeBy(event)) join(made.id, { ...made, since: event.at });
    }
  }
  return [...members.values()];
}

function described(id: string, accountId: AccountId): Omit<Identity, 'id'> {
  const [kind = 'account', ...parts] = id.split('/');
  return { kind: kind as Identity['kind'], accountId, name: decodeURIComponent(parts.at(-1) ?? id) };
}

type Made = Omit<CaseIdentity, 'since'>;

function madeBy({ effects, ref }: SeenEvent): readonly Made[] {
  const { accountId } = ref;
  return effects.flatMap((effect): readonly Made[] => {
    switch (effect.kind) {
      case 'session-minted': {
        const inAccount = effect.roleAccountId ?? accountId;
        const roleName = effect.roleArn === null ? 'federated-user' : roleNameIn(effect.roleArn);
        const named =
          effect.sessionName === null
            ? []
            : [{ ...session(inAccount, roleName, effect.sessionName), role: 'used' as const, whole: false }];
        return [{ ...accessKey(effect.accessKeyId, inAccount), role: 'used', whole: true }, ...named];
      }
      case 'key-created':
        return [{ ...accessKey(effect.accessKeyId, accountId), role: 'created', whole: true }];
      case 'user-created':
        return [{ ...user(accountId, effect.userName), role: 'created', whole: true }];
      case 'password-set':
        return [{ ...user(accountId, effect.userName), role: 'changed', whole: false }];
      case 'role-created':
        return [{ ...role(accountId, effect.roleName), role: 'created', whole: false }];
      case 'trust-changed':
        return [{ ...role(accountId, effect.roleName), role: 'changed', whole: false }];
      default:
        return [];
    }
  });
}
