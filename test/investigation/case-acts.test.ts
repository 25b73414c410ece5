import { execFile } from 'node:child_process';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { loadCase, loadCaseAlerts } from '../../src/adapters/store/cases/case-store.ts';
import { caseTroubles } from '../../src/adapters/store/cases/case-recall.ts';
import { loadAuditRecords } from '../../src/adapters/store/audit/audit-store.ts';
import { entriesOfKind } from '../../src/audit/audit-record.ts';
import { acceptWayIn, closeByPerson, link } from '../../src/messages/case-act-messages.ts';
import { type CaseSummary, summary } from '../../src/messages/investigate-messages.ts';
import { caseWorkflowId, undoWorkflowId } from '../../src/messages/workflow-ids.ts';
import { answers } from '../../src/views/answers.ts';
import { currentInstant } from '../../src/model/instant.ts';
import type { CaseId } from '../../src/model/ids.ts';
import { awaitsDecision, type CaseWorld, type CaseWorldOptions, openCaseWorld } from './case-world.ts';
import { s3BrowserRecord, secondsAgo, userName } from './trail-records.ts';

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the real program, as a person would. */
function investigations(world: CaseWorld, ...args: readonly string[]): Promise<Ended> {
  const program = ['src/entry/cli/main.ts', '--config', world.configFile, 'investigations', ...args];
  return new Promise((resolve) => {
    execFile(process.execPath, program, (error, out, err) => {
      const code = typeof error?.code === 'number' ? error.code : Number(error !== null);
      resolve({ code, out, err });
    });
  });
}

// Each step is a process of its own, which takes seconds where others work on the machine.
vi.setConfig({ testTimeout: 240_000 });

function keyOf(world: CaseWorld): string {
  return world.configFile.replace('trailhound.toml', 'alice.key');
}

let opened: CaseWorld | undefined;
afterEach(async () => {
  await opened?.close();
  opened = undefined;
});

async function waitingCase(options: CaseWorldOptions = {}) {
  const world = await openCaseWorld(options);
  opened = world;
  const caseId = await world.openCase();
  await world.until(caseId, awaitsDecision);
  return { world, caseId };
}

interface ShownWayIn {
  readonly id: string;
  readonly state: string;
  readonly acceptedBy: string | null;
}

async function shown(world: CaseWorld, caseId: CaseId) {
  const { out } = await investigations(world, 'show', caseId, '--json');
  return JSON.parse(out) as {
    readonly status: string;
    readonly verdict: string | null;
    readonly assignedTo: string | null;
    readonly notes: readonly { readonly by: string; readonly text: string }[];
    readonly waysIn: readonly ShownWayIn[];
  };
}

async function kindsOf(world: CaseWorld, caseId: CaseId) {
  return (await loadAuditRecords(world.store.db, caseId)).map(({ kind }) => kind);
}

describe('an approver accepts a way in', () => {
  test('by a signature that is shown first, and with all accepted or closed the case is watched and closes as contained', async () => {
    const { world, caseId } = await waitingCase({ watchMs: 2_000 });
    const open = (await shown(world, caseId)).waysIn.filter(({ state }) => state !== 'closed');
    expect(open.length).toBeGreaterThan(0);
    for (const { id } of open) {
      const args = ['accept', caseId, id, '--reason', 'the owner answers for it', '--key', keyOf(world)];
      const { code, out, err } = await investigations(world, ...args);
      expect(err).toBe('');
      expect(code).toBe(0);
      expect(out).toContain(`alice signs: way in ${id} of case ${caseId} may stay as it is`);
      expect(out).toContain('"reason": "the owner answers for it"');
      expect(out).toMatch(/as \d+ records? shows? it/);
      expect(out).toContain('"seen": [');
    }
    await world.until(caseId, ({ state }) => state.status === 'watching' || state.status === 'closed');
    const { waysIn } = await shown(world, caseId);
    expect(waysIn.filter(({ state }) => state === 'accepted').map(({ acceptedBy }) => acceptedBy)).toContain('alice');
    await world.until(caseId, ({ state }) => state.status === 'closed');
    expect((await loadCase(world.store.db, caseId))?.verdict).toBe('contained');
    expect(await kindsOf(world, caseId)).toContain('way-in-accepted');
  }, 60_000);

  test('and is told why not, with what to do, where there is no such way in, or nobody configured signs', async () => {
    const { world, caseId } = await waitingCase();
    const unknown = await investigations(
      world,
      'accept',
      caseId,
      'ffffffff',
      '--reason',
      'known to us',
      '--key',
      keyOf(world),
    );
    expect(unknown.code).toBe(3);
    expect(unknown.err).toContain('(no-such-way-in)');
    expect(unknown.err).toContain('--identity');
    const handle = world.client.workflow.getHandle(caseWorkflowId(caseId));
    expect(await handle.executeUpdate(acceptWayIn, { args: [{ jws: 'a.b.c' }] })).toMatchObject({ code: 'malformed' });
    await expect(handle.executeUpdate(acceptWayIn, { args: [{ jws: 'no jws' }] })).rejects.toThrow();
    expect(await kindsOf(world, caseId)).toContain('acceptance-refused');
  }, 60_000);
});

