import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { rename } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createRespondActivities } from '../../activities/respond.ts';
import { loadUnsettledKeys } from '../../src/adapters/store/response/unsettled-key-store.ts';
import type { RespondInput, RespondResult } from '../../src/messages/respond-messages.ts';
import type { Instant } from '../../src/model/ids.ts';
import { intentIdOf } from '../../src/response/intent.ts';
import { compareMemories } from '../../src/response/memory-agreement.ts';
import { type Compromise, startRespond } from '../response/response-bench.ts';
import { composeRespondPorts } from '../response/respond-worker.ts';
import { openResponder, type Responder } from '../response/responder.ts';
import { userStateOf } from '../response/simulated-account.ts';

/*
 * The attacker owns PostgreSQL and Temporal, and has a decision that an approver once signed. It has no file of the responder's.
 */

let here: Responder;
beforeEach(async () => {
  here = await openResponder();
});
afterEach(() => here.close());

function forgetEverything() {
  return here.attacker.query('truncate action_steps, response_actions, unsettled_keys');
}

async function run(workflowId: string, input: RespondInput): Promise<RespondResult> {
  return (await (await startRespond(here.client, workflowId, input)).result()) as RespondResult;
}

function stepOf({ plan }: Compromise, input: RespondInput, step: string) {
  const actionId = plan.actions[0]?.id ?? '';
  const { caseId, planDigest, decisions } = input;
  return { caseId, planDigest, actionId, intentId: intentIdOf(planDigest, actionId), decisions, step };
}

describe('what was spent stays spent', () => {
  test('when all rows are deleted and the decision is given again: the key that its owner activated again is left alone', async () => {
    const victim = await here.bench.compromise();
    const input = await victim.input();
    expect(await run(victim.workflowId, input)).toMatchObject({ ended: 'contained' });
    await here.attacker.query('delete from action_steps');
    await here.attacker.query('delete from response_actions');
    reactivate(victim);
    const before = here.writesSeen();
    const again = await run(`${victim.workflowId}/again`, input);
    expect(again.actions).toMatchObject([{ outcome: 'refused' }]);
    expect(again.actions[0]?.detail).toContain('already-executed');
    expect(here.writesSeen()).toBe(before);
    expect(userStateOf(here.simulator, victim.target).oldStatus).toBe('Active');
  });

  test('even in the name of the very execution that carried it out', async () => {
    const victim = await here.bench.compromise();
    const input = await victim.input();
    const handle = await startRespond(here.client, victim.workflowId, input);
    await handle.result();
    const execution = { workflowId: handle.workflowId, runId: handle.firstExecutionRunId };
    await forgetEverything();
    reactivate(victim);
    const before = here.writesSeen();
    for (const step of ['deactivate-old-key', 'create-and-store-key']) {
      for (const name of ['takeStep', 'settleStep'] as const) {
        await expect(here.callByHand(name, stepOf(victim, input, step), execution)).rejects.toThrow(/already-executed/);
      }
    }
    expect(here.writesSeen()).toBe(before);
  });

  test('when a claim is forged that was made before the decision expired', async () => {
    const victim = await here.bench.compromise();
    const [issuedAt, claimedAt, expiresAt] = [60, 50, 40].map(
      (minutes) => new Date(Date.now() - minutes * 60_000).toISOString() as Instant,
    );
    const input = await victim.input({ issuedAt: issuedAt as Instant, expiresAt: expiresAt as Instant });
    const step = stepOf(victim, input, 'deactivate-old-key');
    await here.attacker.query('insert into response_actions values ($1, $2, $3, $4, $5, $6, $7)', [
      step.intentId,
      step.planDigest,
      step.actionId,
      step.caseId,
      'by-hand',
      'by-hand',
      claimedAt,
    ]);
    const before = here.writesSeen();
    const execution = { workflowId: 'by-hand', runId: 'by-hand' };
    await expect(here.callByHand('takeStep', step, execution)).rejects.toThrow(/expired/);
    expect(here.writesSeen()).toBe(before);
  });

  test('and a decision that was kept back for longer than 15 minutes is void, whatever its own expiry', async () => {
    const victim = await here.bench.compromise();
    const issuedAt = new Date(Date.now() - 16 * 60_000).toISOString() as Instant;
    const result = await run(victim.workflowId, await victim.input({ issuedAt }));
    expect(result.actions[0]?.detail).toContain('not-begun-in-time');
    expect(userStateOf(here.simulator, victim.target).all.map((key) => key.status)).toEqual(['Active']);
  });
});

