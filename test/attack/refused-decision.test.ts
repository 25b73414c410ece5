import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadPlan } from '../../src/adapters/store/cases/plan-store.ts';
import { decideOnPlan } from '../../src/commands/decide.ts';
import { decidePorts } from '../../src/entry/compose/case-act-ports.ts';
import { decide } from '../../src/messages/investigate-messages.ts';
import { caseWorkflowId } from '../../src/messages/workflow-ids.ts';
import type { DecisionOutcome, SignedDecision } from '../../src/model/decision.ts';
import type { CaseId, Digest, Instant } from '../../src/model/ids.ts';
import { judgeWrite, type WriteJudges } from '../../src/response/authorize-write.ts';
import { intentIdOf } from '../../src/response/intent.ts';
import { awaitsDecision, type CaseWorld, openCaseWorld } from '../investigation/case-world.ts';
import { backdoorKeyRecord } from '../investigation/trail-records.ts';

/*
 * The attacker owns PostgreSQL and Temporal, and has kept a decision that an approver signed and the case refused. It begins the plan
 * itself, within the time in which a decision may be begun.
 */

const actionId = 'deactivate-AKIAEXAMPLEMALLORY';

let world: CaseWorld;
let caseId: CaseId;
beforeAll(async () => {
  world = await openCaseWorld({ watchMs: 600_000 });
});
afterAll(() => world.close());

/** What the responder says to whoever shows a decision to it, past the case. */
async function shownToTheResponder(caseId: CaseId, planDigest: Digest, decision: SignedDecision) {
  const judges: WriteJudges = {
    plans: { planByDigest: (digest) => loadPlan(world.store.db, digest) },
    journal: world.journal,
    register: world.register,
    beginWithinMs: 15 * 60_000,
    approverKeys: world.trust.approverKeys,
    audience: world.trust.audience,
    allowed: {
      mayChange: () => true,
      secrets: { namePrefix: 'trailhound/', region: 'us-east-1' },
      protectedNames: [],
    },
    clock: { now: () => new Date().toISOString() as Instant, wait: async () => {} },
  };
  const intentId = intentIdOf(planDigest, actionId);
  const asked = { caseId, planDigest, actionId, intentId, decisions: [decision] };
  return await judgeWrite(asked, { workflowId: 'by-the-attacker', runId: 'run' }, judges);
}

async function send(caseId: CaseId, decision: SignedDecision): Promise<DecisionOutcome> {
  return await world.client.workflow.getHandle(caseWorkflowId(caseId)).executeUpdate(decide, { args: [decision] });
}

const isVoid = { kind: 'refused', code: 'action-not-approved', remedy: expect.stringContaining('it is void') };

test('a decision that the case refused is begun by nobody, and the store has no signature of it', async () => {
  caseId = await world.openCase();
  const { planDigest: first } = await world.until(caseId, awaitsDecision);
  if (first === null) throw new Error('the case has a plan');
  expect(await world.alertOn(backdoorKeyRecord())).toBe(caseId);
  const { planDigest: second } = await world.until(caseId, (now) => now.planVersion === 2 && awaitsDecision(now));
  if (second === null) throw new Error('the case has a plan');

  const onFirst = await world.decision({ caseId, planDigest: first });
  // What the case has not seen, nobody can know of; else the rest of this test could not fail.
  expect(await shownToTheResponder(caseId, first, onFirst)).toMatchObject({ kind: 'authorized' });
  expect(await send(caseId, onFirst)).toMatchObject({ kind: 'refused', code: 'wrong-plan' });
  expect(await shownToTheResponder(caseId, first, onFirst)).toMatchObject(isVoid);

  const onSecond = await world.decision({ caseId, planDigest: second });
  expect((await send(caseId, onSecond)).kind).toBe('accepted');
  // Its own response may have begun meanwhile, by which it counts no second time.
  expect(await shownToTheResponder(caseId, second, onSecond)).not.toMatchObject(isVoid);
  const late = await world.decision({ caseId, planDigest: second });
  expect(await send(caseId, late)).toMatchObject({ kind: 'refused', code: 'already-decided' });
  expect(await shownToTheResponder(caseId, second, late)).toMatchObject(isVoid);
  // The same one sent again is no other one: it stays what it was.
  expect((await send(caseId, onSecond)).kind).toBe('duplicate');
  expect(await shownToTheResponder(caseId, second, onSecond)).not.toMatchObject(isVoid);

  // Also those that come after so many refusals that they are not written down one by one.
  for (let refused = 1; refused < 20; refused += 1) {
    await send(caseId, await world.decision({ caseId, planDigest: first }));
  }
  const last = await world.decision({ caseId, planDigest: first });
  expect(await send(caseId, last)).toMatchObject({ kind: 'refused', code: 'too-many-refusals' });
  expect(await shownToTheResponder(caseId, first, last)).toMatchObject(isVoid);

  const kept = await world.store.db.selectFrom('decisions').select(['outcome', 'jws']).execute();
  expect(new Set(kept.map(({ outcome, jws }) => `${outcome}: ${jws === null ? 'no signature' : 'signed'}`))).toEqual(
    new Set(['accepted: signed', 'refused: no signature']),
  );
}, 120_000);

test('and whoever signs is told that it is void, and signs nothing about a plan that was superseded', async () => {
  const { store, client: cases, approver, trust } = world;
  const shown: string[] = [];
  const signer = { key: approver, approver: 'alice' };
  const ports = decidePorts(
    { store, cases },
    { config: { installation: trust.audience }, trust, signer },
    {
      show: ({ decisionId }) => shown.push(decisionId),
      confirm: async () => true,
    },
  );
  async function approve(plan: Digest, through = ports): Promise<unknown> {
    const request = { caseId, verdict: 'approve', plan, reason: 'not ours', actionIds: [actionId] } as const;
    return await decideOnPlan(through, { name: 'alice' }, request).catch((error: unknown) => error);
  }
  const [first, second] = (await ports.plansOf(caseId)).toSorted((a, b) => a.version - b.version);
  if (first === undefined || second === undefined) throw new Error('the case has had two plans');
  expect(await approve(first.digest)).toMatchObject({ code: 'wrong-plan' });
  expect(shown).toEqual([]);
  // As it goes for whoever signs while another's decision is being carried out: its end is not there yet.
  const refusal = await approve(second.digest, { ...ports, responseEndsOf: async () => [] });
  const [decisionId] = shown;
  expect(refusal).toMatchObject({
    code: 'too-many-refusals',
    remedy: expect.stringContaining(`Signed decision ${decisionId} is void: the register`),
  });
});
