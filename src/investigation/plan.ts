import { type PlanRequest } from './plan-request.ts';
import { canonicalDigest } from '../digest/canonical-digest.ts';
import { sealPlan } from '../digest/plan-digest.ts';
import type { Action } from '../model/action.ts';
import type { Actor } from '../model/actor.ts';
import type { Digest } from '../model/ids.ts';
import type { ByHand, Plan } from '../model/plan.ts';
import type { WayIn } from '../model/way-in.ts';
import type { SuspectKey } from '../response/action-module.ts';
import { moduleOf, proposeActions } from '../response/action-registry.ts';
import { isKeptByAws } from '../response/guards.ts';
import { isLongTermKey, isTemporaryKey } from './attribution.ts';
import type { EvidenceOf, GatheredEvidence } from './evidence/evidence-content.ts';
import { evidenceOf } from './evidence/evidence-content.ts';
import { assessCase } from './assess-case.ts';
import { evidenceMaterial } from './evidence-material.ts';
import { alertedCalls, proposalGrounds } from './proposal-grounds.ts';
import { waysInFrom } from './ways-in.ts';

/**
 * The response proposed for a case: only actions that can work for this actor, what is left to people, and by which ways the
 * intruder can come in all the same. It is sealed with its digest.
 */
export function buildPlan(request: PlanRequest): Plan {
  const { evidence, now } = request;
  const judged = suspectKeys(request).map((key) => judgeKey(key, request));
  const waysIn = restsOnImportsAlone(evidence) ? [] : waysInFrom(evidence, now);
  const suspects = judged.flatMap(({ suspect }) => suspect ?? []);
  const done = new Set(request.done.map(actionDigest));
  const actions = proposeActions(proposalGrounds(request, suspects, waysIn)).filter(
    (action) => !done.has(actionDigest(action)),
  );
  return sealPlan({
    caseId: request.caseId,
    version: request.version,
    purpose: actions.length > 0 && actions.every(({ type }) => type === 'rotateAccessKey') ? 'rotate' : 'contain',
    actions,
    byHand: distinct([...judged.flatMap(({ byHand }) => byHand), ...leftToPeople(request)]),
    waysIn,
    basis: {
      evidence: evidence.map(({ digest }) => digest),
      rules: rulesOf(evidence),
      policy: request.policy,
    },
  });
}

/** What an action does to what, whether it is recommended or not. */
function actionDigest({ type, target, params }: Action): Digest {
  return canonicalDigest([type, target, params]);
}

/** Whether a plan recommends to take access away that is open now; what is only offered, or a new key, can wait. */
export function contains(plan: Plan): boolean {
  return plan.actions.some(({ type, recommended }) => recommended && moduleOf(type).contains);
}

/**
 * Whether a plan says nothing that an earlier one does not: no other action, nothing else by hand, and no way in that was not stated.
 * New evidence alone, or access that has ended by itself, must not take a plan away from whoever is deciding on it.
 */
export function sameProposal(presented: Plan, fresh: Plan): boolean {
  return (
    isAmong(presented.actions.map(canonicalDigest), fresh.actions.map(canonicalDigest)) &&
    isAmong(presented.byHand.map(canonicalDigest), fresh.byHand.map(canonicalDigest)) &&
    isAmong(presented.waysIn.map(wayInDigest), fresh.waysIn.map(wayInDigest))
  );
}

function isAmong(stated: readonly Digest[], said: readonly Digest[]): boolean {
  const known = new Set(stated);
  return said.every((digest) => known.has(digest));
}

/** More records of the same way in are no news. */
function wayInDigest({ proof: _proof, ...stated }: WayIn): Digest {
  return canonicalDigest(stated);
}

function distinct<T>(values: readonly T[]): readonly T[] {
  return [...new Map(values.map((value) => [canonicalDigest(value), value])).values()];
}

type NamedKey = Pick<SuspectKey, 'accountId' | 'userName' | 'userId' | 'accessKeyId'>;

interface JudgedKey {
  readonly key: NamedKey;
  /** Null where no action on it can work. */
  readonly suspect: SuspectKey | null;
  readonly byHand: readonly ByHand[];
}

/** Then nobody is known to have come in: what the user has is the user's. */
function restsOnImportsAlone(evidence: readonly GatheredEvidence[]): boolean {
  return unconfirmedIn(evidence).length > 0 && alertedCalls(evidence).length === 0;
}

