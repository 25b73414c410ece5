import { canonicalDigest } from '../../digest/canonical-digest.ts';
import type { Digest } from '../../model/ids.ts';
import type { AccessKeyTarget, AnyAction } from '../../model/action.ts';
import { guardTarget, guardUser } from '../guards.ts';
import type { AccessKeyState, KeyOwner } from '../ports.ts';
import { type ActionStep, StepBlocked, type StepContext, StepPending } from '../step.ts';

/** An action whose target is an access key. */
export type AccessKeyAction = AnyAction & { readonly target: AccessKeyTarget };

/** A user's keys as IAM lists them, the target's own state picked out. */
export interface SeenKeys {
  readonly keys: readonly AccessKeyState[];
  readonly target: AccessKeyState;
  readonly owner: KeyOwner;
  readonly state: Digest;
  readonly awsRequestIds: readonly string[];
}

/**
 * Looks at the user and its keys, and applies the guards: first thing in every step, for a plan may be hours old.
 *
 * @throws StepBlocked where the target is protected, or the user or the key is not there any more.
 */
export async function lookAtTarget(context: StepContext<AccessKeyAction>): Promise<SeenKeys> {
  const { hands, guarded } = context;
  const target = accessKeyTarget(context);
  const owner = await hands.keys.ownerNamed(target.userName);
  const refusal = guardTarget(target, owner.value, await hands.responder(), guarded);
  if (refusal !== null) throw new StepBlocked(refusal);

  const listed = await hands.keys.keysOf(target.userName);
  const found = listed.value.find((key) => key.accessKeyId === target.accessKeyId);
  if (found === undefined) {
    throw new StepBlocked(
      `User ${target.userName} has no key ${target.accessKeyId}: it was deleted, or the plan names another user or account.`,
    );
  }
  return {
    keys: listed.value,
    target: found,
    owner: owner.value,
    state: stateOf(listed.value),
    awsRequestIds: [...owner.awsRequestIds, ...listed.awsRequestIds],
  };
}

/**
 * Asks who the user is, and applies the guards: before a key of it is removed that an attempt made, as before anything else.
 *
 * @throws StepBlocked where the user is protected, or another one has its name by now.
 */
export async function guardOwner(context: StepContext<AccessKeyAction>): Promise<readonly string[]> {
  const { hands, guarded } = context;
  const target = accessKeyTarget(context);
  const owner = await hands.keys.ownerNamed(target.userName);
  const refusal = guardUser(target, owner.value, await hands.responder(), guarded);
  if (refusal !== null) throw new StepBlocked(refusal);
  return owner.awsRequestIds;
}

/** The digest of a list of keys, whatever its order. */
export function stateOf(keys: readonly AccessKeyState[]): Digest {
  const states = keys.map(({ accessKeyId, status }) => `${accessKeyId} ${status}`);
  return canonicalDigest(states.sort());
}

/** The key that an action is about. */
export function accessKeyTarget(context: StepContext<AccessKeyAction>): AccessKeyTarget {
  return context.action.target;
}

/** Makes the target's key inactive. Repeatable: UpdateAccessKey with the state that is there already changes nothing. */
export const deactivateTarget: ActionStep<AccessKeyAction> = {
  async check(context) {
    const seen = await lookAtTarget(context);
    const { state, awsRequestIds } = seen;
    const detail = `Key ${seen.target.accessKeyId} of user ${accessKeyTarget(context).userName} is ${seen.target.status.toLowerCase()}.`;
    const data = { keys: seen.keys.map((key) => ({ ...key })) };
    return { kind: seen.target.status === 'Inactive' ? 'already-so' : 'go', state, detail, data, awsRequestIds };
  },

  async call(context, checked) {
    const { userName, accessKeyId } = accessKeyTarget(context);
    const { awsRequestIds } = await context.hands.keys.deactivate(userName, accessKeyId);
    const detail = `IAM accepted the deactivation of key ${accessKeyId}.`;
    return { state: checked.data['state'] as Digest, detail, data: {}, awsRequestIds };
  },

  async verify(context) {
    const seen = await lookAtTarget(context);
    const { accessKeyId, status } = seen.target;
    if (status !== 'Inactive') {
      throw new StepPending(`IAM does not show key ${accessKeyId} as inactive yet.`, context.limits.lookAgainMs);
    }
    const detail = `Key ${accessKeyId} is inactive, as IAM shows it.`;
    return { state: seen.state, detail, data: {}, awsRequestIds: seen.awsRequestIds };
  },
};
