import { afterEach, describe, expect, test } from 'vitest';
import { loadAuditRecords } from '../../src/adapters/store/audit/audit-store.ts';
import { loadCase, loadCaseAlerts } from '../../src/adapters/store/cases/case-store.ts';
import { loadDecisions } from '../../src/adapters/store/response/decision-store.ts';
import { loadLatestPlan, loadPlan } from '../../src/adapters/store/cases/plan-store.ts';
import { canonicalDigest } from '../../src/digest/canonical-digest.ts';
import { generateApproverKey, parseSigningKey } from '../../src/approval/approver-key.ts';
import { signDecision } from '../../src/approval/signed-decision.ts';
import { type CaseSummary, decide, replan } from '../../src/messages/investigate-messages.ts';
import { taskQueues } from '../../src/messages/task-queues.ts';
import { undoProgress } from '../../src/messages/undo-messages.ts';
import { caseWorkflowId, undoWorkflowId } from '../../src/messages/workflow-ids.ts';
import type { Action } from '../../src/model/action.ts';
import type { Plan } from '../../src/model/plan.ts';
import type { DecisionOutcome, SignedDecision } from '../../src/model/decision.ts';
import type { CaseId, Digest } from '../../src/model/ids.ts';
import { intactPlan } from '../../src/response/open-plan.ts';
import { registerKeys } from '../../src/response/register.ts';
import { awaitsDecision, type CaseWorld, type CaseWorldOptions, openCaseWorld } from './case-world.ts';
import {
  backdoorKeyRecord,
  accessKeyId,
  accountId,
  s3BrowserRecord,
  secondsAgo,
  userName,
  userRecord,
} from './trail-records.ts';

let opened: CaseWorld | undefined;
afterEach(async () => {
  await opened?.close();
  opened = undefined;
});

async function world(options: CaseWorldOptions = {}): Promise<CaseWorld> {
  opened = await openCaseWorld(options);
  return opened;
}

/** Whether all evidence has come or not: a plan that expires soon is not waited for. */
function mayDecide({ state }: CaseSummary): boolean {
  return state.status === 'awaiting-decision';
}

async function waitingCase(options: CaseWorldOptions = {}) {
  const opened = await world(options);
  const caseId = await opened.openCase();
  const { planDigest } = await opened.until(caseId, awaitsDecision);
  if (planDigest === null) throw new Error('a case that waits for a decision has a plan');
  return { world: opened, caseId, planDigest };
}

async function sendDecision(of: CaseWorld, caseId: CaseId, signed: SignedDecision): Promise<DecisionOutcome> {
  return await of.client.workflow.getHandle(caseWorkflowId(caseId)).executeUpdate(decide, { args: [signed] });
}

async function resultOf(of: CaseWorld, caseId: CaseId): Promise<unknown> {
  return await of.client.workflow.getHandle(caseWorkflowId(caseId)).result();
}

async function presentedPlan(of: CaseWorld, caseId: CaseId): Promise<Plan | null> {
  const presented = await loadLatestPlan(of.store.db, caseId);
  return presented?.opened.kind === 'intact' ? presented.opened.plan : null;
}

