import type { Action } from '../../model/action.ts';
import type { WayIn } from '../../model/way-in.ts';

/** The ways in that actions leave as they are, if all of them are done. */
export function leftBy(actions: readonly Action[], waysIn: readonly WayIn[]): readonly WayIn[] {
  return waysIn.filter((wayIn) => !actions.some((action) => closes(action, wayIn)));
}

/** Whether an action, once it is done, closes a way in. */
function closes({ type, target }: Action, { what }: WayIn): boolean {
  if (!('accountId' in what) || what.accountId !== target.accountId) return false;
  switch (type) {
    case 'deactivateAccessKey':
    case 'rotateAccessKey':
      return what.kind === 'access-key' && what.accessKeyId === target.accessKeyId;
    case 'denyUserEverything':
    case 'disableCreatedIdentity':
      return isOfUser(what, target.userName);
    case 'revokeRoleSessions':
      return what.kind === 'session' && what.roleName === target.roleName;
    default:
      return false;
  }
}

/** Whether an action takes back what closes a way in, or part of it. */
export function givesBack({ type, target }: Action, { what }: WayIn): boolean {
  if (!('accountId' in what) || what.accountId !== target.accountId) return false;
  switch (type) {
    case 'activateAccessKey':
      return what.kind === 'access-key' && what.accessKeyId === target.accessKeyId;
    case 'liftUserDenial':
      return isOfUser(what, target.userName);
    case 'liftRoleRevocation':
      return what.kind === 'session' && what.roleName === target.roleName;
    default:
      return false;
  }
}

/** What a policy on the user that denies everything takes away: its keys and password, its own sessions, what it was granted. */
function isOfUser(what: WayIn['what'], userName: string): boolean {
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
