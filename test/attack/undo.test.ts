import { Client as PostgresClient } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Simulator } from '../../simulator/server.ts';
import { actionsTaken } from '../../src/response/actions-taken.ts';
import { buildUndoPlan } from '../../src/response/undo-plan.ts';
import { type Compromise, openBench, type ResponseBench, startRespond } from '../response/response-bench.ts';
import {
  composeRespondPorts,
  type RespondWorkerSettings,
  type RunningWorker,
  startRespondWorker,
} from '../response/respond-worker.ts';
import { startCompromisedAccount, userStateOf } from '../response/simulated-account.ts';

/*
 * The attacker owns PostgreSQL, and its aim is to have an undoing give back, or leave, what it should not.
 */

let simulator: Simulator;
let bench: ResponseBench;
let settings: RespondWorkerSettings;
let composed: ReturnType<typeof composeRespondPorts>;
let worker: RunningWorker;
let attacker: PostgresClient;

beforeAll(async () => {
  simulator = await startCompromisedAccount();
  bench = await openBench(simulator);
  settings = await bench.settings();
  composed = composeRespondPorts(settings);
  worker = await startRespondWorker(settings, composed.ports);
  attacker = new PostgresClient(settings.storeUrl);
  await attacker.connect();
});

afterAll(async () => {
  await attacker.end();
  await worker.stop();
  await composed.close();
  await bench.close();
  await simulator.stop();
});

async function contained(): Promise<Compromise> {
  const victim = await bench.compromise();
  const client = await bench.clientFor(settings);
  expect(await (await startRespond(client, victim.workflowId, await victim.input())).result()).toMatchObject({
    ended: 'contained',
  });
  return victim;
}

async function undoOf({ plan }: Compromise) {
  const { actions, byHand } = buildUndoPlan(plan, await actionsTaken(plan, composed.ports), {
    version: 1,
    policy: `sha256:${'0'.repeat(64)}`,
  });
  return { actions: actions.map(({ id }) => id), byHand: byHand.map(({ kind }) => kind) };
}

describe('an undoing is planned by what the responder alone can write', () => {
  test('what the store says of how an action ended changes nothing', async () => {
    const victim = await contained();
    const [made] = userStateOf(simulator, victim.target).live;
    const whole = [`activate-${victim.target.accessKeyId}`, `deactivate-${made?.id}`];
    expect(await undoOf(victim)).toEqual({ actions: whole, byHand: ['secret-stays'] });
    await attacker.query(
      `update response_actions set result = jsonb_set(result::jsonb, '{outcome}', '"already-so"') where plan_digest = $1`,
      [victim.plan.digest],
    );
    expect(await undoOf(victim)).toEqual({ actions: whole, byHand: ['secret-stays'] });
  });

  test.each([
    [
      'a row that was changed to name another key',
      `update action_steps set data = jsonb_set(data::jsonb, '{accessKeyId}', '"AKIAADMINISTRATOR001"') where mark = 'called' and step = 'create-and-store-key' and intent_id = (select intent_id from response_actions where plan_digest = $1)`,
    ],
    [
      'a row that was deleted',
      `delete from action_steps where mark = 'called' and step = 'create-and-store-key' and intent_id = (select intent_id from response_actions where plan_digest = $1)`,
    ],
  ])('with %s, nothing is given back: it is left to people', async (_what, query) => {
    const victim = await contained();
    await attacker.query(query, [victim.plan.digest]);
    expect(await undoOf(victim)).toEqual({ actions: [], byHand: ['not-undone'] });
  });

  test('and nothing was done of a plan that the register does not know, whatever the store says', async () => {
    const victim = await bench.compromise();
    const [action] = victim.plan.actions;
    await attacker.query(
      `insert into response_actions (intent_id, plan_digest, action_id, case_id, workflow_id, run_id, claimed_at, ended_at, result)
       values ('i', $1, $2, $3, 'w', 'r', now(), now(), '{"outcome":"done"}')`,
      [victim.plan.digest, action?.id, victim.plan.caseId],
    );
    expect(await undoOf(victim)).toEqual({ actions: [], byHand: [] });
  });
});
