import { type PlanRequest } from './plan-request.ts';
import { canonicalDigest } from '../../digest/canonical-digest.ts';
import { sealPlan } from '../../digest/plan-digest.ts';
import { isUnrecorded } from '../effects/unrecorded.ts';
import type { ActionType } from '../../model/action.ts';
import type { Actor } from '../../model/actor.ts';
import type { Digest } from '../../model/ids.ts';
import type { ByHand, Plan } from '../../model/plan.ts';
import type { WayIn } from '../../model/way-in.ts';
import { moduleOf, proposeActions } from '../../response/action-registry.ts';
import { isKeptByAws } from '../../response/guards.ts';
import { assessCase } from '../case/assess-case.ts';
import { isTemporaryKey } from '../attribution.ts';
import type { GatheredEvidence } from '../evidence/evidence-content.ts';
import { evidenceOf } from '../evidence/evidence-content.ts';
import { ownerDenials } from '../owner-denials.ts';
import type { CaseMaterial } from '../case/case-material.ts';
import { actedOn, alertedCalls, proposalGrounds } from './proposal-grounds.ts';
import { replaceableKeys } from './replaceable-keys.ts';
import { leftBy } from '../action-beliefs.ts';

/**
 * The response proposed for a case: for each way in that stands, only actions that can work, what is left to people with the commands
 * for it, and by which ways the intruder can come in all the same. It is sealed with its digest.
 */
export function buildPlan(request: PlanRequest, assessment = assessCase(request.material)): Plan {
  const { evidence, material, notKnownYet = [] } = request;
  const onImportsAlone = restsOnImportsAlone(evidence);
  const waysIn = onImportsAlone ? [] : assessment.waysIn.filter(({ state }) => state !== 'closed');
  const open = actedOn(waysIn, material);
  const replaceable = onImportsAlone ? noKeys : replaceableKeys(material, assessment, evidence);
  const denials = ownerDenials(request, replaceable.keys);
  const { liftable } = denials;
  const proposed = proposeActions(proposalGrounds(request, open, { keys: replaceable.keys, liftable }));
  // What a habit explains, or may be somebody's repair, is there to be chosen, and nobody is advised to choose it.
  const actions = assessment.advises ? proposed : proposed.map((action) => ({ ...action, recommended: false }));
  const byHand = [
    ...notOurs(open, request.mayChange),
    ...leftToPeople(request, open, assessment.waysIn),
    ...leftBy(actions, open).flatMap(waysInByHand),
    ...replaceable.byHand,
    ...denials.byHand,
  ];
  return sealPlan({
    caseId: request.caseId,
    version: request.version,
    purpose: actions.length > 0 && actions.every(({ type }) => replacing.has(type)) ? 'rotate' : 'contain',
    actions,
    byHand: distinct(byHand),
    ...(notKnownYet.length === 0 ? {} : { notKnownYet }),
    waysIn,
    basis: {
      evidence: evidence.map(({ digest }) => digest),
      rules: rulesOf(evidence),
      policy: request.policy,
    },
  });
}

/** What a plan does that only replaces keys. */
const replacing: ReadonlySet<ActionType> = new Set<ActionType>(['rotateAccessKey', 'liftUserDenial']);

const noKeys = { keys: [], byHand: [] } as const;

/** Whether a plan recommends to take access away that is open now; what is only offered, or a new key, can wait. */
export function isContaining(plan: Plan): boolean {
  return plan.actions.some(({ type, recommended }) => recommended && moduleOf(type).contains);
}

/**
 * Whether a plan says nothing that an earlier one does not: no other action, nothing else by hand, and no way in that the actions leave
 * and that was not stated. New evidence alone, access that has ended by itself, or another key of a user who is denied everything must
 * not take a plan away from whoever is deciding on it.
 */
export function sameProposal(presented: Plan, fresh: Plan): boolean {
  return (
    isAmong(
      presented.actions.map(canonicalDigest),
      fresh.actions.filter((each) => !coveredBy(presented, each)).map(canonicalDigest),
    ) &&
    isAmong(presented.byHand.map(canonicalDigest), fresh.byHand.map(canonicalDigest)) &&
    isAmong(presented.waysIn.map(wayInDigest), leftBy(presented.actions, fresh.waysIn).map(wayInDigest))
  );
}

