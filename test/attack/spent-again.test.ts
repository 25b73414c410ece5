import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { rename } from 'node:fs/promises';
import { Client as PostgresClient } from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Simulator } from '../../simulator/server.ts';
import { createRespondActivities } from '../../activities/respond.ts';
import { loadUnsettledKeys } from '../../src/adapters/store/unsettled-key-store.ts';
import type { RespondInput, RespondResult } from '../../src/messages/respond-messages.ts';
import type { Instant } from '../../src/model/ids.ts';
import { acceptMemories } from '../../src/response/accept-memories.ts';
import { intentIdOf } from '../../src/response/intent.ts';
import { compareMemories } from '../../src/response/memory-agreement.ts';
import { type Compromise, openBench, type ResponseBench, startRespond } from '../response/response-bench.ts';
import {
  composeRespondPorts,
  type RespondWorkerSettings,
  type RunningWorker,
  startRespondWorker,
} from '../response/respond-worker.ts';
import { accountId, startCompromisedAccount, userStateOf } from '../response/simulated-account.ts';

/*
 * The attacker owns PostgreSQL and Temporal, and has a decision that an approver once signed. It has no file of the responder's.
 */

let simulator: Simulator;
let bench: ResponseBench;
let settings: RespondWorkerSettings;
let composed: ReturnType<typeof composeRespondPorts>;
let worker: RunningWorker;
let attacker: PostgresClient;

beforeEach(async () => {
  simulator = await startCompromisedAccount();
  bench = await openBench(simulator);
  settings = await bench.settings();
  composed = composeRespondPorts(settings);
  worker = await startRespondWorker(settings, composed.ports);
  attacker = new PostgresClient(settings.storeUrl);
  await attacker.connect();
});

afterEach(async () => {
  await attacker.end();
  await worker.stop();
  await composed.close();
  await bench.close();
  await simulator.stop();
});

const forgetEverything = () => attacker.query('truncate action_steps, response_actions, unsettled_keys');

async function run(workflowId: string, input: RespondInput): Promise<RespondResult> {
  const client = await bench.clientFor(settings);
  return (await (await startRespond(client, workflowId, input)).result()) as RespondResult;
}

const writes = () =>
  simulator.control.requests().filter((request) => /^(Create|Update|Delete|Put)/.test(request.operation)).length;

/** A write activity, called with the arguments and in the name of the execution of the attacker's choice. */
async function callByHand(
  name: 'takeStep' | 'settleStep',
  asked: object,
  execution: { workflowId: string; runId: string },
) {
  const environment = new MockActivityEnvironment({ workflowExecution: execution });
  const activity: (request: never) => Promise<unknown> = createRespondActivities(composed.ports)[name];
  return await environment.run(activity as (request: unknown) => Promise<unknown>, asked);
}

function stepOf({ plan }: Compromise, input: RespondInput, step: string) {
  const actionId = plan.actions[0]?.id ?? '';
  const { caseId, planDigest, decisions } = input;
  return { caseId, planDigest, actionId, intentId: intentIdOf(planDigest, actionId), decisions, step };
}

