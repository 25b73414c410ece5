import { CompactSign } from 'jose';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ApproverKeyError, parseApproverKey, parseSigningKey } from '../../src/approval/approver-key.ts';
import { signDecision } from '../../src/approval/signed-decision.ts';
import { verifyDecisions } from '../../src/approval/verify-decisions.ts';
import type { DecisionStatement, RefusalCode, SignedDecision } from '../../src/model/decision.ts';
import type { AccountId, CaseId, Instant } from '../../src/model/ids.ts';
import type { Action, ActionOf } from '../../src/model/action.ts';
import type { Plan } from '../../src/model/plan.ts';
import type { WayIn } from '../../src/model/way-in.ts';
import { openPlan } from '../../src/response/open-plan.ts';
import { anApprover, aPlan, aStatement, audience, caseId, expiresAt, now } from './decision-fixtures.ts';

const ann = anApprover('ann');
const mallory = anApprover('mallory');
const plan = aPlan();
const [deactivation, rotation] = plan.actions as readonly [
  ActionOf<'deactivateAccessKey'>,
  ActionOf<'rotateAccessKey'>,
]; // the fixture's order

const aWayIn: WayIn = {
  id: 'x',
  identity: 'user/111122223333/x',
  origin: 'made',
  what: { kind: 'user', accountId: deactivation.target.accountId, userName: 'x' },
  state: 'open',
  until: 'until-removed',
  proof: [],
};

function judge(decisions: readonly SignedDecision[], changes: Partial<Parameters<typeof verifyDecisions>[0]> = {}) {
  return verifyDecisions({ decisions, plan, caseId, approverKeys: [ann.key], audience, now, ...changes });
}

function signed(changes: Partial<DecisionStatement> = {}, by = ann) {
  return signDecision(aStatement(plan, changes), by.signing);
}

describe('a decision counts', () => {
  test('when a configured approver signed it over this case, this plan and these actions', async () => {
    const decisions = [await signed()];
    expect(await judge(decisions, { actionId: 'rotate-AKIAOLDOLDOLDOLDOLD1' })).toMatchObject({
      kind: 'verified',
      statements: [
        {
          approver: 'ann',
          actions: [{ id: 'deactivate-AKIAOLDOLDOLDOLDOLD1' }, { id: 'rotate-AKIAOLDOLDOLDOLDOLD1' }],
        },
      ],
    });
  });

  test('when it revokes a role with as many sessions named as a revocation may name', async () => {
    const revocation: ActionOf<'revokeRoleSessions'> = {
      id: `revoke-Deployer@${deactivation.target.accountId}`,
      type: 'revokeRoleSessions',
      target: { kind: 'role', accountId: deactivation.target.accountId, roleName: 'Deployer' },
      params: {
        policyName: 'TrailhoundRevokeSessions',
        issuedBefore: now,
        sessions: Array.from({ length: 100 }, (_, number) => `ASIASESSION${String(number).padStart(9, '0')}`),
      },
      dependsOn: [],
      recommended: true,
    };
    const revoking = aPlan({ actions: [revocation] });
    expect(openPlan(revoking).kind).toBe('intact');
    const decision = await signDecision(aStatement(revoking), ann.signing);
    expect(await judge([decision], { plan: revoking, actionId: revocation.id })).toMatchObject({ kind: 'verified' });
  });

  test('as a rejection too, which then permits no action', async () => {
    const decisions = [await signed({ verdict: 'reject', actions: [] })];
    expect(await judge(decisions)).toMatchObject({ kind: 'verified' });
    expect(await judge(decisions, { actionId: 'rotate-AKIAOLDOLDOLDOLDOLD1' })).toMatchObject({
      code: 'action-not-approved',
    });
  });

  test("when the approver's clock is a minute ahead", async () => {
    const issued = new Date(Date.parse(now) + 60_000).toISOString() as Instant;
    expect(await judge([await signed({ issuedAt: issued })])).toMatchObject({ kind: 'verified' });
  });
});

