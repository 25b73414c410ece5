import { expect, test } from 'vitest';
import { type AcceptPorts, acceptWayInOfCase } from '../../src/commands/case-acts.ts';
import { decideOnPlan, type DecidePorts } from '../../src/commands/decide.ts';
import { maxDecidedActions } from '../../src/approval/decision-statement.ts';
import { signAcceptance, verifyAcceptance } from '../../src/approval/signed-acceptance.ts';
import { signDecision } from '../../src/approval/signed-decision.ts';
import { signedLengthAtMost } from '../../src/approval/signed-statement.ts';
import { wayInId } from '../../src/investigation/ways-in/candidate.ts';
import { type AcceptanceStatement, maxAcceptanceLength } from '../../src/model/acceptance.ts';
import type { Action, ActionOf } from '../../src/model/action.ts';
import { type DecisionStatement, maxDecisionLength } from '../../src/model/decision.ts';
import type { AccountId } from '../../src/model/ids.ts';
import type { WayInSubject } from '../../src/model/way-in.ts';
import { openPlan } from '../../src/response/open-plan.ts';
import { anApprover, aPlan, audience, caseId, now } from './decision-fixtures.ts';

/*
 * Whatever a plan or a case may hold can be signed, or is refused before it is shown, with what to do: an intruder decides how much of it there is.
 */

const accountId = '111122223333' as AccountId;
const ann = anApprover();

function deactivation(number: number): ActionOf<'deactivateAccessKey'> {
  const accessKeyId = `AKIA${String(number).padStart(16, '0')}`;
  const target = { kind: 'access-key', accountId, userName: `user-${number}`, accessKeyId } as const;
  return {
    id: `deactivate-${accessKeyId}`,
    type: 'deactivateAccessKey',
    target,
    params: {},
    dependsOn: [],
    recommended: true,
  };
}

function revocation(number: number): ActionOf<'revokeRoleSessions'> {
  const roleName = `role-${'r'.repeat(100)}-${number}`;
  const sessions = Array.from({ length: 100 }, (_, at) => `ASIA${String(at).padStart(16, '0')}`);
  return {
    id: `revoke-${roleName}@${accountId}`,
    type: 'revokeRoleSessions',
    target: { kind: 'role', accountId, roleName },
    params: { policyName: 'TrailhoundRevokeSessions', issuedBefore: now, sessions },
    dependsOn: [],
    recommended: true,
  };
}

async function approving(actions: readonly Action[], actionIds?: readonly string[]) {
  const plan = aPlan({ actions });
  expect(openPlan(plan).kind).toBe('intact');
  const presented = { digest: plan.digest, version: 1, undoes: null, standing: 'presented', presentedAt: now } as const;
  const [shown, signed]: [DecisionStatement[], string[]] = [[], []];
  const ports: DecidePorts = {
    caseNamed: async () => caseId,
    goesOnIn: async () => null,
    plansOf: async () => [{ ...presented, opened: { kind: 'intact', plan }, expiresAt: now }],
    responseEndsOf: async () => [],
    ownEndsOf: async () => null,
    show: (statement) => shown.push(statement),
    confirm: async () => true,
    sign: async (statement) => {
      const decision = await signDecision(statement, ann.signing);
      signed.push(decision.jws);
      return decision;
    },
    decide: async () => ({ kind: 'accepted', approvalsMissing: 0 }),
    newId: () => 'decision-1',
    audience,
    now: () => now,
  };
  const request = { caseId, verdict: 'approve', plan: plan.digest, reason: 'ours', actionIds } as const;
  const outcome: unknown = await decideOnPlan(ports, { name: 'ann' }, request).catch((error: unknown) => error);
  return { outcome, shown, signed };
}

test.each([
  [
    'of more actions than one decision carries',
    Array.from({ length: maxDecidedActions + 1 }, (_, at) => deactivation(at)),
  ],
  ['of actions that are too long together', Array.from({ length: maxDecidedActions }, (_, at) => revocation(at))],
])('a plan %s is approved in parts: what is too much is refused before it is shown', async (_, actions) => {
  const { outcome, shown, signed } = await approving(actions);
  expect(outcome).toMatchObject({
    name: 'ActRefusedError',
    code: 'too-many-actions',
    remedy: expect.stringMatching(
      /^These are 5[01] actions, and one decision carries 50 at most.*choose some with --actions/,
    ),
  });
  expect([shown, signed]).toEqual([[], []]);
  const part = await approving(
    actions,
    actions.slice(0, 20).map(({ id }) => id),
  );
  expect(part.outcome).toMatchObject({ outcome: { kind: 'accepted' } });
  expect(part.signed[0]?.length).toBeLessThanOrEqual(
    Math.min(maxDecisionLength, signedLengthAtMost(part.shown[0] ?? {})),
  );
});

async function accepting(what: WayInSubject) {
  const id = wayInId(what);
  const [shown, signed]: [AcceptanceStatement[], string[]] = [[], []];
  const eventIds = Array.from({ length: 300 }, (_, at) => `00000000-0000-4000-8000-${String(at).padStart(12, '0')}`);
  const ports = {
    caseNamed: async () => caseId,
    goesOnIn: async () => null,
    waysInOf: async () => [{ id, what, state: 'open', eventIds }],
    show: (statement: AcceptanceStatement) => shown.push(statement),
    confirm: async () => true,
    sign: async (statement: AcceptanceStatement) => {
      const acceptance = await signAcceptance(statement, ann.signing);
      signed.push(acceptance.jws);
      return acceptance;
    },
    newId: () => 'acceptance-1',
    audience,
    now: () => now,
    messages: { accept: async () => ({ kind: 'done' }) },
  } as unknown as AcceptPorts;
  const outcome: unknown = await acceptWayInOfCase(
    ports,
    { name: 'ann' },
    { caseId, wayIn: id, reason: 'partners' },
  ).catch((error: unknown) => error);
  return { outcome, shown, signed };
}

test('a trust of as many accounts as a policy has room for can be accepted', async () => {
  const letsIn = Array.from({ length: 500 }, (_, at) => `arn:aws:iam::${String(at).padStart(12, '9')}:root`);
  const { signed } = await accepting({ kind: 'trust', accountId, roleName: 'partners', letsIn });
  expect(signed[0]?.length).toBeLessThanOrEqual(maxAcceptanceLength);
  const context = { caseId, audience, approverKeys: [ann.key] };
  expect(await verifyAcceptance({ jws: signed[0] ?? '' }, context)).toMatchObject({ kind: 'verified' });
});

test('what no signature carries is refused before it is shown', async () => {
  const policy = 'p'.repeat(200_000);
  const { outcome, shown, signed } = await accepting({
    kind: 'grant',
    accountId,
    holder: 'mallory',
    policy,
    administrator: true,
  });
  expect(outcome).toMatchObject({
    name: 'ActRefusedError',
    code: 'too-large',
    remedy: expect.stringContaining('in AWS'),
  });
  expect([shown, signed]).toEqual([[], []]);
});
