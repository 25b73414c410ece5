import { afterEach, expect, test } from 'vitest';
import { loadAuditRecords } from '../../src/adapters/store/audit/audit-store.ts';
import { loadLook } from '../../src/adapters/store/cases/look-store.ts';
import { loadLatestPlan, loadPlans } from '../../src/adapters/store/cases/plan-store.ts';
import type { IdentityReader, UserState } from '../../src/investigation/evidence-ports.ts';
import { decide, type CaseSummary } from '../../src/messages/investigate-messages.ts';
import { caseWorkflowId } from '../../src/messages/workflow-ids.ts';
import type { CaseId, Digest } from '../../src/model/ids.ts';
import type { Plan } from '../../src/model/plan.ts';
import { awaitsDecision, type CaseWorld, type CaseWorldOptions, openCaseWorld } from './case-world.ts';
import { accessKeyId, accountId, secondsAgo, userRecord } from './trail-records.ts';

let opened: CaseWorld | undefined;
afterEach(async () => {
  await opened?.close();
  opened = undefined;
});

/** A world in which IAM answers when it is let, and how often it was asked. */
async function slowWorld(options: CaseWorldOptions = {}) {
  const { promise: answers, resolve: letAnswer } = Promise.withResolvers<void>();
  const asked = { times: 0 };
  const world = await openCaseWorld({
    ...options,
    ports: (given) => ({ ...given, identities: { userState: slowly(given.identities) } }),
  });
  function slowly(iam: IdentityReader): IdentityReader['userState'] {
    return async (...whom) => {
      asked.times += 1;
      await answers;
      return await iam.userState(...whom);
    };
  }
  opened = world;
  return { world, letAnswer, asked };
}

/** A decision can be given, and AWS is still asked. */
function isEarly({ state, look }: CaseSummary): boolean {
  return state.status === 'awaiting-decision' && look !== null;
}

async function planOf(world: CaseWorld, caseId: CaseId): Promise<Plan> {
  const latest = await loadLatestPlan(world.store.db, caseId);
  if (latest?.opened.kind !== 'intact') throw new Error('there is no plan');
  return latest.opened.plan;
}

async function approve(world: CaseWorld, caseId: CaseId, planDigest: Digest | null) {
  if (planDigest === null) throw new Error('there is no plan');
  const signed = await world.decision({ caseId, planDigest });
  return await world.client.workflow.getHandle(caseWorkflowId(caseId)).executeUpdate(decide, { args: [signed] });
}

async function kindsOf(world: CaseWorld, caseId: CaseId): Promise<readonly string[]> {
  return (await loadAuditRecords(world.store.db, caseId)).map(({ kind }) => kind);
}

test('a plan of what the store has is presented while AWS is asked, says what is not known yet, and stays where AWS says nothing new', async () => {
  const { world, letAnswer } = await slowWorld();
  const caseId = await world.openCase();
  const early = await world.until(caseId, isEarly);
  const plan = await planOf(world, caseId);
  expect(plan.actions.map(({ id }) => id)).toContain(`deactivate-${accessKeyId}`);
  expect(plan.actions.map(({ type }) => type)).not.toContain('rotateAccessKey');
  expect(plan.notKnownYet).toEqual([{ kind: 'identity-state', users: 1 }]);
  expect(await kindsOf(world, caseId)).toEqual(['case-opened', 'alerts-claimed', 'plan-presented']);

  const told = { source: 'alert-events', about: "the case's alerts", availability: 'complete', why: null };
  await expect
    .poll(() => loadLook(world.store.db, caseId), { timeout: 20_000 })
    .toMatchObject({ ended: false, budget: 100, pieces: expect.arrayContaining([told]) });

  letAnswer();
  const whole = await world.until(caseId, awaitsDecision);
  const look = await loadLook(world.store.db, caseId);
  expect(look).toMatchObject({ ended: true, asked: 7 });
  expect(look?.pieces.map(({ source }) => source)).toEqual(expect.arrayContaining(['user-state', 'user-activity']));
  expect(look?.pieces.filter(({ availability }) => availability === null)).toEqual([]);
  expect(whole.planDigest).toBe(early.planDigest);
  expect((await loadPlans(world.store.db, caseId)).map(({ version }) => version)).toEqual([1]);
});

test('an approval of it is carried out at once, and AWS goes on being asked', async () => {
  const { world, letAnswer } = await slowWorld({ watchMs: 60_000 });
  const caseId = await world.openCase();
  const { planDigest } = await world.until(caseId, isEarly);
  expect(await approve(world, caseId, planDigest)).toMatchObject({ kind: 'accepted' });
  const watched = await world.until(caseId, ({ state }) => state.status === 'watching');
  expect(watched.look).not.toBeNull();
  expect(world.stepsTaken).toEqual([`deactivate-${accessKeyId}/deactivate-key`]);
  expect(await kindsOf(world, caseId)).not.toContain('evidence-gathered');

  letAnswer();
  await world.until(caseId, ({ state, look }) => state.status === 'watching' && look === null);
  expect(await kindsOf(world, caseId)).toContain('evidence-gathered');
});

