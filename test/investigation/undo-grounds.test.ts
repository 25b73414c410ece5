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
function undoOf(records: readonly JsonObject[], given: Partial<CaseMaterial> = {}, done = actions): Plan {
  const found = materialOf(records, {
    more: [
      { ...member(user(accountId, 'shadow')), role: 'created' },
      { ...member(role(accountId, 'Deploy')), role: 'used' },
    ],
    closures: done.flatMap((action) => closureOf(action, minute(40))),
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
    actions: done,
    byHand: [],
    waysIn: [],
    basis: { evidence: [], rules: [], policy: `sha256:${'0'.repeat(64)}` },
  });
  const taken = done.map(({ id, type }) => ({
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

/** When the longest session has ended that the intruder began. */
const sessionsOver = minute(3 * 1440);

function sessionOfUser(minutes: number, key: string): JsonObject {
  return call(minutes, 'sts', 'GetSessionToken', {
    responseElements: { credentials: { accessKeyId: key, expiration: minute(minutes + 36 * 60) } },
  });
}

function liftedIn(plan: Plan): readonly string[] {
  return plan.actions.filter(({ recommended }) => recommended).map(({ id }) => id);
}

function whyNot(plan: Plan, id: string): string | null | undefined {
  return planWords(plan).actions.find((action) => action.id === id)?.onlyIfChosen;
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
      // The session that it began is alive.
      [`lift-now-revoke-Deploy@${accountId}`]: false,
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
    expect(liftedIn(undoOf([rolesWork, ...attack()], { now: sessionsOver }))).toEqual([
      `lift-now-revoke-Deploy@${accountId}`,
    ]);
  });
});

describe('an undoing advises nobody to let the intruder in again', () => {
  test('by a session of a role that lives, until it has ended', () => {
    const records = [ownersWork, rolesWork, ...attack()];
    expect(liftedIn(undoOf(records))).toEqual([`lift-deny-${userName}@${accountId}`]);
    expect(whyNot(undoOf(records), `lift-now-revoke-Deploy@${accountId}`)).toBe(
      '1 session that the intruder may have works again by it, until 2026-11-25 00:00:00 UTC: choose it only if somebody answers for that, or ask for it again after that',
    );
    const later = undoOf(records, { now: sessionsOver });
    expect(liftedIn(later)).toEqual([`lift-now-revoke-Deploy@${accountId}`, `lift-deny-${userName}@${accountId}`]);
  });

  test('by sessions of a user, whatever became of its key, until the last of them has ended', () => {
    const records = [
      ownersWork,
      rolesWork,
      ...attack(),
      sessionOfUser(5, 'ASIAOFUSER1'),
      sessionOfUser(6, 'ASIAOFUSER2'),
    ];
    expect(liftedIn(undoOf(records))).toEqual([]);
    expect(whyNot(undoOf(records), `lift-deny-${userName}@${accountId}`)).toBe(
      '2 sessions that the intruder may have work again by it, until 2026-11-26 00:06:00 UTC: choose it only if somebody answers for that, or ask for it again after that',
    );
    expect(liftedIn(undoOf(records, { now: sessionsOver }))).toContain(`lift-deny-${userName}@${accountId}`);
  });

  test('by the key itself, where nothing but the denial keeps it from working', () => {
    const [, onlyDenied] = actions;
    const plan = undoOf([ownersWork, ...attack()], {}, onlyDenied === undefined ? [] : [onlyDenied]);
    expect(advisedIn(plan)).toEqual({ [`lift-deny-${userName}@${accountId}`]: false });
    expect(whyNot(plan, `lift-deny-${userName}@${accountId}`)).toBe(
      '1 way in opens again by it: choose it only if somebody answers for that, or close what it opens by other means first',
    );
  });

  test('but for what stood open as it was', () => {
    const records = [ownersWork, rolesWork, ...attack(), sessionOfUser(5, 'ASIAOFUSER1')];
    expect(liftedIn(undoOf(records, { closures: [] }))).toContain(`lift-deny-${userName}@${accountId}`);
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
