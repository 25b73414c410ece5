import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadAuditRecords } from '../../src/adapters/store/audit/audit-store.ts';
import { loadCase, loadCaseAlerts } from '../../src/adapters/store/cases/case-store.ts';
import { loadLatestPlan } from '../../src/adapters/store/cases/plan-store.ts';
import type { UserState } from '../../src/investigation/evidence-ports.ts';
import { decide, summary } from '../../src/messages/investigate-messages.ts';
import { caseWorkflowId } from '../../src/messages/workflow-ids.ts';
import type { Action } from '../../src/model/action.ts';
import type { CaseId, Digest } from '../../src/model/ids.ts';
import type { JsonObject } from '../../src/model/json.ts';
import type { Plan } from '../../src/model/plan.ts';
import { awaitsDecision, type CaseWorld, openCaseWorld } from './case-world.ts';
import { alertOn, publishRecords } from './live-store.ts';
import { accountId, secondsAgo, userRecord } from './trail-records.ts';
import { userWithKey } from './user-states.ts';

/*
 * Two users raised alerts, and each has a case whose workflow runs. Late, a record arrives which proves that the first made the second.
 * Whatever either case was doing then: no alert is lost, no approval carried over, and one story goes on.
 */

let world: CaseWorld;
/** Held responses, by the user whose key they are about: each waits in its first step until it is let go. */
const held = new Map<string, Promise<void>>();

beforeAll(async () => {
  world = await openCaseWorld({
    watchMs: 600_000,
    ports: (given) => ({ ...given, identities: { userState: async (_account, userName) => userState(userName) } }),
    respond: async (actionId) => {
      const waiting = [...held].find(([userName]) => actionId.includes(keyOf(userName)));
      await waiting?.[1];
      return 'done' as const;
    },
  });
});
afterAll(() => world.close());

function keyOf(userName: string): string {
  return `AKIA${userName.toUpperCase().replaceAll(/[^A-Z0-9]/gu, '')}`;
}

function userState(userName: string): UserState {
  return userWithKey(`AIDA${userName.toUpperCase()}`, keyOf(userName));
}

function callOf(userName: string, given: JsonObject = {}): JsonObject {
  return userRecord({
    userIdentity: {
      type: 'IAMUser',
      principalId: `AIDA${userName.toUpperCase()}`,
      arn: `arn:aws:iam::${accountId}:user/${userName}`,
      accountId,
      accessKeyId: keyOf(userName),
      userName,
    },
    ...given,
  });
}

/** Two cases that wait for a decision, and the record that proves that they are one. */
interface Pair {
  readonly maker: string;
  readonly made: string;
  readonly older: CaseId;
  readonly younger: CaseId;
  readonly proof: JsonObject;
}

async function twoCases(name: string): Promise<Pair> {
  const [maker, made] = [`${name}-maker`, `${name}-made`];
  const [first, second] = [callOf(maker, { eventTime: secondsAgo(120) }), callOf(made, { eventTime: secondsAgo(60) })];
  await publishRecords(world.store, [first, second]);
  const older = await alertOn(world.store, first);
  const younger = await alertOn(world.store, second);
  expect(younger).not.toBe(older);
  for (const caseId of [older, younger]) {
    await world.ring(caseId);
    await world.until(caseId, awaitsDecision);
  }
  const proof = callOf(maker, {
    eventTime: secondsAgo(90),
    eventSource: 'iam.amazonaws.com',
    eventName: 'CreateUser',
    readOnly: false,
    requestParameters: { userName: made },
    responseElements: { user: { userName: made, userId: `AIDA${made.toUpperCase()}` } },
  });
  return { maker, made, older, younger, proof };
}

function handleOf(caseId: CaseId) {
  return world.client.workflow.getHandle(caseWorkflowId(caseId));
}

async function planOf(caseId: CaseId): Promise<Plan> {
  const latest = await loadLatestPlan(world.store.db, caseId);
  if (latest?.opened.kind !== 'intact') throw new Error(`${caseId} has no plan that can be read`);
  return latest.opened.plan;
}