describe('a case', () => {
  /** What detection does when a proving edge arrives: an older case goes on. */
  async function mergeIntoOlder(of: CaseWorld, caseId: CaseId): Promise<CaseId> {
    const older = 'TH-B1DDDD' as CaseId;
    const { actor: _actor, ...row } = await of.store.db
      .selectFrom('cases')
      .selectAll()
      .where('id', '=', caseId)
      .executeTakeFirstOrThrow();
    const values = { ...row, id: older, actor: '{"kind":"root"}', actor_key: 'root/older' };
    await of.store.db.insertInto('cases').values(values).execute();
    const merged = { status: 'merged', merged_into: older, closed_at: row.opened_at } as const;
    await of.store.db.updateTable('cases').set(merged).where('id', '=', caseId).execute();
    return older;
  }

  test('that was merged ends when it hears of it, and says into which', async () => {
    const { world, caseId } = await waitingCase();
    const older = await mergeIntoOlder(world, caseId);
    await world.ring(caseId);
    expect(await resultOf(world, caseId)).toEqual({ caseId, verdict: null, mergedInto: older });
    const kinds = (await loadAuditRecords(world.store.db, caseId)).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'case-merged')).toHaveLength(1);
  });

  test('that was merged, and is approved before it has heard of it, changes nothing', async () => {
    const { world, caseId, planDigest } = await waitingCase();
    const older = await mergeIntoOlder(world, caseId);
    await sendDecision(world, caseId, await world.decision({ caseId, planDigest }));
    expect(await resultOf(world, caseId)).toEqual({ caseId, verdict: null, mergedInto: older });
    expect(world.stepsTaken).toEqual([]);
  });

  test('needs a person while a key of its response may be live, cannot be closed, and goes on with it', async () => {
    let looks = 0;
    let gone = false;
    function settle() {
      looks += 1;
      return gone
        ? ({ kind: 'settled', found: 'removed', detail: 'Removed.', foreign: [] } as const)
        : ({ kind: 'held', why: 'Key AKIANEW may be live: LookupEvents is denied.', passing: false } as const);
    }
    function respond(): 'done' | 'lost' {
      return gone ? 'done' : 'lost';
    }
    const old = secondsAgo(90 * 86_400);
    const keys = [{ accessKeyId, status: 'Inactive' as const, createdAt: old }];
    const opened = await world({ respond, settle, watchMs: 2_000, userState: { createdAt: old, keys } });
    await opened.addRecords([userRecord({ eventTime: secondsAgo(3 * 86_400), sourceIPAddress: '198.51.100.7' })]);
    const caseId = await opened.openCase();
    const planDigest = (await opened.until(caseId, awaitsDecision)).planDigest ?? canonicalDigest('none');
    const plan = await presentedPlan(opened, caseId);
    expect(plan?.purpose).toBe('rotate');
    const actions = plan?.actions.filter(({ type }) => type === 'rotateAccessKey') ?? [];
    await sendDecision(opened, caseId, await opened.decision({ caseId, planDigest, actions }));
    const { state, responseWorkflowId } = await opened.until(
      caseId,
      ({ state: { status } }) => status === 'needs-a-person',
    );
    expect(state).toEqual({ status: 'needs-a-person', why: 'key-may-be-live' });
    expect(responseWorkflowId).not.toBeNull();
    const notes = await loadAuditRecords(opened.store.db, caseId);
    expect(JSON.stringify(notes.filter(({ kind }) => kind === 'needs-a-person'))).toContain('AKIANEW');
    const rejection = await sendDecision(
      opened,
      caseId,
      await opened.decision({ caseId, planDigest, verdict: 'reject', actions: [] }),
    );
    expect(rejection).toMatchObject({ kind: 'refused', code: 'already-decided' });

    await expect.poll(() => looks, { timeout: 20_000 }).toBeGreaterThan(2);
    gone = true;
    await expect(resultOf(opened, caseId)).resolves.toEqual({ caseId, verdict: 'contained' });
  });

  test('goes from its alert over an approval, a response and a quiet watch to its close', async () => {
    const { world, caseId, planDigest } = await waitingCase();
    const presented = await presentedPlan(world, caseId);
    expect(presented?.digest).toBe(planDigest);
    expect(presented?.actions.map(({ id }) => id)).toEqual([
      'deactivate-AKIAEXAMPLEMALLORY',
      'deny-mallory@111122223333',
    ]);

    const outcome = await sendDecision(world, caseId, await world.decision({ caseId, planDigest }));
    expect(outcome).toEqual({ kind: 'accepted', approvalsMissing: 0 });
    await expect(resultOf(world, caseId)).resolves.toEqual({ caseId, verdict: 'contained' });

    const { events } = await world.client.workflow.getHandle(caseWorkflowId(caseId)).fetchHistory();
    const timers = (events ?? []).filter(({ timerStartedEventAttributes: timer }) => timer);
    // Encrypted, as all that is said there; a timer of the SDK's own making would say nothing.
    expect(timers.length).toBeGreaterThan(0);
    expect(timers.filter(({ userMetadata }) => (userMetadata?.summary?.data?.length ?? 0) === 0)).toEqual([]);

    expect(world.stepsTaken).toEqual(['deactivate-AKIAEXAMPLEMALLORY/deactivate-key']);
    expect(await loadCase(world.store.db, caseId)).toMatchObject({ status: 'closed', verdict: 'contained' });
    const kinds = (await loadAuditRecords(world.store.db, caseId)).map(({ kind }) => kind);
    expect(kinds).toEqual([
      'case-opened',
      'alerts-claimed',
      'plan-presented',
      'evidence-gathered',
      'decision-accepted',
      'response-started',
      'action-step',
      'action-ended',
      'response-ended',
      'watch-started',
      'watch-ended',
      'evidence-gathered',
      'case-closed',
    ]);
  });

  test('whose response is taken back while it is watched is not contained: it plans anew what is open again', async () => {
    const { world, caseId, planDigest } = await waitingCase({
      watchMs: 600_000,
      ports: (given) => ({
        ...given,
        actionsTaken: async () => [{ actionId: `deactivate-${accessKeyId}`, outcome: 'done', rows: [] }],
      }),
    });
    await sendDecision(world, caseId, await world.decision({ caseId, planDigest }));
    await world.until(caseId, ({ state }) => state.status === 'watching');
    // The trail shows what our response did; what the undoing does comes minutes later.
    const at = secondsAgo(-1);
    await world.addRecords([
      s3BrowserRecord({
        eventTime: at,
        eventSource: 'iam.amazonaws.com',
        eventName: 'UpdateAccessKey',
        requestParameters: { accessKeyId, userName, status: 'Inactive' },
        responseElements: null,
        userIdentity: {
          type: 'AssumedRole',
          principalId: 'AROARESPONDER:trailhound',
          arn: `arn:aws:sts::${accountId}:assumed-role/TrailhoundRespond/trailhound`,
          accountId,
          accessKeyId: 'ASIARESPONDER0000001',
        },
      }),
    ]);
    await world.client.workflow.start('undo', {
      workflowId: undoWorkflowId(caseId),
      taskQueue: taskQueues.orchestrate,
      args: [{ caseId, undoes: planDigest, requestedBy: 'alice' }],
    });
    const undoing = world.client.workflow.getHandle(undoWorkflowId(caseId));
    await expect
      .poll(() => undoing.query(undoProgress), { timeout: 20_000 })
      .toMatchObject({ kind: 'awaiting-decision' });
    const { plan } = (await undoing.query(undoProgress)) as { readonly plan: Digest };
    const { actions } = intactPlan(await loadPlan(world.store.db, plan), plan);
    const signed = await world.decision({ caseId, planDigest: plan, actions });
    await undoing.executeUpdate(decide, { args: [signed] });
    expect(await undoing.result()).toMatchObject({ kind: 'ended', ended: 'undone' });

    const again = await world.until(caseId, ({ state }) => state.status !== 'watching');
    expect(again.state.status).toBe('awaiting-decision');
    const fresh = await presentedPlan(world, caseId);
    expect(fresh?.actions.map(({ id }) => id)).toContain(`deactivate-${accessKeyId}`);
    expect(await loadCase(world.store.db, caseId)).toMatchObject({ status: 'awaiting-decision', verdict: null });
  });

  test('is closed by a rejection, and nothing is done', async () => {
    const { world, caseId, planDigest } = await waitingCase();
    const signed = await world.decision({ caseId, planDigest, verdict: 'reject', actions: [] });
    expect((await sendDecision(world, caseId, signed)).kind).toBe('accepted');
    await expect(resultOf(world, caseId)).resolves.toEqual({ caseId, verdict: 'rejected' });
    expect(world.stepsTaken).toEqual([]);
    // Whoever shows somebody's approval of it later, and keeps the rejection back, finds it remembered.
    expect(await world.register.find(registerKeys.rejection(planDigest))).toMatchObject({ planDigest });
  });

  test('is closed as contained, not as rejected, by a rejection of new keys once nothing is open: no key is made', async () => {
    const old = secondsAgo(90 * 86_400);
    const keys = [{ accessKeyId, status: 'Inactive' as const, createdAt: old }];
    const opened = await world({ userState: { createdAt: old, keys } });
    await opened.addRecords([userRecord({ eventTime: secondsAgo(3 * 86_400), sourceIPAddress: '198.51.100.7' })]);
    const caseId = await opened.openCase();
    const planDigest = (await opened.until(caseId, awaitsDecision)).planDigest ?? canonicalDigest('none');
    expect((await presentedPlan(opened, caseId))?.purpose).toBe('rotate');
    const reject = { caseId, planDigest, verdict: 'reject' as const, actions: [] };
    await expect(sendDecision(opened, caseId, await opened.decision(reject))).resolves.toMatchObject({
      kind: 'accepted',
    });
    await expect(resultOf(opened, caseId)).resolves.toEqual({ caseId, verdict: 'contained' });
    expect(opened.stepsTaken).toEqual([]);
  });

  test('refuses an approval after the plan has expired, and gives a fresh plan on request', async () => {
    opened = await openCaseWorld({ approvalExpiresAfterMs: 3_000 });
    const world = opened;
    const caseId = await world.openCase();
    const { planDigest } = await world.until(caseId, mayDecide);
    if (planDigest === null) throw new Error('a case that waits for a decision has a plan');
    const expired = await world.until(caseId, ({ state }) => state.status === 'needs-a-person');
    expect(expired.state).toEqual({ status: 'needs-a-person', why: 'decision-expired' });
    const late = await sendDecision(world, caseId, await world.decision({ caseId, planDigest }));
    expect(late).toMatchObject({ kind: 'refused', code: 'expired' });

    const handle = world.client.workflow.getHandle(caseWorkflowId(caseId));
    expect(await handle.executeUpdate(replan, { args: [{ requestedBy: 'alice' }] })).toEqual({ accepted: true });
    const fresh = await world.until(caseId, mayDecide);
    expect(fresh.planVersion).toBe(2);
    expect(fresh.planDigest).not.toBe(planDigest);
    const signed = await world.decision({ caseId, planDigest: fresh.planDigest as Digest });
    expect((await sendDecision(world, caseId, signed)).kind).toBe('accepted');
  });

  test('takes one of many decisions at once, answers the same one again as a duplicate, and refuses the others', async () => {
    const { world, caseId, planDigest } = await waitingCase({ watchMs: 30_000 });
    const signed = await Promise.all([1, 2, 3, 4, 5].map(() => world.decision({ caseId, planDigest })));
    const outcomes = await Promise.all(signed.map((each) => sendDecision(world, caseId, each)));
    const accepted = outcomes.findIndex(({ kind }) => kind === 'accepted');
    expect(outcomes.filter(({ kind }) => kind === 'accepted')).toHaveLength(1);
    expect(outcomes.filter((each) => each.kind === 'refused' && each.code === 'already-decided')).toHaveLength(4);
    const again = await sendDecision(world, caseId, signed[accepted] as SignedDecision);
    expect(again.kind).toBe('duplicate');

    await world.until(caseId, ({ state }) => state.status === 'watching');
    expect(world.stepsTaken).toEqual(['deactivate-AKIAEXAMPLEMALLORY/deactivate-key']);
    const recorded = await loadDecisions(world.store.db, caseId);
    expect(recorded.map(({ outcome }) => outcome.kind).sort()).toEqual([
      'accepted',
      'refused',
      'refused',
      'refused',
      'refused',
    ]);
  });

  test('refuses and records forged, foreign and mistaken decisions, and still takes the right one', async () => {
    const { world, caseId, planDigest } = await waitingCase();
    const stranger = parseSigningKey(generateApproverKey().privateKeyPem);
    const good = await world.decision({ caseId, planDigest });
    const statement = JSON.parse(Buffer.from(good.jws.split('.')[1] ?? '', 'base64url').toString()) as Parameters<
      typeof signDecision
    >[0];
    const plan = await presentedPlan(world, caseId);
    const unknownAction = { ...(plan?.actions[0] as Action), id: 'delete-everything' };
    const cases: readonly [string, SignedDecision][] = [
      ['unknown-approver', await signDecision(statement, stranger)],
      ['malformed', { jws: 'a.b.c' }],
      ['wrong-audience', await world.decision({ caseId, planDigest, audience: 'elsewhere' })],
      ['wrong-case', await world.decision({ caseId: 'TH-OTHER' as CaseId, planDigest })],
      ['wrong-plan', await world.decision({ caseId, planDigest: `sha256:${'0'.repeat(64)}` })],
      ['unknown-action', await world.decision({ caseId, planDigest, actions: [unknownAction] })],
      ['no-reason', await world.decision({ caseId, planDigest, reason: ' ' })],
    ];
    for (const [code, signed] of cases) {
      expect(await sendDecision(world, caseId, signed)).toMatchObject({ kind: 'refused', code });
    }
    const refused = (await loadAuditRecords(world.store.db, caseId)).filter(({ kind }) => kind === 'decision-refused');
    expect(refused).toHaveLength(cases.length);
    expect(refused[0]?.actor).toBe('unproved');
    expect((await sendDecision(world, caseId, good)).kind).toBe('accepted');
  });

  test('keeps a presented plan while new evidence changes nothing in it, and supersedes it when access was added', async () => {
    const { world, caseId, planDigest } = await waitingCase();
    expect(await world.alertOn(s3BrowserRecord({ eventName: 'GetBucketLocation' }))).toBe(caseId);
    const same = await world.until(caseId, ({ alertCount }) => alertCount === 2);
    expect(same.planDigest).toBe(planDigest);

    expect(await world.alertOn(backdoorKeyRecord())).toBe(caseId);
    const fresh = await world.until(caseId, (now) => now.planVersion === 2 && awaitsDecision(now));
    await expect
      .poll(async () => (await presentedPlan(world, caseId))?.digest, { timeout: 10_000 })
      .toBe(fresh.planDigest);
    const plan = await presentedPlan(world, caseId);
    expect(plan?.waysIn.map(({ what }) => what)).toContainEqual(
      expect.objectContaining({ kind: 'access-key', accessKeyId: 'AKIABACKDOOR', userName: 'backdoor' }),
    );
    const onOld = await sendDecision(world, caseId, await world.decision({ caseId, planDigest }));
    expect(onOld).toMatchObject({ kind: 'refused', code: 'wrong-plan' });
  });

  test('is reopened when the contained key goes on working, and counts refused attempts as evidence', async () => {
    const { world, caseId, planDigest } = await waitingCase({ watchMs: 60_000 });
    await sendDecision(world, caseId, await world.decision({ caseId, planDigest }));
    await world.until(caseId, ({ state }) => state.status === 'watching');
    await world.addRecords([userRecord({ eventTime: secondsAgo(0), errorCode: 'AccessDenied' })]);
    const attempted = await world.until(caseId, ({ state }) => state.status === 'watching' && state.attemptsSeen > 0);
    expect(attempted.state).toMatchObject({ attemptsSeen: 1 });
    await world.addRecords([userRecord({ eventTime: secondsAgo(-2) })]);
    const reopened = await world.until(caseId, ({ state }) => state.status === 'needs-a-person');
    expect(reopened.state).toMatchObject({ why: 'used-after-containment' });
    const kinds = (await loadAuditRecords(world.store.db, caseId)).map(({ kind }) => kind);
    expect(kinds).toContain('watch-ended');
  });

  function session(expiration: string) {
    return userRecord({
      eventTime: secondsAgo(50),
      eventSource: 'sts.amazonaws.com',
      eventName: 'GetFederationToken',
      readOnly: false,
      requestParameters: { name: 'shadow' },
      responseElements: { credentials: { accessKeyId: 'ASIAFEDERATED', expiration } },
    });
  }
  const roleSession = userRecord({
    eventTime: secondsAgo(49),
    eventSource: 'sts.amazonaws.com',
    eventName: 'AssumeRole',
    readOnly: false,
    requestParameters: { roleArn: `arn:aws:iam::${accountId}:role/Deploy`, roleSessionName: 'shadow' },
    responseElements: { credentials: { accessKeyId: 'ASIAROLE', expiration: 'Dec 24, 2099, 4:15:32 PM' } },
  });
  const administrator = [
    userRecord({
      eventTime: secondsAgo(48),
      eventSource: 'iam.amazonaws.com',
      eventName: 'CreateUser',
      readOnly: false,
      requestParameters: { userName: 'shadow' },
      responseElements: { user: { userName: 'shadow', userId: 'AIDASHADOW' } },
    }),
    userRecord({
      eventTime: secondsAgo(47),
      eventSource: 'iam.amazonaws.com',
      eventName: 'AttachUserPolicy',
      readOnly: false,
      requestParameters: { userName: 'shadow', policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' },
    }),
  ];

  test('that has only its key contained stays open while a session, a federation token and a made administrator live on', async () => {
    const opened = await world({ watchMs: 2_000 });
    await opened.addRecords([session('Dec 24, 2099, 4:15:32 PM'), roleSession, ...administrator]);
    const caseId = await opened.openCase();
    const planDigest = (await opened.until(caseId, awaitsDecision)).planDigest ?? canonicalDigest('none');
    const plan = await presentedPlan(opened, caseId);
    expect(plan?.actions.filter(({ recommended }) => recommended).map(({ type }) => type)).toEqual([
      'deactivateAccessKey',
      'denyUserEverything',
      'revokeRoleSessions',
      'disableCreatedIdentity',
      'liftRoleRevocation',
    ]);
    expect(plan?.actions.map(({ type }) => type)).not.toContain('rotateAccessKey');
    await sendDecision(opened, caseId, await opened.decision({ caseId, planDigest }));
    await opened.until(caseId, ({ state }) => state.status === 'watching');
    // The watch is over, and nothing was heard: what is open is proposed again, by a plan that does not name what is closed.
    const again = await opened.until(caseId, awaitsDecision);
    expect(again.planDigest).not.toBe(planDigest);
    const next = await presentedPlan(opened, caseId);
    expect(next?.actions.map(({ type }) => type)).not.toContain('deactivateAccessKey');
    expect(next?.waysIn.map(({ what }) => what.kind).sort()).toEqual(['grant', 'session', 'session', 'user']);
    // Whoever declines keeps it open: it is partly contained, and says so.
    const reject = { caseId, planDigest: again.planDigest ?? planDigest, verdict: 'reject' as const, actions: [] };
    await sendDecision(opened, caseId, await opened.decision(reject));
    const { state } = await opened.until(caseId, ({ state: { status } }) => status === 'needs-a-person');
    expect(state).toEqual({ status: 'needs-a-person', why: 'ways-in-open' });
    expect(await loadCase(opened.store.db, caseId)).toMatchObject({ closedAt: null, verdict: null });
  });

  test('is contained by hand as well: what others close in the trail ends the need, and is watched', async () => {
    const opened = await world({ watchMs: 2_000 });
    const caseId = await opened.openCase();
    await opened.until(caseId, awaitsDecision);
    const [byOwner] = await opened.addRecords([
      userRecord({
        eventTime: secondsAgo(0),
        eventSource: 'iam.amazonaws.com',
        eventName: 'UpdateAccessKey',
        readOnly: false,
        requestParameters: { userName, accessKeyId, status: 'Inactive' },
        userIdentity: { type: 'IAMUser', arn: `arn:aws:iam::${accountId}:user/admin`, accountId, userName: 'admin' },
      }),
    ]);
    if (byOwner === undefined) throw new Error('not stored');
    const thing = `access-key/${accessKeyId}`;
    const { accountId: account_id, eventId: event_id, revision } = byOwner.ref;
    await opened.store.db
      .insertInto('event_things')
      .values({ thing, at: byOwner.at, account_id, event_id, revision })
      .execute();
    await expect(resultOf(opened, caseId)).resolves.toEqual({ caseId, verdict: 'contained' });
  });

  test('is shown to a person where all was closed before anybody was told, and is not closed by itself', async () => {
    const opened = await world({ watchMs: 2_000, userState: { exists: false, keys: [] } });
    const caseId = await opened.openCase();
    const { state } = await opened.until(caseId, ({ state: { status } }) => status === 'needs-a-person');
    expect(state).toEqual({ status: 'needs-a-person', why: 'nothing-open' });
    // Another alert that opens nothing changes nothing of it.
    expect(await opened.alertOn(s3BrowserRecord())).toBe(caseId);
    async function looks() {
      return (await loadAuditRecords(opened.store.db, caseId)).filter(({ kind }) => kind === 'evidence-gathered')
        .length;
    }
    await expect.poll(looks, { timeout: 20_000 }).toBe(2);
    const { planDigest } = await opened.until(caseId, ({ state: now }) => now.status === 'needs-a-person');
    if (planDigest === null) throw new Error('a plan was presented');
    const reject = await opened.decision({ caseId, planDigest, verdict: 'reject', actions: [] });
    await sendDecision(opened, caseId, reject);
    await expect(resultOf(opened, caseId)).resolves.toEqual({ caseId, verdict: 'nothing-to-do' });
  });

  test('needs a person where the response failed', async () => {
    const { world, caseId, planDigest } = await waitingCase({ respond: () => 'fail' });
    await sendDecision(world, caseId, await world.decision({ caseId, planDigest }));
    const failed = await world.until(caseId, ({ state }) => state.status === 'needs-a-person');
    expect(failed.state).toEqual({ status: 'needs-a-person', why: 'response-failed' });
  });

  test('offers a new key again whose making has failed, where a fresh plan is asked for', async () => {
    let denied = true;
    function respond(actionId: string) {
      return denied && actionId.startsWith('rotate') ? 'fail' : 'done';
    }
    const old = secondsAgo(90 * 86_400);
    const keys = [{ accessKeyId, status: 'Inactive' as const, createdAt: old }];
    const opened = await world({ respond, watchMs: 60_000, userState: { createdAt: old, keys } });
    await opened.addRecords([userRecord({ eventTime: secondsAgo(3 * 86_400), sourceIPAddress: '198.51.100.7' })]);
    const caseId = await opened.openCase();
    const planDigest = (await opened.until(caseId, awaitsDecision)).planDigest ?? canonicalDigest('none');
    async function rotation() {
      const actions = (await presentedPlan(opened, caseId))?.actions ?? [];
      return actions.filter(({ type }) => type === 'rotateAccessKey');
    }
    await sendDecision(opened, caseId, await opened.decision({ caseId, planDigest, actions: await rotation() }));
    async function ends() {
      const records = await loadAuditRecords(opened.store.db, caseId);
      return records.flatMap(({ kind, data }) => (kind === 'response-ended' ? [data] : []));
    }
    await expect.poll(ends, { timeout: 20_000 }).toMatchObject([{ ended: 'failed' }]);
    const { planVersion } = await opened.until(caseId, ({ state }) => state.status === 'needs-a-person');

    denied = false;
    const handle = opened.client.workflow.getHandle(caseWorkflowId(caseId));
    expect(await handle.executeUpdate(replan, { args: [{ requestedBy: 'alice' }] })).toEqual({ accepted: true });
    const fresh = await opened.until(caseId, (seen) => mayDecide(seen) && seen.planVersion > planVersion);
    const again = await rotation();
    expect(again).toHaveLength(1);
    const signed = await opened.decision({ caseId, planDigest: fresh.planDigest as Digest, actions: again });
    expect((await sendDecision(opened, caseId, signed)).kind).toBe('accepted');
    await expect.poll(ends, { timeout: 20_000 }).toMatchObject([{ ended: 'failed' }, { ended: 'contained' }]);
    expect(opened.stepsTaken).toContain(`${again[0]?.id}/create-and-store-key`);
  });

  test('claims alerts that arrive while it closes, or leaves them to the next case: each exactly once', async () => {
    const { world, caseId, planDigest } = await waitingCase({ watchMs: 2_000 });
    await sendDecision(world, caseId, await world.decision({ caseId, planDigest, verdict: 'reject', actions: [] }));
    const caseIds = new Set<CaseId>([caseId]);
    for (let index = 0; index < 12; index += 1) {
      const [event] = await world.addRecords([s3BrowserRecord()]);
      if (event === undefined) throw new Error('not stored');
      const inCase = await world.raiseAlert(event);
      caseIds.add(inCase);
      // "Already closed" is benign: the alert went to another case, or was claimed before the close.
      await world.ring(inCase).catch(() => null);
    }
    async function claimed() {
      const audits = await Promise.all([...caseIds].map((each) => loadAuditRecords(world.store.db, each)));
      const records = audits.flat().filter(({ kind }) => kind === 'alerts-claimed');
      return records.reduce((sum, { data }) => sum + (data as { readonly claimed: number }).claimed, 0);
    }
    await expect.poll(claimed, { timeout: 30_000 }).toBe(13);
    const counts = await Promise.all([...caseIds].map((each) => loadCaseAlerts(world.store.db, each)));
    expect(counts.flat()).toHaveLength(13);
    expect(counts.flat().every(({ claimedAt }) => claimedAt !== null)).toBe(true);
  });
});
