import type { ByHand } from '../../model/plan.ts';
import type { Effect } from '../effects/effect.ts';
import type { CaseAssessment } from '../case/assess-case.ts';
import type { CaseMaterial, IdentityState } from '../case/case-material.ts';
import { evidenceOf, type GatheredEvidence } from '../evidence/evidence-content.ts';
import { accessKey } from '../../cloudtrail/identities.ts';
import { firstAlertMs, oldEnoughMs } from '../case/first-alert.ts';
import { containment } from '../ways-in/containment.ts';
import { userIdOf } from './proposal-grounds.ts';
import type { SuspectKey } from '../../response/action-module.ts';
import type { WayIn } from '../../model/way-in.ts';
import { compareInstants } from '../../model/instant.ts';

/** Keys whose owners need another one, and what a person has to know or do about those that get none. */
export interface ReplaceableKeys {
  readonly keys: readonly SuspectKey[];
  readonly byHand: readonly ByHand[];
}

/**
 * A new key is no containment: it is for when nothing is open any more, for a key that is older than the intrusion and that its owner is
 * known to have used, and never for what the intruder made or changed. Its secret must not be where an identity of the case can read it.
 */
export function replaceableKeys(
  material: CaseMaterial,
  { waysIn, effects }: CaseAssessment,
  evidence: readonly GatheredEvidence[],
): ReplaceableKeys {
  if (containment(waysIn).left.length > 0) return { keys: [], byHand: [] };
  const judged = waysIn.flatMap((wayIn) => {
    if (wayIn.what.kind !== 'access-key' || wayIn.origin !== 'used') return [];
    const state = stateOf(wayIn.what, material.identityState);
    if (isOfTheIntrusion(wayIn.what, effects, state, material)) return [];
    if (!isKnownToBeUsed(wayIn.what, material, evidence)) return [];
    return [judge(wayIn.what, state, material, effects, waysIn)];
  });
  return { keys: judged.flatMap(({ keys }) => keys), byHand: judged.flatMap(({ byHand }) => byHand) };
}

/** So many are named; whoever shuts them out looks at the case's identities. */
const namedReaders = 5;

type NamedKey = Extract<WayIn['what'], { readonly kind: 'access-key' }>;

function judge(
  { accountId, userName, accessKeyId }: NamedKey,
  state: IdentityState | undefined,
  material: CaseMaterial,
  effects: CaseAssessment['effects'],
  waysIn: readonly WayIn[],
): ReplaceableKeys {
  const named = { accountId, userName, accessKeyId };
  const keys = state?.keys ?? null;
  if (keys === null) return { keys: [], byHand: [{ kind: 'keys-not-shown', ...named }] };
  const current = keys.find((each) => each.accessKeyId === accessKeyId);
  if (current === undefined) return { keys: [], byHand: [] };
  const other = keys.find((each) => each.accessKeyId !== accessKeyId);
  if (other !== undefined) {
    const inactive = current.status === 'Inactive';
    return {
      keys: [],
      byHand: [{ kind: 'no-room-for-a-key', ...named, inactive, otherKeyId: other.accessKeyId }],
    };
  }
  const { reader, unknown } = readersOfSecrets(material, effects, waysIn);
  if (reader !== null) return { keys: [], byHand: [{ kind: 'secret-readable', ...named, by: reader }] };
  const suspect = { ...named, userId: userIdOf(named, material), status: current.status };
  return {
    keys: [suspect],
    byHand:
      unknown.length === 0
        ? []
        : [{ kind: 'readers-unknown', ...named, count: unknown.length, first: unknown.slice(0, namedReaders) }],
  };
}

function stateOf({ accountId, userName }: NamedKey, states: readonly IdentityState[]): IdentityState | undefined {
  return states
    .filter((each) => each.accountId === accountId && each.userName === userName)
    .toSorted((a, b) => compareInstants(a.takenAt, b.takenAt))
    .at(-1);
}

