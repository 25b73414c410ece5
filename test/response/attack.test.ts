import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadAuditRecords } from '../../src/adapters/store/audit/audit-store.ts';
import { entriesOfKind } from '../../src/audit/audit-record.ts';
import { exactJsonText } from '../../src/adapters/store/json-text.ts';
import { signDecision } from '../../src/approval/signed-decision.ts';
import { sealPlan } from '../../src/digest/plan-digest.ts';
import type { RespondInput, RespondResult } from '../../src/messages/respond-messages.ts';
import type { RefusalCode, SignedDecision } from '../../src/model/decision.ts';
import type { Action } from '../../src/model/action.ts';
import type { Instant } from '../../src/model/ids.ts';
import { intentIdOf } from '../../src/response/intent.ts';
import { registerKeys } from '../../src/response/register.ts';
import { spendRejection } from '../../src/response/spent-decisions.ts';
import { stepsOf } from '../../src/response/action-registry.ts';
import type { StepRequest } from '../../src/response/step-request.ts';
import { anApprover } from '../approval/decision-fixtures.ts';
import { approvalOf, audience, type Compromise, startRespond } from './response-bench.ts';
import { openResponder, type Responder } from './responder.ts';
import { userStateOf } from './simulated-account.ts';

/*
 * The attacker reaches Temporal (starts workflows, calls activities with any arguments) and the database (writes any row),
 * and has no approver's key.
 */

let here: Responder;
beforeAll(async () => {
  here = await openResponder();
});
afterAll(() => here.close());

const mallory = anApprover('ann');

/** Each way to lack a valid decision, with the refusal that it must meet. */
const attacks: readonly (readonly [string, RefusalCode, (victim: Compromise) => Promise<readonly SignedDecision[]>])[] =
  [
    ['without a decision', 'no-decision', async () => []],
    [
      'with a decision forged with a key of its own',
      'unknown-approver',
      async ({ plan }) => [await signDecision(approvalOf(plan, 'ann'), mallory.signing)],
    ],
    [
      "with a decision forged under the approver's key ID",
      'bad-signature',
      async ({ plan }) => [
        await signDecision(approvalOf(plan, 'ann'), { ...mallory.signing, keyId: here.bench.approver.key.keyId }),
      ],
    ],
    [
      'with a decision whose statement was altered',
      'bad-signature',
      async (victim) => [altered((await victim.input({ actions: [], verdict: 'reject' })).decisions[0], victim)],
    ],
    [
      'with a decision of another case',
      'wrong-case',
      async () => (await (await here.bench.compromise()).input()).decisions,
    ],
    [
      'with an expired decision',
      'expired',
      async (victim) =>
        (await victim.input({ expiresAt: new Date(Date.now() - 1_000).toISOString() as Instant })).decisions,
    ],
    [
      'with a decision made for another installation',
      'wrong-audience',
      async (victim) => (await victim.input({ audience: 'another' })).decisions,
    ],
    [
      'with a rejection',
      'action-not-approved',
      async (victim) => (await victim.input({ verdict: 'reject' })).decisions,
    ],
    ['with rubbish', 'malformed', async () => [{ jws: 'rubbish' }]],
  ];

/** The approver's rejection, its payload replaced by an approval. */
function altered(decision: SignedDecision | undefined, { plan }: Compromise): SignedDecision {
  const [header, , signature] = (decision?.jws ?? '').split('.');
  const payload = Buffer.from(JSON.stringify(approvalOf(plan, 'ann'))).toString('base64url');
  return { jws: `${header}.${payload}.${signature}` };
}

async function refusalsOf(victim: Compromise): Promise<readonly unknown[]> {
  const records = await loadAuditRecords(here.bench.store.db, victim.plan.caseId);
  return entriesOfKind(records, 'write-refused').map(({ data }) => data.code);
}

function millisecondsOf(
  time: { readonly seconds?: unknown; readonly nanos?: number | null } | null | undefined,
): number {
  return Number(time?.seconds ?? 0) * 1000 + Math.floor((time?.nanos ?? 0) / 1_000_000);
}

async function expectUntouched(victim: Compromise, writesBefore: number): Promise<void> {
  expect(here.writesSeen()).toBe(writesBefore);
  expect(userStateOf(here.simulator, victim.target).all.map((key) => key.status)).toEqual(['Active']);
}

function stepRequests({ plan }: Compromise, decisions: readonly SignedDecision[]): readonly StepRequest[] {
  return plan.actions.flatMap((action) =>
    stepsOf(action.type).map((step) => ({
      caseId: plan.caseId,
      planDigest: plan.digest,
      actionId: action.id,
      intentId: intentIdOf(plan.digest, action.id),
      decisions,
      step: step.name,
    })),
  );
}

async function refusalCode(attempt: Promise<unknown>): Promise<unknown> {
  const error = await attempt.then(
    () => 'not refused',
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ApplicationFailure) || error.type !== 'WriteRefused') return error;
  return error.details?.[0];
}