describe('what was spent stays spent', () => {
  test('when all rows are deleted and the decision is given again: the key that its owner activated again is left alone', async () => {
    const victim = await bench.compromise();
    const input = await victim.input();
    expect(await run(victim.workflowId, input)).toMatchObject({ ended: 'contained' });
    await attacker.query('delete from action_steps');
    await attacker.query('delete from response_actions');
    reactivate(victim);
    const before = writes();
    const again = await run(`${victim.workflowId}/again`, input);
    expect(again.actions).toMatchObject([{ outcome: 'refused' }]);
    expect(again.actions[0]?.detail).toContain('already-executed');
    expect(writes()).toBe(before);
    expect(userStateOf(simulator, victim.target).oldStatus).toBe('Active');
  });

  test('even in the name of the very execution that carried it out', async () => {
    const victim = await bench.compromise();
    const input = await victim.input();
    const client = await bench.clientFor(settings);
    const handle = await startRespond(client, victim.workflowId, input);
    await handle.result();
    const execution = { workflowId: handle.workflowId, runId: handle.firstExecutionRunId };
    await forgetEverything();
    reactivate(victim);
    const before = writes();
    for (const step of ['deactivate-old-key', 'create-and-store-key']) {
      for (const name of ['takeStep', 'settleStep'] as const) {
        await expect(callByHand(name, stepOf(victim, input, step), execution)).rejects.toThrow(/already-executed/);
      }
    }
    expect(writes()).toBe(before);
  });

  test('when a claim is forged that was made before the decision expired', async () => {
    const victim = await bench.compromise();
    const [issuedAt, claimedAt, expiresAt] = [60, 50, 40].map(
      (minutes) => new Date(Date.now() - minutes * 60_000).toISOString() as Instant,
    );
    const input = await victim.input({ issuedAt: issuedAt as Instant, expiresAt: expiresAt as Instant });
    const step = stepOf(victim, input, 'deactivate-old-key');
    await attacker.query('insert into response_actions values ($1, $2, $3, $4, $5, $6, $7)', [
      step.intentId,
      step.planDigest,
      step.actionId,
      step.caseId,
      'by-hand',
      'by-hand',
      claimedAt,
    ]);
    const before = writes();
    const execution = { workflowId: 'by-hand', runId: 'by-hand' };
    await expect(callByHand('takeStep', step, execution)).rejects.toThrow(/expired/);
    expect(writes()).toBe(before);
  });

  test('and a decision that was kept back for longer than 15 minutes is void, whatever its own expiry', async () => {
    const victim = await bench.compromise();
    const issuedAt = new Date(Date.now() - 16 * 60_000).toISOString() as Instant;
    const result = await run(victim.workflowId, await victim.input({ issuedAt }));
    expect(result.actions[0]?.detail).toContain('not-begun-in-time');
    expect(userStateOf(simulator, victim.target).all.map((key) => key.status)).toEqual(['Active']);
  });
});

describe('a row that the responder did not write', () => {
  test('makes nothing done: forged "called" and "verified" rows stop responses instead', async () => {
    const victim = await bench.compromise();
    const input = await victim.input();
    const step = stepOf(victim, input, 'deactivate-old-key');
    await attacker.query('insert into response_actions values ($1, $2, $3, $4, $5, $6, now())', [
      step.intentId,
      step.planDigest,
      step.actionId,
      step.caseId,
      'by-hand',
      'by-hand',
    ]);
    for (const mark of ['called', 'verified']) {
      await attacker.query(
        `insert into action_steps (intent_id, step, mark, attempt, at, aws_request_ids, data, mac) values ($1, $2, $3, 0, now(), '[]', $4, $5)`,
        [
          step.intentId,
          step.step,
          mark,
          { state: `sha256:${'0'.repeat(64)}`, detail: 'Key is inactive, as IAM shows it.' },
          'AAAA',
        ],
      );
    }
    const error = await callByHand('takeStep', step, { workflowId: 'by-hand', runId: 'by-hand' }).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(ApplicationFailure);
    expect((error as ApplicationFailure).type).toBe('ResponderStopped');
    expect(userStateOf(simulator, victim.target).oldStatus).toBe('Active');
  });

  test('and one that was changed is refused while its response runs', async () => {
    const victim = await bench.compromise();
    const fault = simulator.control.addFault({
      kind: 'throttled',
      match: { operation: 'UpdateAccessKey' },
      times: null,
    });
    const client = await bench.clientFor(settings);
    const handle = await startRespond(client, victim.workflowId, await victim.input());
    await expect
      .poll(async () => (await attacker.query(`select 1 from action_steps where mark = 'checked'`)).rowCount)
      .toBe(1);
    await attacker.query(`update action_steps set data = '{"keys": []}' where mark = 'checked'`);
    simulator.control.removeFault(fault.id);
    const result = (await handle.result()) as RespondResult;
    expect(result.actions).toMatchObject([{ need: 'responder-stopped' }]);
    expect(result.actions[0]?.detail).toContain('was not written by the responder');
    expect(userStateOf(simulator, victim.target).oldStatus).toBe('Active');
  });

  test('and "done" is told by nobody but AWS: a key activated again before the end is told as active', async () => {
    const victim = await bench.compromise();
    const input = await victim.input();
    const execution = { workflowId: 'by-hand', runId: 'by-hand' };
    await callByHand('takeStep', stepOf(victim, input, 'deactivate-old-key'), execution);
    reactivate(victim);
    const end = { ...stepOf(victim, input, ''), outcome: 'done', detail: 'Key is inactive, as IAM shows it.' };
    const environment = new MockActivityEnvironment({ workflowExecution: execution, attempt: 99 });
    const ended = await environment.run(createRespondActivities(composed.ports).endAction, end as never);
    expect(ended).toMatchObject({ outcome: 'failed' });
  });
});