/** Signs an approval of all deactivations of the case's plan. */
async function approvalOf(caseId: CaseId) {
  const { digest, actions } = await planOf(caseId);
  const chosen: readonly Action[] = actions.filter(({ type }) => type === 'deactivateAccessKey');
  return await world.decision({ caseId, planDigest: digest, actions: chosen });
}

async function approve(caseId: CaseId): Promise<void> {
  const signed = await approvalOf(caseId);
  expect(await handleOf(caseId).executeUpdate(decide, { args: [signed] })).toMatchObject({ kind: 'accepted' });
}

/** Has the response about a user's key wait; returns what lets it go on. */
function holdResponseAbout(userName: string): () => void {
  const { promise, resolve } = Promise.withResolvers<void>();
  held.set(userName, promise);
  return () => {
    held.delete(userName);
    resolve();
  };
}

/** The proof is published, and detection rings both cases: it does not know what comes of it. */
async function proofArrives({ proof, older, younger }: Pair): Promise<void> {
  await publishRecords(world.store, [proof]);
  await ringBoth({ older, younger });
}

async function ringBoth({ older, younger }: Pick<Pair, 'older' | 'younger'>): Promise<void> {
  // "Already closed" is benign.
  for (const caseId of [older, younger]) await world.ring(caseId).catch(() => null);
}

/** What responded has ended, and the younger has gone into the older; then detection rings again. */
async function mergedOnceLetGo(pair: Pair): Promise<void> {
  await expect
    .poll(async () => (await loadCase(world.store.db, pair.younger))?.status, { timeout: 30_000 })
    .toBe('merged');
  await ringBoth(pair);
}

function stepsAbout(userName: string) {
  return world.stepsTaken.filter((step) => step.includes(keyOf(userName)));
}

/** The younger has ended in favour of the older, which waits for a decision on all of it, and has been given none. */
async function expectOneStory(pair: Pair, planBefore: Digest): Promise<void> {
  const { maker, made, older, younger } = pair;
  expect(await handleOf(younger).result()).toEqual({ caseId: younger, verdict: null, mergedInto: older });
  expect(await loadCase(world.store.db, younger)).toMatchObject({ status: 'merged', mergedInto: older });
  const told = (await loadAuditRecords(world.store.db, younger)).filter(({ kind }) => kind === 'case-merged');
  expect(told).toHaveLength(1);

  // No alert is lost: all are the older's, and it has taken them.
  async function alerts() {
    return (await loadCaseAlerts(world.store.db, older)).filter(({ claimedAt }) => claimedAt !== null);
  }
  await expect.poll(async () => (await alerts()).length, { timeout: 30_000 }).toBe(2);
  expect(await loadCaseAlerts(world.store.db, younger)).toEqual([]);
  await expect.poll(() => claimedBy(older), { timeout: 30_000 }).toBe(2);

  // One story: a fresh plan, of a case in which both are.
  const fresh = await world.until(older, (now) => awaitsDecision(now) && now.planDigest !== planBefore);
  expect(fresh.alertCount).toBe(2);
  function isContained(userName: string) {
    return stepsAbout(userName).length > 0;
  }
  const named = [maker, made].filter((userName) => !isContained(userName));
  await expect
    .poll(async () => JSON.stringify((await planOf(older)).waysIn), { timeout: 30_000 })
    .toSatisfy((waysIn: string) => named.every((userName) => waysIn.includes(userName)));

  // No approval is carried over: whoever approves approves anew.
  expect(await handleOf(older).query(summary)).toMatchObject({ state: { approvalsMissing: 1 } });
}

/** How many alerts the case has said that it claimed, those that it had taken over anew. */
async function claimedBy(caseId: CaseId): Promise<number> {
  const records = (await loadAuditRecords(world.store.db, caseId)).filter(({ kind }) => kind === 'alerts-claimed');
  return records.reduce((sum, { data }) => sum + (data as { readonly claimed: number }).claimed, 0);
}

