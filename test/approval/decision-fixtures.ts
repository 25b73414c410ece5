import { generateApproverKey, parseApproverKey, parseSigningKey } from '../../src/approval/approver-key.ts';
import { sealPlan } from '../../src/digest/plan-digest.ts';
import type { DecisionStatement } from '../../src/model/decision.ts';
import type { AccountId, CaseId, Instant } from '../../src/model/ids.ts';
import type { ActionOf } from '../../src/model/action.ts';
import type { Plan, PlanContent } from '../../src/model/plan.ts';

/** An approver with both halves of a key. */
export function anApprover(name = 'ann') {
  const pems = generateApproverKey();
  return { name, key: parseApproverKey(name, pems.publicKeyPem), signing: parseSigningKey(pems.privateKeyPem), pems };
}

export const caseId = 'TH-7Q2M9K' as CaseId;
export const audience = 'test-installation';
const issuedAt = '2026-11-24T12:00:00.000Z' as Instant;
export const now = '2026-11-24T12:01:00.000Z' as Instant;
export const expiresAt = '2026-11-24T13:00:00.000Z' as Instant;

const target = {
  kind: 'access-key',
  accountId: '111122223333' as AccountId,
  userName: 'data-export',
  accessKeyId: 'AKIAOLDOLDOLDOLDOLD1',
} as const;

/** A plan that deactivates a key and then rotates it. */
export function aPlan(changes: Partial<PlanContent> = {}): Plan {
  return sealPlan({
    caseId,
    version: 1,
    purpose: 'contain',
    actions: [
      {
        id: 'deactivate-AKIAOLDOLDOLDOLDOLD1',
        type: 'deactivateAccessKey',
        target,
        params: {},
        dependsOn: [],
        recommended: true,
      },
      {
        id: 'rotate-AKIAOLDOLDOLDOLDOLD1',
        type: 'rotateAccessKey',
        target,
        params: { secretName: 'trailhound/data-export', secretRegion: 'us-east-1' },
        dependsOn: ['deactivate-AKIAOLDOLDOLDOLDOLD1'],
        recommended: true,
      },
    ],
    byHand: [],
    waysIn: [],
    basis: { evidence: [], rules: [], policy: `sha256:${'0'.repeat(64)}` },
    ...changes,
  });
}

/** The plan's rotation. */
export function rotationIn(plan: Plan): ActionOf<'rotateAccessKey'> {
  const rotation = plan.actions.find(
    (action): action is ActionOf<'rotateAccessKey'> => action.type === 'rotateAccessKey',
  );
  if (rotation === undefined) throw new Error('the plan has a rotation');
  return rotation;
}

/** A statement that approves the whole of a plan. */
export function aStatement(plan: Plan, changes: Partial<DecisionStatement> = {}): DecisionStatement {
  return {
    decisionId: 'decision-0001',
    caseId: plan.caseId,
    planDigest: plan.digest,
    verdict: 'approve',
    actions: plan.actions,
    reason: 'confirmed with the owner of the key',
    approver: 'ann',
    audience,
    issuedAt,
    expiresAt,
    ...changes,
  };
}
