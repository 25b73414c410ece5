import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Action, ActionOf, ActionType } from '../../src/model/action.ts';
import type { Plan } from '../../src/model/plan.ts';
import { actionTypes, moduleOf } from '../../src/response/action-registry.ts';
import { actionsTaken } from '../../src/response/actions-taken.ts';
import { buildUndoPlan } from '../../src/response/undo-plan.ts';
import { inMs } from './a-revocation.ts';
import { startRespond } from './response-bench.ts';
import { openResponder, type Responder } from './responder.ts';
import { accountId } from './simulated-account.ts';

/*
 * Every action that has an inverse is carried out, and its undoing planned, signed as a person signs, and carried out in turn, over real
 * servers. The table has each type of action, by its own type: a new one is tried as well.
 */

let here: Responder;
beforeAll(async () => {
  here = await openResponder();
});
afterAll(() => here.close());

const policyName = 'TrailhoundDenyEverything-TH-7Q2M9K';
function key(userName: string) {
  return {
    kind: 'access-key' as const,
    accountId,
    userName,
    accessKeyId: `AKIA${userName.toUpperCase()}`.padEnd(20, '0'),
  };
}
function user(userName: string) {
  return { kind: 'user', accountId, userName } as const;
}
function role(roleName: string) {
  return { kind: 'role', accountId, roleName } as const;
}
const revocation = { policyName: 'TrailhoundRevokeSessions-TH-7Q2M9K', issuedBefore: inMs(0) };

/** The target and the parameters of one action of each type, for a user or a role of a name. */
const samples: {
  readonly [Type in ActionType]: (name: string) => Pick<ActionOf<Type>, 'target' | 'params'>;
} = {
  deactivateAccessKey: (name) => ({ target: key(name), params: {} }),
  rotateAccessKey: (name) => ({
    target: key(name),
    params: { secretName: `trailhound/${name}`, secretRegion: 'us-east-1' },
  }),
  activateAccessKey: (name) => ({ target: key(name), params: {} }),
  denyUserEverything: (name) => ({ target: user(name), params: { policyName } }),
  liftUserDenial: (name) => ({ target: user(name), params: { policyName } }),
  revokeRoleSessions: (name) => ({ target: role(name), params: { ...revocation, sessions: ['ASIASESSION00000001'] } }),
  liftRoleRevocation: (name) => ({ target: role(name), params: { ...revocation, notBefore: null } }),
  disableCreatedIdentity: (name) => ({ target: user(name), params: { policyName } }),
};

function sampleOf(type: ActionType, name: string): Action {
  const { target, params } = samples[type](name);
  const action = { id: '', type, target, params, dependsOn: [], recommended: true } as unknown as Action; // of its type, by the table
  return { ...action, id: moduleOf(type).idOf(action) };
}

/** Carries a plan out as approved by a person, the whole of it. */
async function carryOut(proposed: Awaited<ReturnType<Responder['bench']['present']>>) {
  const { workflowId, input } = proposed;
  const running = await startRespond(
    here.client,
    workflowId,
    await input({ decisionId: `decision-${proposed.plan.digest.slice(-12)}` }),
  );
  return await running.result();
}

async function undoOf(plan: Plan, version: number) {
  return buildUndoPlan(plan, await actionsTaken(plan, here.ports), { version, policy: `sha256:${'0'.repeat(64)}` });
}

/** What IAM has of the name, but for keys that were made, which are kept inactive. */
function held(name: string) {
  const { users, roles } = here.simulator.control.iam(accountId) as Record<'users' | 'roles', readonly Held[]>;
  const { keys = [], inlinePolicies } = [...users, ...roles].find((each) => each.name === name) as Held;
  return {
    active: keys.filter(({ status }) => status === 'Active').map(({ id }) => id),
    policies: inlinePolicies.map((policy) => policy.name),
  };
}

interface Held {
  readonly name: string;
  readonly keys?: readonly { readonly id: string; readonly status: string }[];
  readonly inlinePolicies: readonly { readonly name: string }[];
}

/** A plan of one action whose target is there. What gives access back is in a plan that undoes what was done before. */
async function planOf(action: Action) {
  const name = 'userName' in action.target ? action.target.userName : action.target.roleName;
  if (action.target.kind === 'role') {
    here.simulator.control.addRole(accountId, { name, trust: { Version: '2012-10-17', Statement: [] } });
  } else {
    here.simulator.control.addUser(accountId, { name, keys: [{ id: key(name).accessKeyId }], password: true });
  }
  const undone = { activateAccessKey: 'deactivateAccessKey', liftUserDenial: 'denyUserEverything' } as const;
  const type = Object.entries(undone).find(([giving]) => giving === action.type)?.[1];
  if (type === undefined) return await here.bench.propose([action]);
  const done = await here.bench.propose([sampleOf(type, name)]);
  await carryOut(done);
  return await here.bench.present(await undoOf(done.plan, 1));
}

const undoable = actionTypes.filter((type) => type !== 'liftRoleRevocation');

describe('an undoing can be signed and carried out', () => {
  test.each(undoable)('of %s, and what was there before is there again', async (type) => {
    const name = `u${actionTypes.indexOf(type)}`;
    const action = sampleOf(type, name);
    const proposed = await planOf(action);
    expect(proposed.plan.actions).toEqual([action]);
    const found = held(name);
    expect(await carryOut(proposed)).toMatchObject({ ended: 'contained', actions: [{ outcome: 'done' }] });
    expect(held(name)).not.toEqual(found);

    const undoing = await undoOf(proposed.plan, 2);
    expect(undoing.actions).not.toEqual([]);
    expect(await carryOut(await here.bench.present(undoing))).toMatchObject({
      ended: 'contained',
      actions: undoing.actions.map(() => ({ outcome: 'done' })),
    });
    expect(held(name)).toEqual(found);
  });

  test('of all but what only takes a revocation off, which has nothing to take back', () => {
    const none = actionTypes.filter((type) => {
      const { actions, byHand } = moduleOf(type).inverse(sampleOf(type, 'none'), []);
      return actions.length + byHand.length === 0;
    });
    expect(none).toEqual(['liftRoleRevocation']);
  });
});
