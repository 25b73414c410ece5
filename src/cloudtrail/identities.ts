import { sha256Hex } from '../digest/canonical-digest.ts';
import type { AccountId } from '../model/ids.ts';
import type { Identity, IdentityId } from '../model/identity.ts';

/** Longer IDs are cut short by a hash, so that an index can carry them. */
const idLimit = 200;

const accountShape = /^\d{12}$/u;
const principalArn = /^arn:[^:]*:(iam|sts)::(\d{12}):(.+)$/u;

/** Parts are percent-encoded, so that no name can pass for another. */
function identityId(kind: Identity['kind'], ...parts: readonly string[]): IdentityId {
  let id: string = kind;
  for (const part of parts) id += `/${plainPart.test(part) ? part : encodedPart(part)}`;
  return id.length <= idLimit ? id : `${kind}/sha256/${sha256Hex(id)}`;
}

/** Nearly all names: nothing of it is encoded. */
const plainPart = /^[\w.:@-]*$/;

function encodedPart(part: string): string {
  return encodeURIComponent(part.toWellFormed()).replaceAll('%3A', ':').replaceAll('%40', '@');
}

export function user(accountId: AccountId, name: string): Identity {
  return { id: identityId('user', accountId, name), kind: 'user', accountId, name };
}

export function root(accountId: AccountId): Identity {
  return { id: identityId('root', accountId), kind: 'root', accountId, name: 'root' };
}

export function role(accountId: AccountId, name: string): Identity {
  return { id: identityId('role', accountId, name), kind: 'role', accountId, name };
}

/** A session of a role, or of GetFederationToken, under its name. */
export function session(accountId: AccountId, roleName: string, sessionName: string): Identity {
  return {
    id: identityId('session', accountId, roleName, sessionName),
    kind: 'session',
    accountId,
    name: `${roleName}/${sessionName}`,
  };
}

/** What somebody who signed in to the console does there, whose keys are made anew for every few requests. */
export function consoleSession(of: Identity): Identity {
  const accountId = of.accountId ?? ('unknown' as AccountId);
  return {
    id: identityId('session', accountId, 'console', of.name),
    kind: 'session',
    accountId,
    name: `${of.name} (console)`,
  };
}

export function accessKey(accessKeyId: string, accountId: AccountId | null): Identity {
  return { id: identityId('access-key', accessKeyId), kind: 'access-key', accountId, name: accessKeyId };
}

/** Somebody in a directory: an Identity Center's, by its store, or a SAML or web identity provider's. */
export function person(directory: string, userId: string, name = userId): Identity {
  return { id: identityId('person', lastPart(directory), userId), kind: 'person', accountId: null, name };
}

/** What AWS writes for the account of a caller without credentials: it is nobody's account. */
export const anonymousPrincipal = 'ANONYMOUS_PRINCIPAL';

/**
 * The account that an event of files is of: the one whose trail has it, as in a store that reads that trail. Where the record does not
 * say, the caller's, who has one only with credentials.
 */
export function accountOfEvent(callers: string | undefined, ...receiving: readonly (string | undefined)[]): AccountId {
  const own = callers === anonymousPrincipal ? undefined : callers;
  return ([...receiving, own].find((each) => each !== undefined) ?? '') as AccountId;
}

/** Whoever calls without credentials. */
export function anonymous(): Identity {
  return { id: identityId('account', 'anonymous'), kind: 'account', accountId: null, name: 'anonymous callers' };
}

/** `*` is everybody. */
export function account(accountId: string): Identity {
  const named = accountId as AccountId;
  return {
    id: identityId('account', accountId),
    kind: 'account',
    accountId: accountId === '*' ? null : named,
    name: accountId === '*' ? 'everybody' : accountId,
  };
}

/** A caller of an account whom its record does not tell, by what is seen of it. */
export function untold(accountId: AccountId, seenAs: string): Identity {
  return {
    id: identityId('account', accountId, seenAs),
    kind: 'account',
    accountId,
    name: `caller whom AWS does not name (${seenAs})`,
  };
}