function isAmong(stated: readonly Digest[], said: readonly Digest[]): boolean {
  const known = new Set(stated);
  return said.every((digest) => known.has(digest));
}

/** Another key of somebody whom the plan denies everything is closed with them. */
function coveredBy({ actions }: Plan, { type, target }: Plan['actions'][number]): boolean {
  return (
    type === 'deactivateAccessKey' &&
    actions.some(
      (each) =>
        (each.type === 'disableCreatedIdentity' || (each.type === 'denyUserEverything' && each.recommended)) &&
        each.target.accountId === target.accountId &&
        each.target.userName === target.userName,
    )
  );
}

/** More records of the same way in are no news. */
function wayInDigest({ proof: _proof, ...stated }: WayIn): Digest {
  return canonicalDigest(stated);
}

function distinct<T>(values: readonly T[]): readonly T[] {
  return [...new Map(values.map((value) => [canonicalDigest(value), value])).values()];
}

/** Then nobody is known to have come in: what the user has is the user's. */
function restsOnImportsAlone(evidence: readonly GatheredEvidence[]): boolean {
  return unconfirmedIn(evidence).length > 0 && alertedCalls(evidence).length === 0;
}

function notOurs(open: readonly WayIn[], mayChange: PlanRequest['mayChange']): readonly ByHand[] {
  return open.flatMap(({ what }): readonly ByHand[] => {
    if (what.kind !== 'access-key' || isUnrecorded(what.accessKeyId) || mayChange(what.accountId)) return [];
    const { accountId, userName, accessKeyId } = what;
    return [{ kind: 'account-not-ours', accountId, userName, accessKeyId }];
  });
}

/** What has a sentence of its own, made of the calls of the alerts, is not told twice. */
function waysInByHand({ id, what }: WayIn): readonly ByHand[] {
  switch (what.kind) {
    case 'access-key':
      return isUnrecorded(what.accessKeyId) ? [{ kind: 'way-in', id, what }] : [];
    case 'root':
    case 'person':
      return [];
    case 'session':
      return what.roleName !== null && (isKeptByAws(what.roleName) || isInstanceId(what.sessionName ?? ''))
        ? []
        : [{ kind: 'way-in', id, what }];
    default:
      return [{ kind: 'way-in', id, what }];
  }
}

/** What is left to people for the credentials that no action contains. */
function leftToPeople(request: PlanRequest, open: readonly WayIn[], waysIn: readonly WayIn[]): readonly ByHand[] {
  const behind = evidenceOf(request.evidence, 'attribution').flatMap(({ content }): readonly ByHand[] => {
    const actor = namedActor(content.actor, request.material);
    // A service of AWS is behind many a session, and nobody can contain it.
    return content.hops.length === 0 || actor.kind === 'service' || waysIn.some((each) => isOf(actor, each))
      ? []
      : [{ kind: 'behind', actor }];
  });
  const alerted = alertedCalls(request.evidence).flatMap(({ actor, accessKeyId }) =>
    insteadOf(actor, accessKeyId, request.mayChange),
  );
  const untold = alerted.filter((each) => !isToldAsInstance(each, open));
  // Where nothing stands any more, nothing is left to do about it.
  const toDo = open.length === 0 ? untold.filter(isAboutOthers) : [...untold, ...behind];
  return [...toDo, ...unconfirmedIn(request.evidence), ...notLookedAtIn(request.evidence)];
}

/** Another account's record names a caller by unique ID alone (`AIDA...`, `AROA...:session`): the caller's own calls say who that is. */
function namedActor(actor: Actor, { events }: Pick<CaseMaterial, 'events'>): Actor {
  if (actor.kind !== 'external') return actor;
  const own = events.find((event) => event.actor.kind !== 'external' && principalIdOf(event.actor) === actor.principal);
  return own?.actor ?? actor;
}

function principalIdOf(actor: Actor): string | undefined {
  if (actor.kind === 'user') return actor.userId;
  return actor.kind === 'role-session' && actor.roleId !== undefined
    ? `${actor.roleId}:${actor.sessionName}`
    : undefined;
}

