import type { AccountId, Instant } from '../../model/ids.ts';
import { isTemporaryKey } from '../attribution.ts';
import type { CaseCalls } from '../case/case-calls.ts';
import { effectsOfKind, type CaseEffect, type CaseEffects } from '../case/case-effects.ts';
import type { Undoing } from '../case/undoings.ts';
import { rootName } from '../effects/call.ts';
import type { EffectOf } from '../effects/effect.ts';
import { thing } from '../effects/thing.ts';
import { roleNameIn } from '../effects/things-of.ts';
import type { IdentityId } from '../../model/identity.ts';
import type { Link } from '../../model/link.ts';
import { isConsoleSession, kindOf } from '../links/identity-parts.ts';
import { consoleSession, root, session, user } from '../../cloudtrail/identities.ts';
import type { SeenEvent } from '../seen-event.ts';
import type { WayInCandidate } from './candidate.ts';
import { deniedUser } from './closing.ts';
import { latestEnd, type SessionOrigin } from './session-lifetime.ts';

/** Temporary credentials that the case has: those that its calls minted, those that they were made with, console sessions. */
export function sessionWaysIn(calls: CaseCalls, known: CaseEffects, links: readonly Link[]): readonly WayInCandidate[] {
  const minted = effectsOfKind(known.effects, 'session-minted');
  const mintedKeys = new Set(minted.map(({ effect }) => effect.accessKeyId));
  return [
    ...minted.map((each) => mintedSession(each, known)),
    ...usedSessions(calls, mintedKeys, { known, ends: endsIn(links) }),
    ...consoleSessions(calls, known),
  ];
}

function mintedSession(minted: CaseEffect<EffectOf<'session-minted'>>, known: CaseEffects): WayInCandidate {
  const { effect, at, event } = minted;
  const { accessKeyId, roleArn, sessionName } = effect;
  if (effect.call === 'AssumeRoot') return ofRoot(minted);
  if (effect.call === 'GetDataAccess') return ofGrant(minted);
  if (roleArn === null) return ofUser(minted, known);
  const accountId = effect.roleAccountId ?? minted.accountId;
  const role = { accountId, roleName: roleNameIn(roleArn), sessionName: sessionName ?? accessKeyId };
  return {
    identity: session(accountId, role.roleName, role.sessionName).id,
    what: { kind: 'session', accessKeyId, ...role },
    origin: 'made',
    from: at,
    until: endOf(effect, 'role', at),
    closed: deniedRoleSession(known, { ...role, roleId: effect.roleId }, at),
    proof: [event.ref],
  };
}

/** A session of another account's root, for a quarter of an hour at most: no policy of that account holds it back. */
function ofRoot({ effect, at, event, accountId }: CaseEffect<EffectOf<'session-minted'>>): WayInCandidate {
  const of = effect.roleAccountId ?? accountId;
  const { accessKeyId } = effect;
  return {
    identity: root(of).id,
    what: { kind: 'session', accountId: of, accessKeyId, roleName: null, sessionName: rootName, userName: rootName },
    origin: 'made',
    from: at,
    until: endOf(effect, 'user', at),
    closed: null,
    proof: [event.ref],
  };
}

/** Credentials of a grant of S3's, by a role that the call does not name: they outlive the grant, and who asked for them. */
function ofGrant({ effect, at, event, accountId }: CaseEffect<EffectOf<'session-minted'>>): WayInCandidate {
  const { accessKeyId } = effect;
  const sessionName = 'access grant of S3';
  return {
    identity: event.callers[0] ?? 'unknown',
    what: { kind: 'session', accountId, accessKeyId, roleName: null, sessionName },
    origin: 'made',
    from: at,
    until: endOf(effect, 'role', at),
    closed: null,
    proof: [event.ref],
  };
}