describe('the proof that two cases are one arrives late', () => {
  test('while both wait for a decision: an approval of the one that ends is refused, by it and by the other', async () => {
    const pair = await twoCases('waiting');
    const { older, younger } = pair;
    const before = await planOf(older);
    const approval = await approvalOf(younger);
    await proofArrives(pair);
    await expectOneStory(pair, before.digest);
    const carriedOver = await handleOf(older).executeUpdate(decide, { args: [approval] });
    expect(carriedOver).toMatchObject({ kind: 'refused' });
    await expect(handleOf(younger).executeUpdate(decide, { args: [approval] })).rejects.toThrow(/already completed/);
    const ofTheOldPlan = await world.decision({ caseId: older, planDigest: before.digest, actions: before.actions });
    expect(await handleOf(older).executeUpdate(decide, { args: [ofTheOldPlan] })).toMatchObject({ kind: 'refused' });
    expect([...stepsAbout(pair.maker), ...stepsAbout(pair.made)]).toEqual([]);
  });

  test('while the younger responds: what was begun is ended, then it goes into the older', async () => {
    const pair = await twoCases('younger-responds');
    const { digest } = await planOf(pair.older);
    const letGo = holdResponseAbout(pair.made);
    await approve(pair.younger);
    await world.until(pair.younger, ({ state }) => state.status === 'responding');
    await proofArrives(pair);
    expect(await loadCase(world.store.db, pair.younger)).toMatchObject({ status: 'responding', mergedInto: null });
    letGo();
    await mergedOnceLetGo(pair);
    await expectOneStory(pair, digest);
    expect(stepsAbout(pair.made)).toHaveLength(1);
    expect(stepsAbout(pair.maker)).toEqual([]);
  });

  test('while the older responds: it ends what it began, then takes the younger in', async () => {
    const pair = await twoCases('older-responds');
    const { digest } = await planOf(pair.older);
    const letGo = holdResponseAbout(pair.maker);
    await approve(pair.older);
    await world.until(pair.older, ({ state }) => state.status === 'responding');
    await proofArrives(pair);
    expect(await loadCase(world.store.db, pair.younger)).toMatchObject({ mergedInto: null });
    letGo();
    await mergedOnceLetGo(pair);
    await expectOneStory(pair, digest);
    expect(stepsAbout(pair.maker)).toHaveLength(1);
    expect(stepsAbout(pair.made)).toEqual([]);
  });

  test('while the younger is watched', async () => {
    const pair = await twoCases('younger-watched');
    const { digest } = await planOf(pair.older);
    await approve(pair.younger);
    await world.until(pair.younger, ({ state }) => state.status === 'watching');
    await proofArrives(pair);
    await expectOneStory(pair, digest);
    expect(stepsAbout(pair.maker)).toEqual([]);
  });

  test('while the older is watched: it watches no longer, for what the other has is open', async () => {
    const pair = await twoCases('older-watched');
    const { digest } = await planOf(pair.older);
    await approve(pair.older);
    await world.until(pair.older, ({ state }) => state.status === 'watching');
    await proofArrives(pair);
    await expectOneStory(pair, digest);
    expect(stepsAbout(pair.made)).toEqual([]);
  });

  test.each(['older', 'younger'] as const)(
    'after the %s was closed: that stays as it ended, and the next alert about either goes to the other',
    async (which) => {
      const pair = await twoCases(`${which}-closed`);
      const [closed, open] = which === 'older' ? [pair.older, pair.younger] : [pair.younger, pair.older];
      const { digest } = await planOf(closed);
      const rejection = await world.decision({ caseId: closed, planDigest: digest, verdict: 'reject', actions: [] });
      await handleOf(closed).executeUpdate(decide, { args: [rejection] });
      expect(await handleOf(closed).result()).toEqual({ caseId: closed, verdict: 'rejected' });

      await proofArrives(pair);
      expect(await loadCase(world.store.db, closed)).toMatchObject({ status: 'closed', verdict: 'rejected' });
      expect(await loadCaseAlerts(world.store.db, closed)).toHaveLength(1);
      const again = [pair.maker, pair.made].map((userName) => callOf(userName, { eventTime: secondsAgo(1) }));
      await publishRecords(world.store, again);
      for (const record of again) expect(await alertOn(world.store, record)).toBe(open);
      await world.ring(open);
      await world.until(open, ({ alertCount }) => alertCount === 3);
      expect(await loadCase(world.store.db, open)).toMatchObject({ mergedInto: null, closedAt: null });
    },
  );
});
