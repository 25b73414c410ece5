import { subjectDigest } from '../../approval/signed-acceptance.ts';
import { clockSkewAllowanceMs } from '../../approval/verify-decisions.ts';
import type { Instant } from '../../model/ids.ts';
import { eventRefKey, type EventRef } from '../../model/trail-event.ts';
import { unseenSession, type WayIn, type WayInState } from '../../model/way-in.ts';
import { compareInstants } from '../../model/instant.ts';
import { minuteMs } from '../../model/duration.ts';
import { isLongTermKey } from '../attribution.ts';
import type { CaseCalls } from '../case/case-calls.ts';
import type { CaseEffects } from '../case/case-effects.ts';
import type { Acceptance, CaseMaterial } from '../case/case-material.ts';
import { thing } from '../effects/thing.ts';
import { user } from '../../cloudtrail/identities.ts';
import { roleIn } from '../links/identity-parts.ts';
import { wayInId, type WayInCandidate } from './candidate.ts';
import type { SeenEvent } from '../seen-event.ts';
import { neverDenied } from '../habits/never-denied.ts';
import { deniedUser } from './closing.ts';
import { certificateWaysIn } from './certificates.ts';
import { credentialWaysIn, peopleWaysIn } from './credentials.ts';
import { doorWaysIn } from './doors.ts';
import { readInstances } from './read-instances.ts';
import { renewedSessions } from './renewed-sessions.ts';
import { latestEnd } from './session-lifetime.ts';
import { sessionWaysIn } from './sessions.ts';

/**
 * Every way by which the intruder can still come in or is still active, or could: derived from what the case's calls made and
 * used, minus what anybody undid, and IAM's present state. What nobody could see is unknown, never closed.
 */
export function waysInOf(material: CaseMaterial, calls: CaseCalls, known: CaseEffects): readonly WayIn[] {
  const read = readInstances(calls, known, material.alerts);
  const candidates = [
    ...credentialWaysIn(calls, known, material.identityState),
    ...peopleWaysIn(material.identities, calls),
    ...sessionWaysIn(calls, known, material.links),
    ...doorWaysIn(known, material),
    ...read,
    ...renewedSessions(calls, known, material, read),
    ...certificateWaysIn(calls, known),
    ...unseenSessions(material, calls, known),
    ...sessionsNotToldApart(material, calls, known),
  ];
  const accepted = new Map((material.acceptances ?? []).map((each) => [each.wayInId, each]));
  const byId = Map.groupBy(candidates, ({ what }) => wayInId(what));
  const used = lastUses(calls);
  return [...byId].flatMap(([id, same]) =>
    settled(
      id,
      same.map((each) => unlessUsedSince(each, used)),
      covering(accepted.get(id), same, calls, material.now),
      material.now,
    ),
  );
}

/**
 * An acceptance covers what was there when it was given, for as long as it says: neither a way in that is not the same any more, nor one by
 * which a call of the intruder's went through since.
 */
function covering(
  acceptance: Acceptance | undefined,
  same: readonly WayInCandidate[],
  { calls }: CaseCalls,
  now: Instant,
): Acceptance | undefined {
  if (acceptance === undefined) return undefined;
  if (acceptance.until !== null && Date.parse(acceptance.until) <= Date.parse(now)) return undefined;
  // Nobody takes one from the future, and the store may have what nobody took: what comes until then would be covered by it.
  if (Date.parse(acceptance.at) > Date.parse(now) + clockSkewAllowanceMs) return undefined;
  const latest = latestOf(same);
  if (latest === undefined || subjectDigest(latest.what) !== acceptance.what) return undefined;
  // Made anew, written anew or switched on again since: of the same name, and not what somebody looked at.
  if (Date.parse(latest.from) > Date.parse(acceptance.at)) return undefined;
  // Made or written anew before it was signed, and shown only after: nobody looked at that.
  const { seen } = acceptance;
  const made = same.filter(({ origin }) => origin === 'made').flatMap(({ proof }) => proof);
  if (seen !== undefined && made.some(({ eventId }) => !seen.includes(eventId))) return undefined;
  const { what, identity } = latest;
  const credential = what.kind === 'access-key' || what.kind === 'session' ? what.accessKeyId : null;
  function cameBy(call: SeenEvent): boolean {
    return credential === null ? call.callers.includes(identity) : call.accessKeyId === credential;
  }
  const used = calls.some(
    (call) =>
      call.outcome === 'success' &&
      !neverDenied.has(call.action) &&
      Date.parse(call.at) > Date.parse(acceptance.at) &&
      cameBy(call),
  );
  return used ? undefined : acceptance;
}

/** IAM is eventually consistent: what goes through so soon after a closing says nothing about it. */
const settlesWithinMs = minuteMs;

/** When each credential was last used for something that it had to be allowed to do. */
function lastUses({ calls }: CaseCalls): ReadonlyMap<string, number> {
  const last = new Map<string, number>();
  for (const { accessKeyId, outcome, action, at } of calls) {
    if (accessKeyId === undefined || outcome !== 'success' || neverDenied.has(action)) continue;
    last.set(accessKeyId, Math.max(last.get(accessKeyId) ?? 0, Date.parse(at)));
  }
  return last;
}

/** Whatever was done about a credential, one that goes on working is open. */
function unlessUsedSince(candidate: WayInCandidate, lastUse: ReadonlyMap<string, number>): WayInCandidate {
  const { what, closed } = candidate;
  const credential = what.kind === 'access-key' || what.kind === 'session' ? what.accessKeyId : null;
  const usedMs = lastUse.get(credential ?? '') ?? 0;
  return closed !== null && usedMs > Date.parse(closed.at) + settlesWithinMs
    ? { ...candidate, closed: null }
    : candidate;
}

