import type { Action } from '../model/action.ts';
import type { Instant } from '../model/ids.ts';
import type { WayIn, WayInSubject } from '../model/way-in.ts';
import type { Access } from '../response/action-module.ts';
import { moduleOf } from '../response/action-registry.ts';
import type { Closure, Reopening } from './case/case-material.ts';
import { thing } from './effects/thing.ts';

/** The ways in that actions leave as they are, if all of them are done. */
export function leftBy(actions: readonly Action[], waysIn: readonly WayIn[]): readonly WayIn[] {
  const closed = actions.flatMap((action) => moduleOf(action.type).closes(action));
  return waysIn.filter(({ what }) => !closed.some((access) => isBy(access, what)));
}

/** Whether an action takes back what closes a way in, or part of it. */
export function givesBack(action: Action, { what }: WayIn): boolean {
  const reopened = moduleOf(action.type).reopens(action);
  return reopened.some((access) => isBy(access, what));
}

/** What an action of ours has closed once IAM showed it as done; nothing for one that gives access back. */
export function closureOf(action: Action, at: Instant): readonly Closure[] {
  const closed = moduleOf(action.type).closes(action);
  return closed.map((access) => ({ at, ...closing(access) }));
}

/** What an action of ours has opened again once IAM showed it as done; a denial that was lifted holds no more, whenever it was put on. */
export function reopeningOf(action: Action, at: Instant): readonly Reopening[] {
  const reopened = moduleOf(action.type).reopens(action);
  return reopened.map(closing).map(({ things, whileThere }) => ({
    things: whileThere === undefined ? things : [whileThere],
    at,
  }));
}

/** How each kind of access is closed. */
function closing(access: Access): Omit<Closure, 'at'> {
  const { accountId } = access;
  switch (access.kind) {
    case 'access-key':
      return { things: [thing.accessKey(access.accessKeyId)], issuedBefore: null };
    case 'password':
      return { things: [thing.password(accountId, access.userName)], issuedBefore: null };
    case 'user':
      return {
        things: [thing.deniedUser(accountId, access.userName)],
        issuedBefore: null,
        whileThere: thing.policy(accountId, { kind: 'user', name: access.userName }, access.policyName),
      };
    case 'role-sessions':
      return {
        things: [thing.deniedRole(accountId, access.roleName)],
        issuedBefore: access.issuedBefore,
        whileThere: thing.policy(accountId, { kind: 'role', name: access.roleName }, access.policyName),
      };
  }
}

/** Whether a way in is by that access, so that it closes and opens with it. */
function isBy(access: Access, what: WayInSubject): boolean {
  if (!('accountId' in what) || what.accountId !== access.accountId) return false;
  switch (access.kind) {
    case 'access-key':
      return what.kind === 'access-key' && what.accessKeyId === access.accessKeyId;
    case 'password':
      return what.kind === 'password' && what.userName === access.userName;
    case 'user':
      return isOfUser(access.userName, what);
    case 'role-sessions':
      return what.kind === 'session' && what.roleName === access.roleName;
  }
}

/** What a policy on the user that denies everything takes away: its keys and password, its own sessions, what it was granted. */
function isOfUser(userName: string, what: WayInSubject): boolean {
  switch (what.kind) {
    case 'access-key':
    case 'password':
    case 'user':
    case 'other-credential':
      return what.userName === userName;
    case 'grant':
      return what.holder === `user ${userName}`;
    case 'session':
      return what.roleName === null && what.userName === userName;
    default:
      return false;
  }
}