/** Whether a key, or its user, was made or changed in the case, or made so shortly before that it may have been. */
function isOfTheIntrusion(
  { accessKeyId, userName, accountId }: NamedKey,
  effects: CaseAssessment['effects'],
  state: IdentityState | undefined,
  material: CaseMaterial,
): boolean {
  const made = effects.some(({ effect, accountId: inAccount }) => {
    if (inAccount !== accountId) return false;
    if (effect.kind === 'key-created') return effect.accessKeyId === accessKeyId || effect.userName === userName;
    return (effect.kind === 'user-created' || effect.kind === 'password-set') && effect.userName === userName;
  });
  const keyMadeAt = state?.keys?.find((each) => each.accessKeyId === accessKeyId)?.createdAt ?? null;
  const firstMs = firstAlertMs(material);
  const isYoung = [keyMadeAt, state?.createdAt ?? null].some(
    (at) => at !== null && Date.parse(at) > firstMs - oldEnoughMs,
  );
  return made || isYoung;
}

/** Its owner used it before the intrusion: a key that nobody needs is not replaced. */
function isKnownToBeUsed(
  { accessKeyId, accountId }: NamedKey,
  material: CaseMaterial,
  evidence: readonly GatheredEvidence[],
): boolean {
  const { id } = accessKey(accessKeyId, accountId);
  const beforeMs = firstAlertMs(material) - oldEnoughMs;
  const seen = material.events.some(({ callers, at }) => callers.includes(id) && Date.parse(at) < beforeMs);
  const told = evidenceOf(evidence, 'access-key-activity').some(
    ({ content: { pivot, firstAt } }) =>
      pivot.kind === 'access-key' &&
      pivot.accessKeyId === accessKeyId &&
      firstAt !== null &&
      Date.parse(firstAt) < beforeMs,
  );
  return seen || told;
}

/** Policies of AWS's that permit to read every secret (AWS managed policy reference). */
const readsSecrets = /(?:^|\/)(?:AdministratorAccess|PowerUserAccess|SecretsManagerReadWrite)$/u;

/** Who of the case is known to read secrets, and of whom nobody knows. Whoever is shut out reads none, whatever its policies. */
function readersOfSecrets(
  { identities, identityState }: CaseMaterial,
  effects: CaseAssessment['effects'],
  waysIn: readonly WayIn[],
): { readonly reader: string | null; readonly unknown: readonly string[] } {
  const isShutOut = shutOut(waysIn);
  const granted = effects.find(
    ({ effect, undone, accountId }) =>
      undone === null &&
      grantsSecrets(effect) &&
      !(effect.holder.kind === 'user' && isShutOut(accountId, effect.holder.name)),
  );
  if (granted?.effect.kind === 'policy-granted') {
    const { holder } = granted.effect;
    return { reader: `${holder.kind} ${holder.name}`, unknown: [] };
  }
  const held = identityState.find(
    ({ attachedPolicies, accountId, userName }) =>
      attachedPolicies?.some((each) => readsSecrets.test(each)) && !isShutOut(accountId, userName),
  );
  if (held !== undefined) return { reader: `user ${held.userName}`, unknown: [] };
  const principals = identities.filter(
    ({ kind, role, accountId, name }) =>
      role !== 'outside' && (kind === 'session' || kind === 'role' || (kind === 'user' && !isShutOut(accountId, name))),
  );
  const unread = principals.filter(
    ({ kind, accountId, name }) =>
      kind !== 'user' ||
      !identityState.some((each) => each.accountId === accountId && isPlain(each) && each.userName === name),
  );
  return { reader: null, unknown: unread.map(({ kind, name }) => `${kind} ${name}`.slice(0, 200).toWellFormed()) };
}

/** Tells of the users that the intruder made whether they are denied everything, or gone. */
function shutOut(waysIn: readonly WayIn[]): (accountId: string | null, userName: string) => boolean {
  const users = waysIn.flatMap(({ what, state }) => (what.kind === 'user' && state === 'closed' ? [what] : []));
  return (accountId, userName) => users.some((each) => each.accountId === accountId && each.userName === userName);
}

function grantsSecrets(effect: Effect): effect is Extract<Effect, { readonly kind: 'policy-granted' }> {
  return effect.kind === 'policy-granted' && effect.grants.administrator;
}

/** IAM showed all that it has, and none of it is a policy that would have to be read. */
function isPlain({ attachedPolicies, inlinePolicies, groups }: IdentityState): boolean {
  return [attachedPolicies, inlinePolicies, groups].every((each) => each?.length === 0);
}