describe('the write itself asks, whatever the workflow did', () => {
  test('whether an approver rejected the plan: an approval that was kept for later is void', async () => {
    const victim = await here.bench.compromise();
    const approved = await victim.input();
    const [rejection] = (await victim.input({ decisionId: 'rejection-1', actions: [], verdict: 'reject' })).decisions;
    if (rejection === undefined) throw new Error('the rejection was to be signed');
    const { register, approverKeys, clock } = here.ports;
    const forged = await signDecision(
      approvalOf(victim.plan, 'ann', { verdict: 'reject', actions: [] }),
      mallory.signing,
    );
    await spendRejection(forged, { register, approverKeys, audience, clock });
    expect(await register.find(registerKeys.rejection(victim.plan.digest))).toBeNull();
    await spendRejection(rejection, { register, approverKeys, audience, clock });

    const before = here.writesSeen();
    const result = (await (await startRespond(here.client, victim.workflowId, approved)).result()) as RespondResult;
    expect(result).toMatchObject({ ended: 'failed', actions: [{ outcome: 'refused' }] });
    expect(result.actions[0]?.detail).toContain('An approver has rejected the plan.');
    await expectUntouched(victim, before);
    // What the audit trail is compared by: the record has the instant at which the workflow asked.
    const records = await loadAuditRecords(here.bench.store.db, victim.plan.caseId);
    const { events = [] } = await here.client.workflow.getHandle(victim.workflowId).fetchHistory();
    const asked = events?.flatMap((event) =>
      event.activityTaskScheduledEventAttributes ? [new Date(millisecondsOf(event.eventTime)).toISOString()] : [],
    );
    const refused = entriesOfKind(records, 'write-refused').filter(({ data }) => data.workflowId === victim.workflowId);
    expect(refused.length).toBeGreaterThan(0);
    for (const { at } of refused) expect(asked).toContain(at);
  });

  test('whether what an action needs has ended well', async () => {
    const [first, second] = [
      await here.bench.compromise('deactivateAccessKey'),
      await here.bench.compromise('rotateAccessKey'),
    ];
    const [needed, needing] = [first.plan.actions[0], second.plan.actions[0]];
    if (needed === undefined || needing === undefined) throw new Error('each plan was to have an action');
    const both = await here.bench.propose([needed, { ...needing, dependsOn: [needed.id] }]);
    const { decisions } = await both.input();
    function asked(actionId: string, step: string) {
      return {
        caseId: both.plan.caseId,
        planDigest: both.plan.digest,
        actionId,
        intentId: intentIdOf(both.plan.digest, actionId),
        decisions,
        step,
      };
    }
    const dependent = asked(needing.id, 'deactivate-old-key');
    const before = here.writesSeen();
    expect(await refusalCode(here.callByHand('takeStep', dependent))).toBe('other-action-first');
    // An end that is told and not seen in AWS is none.
    await here.callByHand('endAction', { ...asked(needed.id, ''), outcome: 'failed', detail: 'x' });
    expect(await refusalCode(here.callByHand('takeStep', dependent))).toBe('other-action-first');
    expect(here.writesSeen()).toBe(before);
    expect(userStateOf(here.simulator, second.target).oldStatus).toBe('Active');
  });

  test('and lets it go on where that ended well', async () => {
    const [first, second] = [
      await here.bench.compromise('deactivateAccessKey'),
      await here.bench.compromise('rotateAccessKey'),
    ];
    const actions = [first, second].flatMap(({ plan }) => plan.actions);
    const [needed, needing] = actions;
    const both = await here.bench.propose([needed, { ...needing, dependsOn: [needed?.id] }] as readonly Action[]);
    const result = await (await startRespond(here.client, both.workflowId, await both.input())).result();
    expect(result).toMatchObject({ ended: 'contained', actions: [{ outcome: 'done' }, { outcome: 'done' }] });
  });
});

