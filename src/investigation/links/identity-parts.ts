import { isTaskId } from '../../cloudtrail/container-task.ts';
import type { AccountId } from '../../model/ids.ts';
import type { Identity, IdentityId } from '../../model/identity.ts';

/** What kind of identity an ID names. */
export function kindOf(id: IdentityId): Identity['kind'] {
  return id.slice(0, id.indexOf('/')) as Identity['kind']; // IDs are made with their kind first
}

const accountBelongs: ReadonlySet<string> = new Set([
  'user',
  'role',
  'session',
  'root',
  'account',
  'instance',
  'service',
]);

/** The account that an identity belongs to, as its ID says; `undefined` where it says none. */
export function accountOfIdentity(id: IdentityId): string | undefined {
  return accountBelongs.has(kindOf(id)) ? id.split('/')[1] : undefined;
}

/** The role that an ID names, and its account; null for any other identity. */
export function roleIn(id: IdentityId): { readonly accountId: AccountId; readonly roleName: string } | null {
  const [, accountId, name] = /^role\/(\d{12})\/([^/]+)$/u.exec(id) ?? [];
  return accountId === undefined || name === undefined
    ? null
    : { accountId: accountId as AccountId, roleName: decodeURIComponent(name) };
}

/** `session/ACCOUNT/console/WHOSE`; looked at where it stands, for it is asked of every caller of a case many times. */
export function isConsoleSession(id: IdentityId): boolean {
  if (!id.startsWith(sessionPrefix)) return false;
  const second = id.indexOf('/', sessionPrefix.length);
  return second >= 0 && id.startsWith(consolePart, second) && isPartEnd(id, second + consolePart.length);
}

const sessionPrefix = 'session/';
const consolePart = '/console';

function isPartEnd(id: string, at: number): boolean {
  return at === id.length || id[at] === '/';
}

/** Sessions of an instance's role are named after the instance (IAM User Guide, roles for EC2). */
export function isInstanceSessionName(sessionName: string): boolean {
  return /^i-[0-9a-zA-Z]{8,17}$/u.test(sessionName);
}

/** A machine of elsewhere that Systems Manager gives the role of its activation, anew each hour (Systems Manager API reference, UpdateManagedInstanceRole). */
export function isManagedNode(sessionName: string): boolean {
  return /^mi-[0-9a-f]{17}$/u.test(sessionName);
}

/** The instance, the machine of elsewhere or the task of containers, whose role's session an ID names. */
export function instanceIdOfSession(id: IdentityId): IdentityId | undefined {
  const [kind, accountId, , sessionName = ''] = id.split('/');
  const isNamedAfterOne = isInstanceSessionName(sessionName) || isManagedNode(sessionName) || isTaskId(sessionName);
  return kind === 'session' && isNamedAfterOne ? `instance/${accountId}/${sessionName}` : undefined;
}
