import type { Action } from '../model/action.ts';
import type { Instant } from '../model/ids.ts';
import type { Closure, Reopening } from './case/case-material.ts';
import { thing } from './effects/thing.ts';

/** What an action of ours has closed once IAM showed it as done; nothing for one that gives access back. */
export function closureOf(action: Action, at: Instant): readonly Closure[] {
  switch (action.type) {
    case 'deactivateAccessKey':
    case 'rotateAccessKey':
      return [{ things: [thing.accessKey(action.target.accessKeyId)], at, issuedBefore: null }];
    case 'denyUserEverything':
      return [deniedUser(action, at)];
    case 'disableCreatedIdentity':
      return [
        deniedUser(action, at),
        { things: [thing.password(action.target.accountId, action.target.userName)], at, issuedBefore: null },
      ];
    case 'revokeRoleSessions': {
      const { accountId, roleName } = action.target;
      return [
        {
          things: [thing.deniedRole(accountId, roleName)],
          at,
          issuedBefore: action.params.issuedBefore,
          whileThere: thing.policy(accountId, { kind: 'role', name: roleName }, action.params.policyName),
        },
      ];
    }
    default:
      return [];
  }
}

/** What an action of ours has opened again once IAM showed it as done; a denial that was lifted holds no more, whenever it was put on. */
export function reopeningOf(action: Action, at: Instant): readonly Reopening[] {
  switch (action.type) {
    case 'activateAccessKey':
      return [{ things: [thing.accessKey(action.target.accessKeyId)], at }];
    case 'liftUserDenial': {
      const { accountId, userName } = action.target;
      return [{ things: [thing.policy(accountId, { kind: 'user', name: userName }, action.params.policyName)], at }];
    }
    case 'liftRoleRevocation': {
      const { accountId, roleName } = action.target;
      return [{ things: [thing.policy(accountId, { kind: 'role', name: roleName }, action.params.policyName)], at }];
    }
    default:
      return [];
  }
}

function deniedUser(
  { target, params }: Extract<Action, { readonly type: 'denyUserEverything' | 'disableCreatedIdentity' }>,
  at: Instant,
): Closure {
  const { accountId, userName } = target;
  return {
    things: [thing.deniedUser(accountId, userName)],
    at,
    issuedBefore: null,
    whileThere: thing.policy(accountId, { kind: 'user', name: userName }, params.policyName),
  };
}
