import type { CaseId } from '../../model/ids.ts';
import type { ActionOf, PolicyParams, UserTarget } from '../../model/action.ts';
import { userInActionId } from './identity-target.ts';

/** The inline policy by which a case denies a user everything: named after the case, so that nobody else's has the name. */
export function denialPolicyName(caseId: CaseId): string {
  return `TrailhoundDenyEverything-${caseId}`;
}

/** The ID of a user's denial. */
export function denialId(user: Pick<UserTarget, 'userName' | 'accountId'>): string {
  return `deny-${userInActionId(user)}`;
}

/** The action that puts a denial back that was lifted. */
export function denialOf(target: UserTarget, params: PolicyParams): ActionOf<'denyUserEverything'> {
  return { id: denialId(target), type: 'denyUserEverything', target, params, dependsOn: [], recommended: true };
}

/** The ID of what takes a denial off a user, whichever action put it there. */
export function denialLiftId(user: Pick<UserTarget, 'userName' | 'accountId'>): string {
  return `lift-${denialId(user)}`;
}

/** The action that takes a denial off a user. */
export function denialLiftOf(target: UserTarget, params: PolicyParams): ActionOf<'liftUserDenial'> {
  return { id: denialLiftId(target), type: 'liftUserDenial', target, params, dependsOn: [], recommended: true };
}