describe('a decision is refused, with what to do', () => {
  const cases: readonly [string, RefusalCode, Partial<DecisionStatement>][] = [
    ['made for another installation', 'wrong-audience', { audience: 'another' }],
    ['about another case', 'wrong-case', { caseId: 'TH-000000' as CaseId }],
    ['about another plan', 'wrong-plan', { planDigest: `sha256:${'0'.repeat(64)}` }],
    ['dated in the future', 'not-yet-valid', { issuedAt: '2026-11-24T12:10:00.000Z' as Instant }],
    ['that has expired', 'expired', { expiresAt: now }],
    [
      'that names an action that the plan lacks',
      'unknown-action',
      { actions: [{ ...deactivation, id: 'delete-everything' }] },
    ],
    ['that approves nothing', 'unknown-action', { actions: [] }],
    ['without a reason', 'no-reason', { reason: '  ' }],
    ["that speaks for somebody else than the key's owner", 'unknown-approver', { approver: 'bob' }],
  ];
  test.each(cases)('%s: %s', async (_what, code, changes) => {
    const result = await judge([await signed(changes)]);
    expect(result).toMatchObject({ kind: 'refused', code });
    expect(result.kind === 'refused' && result.remedy.length).toBeGreaterThan(20);
  });

  test('when none is given', async () => {
    expect(await judge([])).toMatchObject({ code: 'no-decision' });
  });

  test('signed by a key that is not configured', async () => {
    expect(await judge([await signed({}, mallory)])).toMatchObject({ code: 'unknown-approver' });
  });

  test("signed by another key under an approver's key ID", async () => {
    const forged = await signDecision(aStatement(plan), { ...mallory.signing, keyId: ann.key.keyId });
    expect(await judge([forged])).toMatchObject({ code: 'bad-signature' });
  });

  test('whose signature was made for another purpose, or without one', async () => {
    const payload = new TextEncoder().encode(JSON.stringify(aStatement(plan)));
    const otherType = await new CompactSign(payload)
      .setProtectedHeader({ alg: 'EdDSA', typ: 'JWT', kid: ann.key.keyId })
      .sign(ann.signing.privateKey);
    expect(await judge([{ jws: otherType }])).toMatchObject({ code: 'malformed' });
    const none = Buffer.from(JSON.stringify({ alg: 'none', typ: 'trailhound-decision+jws', kid: ann.key.keyId }));
    const unsigned = `${none.toString('base64url')}.${Buffer.from(payload).toString('base64url')}.`;
    expect(await judge([{ jws: unsigned }])).toMatchObject({ code: 'malformed' });
  });

  test('when the stored plan is not what its digest says', async () => {
    const altered: Plan = { ...plan, actions: plan.actions.slice(0, 1) };
    expect(await judge([await signed()], { plan: altered })).toMatchObject({ code: 'plan-altered' });
  });

  test('when it approves one action and another is asked for', async () => {
    const decisions = [await signed({ actions: [deactivation] })];
    expect(await judge(decisions, { actionId: 'deactivate-AKIAOLDOLDOLDOLDOLD1' })).toMatchObject({ kind: 'verified' });
    expect(await judge(decisions, { actionId: 'rotate-AKIAOLDOLDOLDOLDOLD1' })).toMatchObject({
      code: 'action-not-approved',
    });
    expect(await judge(decisions, { actionId: 'nothing' })).toMatchObject({ code: 'unknown-action' });
  });

  const altered: readonly [string, Action][] = [
    ['another target', { ...deactivation, target: { ...deactivation.target, userName: 'somebody-else' } }],
    ['another key', { ...deactivation, target: { ...deactivation.target, accessKeyId: 'AKIAELSEELSEELSEELSE' } }],
    [
      'another account',
      { ...deactivation, target: { ...deactivation.target, accountId: '999900001111' as AccountId } },
    ],
    ['another type', { ...deactivation, type: 'rotateAccessKey' } as unknown as Action],
    ['another secret', { ...rotation, params: { ...rotation.params, secretName: 'trailhound/else' } }],
    ['another region', { ...rotation, params: { ...rotation.params, secretRegion: 'eu-central-1' } }],
    ['another order', { ...rotation, dependsOn: [] }],
  ];
  test.each(altered)('that carries, under an ID of the plan, an action with %s', async (_what, action) => {
    expect(await judge([await signed({ actions: [action] })], { actionId: action.id })).toMatchObject({
      code: 'action-differs',
    });
  });

  test('when one among several is bad', async () => {
    const decisions = [await signed(), await signed({ expiresAt: now })];
    expect(await judge(decisions, { actionId: 'rotate-AKIAOLDOLDOLDOLDOLD1' })).toMatchObject({ code: 'expired' });
  });

  test('when it is huge', async () => {
    expect(await judge([{ jws: 'a'.repeat(1_000_000) }])).toMatchObject({ code: 'malformed' });
  });
});

