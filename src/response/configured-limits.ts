import { refuse, type Refusal } from '../approval/refusal.ts';
import type { Account } from '../model/account.ts';
import type { Action } from '../model/action.ts';
import type { AccountId } from '../model/ids.ts';
import type { AllowedByConfiguration } from './action-module.ts';
import { moduleOf } from './action-registry.ts';
import { isProtectedName } from './guards.ts';

/**
 * Why this installation's own configuration does not allow an action, whatever was approved, or null where it does. Asked by the
 * process that makes the change, with configuration that is read nowhere else.
 */
export function refusedByConfiguration(action: Action, allowed: AllowedByConfiguration): Refusal | null {
  const { target } = action;
  if (!allowed.mayChange(target.accountId)) {
    return refuse('account-not-allowed', `The configuration gives no right to change account ${target.accountId}.`);
  }
  if ('userName' in target && isProtectedName(target.userName, allowed.protectedNames)) {
    return refuse('identity-protected');
  }
  return moduleOf(action.type).refusedBy?.(action, allowed) ?? null;
}

/**
 * Which accounts may be changed, by configuration: those with a respond role. One without any role is reached by the process's own
 * credentials, for reading and for changing alike.
 */
export function respondRights(accounts: readonly Account[]): (accountId: AccountId) => boolean {
  const allowed = accounts.filter(
    ({ lifecycle, roles }) =>
      lifecycle !== 'retired' && (roles.respond !== undefined || Object.keys(roles).length === 0),
  );
  const ids = new Set(allowed.map(({ id }) => id));
  return (accountId) => ids.has(accountId);
}
