import { describe, expect, test } from 'vitest';
import { sealPlan } from '../../src/digest/plan-digest.ts';
import { role, user } from '../../src/cloudtrail/identities.ts';
import type { CaseMaterial } from '../../src/investigation/case/case-material.ts';
import { closureOf } from '../../src/investigation/action-beliefs.ts';
import { planWords } from '../../src/investigation/plan/plan-words.ts';
import { undoGrounds } from '../../src/investigation/plan/undo-grounds.ts';
import type { Action, ActionOf } from '../../src/model/action.ts';
import type { CaseId } from '../../src/model/ids.ts';
import type { JsonObject } from '../../src/model/json.ts';
import type { Plan } from '../../src/model/plan.ts';
import { deactivationOf } from '../../src/response/actions/access-key-target.ts';
import { denialOf } from '../../src/response/actions/user-denial.ts';
import { openPlan } from '../../src/response/open-plan.ts';
import { buildUndoPlan } from '../../src/response/undo-plan.ts';
import { call, callBySession, materialOf, member, minute } from './assessment/assessed.ts';
import { accessKeyId, accountId, userName } from './trail-records.ts';

/*
 * A stolen key of somebody who works here, by which the intruder made itself a user, and took a role.
 */

const caseId = 'TH-7Q2M9K' as CaseId;
const deploy = { roleName: 'Deploy', sessionName: 's', key: 'ASIADEPLOY' };

function attack(): readonly JsonObject[] {
  return [
    call(0, 's3', 'ListBuckets'),
    call(1, 'iam', 'CreateUser', { requestParameters: { userName: 'shadow' } }),
    call(2, 'iam', 'CreateAccessKey', {
      requestParameters: { userName: 'shadow' },
      responseElements: { accessKey: { userName: 'shadow', accessKeyId: 'AKIASHADOW0000000001', status: 'Active' } },
    }),
    call(3, 'sts', 'AssumeRole', {
      requestParameters: { roleArn: `arn:aws:iam::${accountId}:role/Deploy`, roleSessionName: 's' },
      responseElements: { credentials: { accessKeyId: deploy.key, expiration: 'Nov 25, 2026, 12:00:00 AM' } },
    }),
    callBySession(4, deploy, 's3', 'ListBuckets'),
  ];
}

const days = -3 * 1440;
const ownersWork = call(days, 's3', 'PutObject');
const rolesWork = callBySession(days, { ...deploy, sessionName: 'nightly', key: 'ASIANIGHTLY' }, 's3', 'PutObject');

const stolen = { kind: 'access-key', accountId, userName, accessKeyId } as const;
const shadow = { kind: 'user', accountId, userName: 'shadow' } as const;
const denial = { policyName: `TrailhoundDenyEverything-${caseId}` };
const revocation: ActionOf<'revokeRoleSessions'> = {
  id: `revoke-Deploy@${accountId}`,
  type: 'revokeRoleSessions',
  target: { kind: 'role', accountId, roleName: 'Deploy' },
  params: { policyName: 'TrailhoundRevokeSessions', issuedBefore: minute(30), sessions: [deploy.key] },
  dependsOn: [],
  recommended: true,
};
const disabling: ActionOf<'disableCreatedIdentity'> = {
  id: `disable-shadow@${accountId}`,
  type: 'disableCreatedIdentity',
  target: shadow,
  params: denial,
  dependsOn: [],
  recommended: true,
};
const actions: readonly Action[] = [
  deactivationOf(stolen),
  denialOf({ kind: 'user', accountId, userName }, denial),
  revocation,
  disabling,
];