/** Whether somebody is in the case by a way in of their own: an open one is told for itself, and one that is closed needs nothing. */
function isOf(actor: Actor, { what }: WayIn): boolean {
  if (!('accountId' in what) || !('accountId' in actor) || what.accountId !== actor.accountId) return false;
  if (actor.kind === 'user') return 'userName' in what && what.userName === actor.name;
  return (
    actor.kind === 'role-session' &&
    what.kind === 'session' &&
    what.roleName === actor.roleName &&
    what.sessionName === actor.sessionName
  );
}

/** What to do about an instance is told with the way in that it is. */
function isToldAsInstance(byHand: ByHand, open: readonly WayIn[]): boolean {
  return (
    byHand.kind === 'instance-session' &&
    open.some(({ what }) => what.kind === 'instance' && what.instanceId === byHand.instanceId)
  );
}

/** Callers without a way in that could be seen to be closed. */
function isAboutOthers({ kind }: ByHand): boolean {
  return kind === 'outsider' || kind === 'service' || kind === 'unknown-caller';
}

function unconfirmedIn(evidence: readonly GatheredEvidence[]): readonly ByHand[] {
  return evidenceOf(evidence, 'alert-events').flatMap(({ content: { unconfirmed } }): readonly ByHand[] =>
    unconfirmed === 0 ? [] : [{ kind: 'unconfirmed', events: unconfirmed }],
  );
}

/** What nobody has looked at: more than is followed, more than may be asked, and what could not be gathered. */
function notLookedAtIn(evidence: readonly GatheredEvidence[]): readonly ByHand[] {
  const notFollowed = evidenceOf(evidence, 'not-followed').flatMap(({ content }) =>
    content.map(({ what, count, first }): ByHand => ({ kind: 'not-followed', what, count, first })),
  );
  const notAsked = evidenceOf(evidence, 'not-asked').map(({ content: { budget, pieces } }): ByHand => ({
    kind: 'not-asked',
    budget,
    pieces,
  }));
  const failed = evidenceOf(evidence, 'not-gathered').length;
  return [...notFollowed, ...notAsked, ...(failed === 0 ? [] : [{ kind: 'not-gathered' as const, pieces: failed }])];
}

function insteadOf(
  actor: Actor,
  accessKeyId: string | undefined,
  mayChange: PlanRequest['mayChange'],
): readonly ByHand[] {
  switch (actor.kind) {
    case 'user': {
      const { accountId, name: userName } = actor;
      if (mayChange(accountId)) return [];
      if (accessKeyId === undefined) return [{ kind: 'password-session', accountId, userName }];
      return isTemporaryKey(accessKeyId) ? [{ kind: 'temporary-key', accountId, userName, accessKeyId }] : [];
    }
    case 'role-session': {
      const { accountId, roleName, sessionName } = actor;
      if (isInstanceId(sessionName))
        return [{ kind: 'instance-session', accountId, roleName, instanceId: sessionName }];
      // AWS keeps the trust and the policies of Identity Center's roles: nobody else can change them.
      if (isKeptByAws(roleName)) return [{ kind: 'identity-center-session' }];
      const kind = mayChange(accountId) ? 'role-trust' : 'role-session';
      return [{ kind, accountId, roleName }];
    }
    case 'person':
      return [{ kind: 'identity-center-session' }];
    case 'root':
      return [{ kind: 'root' }];
    case 'external':
      return [{ kind: 'outsider' }];
    case 'service':
      return [{ kind: 'service' }];
    default:
      return [{ kind: 'unknown-caller' }];
  }
}

/** EC2 names the sessions of an instance's role by the instance. */
function isInstanceId(sessionName: string): boolean {
  return /^i-[0-9a-f]{8,17}$/i.test(sessionName);
}

function rulesOf(evidence: readonly GatheredEvidence[]): readonly Digest[] {
  const alerts = evidenceOf(evidence, 'alert-events').flatMap(({ content }) => content.alerts);
  return [...new Set(alerts.map((alert) => alert.ruleDigest))].sort();
}
