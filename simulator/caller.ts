import { policyDocuments } from './managed-policies.ts';
import { accountOf } from './world.ts';
import type { AccessKeyState, AccountState, RoleState, SessionState, UserState, World } from './world.ts';

/** Who signed a request. */
export type Caller =
  | { readonly kind: 'user'; readonly account: AccountState; readonly user: UserState; readonly key: AccessKeyState }
  | {
      readonly kind: 'user-session';
      readonly account: AccountState;
      readonly user: UserState;
      readonly session: SessionState;
      /** Of GetFederationToken: whom the user vouches for, and the policy that bounds what the token may do. */
      readonly federated: { readonly name: string; readonly policy: string } | null;
    }
  | {
      readonly kind: 'role-session';
      readonly account: AccountState;
      readonly role: RoleState;
      readonly session: SessionState;
      readonly sessionName: string;
      readonly sourceIdentity: string | null;
    };

/** The credential behind an access key ID, whatever its state. */
export type Credential =
  | {
      readonly kind: 'long-term';
      readonly account: AccountState;
      readonly user: UserState;
      readonly key: AccessKeyState;
    }
  | { readonly kind: 'temporary'; readonly account: AccountState; readonly session: SessionState };

export function credentialOf(world: World, accessKeyId: string): Credential | undefined {
  for (const account of world.accounts) {
    for (const user of account.users) {
      const key = user.keys.find((candidate) => candidate.id === accessKeyId);
      if (key) return { kind: 'long-term', account, user, key };
    }
  }
  const session = world.sessions.find((candidate) => candidate.accessKeyId === accessKeyId);
  const account = session && accountOf(world, session.accountId);
  return session && account ? { kind: 'temporary', account, session } : undefined;
}

/** The caller behind a credential; undefined where its user or role is gone. */
export function callerOf(credential: Credential): Caller | undefined {
  const { account } = credential;
  if (credential.kind === 'long-term') return { kind: 'user', account, user: credential.user, key: credential.key };
  const { session } = credential;
  const { holder } = session;
  if (holder.kind === 'user') {
    const user = account.users.find((candidate) => candidate.id === holder.userId);
    return user && { kind: 'user-session', account, user, session, federated: holder.federated ?? null };
  }
  const role = account.roles.find((candidate) => candidate.id === holder.roleId);
  const { sessionName, sourceIdentity } = holder;
  return role && { kind: 'role-session', account, role, session, sessionName, sourceIdentity };
}

export function callerArn(caller: Caller): string {
  if (caller.kind === 'user-session' && caller.federated !== null)
    return `arn:${caller.account.partition}:sts::${caller.account.id}:federated-user/${caller.federated.name}`;
  if (caller.kind !== 'role-session') return caller.user.arn;
  const { account, role, sessionName } = caller;
  return `arn:${account.partition}:sts::${account.id}:assumed-role/${role.name}/${sessionName}`;
}

/** The unique ID, as GetCallerIdentity and the trail's principalId have it. */
export function callerUserId(caller: Caller): string {
  if (caller.kind === 'user-session' && caller.federated !== null)
    return `${caller.account.id}:${caller.federated.name}`;
  return caller.kind === 'role-session' ? `${caller.role.id}:${caller.sessionName}` : caller.user.id;
}

export function callerAccessKeyId(caller: Caller): string {
  return caller.kind === 'user' ? caller.key.id : caller.session.accessKeyId;
}

/** The identity policies that bind a caller: its own and, for a user, those of its groups. */
export function callerPolicies(caller: Caller): readonly string[] {
  const { account } = caller;
  if (caller.kind === 'role-session') return policyDocuments(account, caller.role);
  const groups = account.groups.filter((group) => caller.user.groups.includes(group.name));
  return [caller.user, ...groups].flatMap((holder) => policyDocuments(account, holder));
}

/** The policy that bounds a session further, or null: what it does not allow too is denied. */
export function sessionPolicy(caller: Caller): string | null {
  return caller.kind === 'user-session' ? (caller.federated?.policy ?? null) : null;
}

/** The global condition keys of a request, in lower case. */
export function callerContext(
  caller: Caller,
  request: { now: number; region: string; sourceIp: string; userAgent: string },
): Map<string, string> {
  const context = new Map([
    ['aws:principalarn', caller.kind === 'role-session' ? caller.role.arn : caller.user.arn],
    ['aws:principalaccount', caller.account.id],
    ['aws:userid', callerUserId(caller)],
    ['aws:sourceip', request.sourceIp],
    ['aws:useragent', request.userAgent],
    ['aws:requestedregion', request.region],
    ['aws:currenttime', new Date(request.now).toISOString()],
    ['aws:epochtime', String(Math.floor(request.now / 1_000))],
  ]);
  if (caller.kind !== 'role-session') context.set('aws:username', caller.user.name);
  if (caller.kind !== 'user') {
    // These two keys exist for temporary credentials only, so a condition on them never stops a long-term key.
    context.set('aws:tokenissuetime', new Date(caller.session.issuedAt).toISOString());
    context.set('aws:multifactorauthpresent', String(caller.session.mfa));
  }
  if (caller.kind === 'role-session' && caller.sourceIdentity !== null)
    context.set('aws:sourceidentity', caller.sourceIdentity);
  return context;
}
