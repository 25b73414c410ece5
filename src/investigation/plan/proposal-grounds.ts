import type { AccountId } from '../../model/ids.ts';
import { eventRefKey } from '../../model/trail-event.ts';
import { isUnrecorded } from '../effects/unrecorded.ts';
import { unseenSession, type WayIn } from '../../model/way-in.ts';
import type {
  CreatedUser,
  DeniedOwner,
  ProposalGrounds,
  SuspectKey,
  SuspectRole,
  SuspectUser,
} from '../../response/action-module.ts';
import type { CaseMaterial } from '../case/case-material.ts';
import { evidenceOf, type GatheredEvidence } from '../evidence/evidence-content.ts';
import type { PlanRequest } from './plan-request.ts';
import type { SeenEvent } from '../seen-event.ts';
import { userNamesIn, type NamedUser } from '../users/user-names.ts';

/** The calls that raised the case's alerts, as far as the accounts' own trails show them: nothing else is a reason to act. */
export function alertedCalls(evidence: readonly GatheredEvidence[]): readonly SeenEvent[] {
  const events = evidenceOf(evidence, 'alert-events').flatMap(({ content }) => content.events);
  return events.filter(({ unconfirmed }) => unconfirmed === undefined);
}

/** The ways in that stand or may stand, and for which an account's own trail speaks: imported records alone are no ground to act on. */
export function actedOn(waysIn: readonly WayIn[], { events }: Pick<CaseMaterial, 'events'>): readonly WayIn[] {
  const imported = new Set(
    events.filter(({ unconfirmed }) => unconfirmed !== undefined).map(({ ref }) => eventRefKey(ref)),
  );
  return waysIn.filter(
    ({ state, proof }) =>
      (state === 'open' || state === 'unknown') &&
      (proof.length === 0 || proof.some((ref) => !imported.has(eventRefKey(ref)))),
  );
}

/**
 * What gives reason to act: the keys, users, roles and created identities by which the intruder can still come in, in accounts that
 * may be changed.
 *
 * @param open the ways in that actions are to close
 * @param replaceable keys whose owners need another one, and the denials that go with them
 */
export function proposalGrounds(
  request: PlanRequest,
  open: readonly WayIn[],
  { keys: replaceable, liftable }: { readonly keys: readonly SuspectKey[]; readonly liftable: readonly DeniedOwner[] },
): ProposalGrounds {
  const { caseId, secrets, now, presented, mayChange } = request;
  function mine<T extends { readonly accountId: AccountId }>(each: readonly T[]): readonly T[] {
    return each.filter(({ accountId }) => mayChange(accountId));
  }
  const created = mine(createdUsers(open));
  return {
    caseId,
    keys: mine(openKeys(open, request.material)).filter((key) => !isAmong(created, key)),
    replaceable: mine(replaceable),
    liftable: liftable.filter(({ key }) => mayChange(key.accountId)),
    users: mine(suspectUsers(open, request.material)).filter((user) => !isAmong(created, user)),
    roles: mine(suspectRoles(open, request.material)),
    created,
    presented: presented?.actions ?? [],
    secrets,
    now,
  };
}

function isAmong(users: readonly NamedUser[], { accountId, userName }: NamedUser): boolean {
  return users.some((each) => each.accountId === accountId && each.userName === userName);
}

function createdUsers(open: readonly WayIn[]): readonly CreatedUser[] {
  return open.flatMap(({ what, identity, origin }) => {
    if (what.kind !== 'user' || origin !== 'made') return [];
    const { accountId, userName } = what;
    return [{ accountId, userName, userId: uniqueId(identity, 'AIDA') }];
  });
}

/** Keys that the intruder has: those that it came in by, and those that it made. */
function openKeys(open: readonly WayIn[], material: CaseMaterial): readonly SuspectKey[] {
  return open.flatMap(({ what }) => {
    // Nobody can say to IAM which key it is: that one is left to people.
    if (what.kind !== 'access-key' || isUnrecorded(what.accessKeyId)) return [];
    const { accountId, userName, accessKeyId } = what;
    return [{ accountId, userName, userId: userIdOf(what, material), accessKeyId, status: 'unknown' } as const];
  });
}

/** As the calls of the user's own name it, by whatever name it went then: names are reused, unique IDs are not. */
export function userIdOf(
  { accountId, userName }: NamedUser,
  { events }: Pick<CaseMaterial, 'events'>,
): string | undefined {
  const names = userNamesIn(events);
  for (const { actor, at } of events) {
    if (actor.kind !== 'user' || actor.accountId !== accountId) continue;
    if (names.latest({ accountId, userName: actor.name }, at) === userName) return actor.userId;
  }
  return undefined;
}

/**
 * Users who came in by what is their own: only a denial ends the sessions that it made. Where none is known to be open, it is offered
 * and not recommended. A user who was merely given a key or a password is not denied everything for that.
 */
function suspectUsers(open: readonly WayIn[], material: CaseMaterial): readonly SuspectUser[] {
  const users = new Map<string, SuspectUser>();
  for (const { what, origin } of open) {
    const named = what.kind === 'access-key' || what.kind === 'password' || what.kind === 'session' ? what : null;
    if (named?.userName === undefined) continue;
    const isSession = named.kind === 'session';
    if (!isSession && origin === 'made') continue;
    const { accountId, userName } = named;
    const key = `${accountId}/${userName}`;
    const sessionsOpen = isSession || named.kind === 'password' || users.get(key)?.sessionsOpen === true;
    users.set(key, { accountId, userName, userId: userIdOf({ accountId, userName }, material), sessionsOpen });
  }
  return [...users.values()];
}

/** Roles of which the intruder has a session. */
function suspectRoles(open: readonly WayIn[], { events }: CaseMaterial): readonly SuspectRole[] {
  const roles = new Map<string, SuspectRole>();
  for (const { what } of open) {
    // Of sessions that are not told apart nobody knows that they are the intruder's: others work with the role.
    if (what.kind !== 'session' || what.roleName === null || isNotToldApart(what.sessionName)) continue;
    const { accountId, roleName, accessKeyId } = what;
    const key = `${accountId}/${roleName}`;
    const known = roles.get(key)?.sessions ?? [];
    const sessions = [...new Set([...known, ...(accessKeyId === null ? [] : [accessKeyId])])];
    roles.set(key, { accountId, roleName, roleId: roleIdOf(accountId, roleName, events), sessions });
  }
  return [...roles.values()];
}

function isNotToldApart(sessionName: string | null): boolean {
  return sessionName?.startsWith(unseenSession) === true;
}

function roleIdOf(accountId: AccountId, roleName: string, events: readonly SeenEvent[]): string | undefined {
  const named = events.find(
    ({ actor }) => actor.kind === 'role-session' && actor.accountId === accountId && actor.roleName === roleName,
  );
  return named?.actor.kind === 'role-session' ? named.actor.roleId : undefined;
}

/** The unique ID at the end of an identity's own ID, where it has one. */
function uniqueId(identity: string, prefix: string): string | undefined {
  const last = identity.split('/').at(-1) ?? '';
  return last.startsWith(prefix) ? last : undefined;
}
