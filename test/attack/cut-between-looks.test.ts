import { MockActivityEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRespondActivities } from '../../activities/respond.ts';
import { stepsOf } from '../../src/response/action-registry.ts';
import { intentIdOf } from '../../src/response/intent.ts';
import { plannedUndo } from '../response/planned-undo.ts';
import { openResponder, type Responder } from '../response/responder.ts';
import { userStateOf } from '../response/simulated-account.ts';

/*
 * The attacker owns PostgreSQL, and cuts the journal in the moment between a change and the look that finds it made: what was done is then
 * found so, as if somebody had done it before us, and nobody would take it back.
 */

let here: Responder;
beforeAll(async () => {
  here = await openResponder();
});
afterAll(() => here.close());

const execution = { workflowId: 'by-hand', runId: 'by-hand' } as const;

/** An action of the plan of a victim, asked for past any workflow. */
async function acting() {
  const victim = await here.bench.compromise('deactivateAccessKey');
  const { caseId, planDigest, decisions } = await victim.input();
  const actionId = victim.plan.actions[0]?.id ?? '';
  const intentId = intentIdOf(planDigest, actionId);
  const asked = { caseId, planDigest, actionId, intentId, decisions };
  return {
    victim,
    take: () => here.callByHand('takeStep', { ...asked, step: stepsOf('deactivateAccessKey')[0]?.name }),
    end: async () => {
      const environment = new MockActivityEnvironment({ workflowExecution: execution, attempt: 99 });
      const end = { ...asked, outcome: 'done', detail: 'Done.' };
      return await environment.run(createRespondActivities(here.ports).endAction, end as never);
    },
    forget: () => here.attacker.query('delete from action_steps where intent_id = $1', [intentId]),
  };
}

/** AWS makes the change, and the row that says so is never written. */
async function losingTheAnswer(take: () => Promise<unknown>): Promise<void> {
  await here.attacker.query(
    `create function lose() returns trigger language plpgsql as $$ begin raise exception 'lost'; end $$`,
  );
  await here.attacker.query(
    `create trigger lose before insert on action_steps for each row when (new.mark = 'called') execute function lose()`,
  );
  await expect(take()).rejects.toThrow();
  await here.attacker.query('drop trigger lose on action_steps');
  await here.attacker.query('drop function lose');
}

describe('what we did is told as done by us', () => {
  test('where only the row was lost that says so, and is taken back by an undoing', async () => {
    const { victim, take, end } = await acting();
    await losingTheAnswer(take);
    expect(userStateOf(here.simulator, victim.target).oldStatus).toBe('Inactive');
    expect(await take()).toMatchObject({ outcome: 'done' });
    expect(await end()).toMatchObject({ outcome: 'done' });
    expect(await plannedUndo(victim, here)).toEqual({ actions: [`activate-${victim.target.accessKeyId}`], byHand: [] });
  });

  test("where the look before it was cut out too: what was there then is nobody's to tell, and an undoing leaves it to people", async () => {
    const { victim, take, end, forget } = await acting();
    await losingTheAnswer(take);
    await forget();
    expect(await take()).toMatchObject({ outcome: 'done' });
    expect(await end()).toMatchObject({ outcome: 'done' });
    expect(await plannedUndo(victim, here)).toEqual({ actions: [], byHand: ['not-undone'] });
  });

  test('where all of it was cut out before its end was looked at', async () => {
    const { victim, take, end, forget } = await acting();
    await take();
    await forget();
    expect(await end()).toMatchObject({ outcome: 'done' });
    expect(await plannedUndo(victim, here)).toEqual({ actions: [], byHand: ['not-undone'] });
  });

  test('and what somebody else did before us stays theirs', async () => {
    const { victim, take, end } = await acting();
    const { userName, accessKeyId } = victim.target;
    here.intruderCalls('UpdateAccessKey', { UserName: userName, AccessKeyId: accessKeyId, Status: 'Inactive' });
    expect(await take()).toMatchObject({ outcome: 'already-so' });
    expect(await end()).toMatchObject({ outcome: 'already-so' });
    expect(await plannedUndo(victim, here)).toEqual({ actions: [], byHand: [] });
  });
});