test('what AWS answers takes its place where something else must be done, and an approval of the one before is refused', async () => {
  const old = secondsAgo(90 * 86_400);
  const inactive: Partial<UserState> = { createdAt: old, keys: [{ accessKeyId, status: 'Inactive', createdAt: old }] };
  const { world, letAnswer } = await slowWorld({ userState: inactive });
  await world.addRecords([userRecord({ eventTime: secondsAgo(3 * 86_400), sourceIPAddress: '198.51.100.7' })]);
  const caseId = await world.openCase();
  const early = await world.until(caseId, isEarly);
  expect((await planOf(world, caseId)).purpose).toBe('contain');

  letAnswer();
  const whole = await world.until(caseId, awaitsDecision);
  const plan = await planOf(world, caseId);
  expect([whole.planDigest, plan.purpose]).toEqual([plan.digest, 'rotate']);
  expect(plan.digest).not.toBe(early.planDigest);
  expect(plan).not.toHaveProperty('notKnownYet');
  expect(await approve(world, caseId, early.planDigest)).toMatchObject({ kind: 'refused', code: 'wrong-plan' });
  expect(world.stepsTaken).toEqual([]);
});

test('where the workflow is lost before AWS has answered, the same plan waits on, and AWS is asked again', async () => {
  const { world, letAnswer, asked } = await slowWorld();
  const caseId = await world.openCase();
  const early = await world.until(caseId, isEarly);
  await expect.poll(() => asked.times, { timeout: 20_000 }).toBe(1);
  await world.client.workflow.getHandle(caseWorkflowId(caseId)).terminate('lost');
  letAnswer();
  await world.client.workflow.start('investigate', {
    workflowId: caseWorkflowId(caseId),
    taskQueue: 'orchestrate',
    args: [{ caseId, takenUp: 'terminated' }],
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
  });
  const after = await world.until(caseId, awaitsDecision);
  expect(after.planDigest).toBe(early.planDigest);
  expect(asked.times).toBeGreaterThan(1);
  expect(await kindsOf(world, caseId)).toContain('evidence-gathered');
});

/** What a workflow's history has, in order: activities by their names, all else by what it is. */
async function eventsOf(world: CaseWorld, caseId: CaseId): Promise<readonly string[]> {
  const { events = [] } = await world.client.workflow.getHandle(caseWorkflowId(caseId)).fetchHistory();
  return (events ?? []).map((event) => {
    const activity = event.activityTaskScheduledEventAttributes?.activityType?.name;
    if (activity !== undefined && activity !== null) return activity;
    if (event.markerRecordedEventAttributes) return 'local';
    if (event.timerFiredEventAttributes) return 'timer';
    return event.workflowTaskStartedEventAttributes ? 'task' : 'other';
  });
}

async function queueOf(world: CaseWorld, caseId: CaseId, activity: string): Promise<string | null | undefined> {
  const { events } = await world.client.workflow.getHandle(caseWorkflowId(caseId)).fetchHistory();
  const asked = (events ?? []).map((event) => event.activityTaskScheduledEventAttributes);
  return asked.find((each) => each?.activityType?.name === activity)?.taskQueue?.name;
}

test('it takes one step of the workflow and one activity, and what was looked at within the step is there once', async () => {
  const { world, letAnswer } = await slowWorld();
  const caseId = await world.openCase();
  await world.until(caseId, isEarly);
  // A step that takes long beats, and each beat is a task of its own.
  const events = (await eventsOf(world, caseId)).filter((event) => event !== 'other' && event !== 'task');
  expect(events.slice(0, events.indexOf('presentPlan') + 1)).toEqual(['local', 'presentPlan']);
  // On its workflow's own queue, an activity is begun with the step that asks for it.
  expect(await queueOf(world, caseId, 'presentPlan')).toBe('orchestrate');
  letAnswer();
  await world.until(caseId, awaitsDecision);
});

test('a look that fails within the step of the workflow is made by an activity, for as long as it takes', async () => {
  const sights = { left: 2 };
  const world = await openCaseWorld({
    ports: (given) => ({
      ...given,
      cases: {
        ...given.cases,
        sight: async (...of) => {
          if (sights.left-- > 0) throw new Error('the store is away');
          return await given.cases.sight(...of);
        },
      },
    }),
  });
  opened = world;
  const caseId = await world.openCase();
  await world.until(caseId, awaitsDecision);
  const events = (await eventsOf(world, caseId)).filter((event) => event !== 'other' && event !== 'task');
  expect(events.slice(0, 3)).toEqual(['local', 'lookAtStore', 'presentPlan']);
});

test('AWS is asked later where other cases were rung and have no plan yet', async () => {
  const { world, letAnswer } = await slowWorld();
  letAnswer();
  const eve = { principalId: 'AIDAEXAMPLEEVE', arn: `arn:aws:iam::${accountId}:user/eve`, userName: 'eve' };
  const byEve = { type: 'IAMUser', accountId, accessKeyId: 'AKIAEXAMPLEEVE', ...eve };
  const [event] = await world.addRecords([userRecord({ userIdentity: byEve })]);
  if (event === undefined) throw new Error('there is no event');
  const other = await world.raiseAlert(event);
  await world.store.db.updateTable('cases').set({ ring_pending: true }).where('id', '=', other).execute();
  const caseId = await world.openCase();
  expect(caseId).not.toBe(other);
  await world.until(caseId, awaitsDecision);
  const events = await eventsOf(world, caseId);
  expect(events.slice(0, events.indexOf('nextEvidence')).filter((each) => each === 'timer')).toEqual(['timer']);
});
