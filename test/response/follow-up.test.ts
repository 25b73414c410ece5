import { WorkflowNotFoundError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { rename } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { progress, type RespondedAction, type RespondResult, stop } from '../../src/messages/respond-messages.ts';
import { followUpWorkflowId } from '../../src/messages/workflow-ids.ts';
import type { Plan } from '../../src/model/plan.ts';
import { denialOf } from '../../src/response/actions/user-denial.ts';
import { actionsTaken } from '../../src/response/actions-taken.ts';
import { intentIdOf } from '../../src/response/intent.ts';
import { buildUndoPlan } from '../../src/response/undo-plan.ts';
import { aRevocation, inMs } from './a-revocation.ts';
import { startRespond } from './response-bench.ts';
import { openResponder, type Responder } from './responder.ts';
import { accountId } from './simulated-account.ts';

let here: Responder;
beforeAll(async () => {
  here = await openResponder();
});
afterAll(() => here.close());

function revocationOf(roleName: string, liftAfterMs: number) {
  return aRevocation(here.simulator, roleName, liftAfterMs);
}

function policiesOf(roleName: string): readonly string[] {
  const iam = here.simulator.control.iam(accountId) as {
    readonly roles: readonly { readonly name: string; readonly inlinePolicies: readonly { readonly name: string }[] }[];
  };
  return iam.roles.find(({ name }) => name === roleName)?.inlinePolicies.map(({ name }) => name) ?? [];
}

/** IDs of what would take a response back. */
async function undoing(plan: Plan): Promise<readonly string[]> {
  const taken = await actionsTaken(plan, here.ports);
  return buildUndoPlan(plan, taken, { version: 1, policy: plan.basis.policy }).actions.map(({ id }) => id);
}

async function refusalOf(request: object): Promise<unknown> {
  const error = await here.callByHand('takeStep', request).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  return error instanceof ApplicationFailure && error.type === 'WriteRefused' ? error.details?.[0] : error;
}

describe('a revocation is taken off by a follow-up', () => {
  test('when its time has come, though the decision has expired by then, and the case has not to be asked again', async () => {
    const [revoke, lift] = revocationOf('Deployer', 4_000);
    const { plan, workflowId, input } = await here.bench.propose([revoke, lift]);
    const decided = await input({ expiresAt: inMs(3_000) });
    const result = (await (await startRespond(here.client, workflowId, decided)).result()) as RespondResult;
    expect(result).toMatchObject({ ended: 'contained', actions: [{ outcome: 'done' }, { outcome: 'later' }] });
    expect(policiesOf('Deployer')).toEqual([lift.params.policyName]);

    const followUp = here.client.workflow.getHandle(followUpWorkflowId(plan.caseId, plan.version, lift.id));
    const lifted = (await followUp.result()) as RespondedAction;
    expect(lifted).toMatchObject({ type: 'liftRoleRevocation', outcome: 'done' });
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(lift.params.notBefore ?? ''));
    expect(policiesOf('Deployer')).toEqual([]);
  });

  test('also where the response was stopped after the revocation, and an undoing offers it until then', async () => {
    const [revoke, lift] = revocationOf('Stopped', 6_000);
    here.simulator.control.addUser(accountId, { name: 'bystander', keys: [] });
    const user = { kind: 'user', accountId, userName: 'bystander' } as const;
    const denial = denialOf(user, { policyName: 'TrailhoundDenyEverything-stopped' });
    const { plan, workflowId, input } = await here.bench.propose([revoke, denial, lift]);
    const held = here.simulator.control.addFault({
      kind: 'throttled',
      match: { operation: 'PutRolePolicy' },
      times: null,
    });
    const handle = await startRespond(here.client, workflowId, await input());
    await expect
      .poll(() => handle.query(progress), { timeout: 20_000 })
      .toMatchObject({ running: { actionId: revoke.id } });
    await handle.executeUpdate(stop, { args: [{ requestedBy: 'bob' }] });
    here.simulator.control.removeFault(held.id);
    expect(await handle.result()).toMatchObject({
      ended: 'stopped',
      actions: [{ outcome: 'done' }, { outcome: 'stopped' }, { outcome: 'later', type: 'liftRoleRevocation' }],
    });
    expect(policiesOf('Stopped')).toEqual([lift.params.policyName]);
    expect(await undoing(plan)).toEqual([`lift-now-${revoke.id}`]);

    const followUp = here.client.workflow.getHandle(followUpWorkflowId(plan.caseId, plan.version, lift.id));
    expect(await followUp.result()).toMatchObject({ outcome: 'done' });
    expect(policiesOf('Stopped')).toEqual([]);
    expect(await undoing(plan)).toEqual([]);
  });

  test('but not where the response was stopped before the revocation', async () => {
    const [revoke, lift] = revocationOf('NotRevoked', 1_000);
    const [first] = (await here.bench.compromise('deactivateAccessKey')).plan.actions;
    if (first === undefined) throw new Error('there is an action');
    const { plan, workflowId, input } = await here.bench.propose([first, revoke, lift]);
    const held = here.simulator.control.addFault({
      kind: 'throttled',
      match: { operation: 'UpdateAccessKey' },
      times: null,
    });
    const handle = await startRespond(here.client, workflowId, await input());
    await handle.executeUpdate(stop, { args: [{ requestedBy: 'bob' }] });
    here.simulator.control.removeFault(held.id);
    const { actions } = (await handle.result()) as RespondResult;
    expect(actions.slice(1).map(({ outcome }) => outcome)).toEqual(['stopped', 'stopped']);
    const followUp = followUpWorkflowId(plan.caseId, plan.version, lift.id);
    await expect(here.client.workflow.getHandle(followUp).describe()).rejects.toThrow(WorkflowNotFoundError);
  });

  test('and by nobody else: not before its time, and never where what it follows was not begun', async () => {
    for (const [roleName, liftAfterMs, begin, refusal] of [
      ['TooSoon', 3_600_000, true, 'already-executed'],
      ['NeverBegun', 0, false, 'expired'],
    ] as const) {
      const [revoke, lift] = revocationOf(roleName, liftAfterMs);
      const { plan, workflowId, input } = await here.bench.propose([revoke, lift]);
      const expiresAt = inMs(1_500);
      const { decisions, ...decided } = await input({ expiresAt });
      const begun = { ...decided, decisions, actionIds: [revoke.id] };
      if (begin) await (await startRespond(here.client, workflowId, begun)).result();
      const request = {
        caseId: plan.caseId,
        planDigest: plan.digest,
        actionId: lift.id,
        intentId: intentIdOf(plan.digest, lift.id),
        decisions,
        step: 'lift-revocation',
      };
      await expect.poll(() => inMs(0) > expiresAt, { timeout: 10_000 }).toBe(true);
      expect(await refusalOf(request)).toBe(refusal);
    }
    expect(policiesOf('TooSoon').length).toBe(1);
  });

  test('that leaves a policy alone which somebody changed, and says so at once', async () => {
    const [revoke, lift] = revocationOf('Changed', 3_000);
    const { plan, workflowId, input } = await here.bench.propose([revoke, lift]);
    await (await startRespond(here.client, workflowId, await input())).result();
    const statement = { Effect: 'Deny', Action: 'iam:*', Resource: '*' };
    const document = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
    const put = { RoleName: 'Changed', PolicyName: lift.params.policyName, PolicyDocument: document };
    here.intruderCalls('PutRolePolicy', put);
    const followUp = here.client.workflow.getHandle(followUpWorkflowId(plan.caseId, plan.version, lift.id));
    const ended = (await followUp.result()) as RespondedAction;
    expect(ended).toMatchObject({ type: 'liftRoleRevocation', outcome: 'failed' });
    expect(ended.detail).toContain('somebody changed it, and it is left as it is');
    expect(policiesOf('Changed')).toEqual([lift.params.policyName]);
  });

  test('and not where what it follows is known from `register accept` alone', async () => {
    const [revoke, lift] = revocationOf('Accepted', 1_000);
    const { plan, workflowId, input } = await here.bench.propose([revoke, lift]);
    const { decisions, ...decided } = await input();
    await (await startRespond(here.client, workflowId, { ...decided, decisions, actionIds: [revoke.id] })).result();
    await rename(here.settings.registerFolder, `${here.settings.registerFolder}-lost`);
    await here.acceptMemories();
    await expect.poll(() => inMs(0) > (lift.params.notBefore ?? ''), { timeout: 10_000 }).toBe(true);
    const request = {
      caseId: plan.caseId,
      planDigest: plan.digest,
      actionId: lift.id,
      intentId: intentIdOf(plan.digest, lift.id),
      decisions,
      step: 'lift-revocation',
    };
    expect(await refusalOf(request)).toBe('already-executed');
    expect(policiesOf('Accepted')).toEqual([lift.params.policyName]);
  });
});