describe('a person closes a case', () => {
  test('as an intrusion that is over only with no way in left; as something else with a reason, and its plan is void', async () => {
    const { world, caseId } = await waitingCase();
    const refused = await investigations(world, 'close', caseId, '--verdict', 'true-positive', '--reason', 'all done');
    expect(refused.code).toBe(3);
    expect(refused.err).toMatch(/the case was not closed \(ways-in-open\)/);
    expect(refused.err).toMatch(/ways? in (is|are) open or unknown/);
    expect((await shown(world, caseId)).status).toBe('awaiting-decision');
    const reason = 'red team exercise, ticket SEC-311';
    const done = await investigations(world, 'close', caseId, '--verdict', 'authorised-test', '--reason', reason);
    expect([done.code, done.err]).toEqual([0, '']);
    expect(done.out).toContain('is closed: authorised test');
    expect(await shown(world, caseId)).toMatchObject({ status: 'closed', verdict: 'authorised-test' });
    const records = await loadAuditRecords(world.store.db, caseId, 'case-closed');
    expect(records).toMatchObject([{ data: { verdict: 'authorised-test', reason } }]);
    const plans = await world.store.db.selectFrom('plans').select('standing').where('case_id', '=', caseId).execute();
    expect(plans.every(({ standing }) => standing !== 'presented')).toBe(true);
    const again = await investigations(world, 'close', caseId, '--verdict', 'inconclusive', '--reason', 'once again');
    expect(again.code).toBe(3);
    expect(again.err).toContain('case-ended');
  }, 60_000);

  test('and not with a verdict that is none', async () => {
    const { world, caseId } = await waitingCase();
    const { code, err } = await investigations(world, 'close', caseId, '--verdict', 'contained', '--reason', 'x y');
    expect(code).toBeGreaterThan(0);
    expect(err).toContain('true-positive');
    const handle = world.client.workflow.getHandle(caseWorkflowId(caseId));
    const asked = { verdict: 'contained' as never, reason: 'forged', requestedBy: 'mallory' };
    await expect(handle.executeUpdate(closeByPerson, { args: [asked] })).rejects.toThrow();
  }, 60_000);
});

test('notes and who works on it are shown with the case, in lists and in its story; a closed case takes notes as well', async () => {
  const { world, caseId } = await waitingCase();
  expect((await investigations(world, 'note', caseId, 'called the owner: not hers')).code).toBe(0);
  expect((await investigations(world, 'assign', caseId, 'bob')).code).toBe(0);
  const now = await shown(world, caseId);
  expect(now.assignedTo).toBe('bob');
  expect(now.notes).toMatchObject([{ text: 'called the owner: not hers' }]);
  const screen = (await investigations(world, 'show', caseId, '--plan')).out;
  expect(screen).toContain("bob's");
  expect(screen).toContain('called the owner: not hers');
  expect((await investigations(world, 'unassign', caseId)).code).toBe(0);
  expect((await shown(world, caseId)).assignedTo).toBeNull();
  await investigations(world, 'close', caseId, '--verdict', 'false-positive', '--reason', 'a habit');
  const later = await investigations(world, 'note', caseId, 'confirmed by the owner in writing');
  expect([later.code, later.err]).toEqual([0, '']);
  expect((await shown(world, caseId)).notes).toHaveLength(2);
}, 60_000);