describe('responses stop, and say what to type', () => {
  test('when the rows of an attempt are deleted whose answer was lost: the key that may be live is named and left', async () => {
    const [victim, next] = [await bench.compromise(), await bench.compromise()];
    simulator.control.addFault({ kind: 'failed-after', match: { operation: 'CreateAccessKey' } });
    simulator.control.addFault({ kind: 'access-denied', match: { operation: 'LookupEvents' }, times: null });
    const client = await bench.clientFor(settings);
    const handle = await startRespond(client, victim.workflowId, await victim.input());
    const held = () => loadUnsettledKeys(bench.store.db, victim.plan.caseId);
    await expect.poll(held, { timeout: 20_000 }).toMatchObject([{ why: expect.stringContaining('LookupEvents') }]);
    await attacker.query(`delete from action_steps where step = 'create-and-store-key'`);
    simulator.control.removeFault();

    await expect
      .poll(held, { timeout: 20_000 })
      .toMatchObject([{ why: expect.stringMatching(/may be live .* register accept/) }]);
    const made = userStateOf(simulator, victim.target).live.map(({ id }) => id);
    expect((await held())[0]?.accessKeyIds).toEqual(made);
    expect(made.length).toBe(1);
    const stopped = await run(next.workflowId, await next.input());
    expect(stopped.actions).toMatchObject([{ outcome: 'refused', need: 'responder-stopped' }]);

    await accept();
    const result = (await handle.result()) as RespondResult;
    expect(result.actions).toMatchObject([{ outcome: 'failed', need: 'key-not-ours' }]);
    expect(result.actions[0]?.detail).toContain(made[0]);
    expect(userStateOf(simulator, victim.target).live.map(({ id }) => id)).toEqual(made);
    expect(await run(`${next.workflowId}/2`, await next.input())).toMatchObject({ ended: 'contained' });
  });

  test('after the database was restored from before a response, until a person accepts', async () => {
    const [done, next] = [await bench.compromise(), await bench.compromise()];
    await run(done.workflowId, await done.input());
    await forgetEverything();
    const stopped = await run(next.workflowId, await next.input());
    expect(stopped.actions).toMatchObject([{ outcome: 'refused', need: 'responder-stopped' }]);
    expect(stopped.actions[0]?.detail).toContain('trailhound register accept --reason');
    expect(userStateOf(simulator, next.target).oldStatus).toBe('Active');

    await accept();
    expect(await run(`${next.workflowId}/2`, await next.input())).toMatchObject({ ended: 'contained' });
    // What was spent before stays spent.
    expect((await run(`${done.workflowId}/2`, await done.input())).actions).toMatchObject([{ outcome: 'refused' }]);
  });

  test('after the register was lost, and no decision from before counts any more', async () => {
    const [done, next] = [await bench.compromise(), await bench.compromise()];
    const doneInput = await done.input();
    await run(done.workflowId, doneInput);
    await rename(settings.registerFolder, `${settings.registerFolder}-lost`);
    const stopped = await run(next.workflowId, await next.input());
    expect(stopped.actions).toMatchObject([{ outcome: 'refused', need: 'responder-stopped' }]);
    expect(stopped.actions[0]?.detail).toContain('it was lost, or cut short');

    await accept();
    reactivate(done);
    const before = writes();
    expect((await run(`${done.workflowId}/2`, doneInput)).actions).toMatchObject([{ outcome: 'refused' }]);
    expect(writes()).toBe(before);
    expect(await run(`${next.workflowId}/2`, await next.input())).toMatchObject({ ended: 'contained' });
  });

  test('after the database was put back to an earlier state, not only to an empty one', async () => {
    const [kept, lost, next] = [await bench.compromise(), await bench.compromise(), await bench.compromise()];
    await run(kept.workflowId, await kept.input());
    for (const table of ['response_actions', 'action_steps']) {
      await attacker.query(`create table backup_of_${table} as select * from ${table}`);
    }
    const lostInput = await lost.input();
    await run(lost.workflowId, lostInput);
    await forgetEverything();
    for (const table of ['response_actions', 'action_steps']) {
      await attacker.query(`insert into ${table} overriding system value select * from backup_of_${table}`);
    }
    const { register, journal } = composed.ports;
    const differences = await compareMemories(register, () => journal.actions());
    const [action] = lost.plan.actions;
    expect(differences).toEqual({
      unknownToStore: [intentIdOf(lost.plan.digest, action?.id ?? '')],
      unknownToRegister: [],
    });
    expect((await run(next.workflowId, await next.input())).actions).toMatchObject([{ need: 'responder-stopped' }]);

    await accept();
    reactivate(lost);
    const before = writes();
    expect((await run(`${lost.workflowId}/2`, lostInput)).actions).toMatchObject([{ outcome: 'refused' }]);
    expect(writes()).toBe(before);
    expect(await run(`${next.workflowId}/2`, await next.input())).toMatchObject({ ended: 'contained' });
  });

  test('of two responders that share a register, one has the plan, and the other refuses it', async () => {
    const victim = await bench.compromise('deactivateAccessKey');
    const input = await victim.input();
    const second = composeRespondPorts(settings);
    try {
      const step = stepOf(victim, input, 'deactivate-key');
      const tries = await Promise.allSettled(
        [composed.ports, second.ports].map(async (ports, number) => {
          const workflowExecution = { workflowId: `by-hand-${number}`, runId: `run-${number}` };
          return await new MockActivityEnvironment({ workflowExecution }).run(
            createRespondActivities(ports).takeStep,
            step,
          );
        }),
      );
      expect(tries.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      const refused = tries.find((each) => each.status === 'rejected');
      expect(String(refused?.reason)).toContain('already-executed');
      expect(simulator.control.requests().filter(({ operation }) => operation === 'UpdateAccessKey').length).toBe(1);
    } finally {
      await second.close();
    }
  });

  test('and a decision from before the register began is void though nothing else remembers it', async () => {
    const victim = await bench.compromise();
    const issuedAt = new Date(Date.now() - 10 * 60_000).toISOString() as Instant;
    const result = await run(victim.workflowId, await victim.input({ issuedAt }));
    expect(result.actions[0]?.detail).toContain('older-than-register');
  });
});

async function accept(): Promise<void> {
  const { register, journal } = composed.ports;
  const differences = await compareMemories(register, () => journal.actions());
  await acceptMemories(register, differences, 'as the test has it', new Date().toISOString() as Instant);
}

/** The owner activates the old key again. */
function reactivate({ target }: Compromise): void {
  const user = simulator.control.iam(accountId, true) as never as {
    users: { name: string; keys: { id: string; status: string }[] }[];
  };
  expect(user.users.some(({ name }) => name === target.userName)).toBe(true);
  const outcome = simulator.control.call({
    accessKeyId: 'AKIAINTRUDER00000001',
    service: 'iam',
    operation: 'UpdateAccessKey',
    input: { UserName: target.userName, AccessKeyId: target.accessKeyId, Status: 'Active' },
    region: 'us-east-1',
    sourceIp: '203.0.113.9',
    userAgent: 'aws-cli/2.0',
  });
  if (!outcome.allowed) throw new Error(outcome.message);
}