export function instance(accountId: AccountId, instanceId: string): Identity {
  return { id: identityId('instance', accountId, instanceId), kind: 'instance', accountId, name: instanceId };
}

/** Whoever vouches for callers: a SAML or OpenID Connect provider, a trust anchor of Roles Anywhere. */
export function provider(arn: string): Identity {
  const accountId = arn.split(':')[4];
  return {
    id: identityId('provider', arn),
    kind: 'provider',
    accountId: accountId !== undefined && accountShape.test(accountId) ? (accountId as AccountId) : null,
    name: arn,
  };
}

/** Stands for the role of a task until its definition names it: no role has a name with a space. */
export const roleOfDefinition = 'role of the definition';

/** A service of AWS in one account: what it does in another is somebody else's doing. */
export function service(accountId: AccountId, name: string): Identity {
  return { id: identityId('service', accountId, name), kind: 'service', accountId, name };
}

/** The role that an ARN, or a bare name in an account, means; paths are left out, as session ARNs leave them out. */
export function roleNamed(arnOrName: string, accountId: AccountId): Identity {
  const [, , inAccount, resource] = principalArn.exec(arnOrName) ?? [];
  if (inAccount === undefined || resource === undefined) return role(accountId, lastPart(arnOrName));
  return role(inAccount as AccountId, lastPart(resource));
}

/** Sessions make many calls each, and each call is asked for its session more than once. What a log's author made up shall not fill memory. */
const knownSessions = new Map<string, Identity>();
const sessionsKept = 10_000;
const longestKept = 300;

/** The session that `arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION` or `.../federated-user/NAME` names. */
export function sessionNamed(arn: string): Identity | undefined {
  const known = knownSessions.get(arn);
  if (known !== undefined) return known;
  const named = readSession(arn);
  if (named === undefined || arn.length > longestKept) return named;
  if (knownSessions.size >= sessionsKept) knownSessions.clear();
  knownSessions.set(arn, named);
  return named;
}

function readSession(arn: string): Identity | undefined {
  const [, , accountId, resource] = principalArn.exec(arn) ?? [];
  if (accountId === undefined || resource === undefined) return undefined;
  const [kind, first, ...rest] = resource.split('/');
  if (first === undefined) return undefined;
  if (kind === 'federated-user') return session(accountId as AccountId, kind, [first, ...rest].join('/'));
  return kind === 'assumed-role' && rest.length > 0
    ? session(accountId as AccountId, first, rest.join('/'))
    : undefined;
}

/** The account that a principal of a policy stands for: `*`, an account ID or an ARN; `undefined` for services and providers. */
export function accountOfPrincipal(principal: string): Identity | undefined {
  if (principal === '*' || principal === 'all') return account('*');
  if (accountShape.test(principal)) return account(principal);
  const inAccount = principalArn.exec(principal)?.[2];
  return inAccount === undefined ? undefined : account(inAccount);
}

/** Whether a principal of a policy is an account as a whole: by its number, or as its `root`. */
export function isWholeAccount(principal: string): boolean {
  return /^(?:\d{12}|arn:[^:]*:iam::\d{12}:root)$/u.test(principal);
}

/** The user or role of an account that a principal of a policy names: of a session its role, for whoever may begin one may begin another. */
export function userOrRoleNamed(principal: string, accountId: AccountId): Identity | undefined {
  const [, kind, path = ''] = /^arn:[^:]*:(?:iam|sts)::\d*:(user|role|assumed-role)\/(.+)$/su.exec(principal) ?? [];
  switch (kind) {
    case 'user':
      return user(accountId, lastPart(path));
    case 'role':
      return roleNamed(principal, accountId);
    case 'assumed-role':
      return role(accountId, path.split('/')[0] ?? '');
    default:
      return undefined;
  }
}

/** The last part of an ARN or path: a role's name without its path. */
export function lastPart(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
