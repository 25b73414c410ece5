import type { Action, ActionOf, ActionType } from '../model/action.ts';
import type { AccountId, Instant } from '../model/ids.ts';
import type { WayIn } from '../model/way-in.ts';
import type { Closure, Reopening } from './case/case-material.ts';
import { thing } from './effects/thing.ts';

/** What the trail is believed to say about an action of ours, once IAM showed it as done. */
interface ActionBelief<Type extends ActionType> {
  /** Whether it closes a way in of its target's account. */
  closes?(action: ActionOf<Type>, what: WayIn['what']): boolean;
  /** Whether it takes back what closes a way in of its target's account, or part of it. */
  givesBack?(action: ActionOf<Type>, what: WayIn['what']): boolean;
  /** What it has closed. */
  closures?(action: ActionOf<Type>, at: Instant): readonly Closure[];
  /** What it has opened again; a denial that was lifted holds no more, whenever it was put on. */
  reopenings?(action: ActionOf<Type>, at: Instant): readonly Reopening[];
}

/** Of each type; a new one that has no row does not compile. */
const beliefs: { readonly [Type in ActionType]: ActionBelief<Type> } = {
  deactivateAccessKey: { closes: isItsKey, closures: keyClosed },
  rotateAccessKey: { closes: isItsKey, closures: keyClosed },
  activateAccessKey: {
    givesBack: isItsKey,
    reopenings: ({ target }, at) => [{ things: [thing.accessKey(target.accessKeyId)], at }],
  },
  denyUserEverything: { closes: isOfItsUser, closures: (action, at) => [userDenied(action, at)] },
  disableCreatedIdentity: {
    closes: isOfItsUser,
    closures: (action, at) => [
      userDenied(action, at),
      { things: [thing.password(action.target.accountId, action.target.userName)], at, issuedBefore: null },
    ],
  },
  liftUserDenial: {
    givesBack: isOfItsUser,
    reopenings: ({ target: { accountId, userName }, params: { policyName } }, at) => [
      { things: [thing.policy(accountId, { kind: 'user', name: userName }, policyName)], at },
    ],
  },
  revokeRoleSessions: {
    closes: isItsSession,
    closures: ({ target: { accountId, roleName }, params: { issuedBefore, policyName } }, at) => [
      {
        things: [thing.deniedRole(accountId, roleName)],
        at,
        issuedBefore,
        whileThere: thing.policy(accountId, { kind: 'role', name: roleName }, policyName),
      },
    ],
  },
  liftRoleRevocation: {
    givesBack: isItsSession,
    reopenings: ({ target: { accountId, roleName }, params: { policyName } }, at) => [
      { things: [thing.policy(accountId, { kind: 'role', name: roleName }, policyName)], at },
    ],
  },
};

/** The ways in that actions leave as they are, if all of them are done. */
export function leftBy(actions: readonly Action[], waysIn: readonly WayIn[]): readonly WayIn[] {
  return waysIn.filter(
    ({ what }) => !actions.some((action) => isInAccountOf(action, what) && beliefOf(action).closes?.(action, what)),
  );
}

/** Whether an action takes back what closes a way in, or part of it. */
export function givesBack(action: Action, { what }: WayIn): boolean {
  return isInAccountOf(action, what) && beliefOf(action).givesBack?.(action, what) === true;
}

/** What an action of ours has closed once IAM showed it as done; nothing for one that gives access back. */
export function closureOf(action: Action, at: Instant): readonly Closure[] {
  return beliefOf(action).closures?.(action, at) ?? [];
}

/** What an action of ours has opened again once IAM showed it as done. */
export function reopeningOf(action: Action, at: Instant): readonly Reopening[] {
  return beliefOf(action).reopenings?.(action, at) ?? [];
}

function beliefOf({ type }: Action): ActionBelief<ActionType> {
  return beliefs[type];
}

function isInAccountOf({ target }: Action, what: WayIn['what']): boolean {
  return 'accountId' in what && what.accountId === target.accountId;
}

function isItsKey({ target }: { readonly target: { readonly accessKeyId: string } }, what: WayIn['what']): boolean {
  return what.kind === 'access-key' && what.accessKeyId === target.accessKeyId;
}

function isItsSession({ target }: { readonly target: { readonly roleName: string } }, what: WayIn['what']): boolean {
  return what.kind === 'session' && what.roleName === target.roleName;
}

/** What a policy on the user that denies everything takes away: its keys and password, its own sessions, what it was granted. */
function isOfItsUser(
  { target: { userName } }: { readonly target: { readonly userName: string } },
  what: WayIn['what'],
): boolean {
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

function keyClosed({ target }: { readonly target: { readonly accessKeyId: string } }, at: Instant): readonly Closure[] {
  return [{ things: [thing.accessKey(target.accessKeyId)], at, issuedBefore: null }];
}

function userDenied(
  {
    target: { accountId, userName },
    params: { policyName },
  }: {
    readonly target: { readonly accountId: AccountId; readonly userName: string };
    readonly params: { readonly policyName: string };
  },
  at: Instant,
): Closure {
  return {
    things: [thing.deniedUser(accountId, userName)],
    at,
    issuedBefore: null,
    whileThere: thing.policy(accountId, { kind: 'user', name: userName }, policyName),
  };
}
