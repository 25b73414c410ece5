import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Compromise, startRespond } from '../response/response-bench.ts';
import { plannedUndo } from '../response/planned-undo.ts';
import { openResponder, type Responder } from '../response/responder.ts';
import { userStateOf } from '../response/simulated-account.ts';

/*
 * The attacker owns PostgreSQL, and its aim is to have an undoing give back, or leave, what it should not.
 */

let here: Responder;
beforeAll(async () => {
  here = await openResponder();
});
afterAll(() => here.close());

async function contained(): Promise<Compromise> {
  const victim = await here.bench.compromise();
  expect(await (await startRespond(here.client, victim.workflowId, await victim.input())).result()).toMatchObject({
    ended: 'contained',
  });
  return victim;
}

describe('an undoing is planned by what the responder alone can write', () => {
  test('what the store says of how an action ended changes nothing', async () => {
    const victim = await contained();
    const [made] = userStateOf(here.simulator, victim.target).live;
    const whole = [`activate-${victim.target.accessKeyId}`, `deactivate-${made?.id}`];
    expect(await plannedUndo(victim, here)).toEqual({ actions: whole, byHand: ['secret-stays'] });
    await here.attacker.query(
      `update response_actions set result = jsonb_set(result::jsonb, '{outcome}', '"already-so"') where plan_digest = $1`,
      [victim.plan.digest],
    );
    expect(await plannedUndo(victim, here)).toEqual({ actions: whole, byHand: ['secret-stays'] });
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
    await here.attacker.query(query, [victim.plan.digest]);
    expect(await plannedUndo(victim, here)).toEqual({ actions: [], byHand: ['not-undone'] });
  });

  test('and nothing was done of a plan that the register does not know, whatever the store says', async () => {
    const victim = await here.bench.compromise();
    const [action] = victim.plan.actions;
    await here.attacker.query(
      `insert into response_actions (intent_id, plan_digest, action_id, case_id, workflow_id, run_id, claimed_at, ended_at, result)
       values ('i', $1, $2, $3, 'w', 'r', now(), now(), '{"outcome":"done"}')`,
      [victim.plan.digest, action?.id, victim.plan.caseId],
    );
    expect(await plannedUndo(victim, here)).toEqual({ actions: [], byHand: [] });
  });
});
