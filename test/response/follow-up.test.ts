import type { Client } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { rename } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Simulator } from '../../simulator/server.ts';
import { createRespondActivities } from '../../activities/respond.ts';
import type { RespondedAction, RespondResult } from '../../src/messages/respond-messages.ts';
import { followUpWorkflowId } from '../../src/messages/workflow-ids.ts';
import { acceptMemories } from '../../src/response/accept-memories.ts';
import { intentIdOf } from '../../src/response/intent.ts';
import { compareMemories } from '../../src/response/memory-agreement.ts';
import { aRevocation, inMs } from './a-revocation.ts';
import { openBench, type ResponseBench, startRespond } from './response-bench.ts';
import {
  composeRespondPorts,
  type RespondWorkerSettings,
  type RunningWorker,
  startRespondWorker,
} from './respond-worker.ts';
import { accountId, startCompromisedAccount } from './simulated-account.ts';

let simulator: Simulator;
let bench: ResponseBench;
let settings: RespondWorkerSettings;
let composed: ReturnType<typeof composeRespondPorts>;
let worker: RunningWorker;
let client: Client;

beforeAll(async () => {
  simulator = await startCompromisedAccount();
  bench = await openBench(simulator);
  settings = await bench.settings();
  composed = composeRespondPorts(settings);
  worker = await startRespondWorker(settings, composed.ports);
  client = await bench.clientFor(settings);
});

afterAll(async () => {
  await worker.stop();
  await composed.close();
  await bench.close();
  await simulator.stop();
});

const revocationOf = (roleName: string, liftAfterMs: number) => aRevocation(simulator, roleName, liftAfterMs);

function policiesOf(roleName: string): readonly string[] {
  const iam = simulator.control.iam(accountId) as {
    readonly roles: readonly { readonly name: string; readonly inlinePolicies: readonly { readonly name: string }[] }[];
  };
  return iam.roles.find(({ name }) => name === roleName)?.inlinePolicies.map(({ name }) => name) ?? [];
}

async function refusalOf(request: object): Promise<unknown> {
  const environment = new MockActivityEnvironment({ workflowExecution: { workflowId: 'by-hand', runId: 'by-hand' } });
  const { takeStep } = createRespondActivities(composed.ports);
  const attempt = environment.run(takeStep as (request: unknown) => Promise<unknown>, request);
  const error = await attempt.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  return error instanceof ApplicationFailure && error.type === 'WriteRefused' ? error.details?.[0] : error;
}

describe('a revocation is taken off by a follow-up', () => {
  test('when its time has come, though the decision has expired by then, and the case has not to be asked again', async () => {
    const [revoke, lift] = revocationOf('Deployer', 4_000);
    const { plan, workflowId, input } = await bench.propose([revoke, lift]);
    const decided = await input({ expiresAt: inMs(3_000) });
    const result = (await (await startRespond(client, workflowId, decided)).result()) as RespondResult;
    expect(result).toMatchObject({ ended: 'contained', actions: [{ outcome: 'done' }, { outcome: 'later' }] });
    expect(policiesOf('Deployer')).toEqual([lift.params.policyName]);

    const followUp = client.workflow.getHandle(followUpWorkflowId(plan.caseId, plan.version, lift.id));
    const lifted = (await followUp.result()) as RespondedAction;
    expect(lifted).toMatchObject({ type: 'liftRoleRevocation', outcome: 'done' });
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(lift.params.notBefore ?? ''));
    expect(policiesOf('Deployer')).toEqual([]);
  });

  test('and by nobody else: not before its time, and never where what it follows was not begun', async () => {
    for (const [roleName, liftAfterMs, begin, refusal] of [
      ['TooSoon', 3_600_000, true, 'already-executed'],
      ['NeverBegun', 0, false, 'expired'],
    ] as const) {
      const [revoke, lift] = revocationOf(roleName, liftAfterMs);
      const { plan, workflowId, input } = await bench.propose([revoke, lift]);
      const expiresAt = inMs(1_500);
      const { decisions, ...decided } = await input({ expiresAt });
      const begun = { ...decided, decisions, actionIds: [revoke.id] };
      if (begin) await (await startRespond(client, workflowId, begun)).result();
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
    const { plan, workflowId, input } = await bench.propose([revoke, lift]);
    await (await startRespond(client, workflowId, await input())).result();
    const statement = { Effect: 'Deny', Action: 'iam:*', Resource: '*' };
    const document = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
    const put = { RoleName: 'Changed', PolicyName: lift.params.policyName, PolicyDocument: document };
    asTheIntruder('PutRolePolicy', put);
    const followUp = client.workflow.getHandle(followUpWorkflowId(plan.caseId, plan.version, lift.id));
    const ended = (await followUp.result()) as RespondedAction;
    expect(ended).toMatchObject({ type: 'liftRoleRevocation', outcome: 'failed' });
    expect(ended.detail).toContain('somebody changed it, and it is left as it is');
    expect(policiesOf('Changed')).toEqual([lift.params.policyName]);
  });

  test('and not where what it follows is known from `register accept` alone', async () => {
    const [revoke, lift] = revocationOf('Accepted', 1_000);
    const { plan, workflowId, input } = await bench.propose([revoke, lift]);
    const { decisions, ...decided } = await input();
    await (await startRespond(client, workflowId, { ...decided, decisions, actionIds: [revoke.id] })).result();
    await rename(settings.registerFolder, `${settings.registerFolder}-lost`);
    const { register, journal } = composed.ports;
    const differences = await compareMemories(register, () => journal.actions());
    await acceptMemories(register, differences, 'as the test has it', inMs(0));
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

function asTheIntruder(operation: string, input: object): void {
  const outcome = simulator.control.call({
    accessKeyId: 'AKIAINTRUDER00000001',
    service: 'iam',
    operation,
    input: { ...input },
    region: 'us-east-1',
    sourceIp: '203.0.113.9',
    userAgent: 'aws-cli/2.0',
  });
  if (!outcome.allowed) throw new Error(outcome.message);
}