/** GetSessionToken and GetFederationToken: a session of the caller's own user, with what it may do. */
function ofUser(minted: CaseEffect<EffectOf<'session-minted'>>, known: CaseEffects): WayInCandidate {
  const { effect, at, event, accountId } = minted;
  const owner = event.actor.kind === 'user' ? event.actor.name : null;
  const sessionName = effect.sessionName ?? owner;
  return {
    identity:
      effect.sessionName === null && owner !== null
        ? user(accountId, owner).id
        : session(accountId, 'federated-user', sessionName ?? effect.accessKeyId).id,
    what: {
      kind: 'session',
      accountId,
      accessKeyId: effect.accessKeyId,
      roleName: null,
      sessionName,
      ...(owner === null ? {} : { userName: known.names.latest({ accountId, userName: owner }, at) }),
    },
    origin: 'made',
    from: at,
    until: endOf(effect, 'user', at),
    closed: owner === null ? null : deniedUser(known, { accountId, userName: owner }, at, at),
    proof: [event.ref],
  };
}

/** A session cannot end before it began: where a record says so, nobody knows its end. */
function endOf({ expiresAt }: EffectOf<'session-minted'>, origin: SessionOrigin, at: Instant): WayInCandidate['until'] {
  if (expiresAt === null) return latestEnd(origin, at);
  return Date.parse(expiresAt) <= Date.parse(at) ? 'unknown' : expiresAt;
}

export interface RoleSession {
  readonly accountId: AccountId;
  readonly roleName: string;
  readonly sessionName: string;
}

/** Whether a session's credentials are denied everything from then on, or are refused for their role is gone. */
export function deniedRoleSession(
  { denials, undoneSince }: Pick<CaseEffects, 'denials' | 'undoneSince'>,
  of: RoleSession & { readonly roleId?: string | undefined },
  issuedAt: Instant,
): Undoing | null {
  const { accountId, roleName } = of;
  // Sessions of a role that is gone are refused, also where another has its name since.
  return deniedRole({ denials }, of, issuedAt) ?? undoneSince([thing.role(accountId, roleName)], issuedAt);
}

/** Whether the role denies a session's credentials everything from then on. */
export function deniedRole(
  { denials }: Pick<CaseEffects, 'denials'>,
  { accountId, roleName, sessionName, roleId = '*' }: RoleSession & { readonly roleId?: string | undefined },
  issuedAt: Instant,
): Undoing | null {
  return (
    denials.denied(thing.deniedRole(accountId, roleName), issuedAt) ??
    denials.denied(thing.deniedSession(accountId, roleName, '*', sessionName), issuedAt) ??
    denials.denied(thing.deniedSession(accountId, roleName, roleId, sessionName), issuedAt)
  );
}

/** A key that was used later than its record says has another end, which nobody knows. */
function endOfUsed(end: Instant | undefined, lastUse: Instant): Instant | null {
  return end === undefined || Date.parse(end) < Date.parse(lastUse) ? null : end;
}

interface UseContext {
  readonly known: CaseEffects;
  /** When keys end whose minting by a service is on record, by key. */
  readonly ends: ReadonlyMap<string, Instant>;
}

/** Likely links are by records that may be anybody's: an end that they tell is none. */
function endsIn(links: readonly Link[]): ReadonlyMap<string, Instant> {
  return new Map(links.flatMap(({ strength, ends = {} }) => (strength === 'proved' ? Object.entries(ends) : [])));
}

/** Sessions whose minting no call of the case shows: the one that was stolen, or begun where nobody watches. */
function usedSessions(
  { calls }: CaseCalls,
  minted: ReadonlySet<string>,
  context: UseContext,
): readonly WayInCandidate[] {
  const used = calls.filter(
    ({ accessKeyId, callers }) =>
      accessKeyId !== undefined &&
      isTemporaryKey(accessKeyId) &&
      !minted.has(accessKeyId) &&
      // Keys of the console change with every few requests: there the sign-in stands for them.
      callers.includes(`access-key/${accessKeyId}`),
  );
  const byKey = Map.groupBy(used, ({ accessKeyId }) => accessKeyId ?? '');
  return [...byKey].flatMap(([accessKeyId, events]) => usedSession(accessKeyId, events, context));
}

