import { beforeEach, expect, test } from 'vitest';
import { signDecision } from '../../src/approval/signed-decision.ts';
import type { Execution } from '../../src/response/action-journal.ts';
import { intentIdOf } from '../../src/response/intent.ts';
import { judgeWrite, type WriteJudges } from '../../src/response/authorize-write.ts';
import { anApprover, aPlan, aStatement, audience, now } from '../approval/decision-fixtures.ts';
import { memoryJournal } from './memory-journal.ts';
import { memoryRegister } from './memory-register.ts';

const approver = anApprover();
const plan = aPlan();
const [action] = plan.actions;
if (action === undefined) throw new Error('the plan has an action');
const intentId = intentIdOf(plan.digest, action.id);
const asked = {
  caseId: plan.caseId,
  planDigest: plan.digest,
  actionId: action.id,
  intentId,
  decisions: [await signDecision(aStatement(plan), approver.signing)],
};
const first: Execution = { workflowId: 'respond', runId: 'first' };
const other: Execution = { workflowId: 'respond', runId: 'other' };

let register: ReturnType<typeof memoryRegister>;
beforeEach(() => {
  register = memoryRegister();
});

async function judged(execution: Execution) {
  const judges: WriteJudges = {
    plans: { planByDigest: async () => plan },
    journal: memoryJournal(),
    register,
    beginWithinMs: 15 * 60_000,
    approverKeys: [approver.key],
    audience,
    allowed: {
      mayChange: () => true,
      secrets: { namePrefix: 'trailhound/', region: 'us-east-1' },
      protectedNames: [],
    },
    clock: { now: () => now, wait: async () => {} },
  };
  const answer = await judgeWrite(asked, execution, judges);
  return answer.kind === 'refused' ? answer.code : answer.kind;
}

async function spendDecision() {
  await register.spend({ kind: 'decision', decisionId: 'decision-0001', planDigest: plan.digest, at: now });
}

test('a plan that nobody has begun may be carried out by either', async () => {
  expect(await judged(first)).toBe('authorized');
  expect(await judged(other)).toBe('authorized');
});

test('a plan that one execution has begun is no other one’s, though the action itself was not taken', async () => {
  await spendDecision();
  await register.spend({ kind: 'plan', planDigest: plan.digest, execution: first, at: now });
  expect(await judged(first)).toBe('authorized');
  expect(await judged(other)).toBe('already-executed');
});

test('an action that one execution has taken is no other one’s, though the plan’s own entry is not there or is its own', async () => {
  const { caseId, digest: planDigest } = plan;
  const taken = { kind: 'action' as const, intentId, caseId, planDigest, actionId: asked.actionId, at: now };
  await register.spend({ ...taken, execution: first });
  expect(await judged(first)).toBe('authorized');
  expect(await judged(other)).toBe('already-executed');
  await spendDecision();
  await register.spend({ kind: 'plan', planDigest, execution: other, at: now });
  expect(await judged(other)).toBe('already-executed');
});
