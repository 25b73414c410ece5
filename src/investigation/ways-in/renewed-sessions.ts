import { isTaskId } from '../../cloudtrail/container-task.ts';
import { session } from '../../cloudtrail/identities.ts';
import type { RenewedFor } from '../../model/way-in.ts';
import { isTemporaryKey } from '../attribution.ts';
import type { CaseCalls } from '../case/case-calls.ts';
import { effectsOfKind, type CaseEffects } from '../case/case-effects.ts';
import type { Undoing } from '../case/undoings.ts';
import type { CaseMaterial } from '../case/case-material.ts';
import { doorRows } from '../effects/doors/door-rows.ts';
import type { ThingKey } from '../effects/effect.ts';
import { thing, unknownRegion } from '../effects/thing.ts';
import { roleNameIn } from '../effects/things-of.ts';
import { isInstanceSessionName, isManagedNode } from '../links/identity-parts.ts';
import type { SeenEvent } from '../seen-event.ts';
import { type WayInCandidate } from './candidate.ts';
import { endOfRole } from './role-ends.ts';
import { deniedRole, roleSessionOf, type RoleSession } from './sessions.ts';

/** A session that AWS begins anew by itself, and for what. */
interface RenewedSession extends RoleSession {
  readonly renewedFor: RenewedFor;
}

/**
 * Sessions of what AWS gives new credentials to by itself, for as long as it has the role: those that were used end within hours, and
 * whoever got them may have the next ones as well. Whether they do no record shows. An instance that is a way in itself, and what the
 * case handed the role to, stand for their sessions.
 */
export function renewedSessions(
  { calls, all }: CaseCalls,
  known: CaseEffects,
  { links }: Pick<CaseMaterial, 'links'>,
  instances: readonly WayInCandidate[],
): readonly WayInCandidate[] {
  const begun = begunByServices(all);
  const handed = new Set(links.filter(({ how }) => how === 'passed-role').map(({ to }) => to));
  const told = new Set(instances.map(({ identity }) => identity));
  const minted = new Set(effectsOfKind(known.effects, 'session-minted').map(({ effect }) => effect.accessKeyId));
  const used = calls.flatMap((event) => {
    const of = isUsedWith(event, minted) ? renewedIn(event, begun) : null;
    return of === null || handed.has(idOf(of)) || isWayInItself(of, known, told) ? [] : [{ event, of }];
  });
  return [...Map.groupBy(used, ({ of }) => idOf(of)).values()].flatMap((same): readonly WayInCandidate[] => {
    const [first, last] = [same[0], same.at(-1)];
    if (first === undefined || last === undefined) return [];
    const { of } = last;
    const { accountId, roleName, sessionName, renewedFor } = of;
    const begunToEnd = known.endingSince(thingsBehind(of, last.event), last.event.at);
    const endProof = begunToEnd?.proof ?? null;
    const refs = [first.event.ref, last.event.ref, ...(endProof === null ? [] : [endProof])];
    return [
      {
        identity: idOf(of),
        what: { kind: 'session', accountId, accessKeyId: null, roleName, sessionName, renewedFor },
        origin: 'used',
        // What is used anew is no more what somebody accepted.
        from: last.event.at,
        until: 'unknown',
        closed: endOf(of, last.event, known),
        unsure: true,
        ...(begunToEnd === null ? {} : { endBegun: begunToEnd.at }),
        proof: first === last ? refs.slice(1) : refs,
      },
    ];
  });
}

function idOf({ accountId, roleName, sessionName }: RoleSession): string {
  return session(accountId, roleName, sessionName).id;
}

/** What somebody of the case asked for is no service's doing, whatever it is called. */
function isUsedWith({ accessKeyId, callers }: SeenEvent, minted: ReadonlySet<string>): boolean {
  return (
    accessKeyId !== undefined &&
    isTemporaryKey(accessKeyId) &&
    !minted.has(accessKeyId) &&
    callers.includes(`access-key/${accessKeyId}`)
  );
}

