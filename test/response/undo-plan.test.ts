import { describe, expect, test } from 'vitest';
import { planWords } from '../../src/investigation/plan/plan-words.ts';
import type { JournalRow } from '../../src/response/action-journal.ts';
import { openPlan } from '../../src/response/open-plan.ts';
import { type ActionTaken, buildUndoPlan } from '../../src/response/undo-plan.ts';
import { sealPlan } from '../../src/digest/plan-digest.ts';
import type { Action } from '../../src/model/action.ts';
import { aPlan, now } from '../approval/decision-fixtures.ts';

const plan = aPlan();
const { accountId } = plan.actions[0]?.target ?? { accountId: '' as never };
const policy = `sha256:${'0'.repeat(64)}` as const;

function row(step: string, mark: JournalRow['mark'], data: JournalRow['data']): JournalRow {
  return {
    intentId: 'i',
    step,
    mark,
    attempt: 0,
    at: now,
    awsRequestIds: [],
    data,
  };
}

function undo(...taken: readonly ActionTaken[]) {
  return buildUndoPlan(plan, taken, { version: 1, policy });
}

describe('a plan that undoes', () => {
  test('takes back the last action first, and says what it leaves to people', () => {
    const made = row('create-and-store-key', 'called', { accessKeyId: 'AKIANEWNEWNEWNEWNEW1' });
    const undoing = undo(
      { actionId: 'deactivate-AKIAOLDOLDOLDOLDOLD1', outcome: 'done', rows: [] },
      { actionId: 'rotate-AKIAOLDOLDOLDOLDOLD1', outcome: 'done', rows: [made] },
    );
    expect(undoing.purpose).toEqual({ undo: plan.digest });
    expect(undoing.actions.map(({ id, dependsOn }) => [id, dependsOn])).toEqual([
      ['activate-AKIAOLDOLDOLDOLDOLD1', []],
      ['deactivate-AKIANEWNEWNEWNEWNEW1', ['activate-AKIAOLDOLDOLDOLDOLD1']],
    ]);
    expect(undoing.byHand).toEqual([
      { kind: 'secret-stays', secretName: 'trailhound/data-export', secretRegion: 'us-east-1' },
    ]);
    expect(openPlan(JSON.parse(JSON.stringify(undoing)))).toEqual({ kind: 'intact', plan: undoing });
    expect(planWords(undoing).actions[0]?.effect).toMatch(/^Sets access key AKIAOLD.* to Active/);
  });

  test('leaves alone what was not begun and what was so before, and names what is not known', () => {
    expect(undo().actions).toEqual([]);
    expect(undo({ actionId: 'deactivate-AKIAOLDOLDOLDOLDOLD1', outcome: 'already-so', rows: [] })).toMatchObject({
      actions: [],
      byHand: [],
    });
    expect(undo({ actionId: 'rotate-AKIAOLDOLDOLDOLDOLD1', outcome: 'unknown', rows: [] })).toMatchObject({
      actions: [],
      byHand: [{ kind: 'not-undone', actionId: 'rotate-AKIAOLDOLDOLDOLDOLD1' }],
    });
  });

  test('has only what no earlier undoing of the same plan has taken back', () => {
    const taken: readonly ActionTaken[] = [
      { actionId: 'deactivate-AKIAOLDOLDOLDOLDOLD1', outcome: 'done', rows: [] },
      {
        actionId: 'rotate-AKIAOLDOLDOLDOLDOLD1',
        outcome: 'done',
        rows: [row('create-and-store-key', 'called', { accessKeyId: 'AKIANEWNEWNEWNEWNEW1' })],
      },
    ];
    function left(...takenBack: readonly string[]) {
      return buildUndoPlan(plan, taken, { version: 2, policy, takenBack: new Set(takenBack) }).actions.map(
        ({ id }) => id,
      );
    }
    expect(left('deactivate-AKIANEWNEWNEWNEWNEW1')).toEqual(['activate-AKIAOLDOLDOLDOLDOLD1']);
    expect(left('activate-AKIAOLDOLDOLDOLDOLD1', 'deactivate-AKIANEWNEWNEWNEWNEW1')).toEqual([]);
  });

  const foundInactive = [
    row('deactivate-old-key', 'checked', { alreadySo: true }),
    row('deactivate-old-key', 'called', { alreadySo: true }),
    row('create-and-store-key', 'called', { accessKeyId: 'AKIANEWNEWNEWNEWNEW1' }),
  ];

  test('does not give back a key that the response found inactive: an earlier plan had taken it away', () => {
    const rotated: ActionTaken = { actionId: 'rotate-AKIAOLDOLDOLDOLDOLD1', outcome: 'done', rows: foundInactive };
    const undoing = undo(rotated);
    expect(undoing.actions.map(({ id, dependsOn }) => [id, dependsOn])).toEqual([
      ['deactivate-AKIANEWNEWNEWNEWNEW1', []],
    ]);
    expect(openPlan(JSON.parse(JSON.stringify(undoing)))).toEqual({ kind: 'intact', plan: undoing });
  });

  test('gives it back, before the new one is taken away, where the same response had made it inactive', () => {
    const undoing = undo(
      { actionId: 'deactivate-AKIAOLDOLDOLDOLDOLD1', outcome: 'done', rows: [] },
      { actionId: 'rotate-AKIAOLDOLDOLDOLDOLD1', outcome: 'done', rows: foundInactive },
    );
    expect(undoing.actions.map(({ id, dependsOn }) => [id, dependsOn])).toEqual([
      ['activate-AKIAOLDOLDOLDOLDOLD1', []],
      ['deactivate-AKIANEWNEWNEWNEWNEW1', ['activate-AKIAOLDOLDOLDOLDOLD1']],
    ]);
  });

  test('gives back what an attempt took away whose answer was lost, though the next one found it so', () => {
    const rows = [row('deactivate-old-key', 'checked', {}), row('deactivate-old-key', 'called', { alreadySo: true })];
    expect(
      undo({ actionId: 'rotate-AKIAOLDOLDOLDOLDOLD1', outcome: 'done', rows }).actions.map(({ id }) => id),
    ).toEqual(['activate-AKIAOLDOLDOLDOLDOLD1']);
  });

  test('takes nothing back that a follow-up of the same plan has taken back, when its time had come', () => {
    const target = { kind: 'role', accountId, roleName: 'Deploy' } as const;
    const policyName = 'TrailhoundRevokeSessions-TH-7Q2M9K';
    const { digest: _, ...content } = aPlan();
    const revocation: readonly Action[] = [
      {
        id: `revoke-Deploy@${accountId}`,
        type: 'revokeRoleSessions',
        target,
        params: { policyName, issuedBefore: now, sessions: [] },
        dependsOn: [],
        recommended: true,
      },
      {
        id: `lift-revoke-Deploy@${accountId}`,
        type: 'liftRoleRevocation',
        target,
        params: { policyName, issuedBefore: now, notBefore: now },
        dependsOn: [`revoke-Deploy@${accountId}`],
        recommended: true,
      },
    ];
    const revoking = sealPlan({ ...content, actions: revocation });
    const revoked = { actionId: `revoke-Deploy@${accountId}`, outcome: 'done', rows: [] } as const;
    function left(...taken: readonly ActionTaken[]) {
      return buildUndoPlan(revoking, taken, { version: 1, policy }).actions.map(({ id }) => id);
    }
    expect(left(revoked)).toEqual([`lift-now-revoke-Deploy@${accountId}`]);
    const lift = { actionId: `lift-revoke-Deploy@${accountId}`, rows: [] } as const;
    expect(left(revoked, { ...lift, outcome: 'failed' })).toEqual([`lift-now-revoke-Deploy@${accountId}`]);
    expect(left(revoked, { ...lift, outcome: 'done' })).toEqual([]);
  });
});
