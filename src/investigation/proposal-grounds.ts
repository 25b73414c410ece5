import type { AccountId } from '../model/ids.ts';
import type { WayIn } from '../model/way-in.ts';
import type { CreatedUser, ProposalGrounds, SuspectKey, SuspectRole, SuspectUser } from '../response/action-module.ts';
import { isTemporaryKey } from './attribution.ts';
import { evidenceOf, type GatheredEvidence } from './evidence/evidence-content.ts';
import type { PlanRequest } from './plan-request.ts';
import type { SeenEvent } from './seen-event.ts';

/** The calls that raised the case's alerts, as far as the accounts' own trails show them: nothing else is a reason to act. */
export function alertedCalls(evidence: readonly GatheredEvidence[]): readonly SeenEvent[] {
  const events = evidenceOf(evidence, 'alert-events').flatMap(({ content }) => content.events);
  return events.filter(({ unconfirmed }) => unconfirmed === undefined);
}

/** What gives reason to act: the keys, users, roles and created identities of the case, in accounts that may be changed. */
export function proposalGrounds(
  request: PlanRequest,
  suspectKeys: readonly SuspectKey[],
  waysIn: readonly WayIn[],
): ProposalGrounds {
  const { caseId, secrets, now, presented, done, mayChange } = request;
  const mine = <T extends { readonly accountId: AccountId }>(each: readonly T[]): readonly T[] =>
    each.filter(({ accountId }) => mayChange(accountId));
  const open = waysIn.filter(({ state }) => state === 'open' || state === 'unknown');
  const created = mine(createdUsers(open));
  return {
    caseId,
    keys: [...suspectKeys, ...mine(createdKeys(open, suspectKeys, created))],
    users: mine(suspectUsers(alertedCalls(request.evidence), open)).filter((user) => !isAmong(created, user)),
    roles: mine(suspectRoles(alertedCalls(request.evidence), open)),
    created,
    presented: [...(presented?.actions ?? []), ...done],
    secrets,
    now,
  };
}

interface NamedUser {
  readonly accountId: AccountId;
  readonly userName: string;
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

/** Keys that the intruder made for others; those of users that it made go with their users. */
function createdKeys(
  open: readonly WayIn[],
  known: readonly SuspectKey[],
  created: readonly CreatedUser[],
): readonly SuspectKey[] {
  return open.flatMap(({ what, origin }) => {
    if (what.kind !== 'access-key' || origin !== 'made' || isAmong(created, what)) return [];
    const { accountId, userName, accessKeyId } = what;
    if (known.some((key) => key.accessKeyId === accessKeyId)) return [];
    return [{ accountId, userName, userId: undefined, accessKeyId, status: 'unknown', keysOfUser: null } as const];
  });
}

/** Users behind the alerts; their sessions are open where one was used, or a record shows that one was made. */
function suspectUsers(calls: readonly SeenEvent[], open: readonly WayIn[]): readonly SuspectUser[] {
  const minted = open.some(
    ({ what, state }) =>
      what.kind === 'session' && what.roleName === null && what.accessKeyId !== null && state === 'open',
  );
  const users = new Map<string, SuspectUser>();
  for (const { actor, accessKeyId } of calls) {
    if (actor.kind !== 'user') continue;
    const { accountId, name: userName, userId } = actor;
    const key = `${accountId}/${userName}`;
    const inSession = accessKeyId === undefined || isTemporaryKey(accessKeyId);
    const sessionsOpen = inSession || minted || users.get(key)?.sessionsOpen === true;
    users.set(key, { accountId, userName, userId, sessionsOpen });
  }
  return [...users.values()];
}

/** Roles whose sessions raised the alerts, or were made with the case's credentials. */
function suspectRoles(calls: readonly SeenEvent[], open: readonly WayIn[]): readonly SuspectRole[] {
  const roles = new Map<string, SuspectRole>();
  const add = (role: Omit<SuspectRole, 'sessions'>, accessKeyId: string | null | undefined): void => {
    const key = `${role.accountId}/${role.roleName}`;
    const known = roles.get(key);
    const session = accessKeyId === null || accessKeyId === undefined ? [] : [accessKeyId];
    const sessions = [...new Set([...(known?.sessions ?? []), ...session])];
    roles.set(key, { ...role, roleId: known?.roleId ?? role.roleId, sessions });
  };
  for (const { actor, accessKeyId } of calls) {
    if (actor.kind !== 'role-session') continue;
    const { accountId, roleName, roleId } = actor;
    add({ accountId, roleName, roleId }, accessKeyId);
  }
  for (const { what } of open) {
    if (what.kind !== 'session' || what.roleName === null) continue;
    const { accountId, roleName, accessKeyId } = what;
    add({ accountId, roleName, roleId: undefined }, accessKeyId);
  }
  return [...roles.values()];
}

/** The unique ID at the end of an identity's own ID, where it has one. */
function uniqueId(identity: string, prefix: string): string | undefined {
  const last = identity.split('/').at(-1) ?? '';
  return last.startsWith(prefix) ? last : undefined;
}
