import { expect, test } from 'vitest';
import { decideOnPlan, type DecidePorts } from '../../src/commands/decide.ts';
import type { Action } from '../../src/model/action.ts';
import type { AccountId } from '../../src/model/ids.ts';
import { denialLiftOf } from '../../src/response/actions/user-denial.ts';
import { aPlan, caseId } from '../approval/decision-fixtures.ts';

/*
 * What is not signed, whatever was typed: nothing that nobody confirmed, and no half of what only works whole.
 */

const accountId = '111122223333' as AccountId;
const rotation: Action = {
  id: 'rotate-AKIABOB',
  type: 'rotateAccessKey',
  target: { kind: 'access-key', accountId, userName: 'bob', accessKeyId: 'AKIABOB' },
  params: { secretName: 'trailhound/bob', secretRegion: 'us-east-1' },
  dependsOn: [],
  recommended: false,
};
const lift: Action = {
  ...denialLiftOf({ kind: 'user', accountId, userName: 'bob' }, { policyName: 'TrailhoundDenyEverything-1' }),
  dependsOn: [rotation.id],
  recommended: false,
};
const plan = aPlan({ actions: [rotation, lift] });

function portsOf(confirmed: boolean, ends: Awaited<ReturnType<DecidePorts['responseEndsOf']>> = []) {
  const done: string[] = [];
  const at = '2026-11-24T12:00:00.000Z' as never;
  const presented = { digest: plan.digest, version: 1, undoes: null, standing: 'presented', presentedAt: at } as const;
  const ports: DecidePorts = {
    caseNamed: async () => caseId,
    goesOnIn: async () => null,
    plansOf: async () => [{ ...presented, opened: { kind: 'intact', plan }, expiresAt: at }],
    responseEndsOf: async () => ends,
    ownEndsOf: async () => null,
    show: () => done.push('shown'),
    confirm: async () => confirmed,
    sign: async () => {
      done.push('signed');
      return { jws: '' };
    },
    decide: async () => ({ kind: 'accepted', approvalsMissing: 0 }),
    newId: () => '1',
    audience: 'here',
    now: () => at,
  };
  return { ports, done };
}

async function approving(confirmed: boolean, actionIds: readonly string[]) {
  const { ports, done } = portsOf(confirmed);
  const request = { caseId, verdict: 'approve', plan: plan.digest, reason: 'ours', actionIds } as const;
  const outcome = await decideOnPlan(ports, { name: 'ann' }, request).catch((error: unknown) => error);
  return { outcome, done };
}

const both = [rotation.id, lift.id];

test('a decision that nobody confirms is shown, and signed by nobody', async () => {
  const { outcome, done } = await approving(false, both);
  expect(outcome).toMatchObject({ code: 'not-confirmed', exitCode: 3, remedy: expect.stringContaining(caseId) });
  expect(done).toEqual(['shown']);
  expect((await approving(true, both)).done).toEqual(['shown', 'signed']);
});

test.each([
  ['a new key without the lifting that lets it in', [rotation.id], 'is refused as long as its user is denied'],
  ['a lifting without the new key that it waits for', [lift.id], `is taken only once ${rotation.id} has ended well`],
] as const)('%s is refused before it is shown, and says what to choose', async (_what, chosen, why) => {
  const { outcome, done } = await approving(true, chosen);
  expect(outcome).toMatchObject({ code: 'incomplete-choice', remedy: expect.stringContaining(why) });
  const { remedy } = outcome as { readonly remedy: string };
  expect(remedy.split('--actions ').at(-1)?.split(',').toSorted()).toEqual(both.toSorted());
  expect(done).toEqual([]);
});

test.each([
  ['an action by its place in the plan', ['1']],
  ['an action of another plan', [rotation.id, 'deactivate-AKIABOB']],
])('%s is refused before it is shown, and told which there are to choose from', async (_what, chosen) => {
  const { outcome, done } = await approving(true, chosen);
  const { remedy } = outcome as { readonly remedy: string };
  expect(outcome).toMatchObject({ code: 'unknown-action', exitCode: 3 });
  expect(remedy).toContain(`The plan has no action ${chosen.at(-1)}: choose among ${both.join(', ')}`);
  expect(remedy).toContain(`investigations show ${caseId} --plan`);
  expect(done).toEqual([]);
});

test('a plan that recommends nothing is approved by no default, and says what there is to choose from', async () => {
  const { ports } = portsOf(true);
  const request = { caseId, verdict: 'approve', plan: plan.digest, reason: 'ours' } as const;
  await expect(decideOnPlan(ports, { name: 'ann' }, request)).rejects.toMatchObject({
    code: 'unknown-action',
    remedy: expect.stringContaining(`choose among ${both.join(', ')}`),
  });
});

test('a plan to undo that is void says how to come by another, and what the case itself proposes', async () => {
  const { ports } = portsOf(true);
  const [presented] = await ports.plansOf(caseId);
  const superseded = { ...presented, undoes: plan.digest, standing: 'superseded' } as never;
  const request = { caseId, verdict: 'approve', plan: plan.digest, reason: 'ours' } as const;
  await expect(
    decideOnPlan({ ...ports, plansOf: async () => [superseded] }, { name: 'ann' }, request),
  ).rejects.toMatchObject({
    code: 'wrong-plan',
    remedy: expect.stringContaining(`investigations undo ${caseId}`),
  });
});

test('a plan that was carried out is refused before it is shown, and says when that ended', async () => {
  const act = { actionId: rotation.id, outcome: 'done', detail: '', keys: [] };
  const ended = { ended: 'contained', actions: [act] };
  const record = {
    kind: 'response-ended',
    subject: plan.digest,
    at: '2026-11-24T11:00:00.000Z',
    actor: null,
    data: ended,
  };
  const { ports, done } = portsOf(true, [record as never]);
  const request = { caseId, verdict: 'approve', plan: plan.digest, reason: 'ours', actionIds: both } as const;
  await expect(decideOnPlan(ports, { name: 'ann' }, request)).rejects.toMatchObject({
    code: 'already-decided',
    remedy: expect.stringContaining('ended at 2026-11-24 11:00:00 UTC'),
  });
  expect(done).toEqual([]);
});
