import { canonicalDigest } from '../digest/canonical-digest.ts';
import { sealPlan } from '../digest/plan-digest.ts';
import type { Actor } from '../model/actor.ts';
import type { AccountId, CaseId, Digest, Instant } from '../model/ids.ts';
import type { AccessKeyTarget, Action, Plan } from '../model/plan.ts';
import { describeActor } from './actor.ts';
import { isLongTermKey, isTemporaryKey } from './attribution.ts';
import type { EvidenceOf, GatheredEvidence } from './evidence/evidence-content.ts';
import { evidenceOf } from './evidence/evidence-content.ts';
import { plainText } from './plain-text.ts';
import { residualAccess, residualOfKey } from './residual-access.ts';

/** What a plan is made of. */
export interface PlanRequest {
  readonly caseId: CaseId;
  readonly version: number;
  readonly actor: Actor;
  readonly evidence: readonly GatheredEvidence[];
  /** Digest of the approval policy under which the plan is presented. */
  readonly policy: Digest;
  readonly secrets: {
    /** Names of the secrets that receive new keys begin with it. */
    readonly namePrefix: string;
    readonly region: string;
  };
  /** Whether this installation's configuration lets it change an account; in others, nothing is proposed. */
  readonly mayChange: (accountId: AccountId) => boolean;
  readonly now: Instant;
}

/**
 * The response proposed for a case: only actions that can work for this actor, what stays open all the same, and, for
 * credentials for which there is no action, why and what a person can do. It is sealed with its digest.
 *
 * Deactivating and rotating the same key may be approved together or either alone: rotation begins by deactivating the
 * old key, and finds that done where both were approved. So neither depends on the other, and the order in the plan is
 * contain first.
 */
export function buildPlan(request: PlanRequest): Plan {
  const judged = suspectKeys(request).map((key) => judgeKey(key, request));
  const actions = judged.flatMap((key) => key.actions);
  const reasons = [...judged.flatMap((key) => key.notPossible), ...whatCannotBeContained(request)];
  return sealPlan({
    caseId: request.caseId,
    version: request.version,
    purpose: 'contain',
    actions,
    notPossible: [...new Set(reasons)],
    residual: residualAccess(
      request.evidence,
      judged.map(({ accessKeyId }) => accessKeyId),
      request.now,
    ),
    basis: {
      evidence: request.evidence.map(({ digest }) => digest),
      rules: rulesOf(request.evidence),
      policy: request.policy,
    },
  });
}

/** Whether a plan would take access away that is open now; a new key for an inactive one alone can wait. */
export function contains(plan: Plan): boolean {
  return plan.actions.some((action) => action.type === 'deactivateAccessKey');
}

/**
 * Whether a plan says nothing that an earlier one does not: the same actions, and no residual access that was not stated.
 * New evidence alone, or access that has ended by itself, must not take a plan away from whoever is deciding on it.
 */
export function sameProposal(presented: Plan, fresh: Plan): boolean {
  const stated = new Set(presented.residual.map(canonicalDigest));
  return (
    canonicalDigest([presented.actions, presented.notPossible]) ===
      canonicalDigest([fresh.actions, fresh.notPossible]) &&
    fresh.residual.every((residual) => stated.has(canonicalDigest(residual)))
  );
}

interface SuspectKey {
  readonly accountId: AccountId;
  readonly userName: string;
  readonly userId: string | undefined;
  readonly accessKeyId: string;
}

interface JudgedKey {
  readonly accessKeyId: string;
  readonly actions: readonly Action[];
  readonly notPossible: readonly string[];
}

/** Long-term keys of IAM users that signed the alerts' calls, or proved to have made the sessions that did. */
function suspectKeys({ evidence }: PlanRequest): readonly SuspectKey[] {
  const events = evidenceOf(evidence, 'alert-events').flatMap(({ content }) => content.events);
  const direct = events.flatMap(({ actor, accessKeyId }) => keyOfUser(actor, accessKeyId));
  const behind = evidenceOf(evidence, 'attribution').flatMap(({ content: { actor, hops, origins } }) =>
    // A hop leads to somebody else, whose own key is a case of its own; here it is the same user's own session.
    hops.length > 0 ? [] : origins.flatMap(({ mintedWith }) => keyOfUser(actor, mintedWith ?? undefined)),
  );
  return [...new Map([...direct, ...behind].map((key) => [key.accessKeyId, key])).values()];
}

function keyOfUser(actor: Actor, accessKeyId: string | undefined): readonly SuspectKey[] {
  if (actor.kind !== 'user' || accessKeyId === undefined || !isLongTermKey(accessKeyId)) return [];
  return [{ accountId: actor.accountId, userName: actor.name, userId: actor.userId, accessKeyId }];
}

function judgeKey(key: SuspectKey, request: PlanRequest): JudgedKey {
  const { accessKeyId } = key;
  if (!request.mayChange(key.accountId)) {
    const why = `Nothing can be changed in account ${key.accountId} from here: name it in the configuration with its respond role, restart, and ask for a fresh plan. Until then, deactivate key ${accessKeyId} of ${plainText(key.userName)} by hand.`;
    return { accessKeyId, actions: [], notPossible: [why] };
  }
  const keys = stateOf(key, request.evidence)?.content.keys ?? null;
  const name = plainText(key.userName);
  if (keys === null) {
    const why = `Key ${accessKeyId} cannot be rotated by plan: IAM did not show how many keys ${name} has. Deactivate it, and ask for a fresh plan.`;
    return { accessKeyId, actions: [deactivate(key)], notPossible: [why] };
  }
  const current = keys.find((each) => each.accessKeyId === accessKeyId);
  if (current === undefined) {
    const why = `Key ${accessKeyId} is not among the keys of ${name} any more: there is nothing to deactivate.`;
    return { accessKeyId, actions: [], notPossible: [why] };
  }
  const contain = current.status === 'Inactive' ? [] : [deactivate(key)];
  if (keys.length > 1) {
    const other = keys.find((each) => each.accessKeyId !== accessKeyId);
    const already = current.status === 'Inactive' ? 'is inactive already, and ' : '';
    const why = `Key ${accessKeyId} ${already}cannot be rotated: ${name} has two keys, and AWS allows no third. Delete ${plainText(other?.accessKeyId ?? 'one')} first if a new key is needed.`;
    return { accessKeyId, actions: contain, notPossible: [why] };
  }
  return { accessKeyId, actions: [...contain, rotate(key, request)], notPossible: [] };
}