describe('whatever is altered, the decision is refused', () => {
  test('any character of the signed text', async () => {
    const { jws } = await signed();
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+ \u00e9';
    await fc.assert(
      fc.asyncProperty(fc.nat(jws.length - 1), fc.constantFrom(...alphabet.split('')), async (at, character) => {
        fc.pre(jws[at] !== character);
        const altered = jws.slice(0, at) + character + jws.slice(at + 1);
        expect((await judge([{ jws: altered }])).kind).toBe('refused');
      }),
      { numRuns: 500 },
    );
  });

  test('the last characters of each part, where base64 has spare bits', async () => {
    const { jws } = await signed();
    const ends = [jws.indexOf('.') - 1, jws.lastIndexOf('.') - 1, jws.length - 1];
    for (const at of ends) {
      for (const character of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_') {
        if (jws[at] === character) continue;
        const altered = jws.slice(0, at) + character + jws.slice(at + 1);
        expect((await judge([{ jws: altered }])).kind).toBe('refused');
      }
    }
  });

  test('anything added to it or cut from it', async () => {
    const { jws } = await signed();
    await fc.assert(
      fc.asyncProperty(fc.nat(jws.length), fc.string({ minLength: 1, maxLength: 5 }), async (at, added) => {
        expect((await judge([{ jws: jws.slice(0, at) + added + jws.slice(at) }])).kind).toBe('refused');
        if (at < jws.length) expect((await judge([{ jws: jws.slice(0, at) }])).kind).toBe('refused');
      }),
      { numRuns: 200 },
    );
  });

  test('any field of the stored plan', async () => {
    const decisions = [await signed()];
    const changes: Partial<Plan>[] = [
      { version: 2 },
      { byHand: [{ kind: 'root' }] },
      { waysIn: [aWayIn] },
      { basis: { ...plan.basis, evidence: ['sha256:11'] } },
      { purpose: { undo: 'sha256:11' } },
      { caseId: 'TH-000000' as CaseId },
    ];
    for (const change of changes) {
      expect(await judge(decisions, { plan: { ...plan, ...change } })).toMatchObject({ code: 'plan-altered' });
    }
    const resealed = aPlan({ version: 2 });
    expect(await judge(decisions, { plan: resealed })).toMatchObject({ code: 'wrong-plan' });
  });
});

describe("an approver's key file", () => {
  test('says what is wrong with it', () => {
    expect(() => parseApproverKey('ann', ann.pems.privateKeyPem)).toThrow(/is a private key; give the public half/);
    expect(() => parseApproverKey('ann', 'not a key')).toThrow(ApproverKeyError);
    expect(() => parseSigningKey('not a key')).toThrow(/openssl genpkey/);
  });

  test('gives both halves the same key ID', () => {
    expect(ann.key.keyId).toBe(ann.signing.keyId);
    expect(expiresAt > now).toBe(true);
  });
});