test('a case that has closed is opened again by a request for a fresh plan, as one asks after an undoing', async () => {
  const { world, caseId } = await waitingCase();
  const { out } = await investigations(world, 'show', caseId, '--json');
  const before = (JSON.parse(out) as { readonly plan: { readonly digest: string } }).plan.digest;
  await investigations(world, 'close', caseId, '--verdict', 'false-positive', '--reason', 'a habit of the owner');
  await world.until(caseId, ({ state }) => state.status === 'closed');
  const stopped = await investigations(world, 'stop', caseId, '--reason', 'too much');
  expect([stopped.code, stopped.err]).toEqual([3, expect.stringContaining('nothing was stopped (not-responding)')]);
  const undone = await investigations(world, 'undo', caseId, '--reason', 'too much');
  expect([undone.code, undone.err]).toEqual([3, expect.stringContaining('no undoing was begun (nothing-to-undo)')]);
  const replanned = await investigations(world, 'replan', caseId, '--reason', 'the undo was a mistake');
  expect([replanned.err, replanned.code]).toEqual(['', 0]);
  expect(replanned.out).toMatch(/^since plan [0-9a-f]{20}: /m);
  expect(replanned.out).toContain('has a fresh plan');
  const { planDigest } = await world.until(caseId, awaitsDecision);
  expect(planDigest).not.toBe(before);
  expect((await loadCase(world.store.db, caseId))?.verdict).toBeNull();
  expect(await kindsOf(world, caseId)).toEqual(
    expect.arrayContaining(['case-closed', 'case-reopened', 'case-taken-up']),
  );
  // Nothing of it was lost: it is no trouble to anybody.
  const takenUp = entriesOfKind(await loadAuditRecords(world.store.db, caseId), 'case-taken-up');
  expect(takenUp.map(({ data }) => data.how)).toEqual(['reopened']);
  expect(await caseTroubles(world.store.db, currentInstant())).toEqual([]);
  const reopened = entriesOfKind(await loadAuditRecords(world.store.db, caseId), 'case-reopened');
  expect(reopened.map(({ data }) => data.reason)).toEqual(['the undo was a mistake']);
  const again = await investigations(world, 'replan', caseId, '--reason', 'the night shift asked');
  expect([again.err, again.code]).toEqual(['', 0]);
  const asked = entriesOfKind(await loadAuditRecords(world.store.db, caseId), 'replan-asked');
  expect(asked.map(({ data }) => data)).toEqual([{ reason: 'the night shift asked' }]);
}, 60_000);