describe('a row that the responder did not write', () => {
  test('makes nothing done: forged "called" and "verified" rows stop responses instead', async () => {
    const victim = await here.bench.compromise();
    const input = await victim.input();
    const step = stepOf(victim, input, 'deactivate-old-key');
    await here.attacker.query('insert into response_actions values ($1, $2, $3, $4, $5, $6, now())', [
      step.intentId,
      step.planDigest,
      step.actionId,
      step.caseId,
      'by-hand',
      'by-hand',
    ]);
    for (const mark of ['called', 'verified']) {
      await here.attacker.query(
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
    const error = await here.callByHand('takeStep', step).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ApplicationFailure);
    expect((error as ApplicationFailure).type).toBe('ResponderStopped');
    expect(userStateOf(here.simulator, victim.target).oldStatus).toBe('Active');
  });

  test('and one that was changed is refused while its response runs', async () => {
    const victim = await here.bench.compromise();
    const held = await here.heldResponse(victim);
    await here.attacker.query(`update action_steps set data = '{"keys": []}' where mark = 'checked'`);
    const result = await held.ended();
    expect(result.actions).toMatchObject([{ need: 'responder-stopped' }]);
    expect(result.actions[0]?.detail).toContain('was not written by the responder');
    expect(userStateOf(here.simulator, victim.target).oldStatus).toBe('Active');
  });

  test('and "done" is told by nobody but AWS: a key activated again before the end is told as active', async () => {
    const victim = await here.bench.compromise();
    const input = await victim.input();
    const execution = { workflowId: 'by-hand', runId: 'by-hand' };
    await here.callByHand('takeStep', stepOf(victim, input, 'deactivate-old-key'), execution);
    reactivate(victim);
    const end = { ...stepOf(victim, input, ''), outcome: 'done', detail: 'Key is inactive, as IAM shows it.' };
    const environment = new MockActivityEnvironment({ workflowExecution: execution, attempt: 99 });
    const ended = await environment.run(createRespondActivities(here.ports).endAction, end as never);
    expect(ended).toMatchObject({ outcome: 'failed' });
  });
});

describe('responses stop, and say what to type', () => {
  test('when the rows of an attempt are deleted whose answer was lost: the key that may be live is named and left', async () => {
    const [victim, next] = [await here.bench.compromise(), await here.bench.compromise()];
    here.simulator.control.addFault({ kind: 'failed-after', match: { operation: 'CreateAccessKey' } });
    here.simulator.control.addFault({ kind: 'access-denied', match: { operation: 'LookupEvents' }, times: null });
    const handle = await startRespond(here.client, victim.workflowId, await victim.input());
    function held() {
      return loadUnsettledKeys(here.bench.store.db, victim.plan.caseId);
    }
    await expect.poll(held, { timeout: 20_000 }).toMatchObject([{ why: expect.stringContaining('LookupEvents') }]);
    await here.attacker.query(`delete from action_steps where step = 'create-and-store-key'`);
    here.simulator.control.removeFault();

    await expect
      .poll(held, { timeout: 20_000 })
      .toMatchObject([{ why: expect.stringMatching(/may be live .* register accept/) }]);
    const made = userStateOf(here.simulator, victim.target).live.map(({ id }) => id);
    expect((await held())[0]?.accessKeyIds).toEqual(made);
    expect(made.length).toBe(1);
    const stopped = await run(next.workflowId, await next.input());
    expect(stopped.actions).toMatchObject([{ outcome: 'refused', need: 'responder-stopped' }]);

    await here.acceptMemories();
    const result = (await handle.result()) as RespondResult;
    expect(result.actions).toMatchObject([{ outcome: 'failed', need: 'key-not-ours' }]);
    expect(result.actions[0]?.detail).toContain(made[0]);
    expect(userStateOf(here.simulator, victim.target).live.map(({ id }) => id)).toEqual(made);
    expect(await run(`${next.workflowId}/2`, await next.input())).toMatchObject({ ended: 'contained' });
  });

  test('after the database was restored from before a response, until a person accepts', async () => {
    const [done, next] = [await here.bench.compromise(), await here.bench.compromise()];
    await run(done.workflowId, await done.input());
    await forgetEverything();
    const stopped = await run(next.workflowId, await next.input());
    expect(stopped.actions).toMatchObject([{ outcome: 'refused', need: 'responder-stopped' }]);
    expect(stopped.actions[0]?.detail).toContain('trailhound register accept --reason');
    expect(userStateOf(here.simulator, next.target).oldStatus).toBe('Active');

    await here.acceptMemories();
    expect(await run(`${next.workflowId}/2`, await next.input())).toMatchObject({ ended: 'contained' });
    // What was spent before stays spent.
    expect((await run(`${done.workflowId}/2`, await done.input())).actions).toMatchObject([{ outcome: 'refused' }]);
  });

  test('after the register was lost, and no decision from before counts any more', async () => {
    const [done, next] = [await here.bench.compromise(), await here.bench.compromise()];
    const doneInput = await done.input();
    await run(done.workflowId, doneInput);
    await rename(here.settings.registerFolder, `${here.settings.registerFolder}-lost`);
    const stopped = await run(next.workflowId, await next.input());
    expect(stopped.actions).toMatchObject([{ outcome: 'refused', need: 'responder-stopped' }]);
    expect(stopped.actions[0]?.detail).toContain('it was lost, or cut short');

    await here.acceptMemories();
    reactivate(done);
    const before = here.writesSeen();
    expect((await run(`${done.workflowId}/2`, doneInput)).actions).toMatchObject([{ outcome: 'refused' }]);
    expect(here.writesSeen()).toBe(before);
    expect(await run(`${next.workflowId}/2`, await next.input())).toMatchObject({ ended: 'contained' });
  });

  test('after the database was put back to an earlier state, not only to an empty one', async () => {
    const [kept, lost, next] = [
      await here.bench.compromise(),
      await here.bench.compromise(),
      await here.bench.compromise(),
    ];
    await run(kept.workflowId, await kept.input());
    for (const table of ['response_actions', 'action_steps']) {
      await here.attacker.query(`create table backup_of_${table} as select * from ${table}`);
    }
    const lostInput = await lost.input();
    await run(lost.workflowId, lostInput);
    await forgetEverything();
    for (const table of ['response_actions', 'action_steps']) {
      await here.attacker.query(`insert into ${table} overriding system value select * from backup_of_${table}`);
    }
    const { register, journal } = here.ports;
    const differences = await compareMemories(register, () => journal.actions());
    const [action] = lost.plan.actions;
    expect(differences).toEqual({
      unknownToStore: [intentIdOf(lost.plan.digest, action?.id ?? '')],
      unknownToRegister: [],
    });
    expect((await run(next.workflowId, await next.input())).actions).toMatchObject([{ need: 'responder-stopped' }]);

    await here.acceptMemories();
    reactivate(lost);
    const before = here.writesSeen();
    expect((await run(`${lost.workflowId}/2`, lostInput)).actions).toMatchObject([{ outcome: 'refused' }]);
    expect(here.writesSeen()).toBe(before);
    expect(await run(`${next.workflowId}/2`, await next.input())).toMatchObject({ ended: 'contained' });
  });

  test('of two responders that share a register, one has the plan, and the other refuses it', async () => {
    const victim = await here.bench.compromise('deactivateAccessKey');
    const input = await victim.input();
    const second = composeRespondPorts(here.settings);
    try {
      const step = stepOf(victim, input, 'deactivate-key');
      const tries = await Promise.allSettled(
        [here.ports, second.ports].map(async (ports, number) => {
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
      expect(here.simulator.control.requests().filter(({ operation }) => operation === 'UpdateAccessKey').length).toBe(
        1,
      );
    } finally {
      await second.close();
    }
  });

  test('and a decision from before the register began is void though nothing else remembers it', async () => {
    const victim = await here.bench.compromise();
    const issuedAt = new Date(Date.now() - 10 * 60_000).toISOString() as Instant;
    const result = await run(victim.workflowId, await victim.input({ issuedAt }));
    expect(result.actions[0]?.detail).toContain('older-than-register');
  });
});

/** The owner activates the old key again. */
function reactivate({ target: { userName, accessKeyId } }: Compromise): void {
  here.intruderCalls('UpdateAccessKey', { UserName: userName, AccessKeyId: accessKeyId, Status: 'Active' });
}