/**
 * The names that services have for all their sessions, by the rows of doors; CodeBuild's are `AWSCodeBuild-` and the build's ID. A name by
 * itself proves nothing, but nobody can say of such a session that it has ended for good.
 */
const servicesNames: ReadonlySet<string> = new Set(
  doorRows.flatMap(({ makes }) =>
    makes.kind === 'code' && makes.session !== undefined && !makes.session.includes('{') ? [makes.session] : [],
  ),
);
const buildsName = /^AWSCodeBuild-[0-9a-f]{8}-/u;
/** `eks-CLUSTER-POD-UUID` (EKS Auth API reference, AssumeRoleForPodIdentity). */
const podsName = /^eks-.+-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/u;

function renewedIn(event: SeenEvent, begun: ReadonlySet<string>): RenewedSession | null {
  const of = roleSessionOf(event);
  if (of === null) return null;
  const renewedFor = renewedForWhat(event, of, begun);
  return renewedFor === null ? null : { ...of, renewedFor };
}

function renewedForWhat({ issuedTo }: SeenEvent, of: RoleSession, begun: ReadonlySet<string>): RenewedFor | null {
  const { sessionName } = of;
  if (isInstanceSessionName(sessionName)) return 'instance';
  if (isTaskId(sessionName)) return 'task';
  if (isManagedNode(sessionName)) return 'managed-node';
  if (issuedTo !== undefined && isFunction(issuedTo)) return 'function';
  const isServices =
    servicesNames.has(sessionName) || buildsName.test(sessionName) || podsName.test(sessionName) || begun.has(idOf(of));
  return issuedTo !== undefined || isServices ? 'service' : null;
}

/** Whether what credentials were issued to, as records of since 2025 say, is a function of Lambda. */
export function isFunction(issuedTo: string): boolean {
  return /:lambda:.*:function:/u.test(issuedTo);
}

/** The sessions that services of AWS began, by their own records of it. */
function begunByServices(all: readonly SeenEvent[]): ReadonlySet<string> {
  return new Set(
    all
      .filter(({ actor }) => actor.kind === 'service')
      .flatMap(({ effects, ref }) =>
        effects.flatMap((effect) => {
          if (effect.kind !== 'session-minted' || effect.roleArn === null || effect.sessionName === null) return [];
          const accountId = effect.roleAccountId ?? ref.accountId;
          return [idOf({ accountId, roleName: roleNameIn(effect.roleArn), sessionName: effect.sessionName })];
        }),
      ),
  );
}

const machines: ReadonlySet<RenewedFor> = new Set<RenewedFor>(['instance', 'task', 'managed-node']);

/** Machines and tasks that were entered or read are told as what they are. */
function isWayInItself(
  { accountId, sessionName, renewedFor }: RenewedSession,
  known: CaseEffects,
  told: ReadonlySet<string>,
): boolean {
  if (!machines.has(renewedFor)) return false;
  const isEntered = known
    .doneTo(thing.instance(accountId, sessionName))
    .some(({ effect }) => effect.kind === 'instance-entered');
  return isEntered || told.has(`instance/${accountId}/${sessionName}`);
}

/** All sessions from before are denied, or what had the role has it no more, or is no more. */
function endOf(of: RenewedSession, last: SeenEvent, known: CaseEffects): Undoing | null {
  return (
    deniedRole(known, of, last.at) ??
    endOfRole(known, of, last.at) ??
    known.undoneSince(thingsBehind(of, last), last.at)
  );
}

function thingsBehind(
  { accountId, sessionName, renewedFor }: RenewedSession,
  { issuedTo, region = unknownRegion }: SeenEvent,
): readonly ThingKey[] {
  switch (renewedFor) {
    case 'instance':
    case 'task':
    case 'managed-node':
      return [thing.instance(accountId, sessionName), thing.instanceRole(accountId, sessionName)];
    case 'function':
      return [thing.code({ accountId, region }, issuedTo ?? sessionName, 'function')];
    default:
      return [];
  }
}
