import { unreadUserState } from '../../src/investigation/users/unread-user-state.ts';
import type { UserState } from '../../src/investigation/evidence-ports.ts';

/** What IAM shows of a user that is there and has nothing. */
export const bareUser: UserState = {
  exists: true,
  userId: null,
  createdAt: null,
  keys: [],
  hasPassword: false,
  mfaDevices: 0,
  attachedPolicies: [],
  inlinePolicies: [],
  groups: [],
  problems: [],
};

/** A user that IAM was not asked about. */
export const unreadUser = unreadUserState('not asked');

/** What IAM shows of a user with one key, which is active. */
export function userWithKey(userId: string, accessKeyId: string): UserState {
  return { ...bareUser, userId, keys: [{ accessKeyId, status: 'Active', createdAt: null }] };
}
