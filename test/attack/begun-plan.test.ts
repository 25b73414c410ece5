import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RespondInput, RespondResult } from '../../src/messages/respond-messages.ts';
import type { Action } from '../../src/model/action.ts';
import type { SignedDecision } from '../../src/model/decision.ts';
import type { Plan } from '../../src/model/plan.ts';
import { intentIdOf } from '../../src/response/intent.ts';
import { voidDecision } from '../../src/response/spent-decisions.ts';
import { audience, startRespond } from '../response/response-bench.ts';
import { openResponder, type Responder } from '../response/responder.ts';

/*
 * The attacker owns Temporal with its payloads, and so gives its calls the name of any execution. A response was begun by a decision
 * about one action of its plan, and the attacker has another decision about the plan, that allows more.
 */

let here: Responder;
beforeAll(async () => {
  here = await openResponder();
});
afterAll(() => here.close());

/** A plan of two actions, of which the first was carried out as it was approved. */
async function halfCarriedOut() {
  const victims = [
    await here.bench.compromise('deactivateAccessKey'),
    await here.bench.compromise('deactivateAccessKey'),
  ];
  const [first, second] = victims.flatMap(({ plan }) => plan.actions) as [Action, Action];
  const { plan, workflowId, input } = await here.bench.propose([first, second]);
  const all: RespondInput = await input({ decisionId: `all-of-${plan.digest.slice(-8)}` });
  const some = await input({ actions: [first] });
  const handle = await startRespond(here.client, workflowId, { ...some, actionIds: [first.id] });
  const result = (await handle.result()) as RespondResult;
  expect(result).toMatchObject({ ended: 'contained', actions: [{ outcome: 'done' }] });
  return { plan, second, all, execution: { workflowId, runId: handle.firstExecutionRunId } };
}

function asked(plan: Plan, { id }: Action, decisions: readonly SignedDecision[]) {
  const intentId = intentIdOf(plan.digest, id);
  return { caseId: plan.caseId, planDigest: plan.digest, actionId: id, intentId, decisions, step: 'deactivate-key' };
}

test.each([
  ['the case refused, so that it is void', true],
  ['nobody has seen yet', false],
])('a plan that was begun takes no other decision: one that %s', async (_what, refused) => {
  const { plan, second, all, execution } = await halfCarriedOut();
  const { register, approverKeys, clock } = here.ports;
  if (refused) {
    for (const signed of all.decisions) await voidDecision(signed, { register, approverKeys, audience, clock });
  }
  const before = here.writesSeen();
  const shown = await here
    .callByHand('takeStep', asked(plan, second, all.decisions), execution)
    .catch((error: unknown) => error);
  expect(shown).toBeInstanceOf(ApplicationFailure);
  expect(shown).toMatchObject({ type: 'WriteRefused', details: ['already-decided'] });
  expect(here.writesSeen()).toBe(before);
});