function usedSession(
  accessKeyId: string,
  events: readonly SeenEvent[],
  { known, ends }: UseContext,
): readonly WayInCandidate[] {
  const [first, last] = [events[0], events.at(-1)];
  if (first === undefined || last === undefined) return [];
  const from = first.sessionFrom ?? first.at;
  const proof = first === last ? [first.ref] : [first.ref, last.ref];
  const identity = first.callers[0] ?? 'unknown';
  const role = roleSessionOf(first);
  if (role !== null) {
    const what = { kind: 'session' as const, accessKeyId, ...role };
    return [
      {
        identity,
        what,
        origin: 'used',
        from,
        until: endOfUsed(ends.get(accessKeyId), last.at) ?? latestEnd('role', from),
        closed: deniedRoleSession(known, role, from),
        proof,
      },
    ];
  }
  if (first.actor.kind !== 'user') return [];
  const { accountId, name } = first.actor;
  const owner = { accountId, userName: name };
  const userName = known.names.latest(owner, from);
  return [
    {
      identity,
      what: { kind: 'session', accountId, accessKeyId, roleName: null, sessionName: name, userName },
      origin: 'used',
      from,
      until: latestEnd('user', from),
      closed: deniedUser(known, owner, from, from),
      proof,
    },
  ];
}

/** Whose session of a role a call was made in, by the record's own names; `null` where it is no session of a role. */
export function roleSessionOf({
  callers,
  identityArn,
}: Pick<SeenEvent, 'callers' | 'identityArn'>): RoleSession | null {
  const [id = ''] = callers;
  return kindOf(id) === 'session' && !isConsoleSession(id) ? (partsOfId(id) ?? partsOfArn(identityArn)) : null;
}

/** IDs of long names are cut short by a hash; then the ARN still has them. */
function partsOfId(id: IdentityId): RoleSession | null {
  const [, accountId = '', roleName = '', ...rest] = id.split('/').map(decodeURIComponent);
  if (!/^\d{12}$/u.test(accountId) || roleName === 'federated-user' || rest.length === 0) return null;
  return { accountId: accountId as AccountId, roleName, sessionName: rest.join('/') };
}

function partsOfArn(arn = ''): RoleSession | null {
  const [, accountId, roleName, sessionName] = /^arn:[^:]*:sts::(\d{12}):assumed-role\/([^/]+)\/(.+)$/u.exec(arn) ?? [];
  if (accountId === undefined || roleName === undefined || sessionName === undefined) return null;
  return { accountId: accountId as AccountId, roleName, sessionName };
}

/** A console session outlives the password, the key or the role's session that it was begun with. */
function consoleSessions({ calls }: CaseCalls, known: CaseEffects): readonly WayInCandidate[] {
  return calls.flatMap((event): readonly WayInCandidate[] => {
    const { effects, actor, at, ref } = event;
    if (!effects.some(({ kind }) => kind === 'console-login' || kind === 'console-token')) return [];
    const begun = { origin: 'used' as const, from: at, until: latestEnd('console', at), proof: [ref] };
    if (actor.kind === 'user' || actor.kind === 'root') {
      const { accountId } = actor;
      const name = actor.kind === 'user' ? actor.name : rootName;
      const what = { kind: 'session' as const, accountId, accessKeyId: null, roleName: null };
      return [
        {
          ...begun,
          identity: consoleSession(actor.kind === 'user' ? user(accountId, name) : root(accountId)).id,
          what: {
            ...what,
            sessionName: `console of ${name}`,
            userName: known.names.latest({ accountId, userName: name }, at),
          },
          // No policy holds root back.
          closed: actor.kind === 'user' ? deniedUser(known, { accountId, userName: name }, at, at) : null,
        },
      ];
    }
    const role = roleSessionOf(event);
    if (role === null) return [];
    const of = session(role.accountId, role.roleName, role.sessionName);
    const issuedAt = event.sessionFrom ?? at;
    return [
      {
        ...begun,
        identity: consoleSession(of).id,
        what: { kind: 'session', accessKeyId: null, ...role, sessionName: `console of ${role.sessionName}` },
        closed: deniedRoleSession(known, role, issuedAt),
      },
    ];
  });
}
