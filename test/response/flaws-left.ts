import { isDeepStrictEqual } from 'node:util';
import type { Simulator } from '../../simulator/server.ts';
import type { AccessKeyTarget } from '../../src/model/action.ts';
import { denyEverything } from '../../src/response/actions/inline-policy-steps.ts';
import { accountId, userStateOf } from './simulated-account.ts';

/** What the simulated AWS shows at the end of a response that is not as it was promised, a sentence each. */
export type FlawsLeft = readonly string[];

/** After a rotation: one live key, its secret stored and no other, and the old key inactive, not deleted. */
export function rotationFlaws(
  simulator: Simulator,
  target: Pick<AccessKeyTarget, 'userName' | 'accessKeyId'>,
): FlawsLeft {
  const { all, live, oldStatus, stored } = userStateOf(simulator, target);
  const unstored = live.filter(({ id, secret }) => stored.get(id) !== secret);
  const left = [...stored.keys()].filter((id) => !live.some((key) => key.id === id));
  return flawsAmong([
    [live.length === 1, `${live.length} new keys are live`],
    [unstored.length === 0, `${unstored.length} live keys lack a stored secret`],
    [left.length === 0, `${left.length} secrets are stored of keys that are not live`],
    [oldStatus === 'Inactive', `the old key is ${oldStatus ?? 'gone'}`],
    [all.length === live.length + Number(oldStatus !== undefined), 'a key that was made is left over'],
  ]);
}

/** After the disabling of a user with keys and a password: denied everything, no active key, none deleted, no password. */
export function disablingFlaws(simulator: Simulator, userName: string, keyIds: readonly string[]): FlawsLeft {
  const { keys, inlinePolicies, loginProfile } = identityOf(simulator, userName);
  const inactive = keys.filter(({ status }) => status === 'Inactive').map(({ id }) => id);
  const isDenied = inlinePolicies.some(({ document }) => isDeepStrictEqual(JSON.parse(document), denyEverything));
  return flawsAmong([
    [isDeepStrictEqual(inactive.toSorted(), keyIds.toSorted()), `of its keys, ${inactive.length} are inactive`],
    [keys.length === keyIds.length, `the user has ${keys.length} keys`],
    [isDenied, 'it is not denied everything'],
    [inlinePolicies.length === 1, `the user has ${inlinePolicies.length} policies`],
    [loginProfile === null, 'the password is there still'],
  ]);
}

function flawsAmong(checks: readonly (readonly [holds: boolean, flaw: string])[]): FlawsLeft {
  return checks.flatMap(([holds, flaw]) => (holds ? [] : [flaw]));
}

interface SeenIdentity {
  readonly name: string;
  readonly keys: readonly { readonly id: string; readonly status: string }[];
  readonly inlinePolicies: readonly { readonly document: string }[];
  readonly loginProfile: object | null;
}

function identityOf(simulator: Simulator, userName: string): SeenIdentity {
  const iam = simulator.control.iam(accountId) as { readonly users: readonly SeenIdentity[] };
  const seen = iam.users.find(({ name }) => name === userName);
  if (seen === undefined) throw new Error(`user ${userName} is gone`);
  return seen;
}
