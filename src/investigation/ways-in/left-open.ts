import type { Action } from '../../model/action.ts';
import type { Instant } from '../../model/ids.ts';
import type { Plan } from '../../model/plan.ts';
import type { WayIn } from '../../model/way-in.ts';

/** The ways in that a plan named as open, and that neither its done actions have closed nor time has ended. */
export function leftOpen(plan: Plan, doneActionIds: readonly string[], now: Instant): readonly WayIn[] {
  const done = plan.actions.filter(({ id }) => doneActionIds.includes(id));
  return plan.waysIn.filter(
    (wayIn) => wayIn.state === 'open' && !hasEnded(wayIn, now) && !done.some((action) => closes(action, wayIn)),
  );
}

function hasEnded({ until }: WayIn, now: Instant): boolean {
  return until !== 'until-removed' && until !== 'unknown' && Date.parse(until) <= Date.parse(now);
}

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