/** What undoing the response to it would be. */
function undoOf(records: readonly JsonObject[], given: Partial<CaseMaterial> = {}): Plan {
  const found = materialOf(records, {
    more: [
      { ...member(user(accountId, 'shadow')), role: 'created' },
      { ...member(role(accountId, 'Deploy')), role: 'used' },
    ],
    closures: actions.flatMap((action) => closureOf(action, minute(40))),
    ...given,
  });
  // The alert is about the intruder's first call, whatever came before it.
  const eventRefs = found.events.flatMap(({ ref, at }) => (at === minute(0) ? [ref] : []));
  const material = { ...found, alerts: found.alerts.map((alert) => ({ ...alert, eventRefs })) };
  const row = { intentId: 'i', attempt: 0, at: minute(40), awsRequestIds: [] } as const;
  const rows = [
    { ...row, step: 'deactivate-keys', mark: 'checked' as const, data: { active: ['AKIASHADOW0000000001'] } },
  ];
  const plan = sealPlan({
    caseId,
    version: 1,
    purpose: 'contain',
    actions,
    byHand: [],
    waysIn: [],
    basis: { evidence: [], rules: [], policy: `sha256:${'0'.repeat(64)}` },
  });
  const taken = actions.map(({ id, type }) => ({
    actionId: id,
    outcome: 'done' as const,
    rows: type === 'disableCreatedIdentity' ? rows : [],
  }));
  return buildUndoPlan(plan, taken, {
    version: 1,
    policy: plan.basis.policy,
    grounds: undoGrounds(material, []),
  });
}

function advisedIn(plan: Plan) {
  return Object.fromEntries(plan.actions.map(({ id, recommended }) => [id, recommended]));
}

describe('an undoing advises nobody to give the intruder back', () => {
  test('the user that it made and that user’s key, and says so beside each', () => {
    const plan = undoOf([ownersWork, rolesWork, ...attack()]);
    expect(advisedIn(plan)).toEqual({
      [`lift-deny-shadow@${accountId}`]: false,
      'activate-AKIASHADOW0000000001': false,
      [`lift-now-revoke-Deploy@${accountId}`]: true,
      [`lift-deny-${userName}@${accountId}`]: true,
      // Stolen: its owner used it too, and the intruder knows it for good.
      [`activate-${accessKeyId}`]: false,
    });
    const words = planWords(plan).actions.flatMap(({ onlyIfChosen }) => onlyIfChosen ?? []);
    expect(words.join('\n')).toMatch(/gives user shadow its rights back.*choose it only if/);
    expect(words.join('\n')).toMatch(/gives user shadow key AKIASHADOW0000000001 back.*choose it only if/);
    expect(words.join('\n')).toMatch(/key \S+ back, which the intruder made or used, and can use again/);
    expect(openPlan(JSON.parse(JSON.stringify(plan)))).toEqual({ kind: 'intact', plan });
  });

  test('nor a key, a user or a role that nobody is known to have used before the intrusion', () => {
    expect(advisedIn(undoOf(attack()))).toEqual({
      [`lift-deny-shadow@${accountId}`]: false,
      'activate-AKIASHADOW0000000001': false,
      [`lift-now-revoke-Deploy@${accountId}`]: false,
      [`lift-deny-${userName}@${accountId}`]: false,
      [`activate-${accessKeyId}`]: false,
    });
    expect(Object.values(advisedIn(undoOf([rolesWork, ...attack()]))).filter(Boolean)).toEqual([true]);
  });
});

describe('an undoing names the ways in that open again', () => {
  test('each one that stands closed until then, and those that need what is not advised', () => {
    const plan = undoOf([ownersWork, rolesWork, ...attack()]);
    expect(plan.waysIn.map(({ what, state }) => [what.kind, state])).toEqual(
      expect.arrayContaining([
        ['access-key', 'open'],
        ['user', 'open'],
        ['session', 'open'],
      ]),
    );
    const told = planWords(plan).waysIn.map(({ sentence }) => sentence);
    expect(told).toContainEqual(
      `Access key ${accessKeyId} of user ${userName} is what the intruder used. Only if chosen.`,
    );
    expect(planWords(plan).waysIn.filter(({ onlyIfChosen }) => onlyIfChosen === true).length).toBeGreaterThan(1);
    expect(told).toContainEqual('User shadow was created with these credentials. Only if chosen.');
  });

  test('but none that has ended meanwhile, nor one that stands open as it is', () => {
    const later = undoOf([ownersWork, rolesWork, ...attack()], { now: minute(3 * 1440) });
    expect(later.waysIn.map(({ what }) => what.kind)).not.toContain('session');
    const nothingClosed = undoOf([ownersWork, ...attack()], { closures: [] });
    expect(nothingClosed.waysIn).toEqual([]);
  });
});