test('a fresh plan makes the plan to undo that waited void: no approval of it is taken, and everybody is told', async () => {
  const done = { outcome: 'done', rows: [] } as const;
  const { world, caseId } = await waitingCase({
    watchMs: 600_000,
    ports: (given) => ({
      ...given,
      actionsTaken: async ({ actions, purpose }) =>
        typeof purpose === 'object' ? [] : actions.map(({ id: actionId }) => ({ actionId, ...done })),
    }),
  });
  const { planDigest } = await world.client.workflow.getHandle(caseWorkflowId(caseId)).query(summary);
  const signed = ['--reason', 'not hers', '--key', keyOf(world)];
  const contained = await investigations(world, 'approve', caseId, '--plan', planDigest ?? '', ...signed);
  expect([contained.err, contained.code]).toEqual(['', 0]);
  await world.until(caseId, ({ state }) => state.status === 'watching');
  const asked = await investigations(world, 'undo', caseId, '--reason', 'it pays the wages', '--json');
  const { undoing, besides } = answers['investigations undo'].parse(JSON.parse(asked.out));
  if (undoing.kind !== 'awaiting-decision') throw new Error(asked.out);
  expect(besides).toBeNull();

  // The intruder has another key, and the case has a plan against it.
  const minted = s3BrowserRecord({
    eventTime: secondsAgo(-1),
    eventSource: 'iam.amazonaws.com',
    eventName: 'CreateAccessKey',
    requestParameters: { userName },
    responseElements: { accessKey: { userName, accessKeyId: 'AKIAEXAMPLEMINTED001', status: 'Active' } },
  });
  const [event] = await world.addRecords([minted]);
  if (event !== undefined) await world.raiseAlert(event);
  await world.ring(caseId);
  await world.until(caseId, awaitsDecision);
  const late = await investigations(world, 'approve', caseId, '--plan', undoing.plan, ...signed, '--json');
  expect([late.code, late.err]).toEqual([3, expect.stringContaining('wrong-plan')]);
  // Nor by whoever goes past the program: what waited has ended.
  const handle = world.client.workflow.getHandle(undoWorkflowId(caseId));
  expect(await handle.result()).toMatchObject({ kind: 'superseded', plan: undoing.plan });
  const records = await loadAuditRecords(world.store.db, caseId);
  const ended = entriesOfKind(records, 'plan-void').find(({ subject }) => subject === undoing.plan);
  expect(ended?.data).toMatchObject({ why: 'fresh-plan', undoes: true });
  const again = await investigations(world, 'undo', caseId, '--reason', 'it pays the wages');
  expect([again.err, again.code]).toEqual(['', 0]);
  expect(again.out).toMatch(/another plan of the case waits for a decision too: [0-9a-f]{20}, the case's own/);
});

test('whoever decides is told what was seen since the plan, next to the question', async () => {
  const { world, caseId } = await waitingCase();
  const { planDigest } = await world.client.workflow.getHandle(caseWorkflowId(caseId)).query(summary);
  const decide = ['--plan', planDigest ?? '', '--reason', 'not hers', '--key', keyOf(world)];
  const refused = await investigations(world, 'reject', caseId, '--plan', 'f'.repeat(20), '--reason', 'not hers');
  expect([refused.code, refused.out]).toEqual([1, '']);
  const read = { eventSource: 'secretsmanager.amazonaws.com', eventName: 'GetSecretValue', eventTime: secondsAgo(1) };
  await world.addRecords([s3BrowserRecord({ ...read, requestParameters: { secretId: 'prod/db' } })]);
  await world.store.db
    .updateTable('events')
    .set({ published_seq: 1_000n })
    .where('action', '=', 'GetSecretValue')
    .execute();
  await world.store.db.updateTable('plans').set({ seen_seq: 999n }).execute();
  const { out, code } = await investigations(world, 'approve', caseId, ...decide);
  expect(code).toBe(0);
  expect(out).toMatch(/^since plan [0-9a-f]{20}: 1 call, 1 secret read/m);
  expect(out.indexOf('since plan')).toBeGreaterThan(out.indexOf('alice signs'));
}, 60_000);

test('a case that is asked to close while it responds stays with its response', async () => {
  const { world, caseId } = await waitingCase();
  const handle = world.client.workflow.getHandle(caseWorkflowId(caseId));
  await world.store.db.updateTable('cases').set({ status: 'responding' }).where('id', '=', caseId).execute();
  const asked = { other: caseId, reason: 'the same', requestedBy: 'alice' };
  expect(await handle.executeUpdate(link, { args: [asked] })).toMatchObject({ kind: 'refused', code: 'same-case' });
  expect((await handle.query(summary)).state.status).toBe('awaiting-decision');
});

function waitsForPeople({ state }: CaseSummary) {
  return state.status === 'awaiting-decision' || state.status === 'needs-a-person';
}

/** Two cases: mallory's, and that of another user. */
async function twoCases() {
  const { world, caseId } = await waitingCase();
  const userName = 'trent';
  const base = s3BrowserRecord()['userIdentity'] as Record<string, string>;
  const identity = {
    ...base,
    userName,
    principalId: 'AIDAEXAMPLETRENT',
    accessKeyId: 'AKIAEXAMPLETRENT',
    arn: `arn:aws:iam::111122223333:user/${userName}`,
  };
  const [event] = await world.addRecords([s3BrowserRecord({ userIdentity: identity, eventTime: secondsAgo(30) })]);
  if (event === undefined) throw new Error('the record was not stored');
  const other = await world.raiseAlert(event);
  await world.ring(other);
  await world.until(other, waitsForPeople);
  return { world, caseId, other };
}

describe('a person says what is one case', () => {
  test('two that are linked go on as the older, with the alerts of both; a split parts them again, and no walk joins them', async () => {
    const { world, caseId, other } = await twoCases();
    expect(other).not.toBe(caseId);
    const linked = await investigations(world, 'link', other, caseId, '--reason', 'one client on both keys', '--json');
    expect([linked.err, linked.code]).toEqual(['', 0]);
    expect(answers['investigations link'].parse(JSON.parse(linked.out))).toEqual({ caseId });
    await world.until(other, ({ state }) => state.status === 'merged');
    expect(await loadCaseAlerts(world.store.db, caseId)).toHaveLength(2);
    await world.until(caseId, (now) => now.alertCount === 2 && waitsForPeople(now));
    expect(await kindsOf(world, other)).toEqual(expect.arrayContaining(['cases-linked', 'case-merged']));

    const parted = await investigations(world, 'split', caseId, '--actor', 'trent', '--reason', 'not his', '--json');
    expect([parted.err, parted.code]).toEqual(['', 0]);
    const { newCaseId } = answers['investigations split'].parse(JSON.parse(parted.out));
    expect(await loadCaseAlerts(world.store.db, caseId)).toHaveLength(1);
    expect(await loadCaseAlerts(world.store.db, newCaseId)).toHaveLength(1);
    await world.until(newCaseId, waitsForPeople);
    const nothing = await investigations(world, 'split', caseId, '--actor', 'mallory', '--reason', 'all of it');
    expect(nothing.err).toContain('nothing-left');
    const nobody = await investigations(world, 'split', caseId, '--actor', 'eve', '--reason', 'the same client');
    expect(nobody.err).toContain('no-such-actor');
  }, 90_000);
});