function deactivate(key: SuspectKey): Action {
  return {
    id: `deactivate-${key.accessKeyId}`,
    type: 'deactivateAccessKey',
    target: targetOf(key),
    params: { type: 'deactivateAccessKey' },
    dependsOn: [],
    followUps: [],
    effect: `Sets access key ${key.accessKeyId} of user ${plainText(key.userName)} to Inactive: calls signed with it are refused within minutes. Can be undone.`,
    residualAccess: residualOfKey(key.accessKeyId),
  };
}

function rotate(key: SuspectKey, { secrets }: PlanRequest): Action {
  const secretName = secretNameFor(key, secrets.namePrefix);
  return {
    id: `rotate-${key.accessKeyId}`,
    type: 'rotateAccessKey',
    target: targetOf(key),
    params: { type: 'rotateAccessKey', secretName, secretRegion: secrets.region },
    dependsOn: [],
    followUps: [],
    effect: `Deactivates access key ${key.accessKeyId} of user ${plainText(key.userName)} first, then makes a new key and stores it in Secrets Manager as ${secretName} (${secrets.region}). What uses the old key stops until it takes the new one.`,
    residualAccess: residualOfKey(key.accessKeyId),
  };
}

function targetOf({ accountId, userName, userId, accessKeyId }: SuspectKey): AccessKeyTarget {
  return { kind: 'access-key', accountId, userName, accessKeyId, ...(userId === undefined ? {} : { userId }) };
}

/** Secrets Manager takes letters, digits and `/_+=.@-` in names; IAM's user names may also have a comma. */
function secretNameFor({ userName, accessKeyId }: SuspectKey, prefix: string): string {
  return `${prefix}${userName}/${accessKeyId}`.replaceAll(/[^A-Za-z0-9/_+=.@-]/g, '-');
}

function stateOf(key: SuspectKey, evidence: readonly GatheredEvidence[]): EvidenceOf<'user-state'> | undefined {
  return evidenceOf(evidence, 'user-state').find(
    ({ content }) => content.accountId === key.accountId && content.userName === key.userName,
  );
}

/** Why there is no action for the credentials that have none, and what a person can do instead. */
function whatCannotBeContained({ evidence }: PlanRequest): readonly string[] {
  const events = evidenceOf(evidence, 'alert-events').flatMap(({ content }) => content.events);
  const alerted = events.flatMap(({ actor, accessKeyId }) => insteadOf(actor, accessKeyId));
  const behind = evidenceOf(evidence, 'attribution').flatMap(({ content }) =>
    content.hops.length === 0
      ? []
      : [
          `The session leads back to ${describeActor(content.actor)}: contain that identity too, or the session can be begun again.`,
        ],
  );
  return [...alerted, ...behind];
}

function insteadOf(actor: Actor, accessKeyId: string | undefined): readonly string[] {
  switch (actor.kind) {
    case 'user':
      return insteadForUser(plainText(actor.name), accessKeyId);
    case 'role-session':
      return [
        `A session of role ${plainText(actor.roleName)} has no key to deactivate or rotate. To end it, revoke the role's older sessions in IAM (this hits everyone who uses the role), and close its trust policy to whoever began it.`,
      ];
    case 'person':
      return [
        'An Identity Center session has no key to deactivate or rotate. To end it, disable the person in Identity Center and revoke their active sessions there; role sessions go on for up to 12 hours unless they are denied.',
      ];
    case 'root':
      return [
        "Root's keys and sessions cannot be changed from here. Sign in as root, change the password, renew MFA and delete its access keys, or use the organization's central root access.",
      ];
    case 'external':
      return [
        "The caller belongs to another account or identity provider: close what lets it in (the role's trust policy, the resource's policy), and tell its owner.",
      ];
    case 'service':
      return ['An AWS service made the calls: find out who configured it to, and change that configuration.'];
    default:
      return ['No record names the identity behind the calls: find its owner before anything is changed.'];
  }
}

function insteadForUser(name: string, accessKeyId: string | undefined): readonly string[] {
  if (accessKeyId === undefined) {
    return [
      `User ${name} signed in with a password: there is no key in it to deactivate. Delete the login profile or set another password, and attach a policy to the user that denies everything until the session has ended (up to 12 hours).`,
    ];
  }
  if (!isTemporaryKey(accessKeyId)) return [];
  return [
    `Temporary key ${plainText(accessKeyId)} of user ${name} cannot be deactivated or rotated: it ends by itself, at most 36 hours after it was made. To end it now, attach a policy to the user that denies everything.`,
  ];
}

function rulesOf(evidence: readonly GatheredEvidence[]): readonly Digest[] {
  const alerts = evidenceOf(evidence, 'alert-events').flatMap(({ content }) => content.alerts);
  return [...new Set(alerts.map((alert) => alert.ruleDigest))].sort();
}