/** Long-term keys of IAM users that signed the alerts' calls, or proved to have made the sessions that did. */
function suspectKeys({ evidence }: PlanRequest): readonly NamedKey[] {
  const direct = alertedCalls(evidence).flatMap(({ actor, accessKeyId }) => keyOfUser(actor, accessKeyId));
  const behind = evidenceOf(evidence, 'attribution').flatMap(({ content: { actor, hops, origins } }) =>
    // A hop leads to somebody else, whose own key is a case of its own; here it is the same user's own session.
    hops.length > 0 ? [] : origins.flatMap(({ mintedWith }) => keyOfUser(actor, mintedWith ?? undefined)),
  );
  return [...new Map([...direct, ...behind].map((key) => [key.accessKeyId, key])).values()];
}

function keyOfUser(actor: Actor, accessKeyId: string | undefined): readonly NamedKey[] {
  if (actor.kind !== 'user' || accessKeyId === undefined || !isLongTermKey(accessKeyId)) return [];
  return [{ accountId: actor.accountId, userName: actor.name, userId: actor.userId, accessKeyId }];
}

function judgeKey(key: NamedKey, request: PlanRequest): JudgedKey {
  const { accountId, userName, accessKeyId } = key;
  const named = { accountId, userName, accessKeyId };
  if (!request.mayChange(accountId)) return { key, suspect: null, byHand: [{ kind: 'account-not-ours', ...named }] };
  const keys = stateOf(key, request.evidence)?.content.keys ?? null;
  if (keys === null) {
    const suspect = { ...key, status: 'unknown', keysOfUser: null } as const;
    return { key, suspect, byHand: [{ kind: 'keys-not-shown', ...named }] };
  }
  const current = keys.find((each) => each.accessKeyId === accessKeyId);
  if (current === undefined) return { key, suspect: null, byHand: [{ kind: 'key-gone', ...named }] };
  const other = keys.find((each) => each.accessKeyId !== accessKeyId);
  const suspect = { ...key, status: current.status, keysOfUser: keys.length };
  if (isOfTheIntrusion(key, request)) return { key, suspect: { ...suspect, keysOfUser: null }, byHand: [] };
  if (other === undefined) return { key, suspect, byHand: [] };
  const inactive = current.status === 'Inactive';
  return { key, suspect, byHand: [{ kind: 'no-room-for-a-key', ...named, inactive, otherKeyId: other.accessKeyId }] };
}

/** Older than the intrusion: what is as young may be the intruder's own, and a new key would arm it. */
const oldEnoughMs = 24 * 3_600_000;

/** Whether a key, or its user, was made in the case, or so shortly before that it may have been. */
function isOfTheIntrusion(key: NamedKey, { evidence, now }: PlanRequest): boolean {
  const { accessKeyId, userName, accountId } = key;
  const made = assessCase(evidenceMaterial(evidence, now)).effects.some(({ effect, accountId: inAccount }) => {
    if (inAccount !== accountId) return false;
    if (effect.kind === 'key-created') return effect.accessKeyId === accessKeyId || effect.userName === userName;
    return (effect.kind === 'user-created' || effect.kind === 'password-set') && effect.userName === userName;
  });
  const state = stateOf(key, evidence)?.content;
  const keyMadeAt = state?.keys?.find((each) => each.accessKeyId === accessKeyId)?.createdAt ?? null;
  const firstMs = Math.min(...alertedCalls(evidence).map(({ at }) => Date.parse(at)));
  const isYoung = [keyMadeAt, state?.createdAt ?? null].some(
    (at) => at !== null && Date.parse(at) > firstMs - oldEnoughMs,
  );
  return made || isYoung;
}

function stateOf(key: NamedKey, evidence: readonly GatheredEvidence[]): EvidenceOf<'user-state'> | undefined {
  return evidenceOf(evidence, 'user-state').find(
    ({ content }) => content.accountId === key.accountId && content.userName === key.userName,
  );
}

/** What is left to people for the credentials that no action contains. */
function leftToPeople(request: PlanRequest): readonly ByHand[] {
  const behind = evidenceOf(request.evidence, 'attribution').flatMap(({ content }): readonly ByHand[] =>
    // A service of AWS is behind many a session, and nobody can contain it.
    content.hops.length === 0 || content.actor.kind === 'service' ? [] : [{ kind: 'behind', actor: content.actor }],
  );
  const alerted = alertedCalls(request.evidence).flatMap(({ actor, accessKeyId }) =>
    insteadOf(actor, accessKeyId, request.mayChange),
  );
  return [...alerted, ...behind, ...unconfirmedIn(request.evidence), ...notLookedAtIn(request.evidence)];
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