describe('whoever can start workflows and call activities changes nothing in AWS', () => {
  test.each(attacks)('by starting respond %s: %s', async (_how, code, forge) => {
    const victim = await here.bench.compromise();
    const decisions = await forge(victim);
    const before = here.writesSeen();
    const input: RespondInput = { ...(await victim.input()), decisions };
    const result = (await (await startRespond(here.client, victim.workflowId, input)).result()) as RespondResult;
    expect(result).toMatchObject({ ended: 'failed', actions: [{ outcome: 'refused' }] });
    expect(result.actions[0]?.detail).toContain(code);
    await expectUntouched(victim, before);
    expect(await refusalsOf(victim)).toEqual([code]);
  });

  test.each(attacks)('by calling the write activities by hand %s: %s', async (_how, code, forge) => {
    const victim = await here.bench.compromise();
    const decisions = await forge(victim);
    const before = here.writesSeen();
    for (const request of stepRequests(victim, decisions)) {
      expect(await refusalCode(here.callByHand('takeStep', request))).toBe(code);
      expect(await refusalCode(here.callByHand('settleStep', request))).toBe(code);
      const end = { ...request, outcome: 'done', detail: 'x' };
      expect(await refusalCode(here.callByHand('endAction', end))).toBe(code);
    }
    await expectUntouched(victim, before);
    expect(new Set(await refusalsOf(victim))).toEqual(new Set([code]));
  });

  test('by replaying a valid decision after it was carried out', async () => {
    const victim = await here.bench.compromise();
    const input = await victim.input();
    expect(await (await startRespond(here.client, victim.workflowId, input)).result()).toMatchObject({
      ended: 'contained',
    });
    const keys = userStateOf(here.simulator, victim.target).all;
    // The count that shows an attack to be without effect is seen to rise where there is one.
    const before = here.writesSeen();
    expect(before).toBeGreaterThanOrEqual(3);

    const again = (await (
      await startRespond(here.client, `${victim.workflowId}/again`, input)
    ).result()) as RespondResult;
    expect(again).toMatchObject({ ended: 'failed', actions: [{ outcome: 'refused' }] });
    expect(again.actions[0]?.detail).toContain('already-executed');
    for (const request of stepRequests(victim, input.decisions)) {
      expect(await refusalCode(here.callByHand('takeStep', request))).toBe('already-executed');
    }
    expect(here.writesSeen()).toBe(before);
    expect(userStateOf(here.simulator, victim.target).all).toEqual(keys);
    expect(await refusalsOf(victim)).toContain('already-executed');
  });

  test('by replaying a valid decision after the journal was wiped: the stored secret tells that it was done', async () => {
    const victim = await here.bench.compromise();
    const input = await victim.input();
    await (await startRespond(here.client, victim.workflowId, input)).result();
    const keys = userStateOf(here.simulator, victim.target).all;
    await here.bench.store.db.deleteFrom('action_steps').execute();
    await here.bench.store.db.deleteFrom('response_actions').where('plan_digest', '=', victim.plan.digest).execute();
    await (await startRespond(here.client, `${victim.workflowId}/again`, input)).result();
    expect(userStateOf(here.simulator, victim.target).all).toEqual(keys);
  });

  test('by asking for an action or an intent that was not approved', async () => {
    const victim = await here.bench.compromise();
    const { decisions } = await victim.input();
    const before = here.writesSeen();
    const [request] = stepRequests(victim, decisions);
    const other = { ...request, actionId: 'deactivate-everything' };
    expect(await refusalCode(here.callByHand('takeStep', other))).toBe('malformed');
    const otherIntent = { ...other, intentId: intentIdOf(victim.plan.digest, 'deactivate-everything') };
    expect(await refusalCode(here.callByHand('takeStep', otherIntent))).toBe('unknown-action');
    expect(await refusalCode(here.callByHand('takeStep', { nothing: true }))).toBe('malformed');
    await expectUntouched(victim, before);
  });
});

describe('whoever can write to the database changes nothing in AWS', () => {
  test('by altering the stored plan under its digest', async () => {
    const victim = await here.bench.compromise();
    const other = await here.bench.compromise();
    const redirected = {
      ...victim.plan,
      actions: victim.plan.actions.map((action) => ({ ...action, target: other.target })),
    };
    await overwritePlan(victim, exactJsonText(redirected));
    const before = here.writesSeen();
    for (const request of stepRequests(victim, (await victim.input()).decisions)) {
      expect(await refusalCode(here.callByHand('takeStep', request))).toBe('plan-altered');
    }
    await expectUntouched(victim, before);
    await expectUntouched(other, before);
  });

  test('by putting a plan of its own, well sealed, in the place of the approved one', async () => {
    const victim = await here.bench.compromise();
    const { digest: _, ...content } = victim.plan;
    const sealed = sealPlan({ ...content, byHand: [{ kind: 'root' }] });
    await overwritePlan(victim, exactJsonText(sealed));
    const before = here.writesSeen();
    for (const request of stepRequests(victim, (await victim.input()).decisions)) {
      expect(await refusalCode(here.callByHand('takeStep', request))).toBe('wrong-plan');
    }
    await expectUntouched(victim, before);
  });

  test('by back-dating the claim of an action, so that an old decision would count', async () => {
    const victim = await here.bench.compromise();
    const expiresAt = new Date(Date.now() - 3 * 3_600_000).toISOString() as Instant;
    const issuedAt = new Date(Date.now() - 5 * 3_600_000).toISOString() as Instant;
    const { decisions } = await victim.input({ issuedAt, expiresAt });
    const [request] = stepRequests(victim, decisions);
    await here.bench.store.db
      .insertInto('response_actions')
      .values({
        intent_id: request?.intentId ?? '',
        plan_digest: victim.plan.digest,
        action_id: request?.actionId ?? '',
        case_id: victim.plan.caseId,
        workflow_id: 'by-hand',
        run_id: 'by-hand',
        claimed_at: new Date(Date.now() - 4 * 3_600_000).toISOString() as Instant,
      })
      .execute();
    const before = here.writesSeen();
    expect(await refusalCode(here.callByHand('takeStep', request))).toBe('expired');
    await expectUntouched(victim, before);
  });
});

async function overwritePlan(victim: Compromise, plan: string): Promise<void> {
  await here.bench.store.db.updateTable('plans').set({ plan }).where('digest', '=', victim.plan.digest).execute();
}