/**
 * The latest record about a way in says how it stands: what was closed may have been opened again. Of one second's records the
 * one that leaves it open counts.
 */
function settled(
  id: string,
  same: readonly WayInCandidate[],
  acceptance: Acceptance | undefined,
  now: Instant,
): readonly WayIn[] {
  const decisive = decisiveOf(same, now);
  if (decisive === undefined) return [];
  const { identity, what, until, closed } = decisive;
  const refs = [
    ...same.flatMap(({ proof }) => proof),
    ...(closed === null || closed.proof === null ? [] : [closed.proof]),
  ];
  const proof = [...new Map<string, EventRef>(refs.map((ref) => [eventRefKey(ref), ref])).values()];
  const origin = same.some((each) => each.origin === 'made') ? ('made' as const) : ('used' as const);
  const state = stateOf(decisive, acceptance, now);
  const held = state === 'closed' && decisive.heldBack === true ? { heldBack: true as const } : {};
  const narrowed = decisive.narrowedTo === undefined ? {} : { narrowedTo: decisive.narrowedTo };
  const endBegun = decisive.endBegun === undefined || state !== 'unknown' ? {} : { endBegun: decisive.endBegun };
  const neverBack = decisive.neverBack === undefined ? {} : { neverBack: decisive.neverBack };
  const reopened = decisive.reopened === undefined ? {} : { reopened: decisive.reopened };
  return [
    { id, identity, what, origin, state, ...held, ...narrowed, ...endBegun, ...neverBack, ...reopened, until, proof },
  ];
}

/**
 * Several doors may go by one ID, each with an end of its own, such as schedules of one name in two groups: the way in is closed only
 * where all of them are.
 */
function decisiveOf(same: readonly WayInCandidate[], now: Instant): WayInCandidate | undefined {
  const doors = [...Map.groupBy(same, ({ endsWith = [] }) => endsWith.toSorted().join(' ')).values()];
  const latest = doors.flatMap((each) => latestOf(each) ?? []);
  const left = latest.filter(({ closed, until }) => closed === null && !hasEnded(until, now));
  return latestOf(left.filter(({ unsure }) => unsure !== true)) ?? latestOf(left) ?? latestOf(latest);
}

function latestOf(same: readonly WayInCandidate[]): WayInCandidate | undefined {
  return same
    .toSorted((a, b) => compareInstants(a.from, b.from) || Number(b.closed !== null) - Number(a.closed !== null))
    .at(-1);
}

function stateOf(candidate: WayInCandidate, acceptance: Acceptance | undefined, now: Instant): WayInState {
  if (candidate.closed !== null || hasEnded(candidate.until, now)) return 'closed';
  if (acceptance !== undefined) return { acceptedBy: acceptance.acceptedBy, reason: acceptance.reason };
  return candidate.unsure === true ? 'unknown' : 'open';
}

function hasEnded(until: WayIn['until'], now: Instant): boolean {
  return until !== 'until-removed' && until !== 'unknown' && Date.parse(until) <= Date.parse(now);
}

/**
 * A service began sessions with a role before the intruder handed it the role too: which of those since are the intruder's is not on
 * record. They are over where all were revoked that the role had at the case's last call.
 */
function sessionsNotToldApart(
  { limits = [] }: CaseMaterial,
  { calls }: CaseCalls,
  { denials }: CaseEffects,
): readonly WayInCandidate[] {
  const [first, last] = [calls[0], calls.at(-1)];
  if (first === undefined || last === undefined) return [];
  return limits.flatMap((limit): readonly WayInCandidate[] => {
    const role = limit.kind === 'handed-before' ? roleIn(limit.at) : null;
    if (role === null) return [];
    const { accountId, roleName } = role;
    return [
      {
        identity: limit.at,
        what: { kind: 'session', accountId, accessKeyId: null, roleName, sessionName: `${unseenSession}${roleName}` },
        origin: 'made',
        from: first.at,
        until: 'unknown',
        closed: denials.denied(thing.deniedRole(accountId, roleName), last.at),
        unsure: true,
        proof: [],
      },
    ];
  });
}

/** Where not all calls of a key could be seen, it may have made sessions that no record here shows. */
function unseenSessions({ unread }: CaseMaterial, { calls }: CaseCalls, known: CaseEffects): readonly WayInCandidate[] {
  if (unread === undefined || unread.length === 0) return [];
  const signed = calls.filter(
    ({ actor, accessKeyId }) => actor.kind === 'user' && accessKeyId !== undefined && isLongTermKey(accessKeyId),
  );
  const lastByUser = new Map(signed.map((event) => [event.callers[0], event]));
  return [...lastByUser.values()].flatMap(({ actor, at, accessKeyId = '' }): readonly WayInCandidate[] => {
    if (actor.kind !== 'user') return [];
    const { accountId, name } = actor;
    const keyClosed = known.undoneSince([thing.accessKey(accessKeyId)], at);
    return [
      {
        identity: user(accountId, name).id,
        what: {
          kind: 'session',
          accountId,
          accessKeyId: null,
          roleName: null,
          sessionName: `${unseenSession}${name}`,
          userName: known.names.latest({ accountId, userName: name }, at),
        },
        origin: 'made',
        from: at,
        // While the key works it may make more, and from its last use nothing can be told.
        until: keyClosed === null ? 'unknown' : latestEnd('user', keyClosed.at),
        closed: deniedUser(known, { accountId, userName: name }, at, null),
        unsure: true,
        proof: [],
      },
    ];
  });
}
