import { afterEach, expect, test } from 'vitest';
import { readCaseHistory } from '../../src/adapters/temporal/case-history.ts';
import { casesWithHistory } from '../../src/adapters/temporal/case-visibility.ts';
import { caseStory } from '../../src/audit/case-story.ts';
import { decide } from '../../src/messages/investigate-messages.ts';
import { caseWorkflowId } from '../../src/messages/workflow-ids.ts';
import type { CaseId, Instant } from '../../src/model/ids.ts';
import { type CaseWorld, openCaseWorld } from '../investigation/case-world.ts';
import { accountId, ruleId } from '../investigation/trail-records.ts';

let world: CaseWorld | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

test('the story of a case, told from its encrypted histories, says what was seen, who decided what, and what was verified', async () => {
  world = await openCaseWorld({ watchMs: 2_000 });
  const caseId = await world.openCase();
  const { planDigest } = await world.until(caseId, ({ state }) => state.status === 'awaiting-decision');
  if (planDigest === null) throw new Error('there is a plan');
  const handle = world.client.workflow.getHandle(caseWorkflowId(caseId));
  const foreign = await world.decision({ caseId, planDigest, audience: 'elsewhere', approver: 'alice' });
  await handle.executeUpdate(decide, { args: [foreign] });
  await handle.executeUpdate(decide, {
    args: [await world.decision({ caseId, planDigest, reason: 'not\u001B[31m ours' })],
  });
  await handle.result();

  const history = await readCaseHistory(world.client, caseId);
  expect(history?.lostRuns).toBe(0);
  const story = caseStory(history?.events ?? []);
  const lines = story.map(({ who, kind, what }) => `${kind} ${who}: ${what}`);
  expect(lines).toEqual([
    'state trailhound: The case was opened.',
    'seen trailhound: 1 new alert, 1 in all; severity low.',
    expect.stringMatching(/^seen trailhound: \d pieces of evidence were gathered/),
    expect.stringMatching(/^seen trailhound: Assessed: \d suspicious/),
    expect.stringMatching(
      /^proposed trailhound: A plan was presented: deactivate-AKIA\w+, deny-\w+, rotate-AKIA\w+\. It waits/,
    ),
    'decided unproved: A decision in the name of alice was refused: wrong-audience.',
    'decided alice: Approved deactivate-AKIAEXAMPLEMALLORY: not [31m ours',
    'state trailhound: The response began: deactivate-AKIAEXAMPLEMALLORY.',
    'verified trailhound: deactivate-key: Done.',
    'done trailhound: The action ended: done. Done.',
    'state trailhound: The response ended: contained.',
    expect.stringMatching(/^watched trailhound: What was contained is watched until/),
    'watched trailhound: The watch ended: the trail shows no call that went through.',
    'state trailhound: The case was closed: contained.',
  ]);
  expect(story.find(({ kind }) => kind === 'proposed')?.subject).toBe(planDigest);

  await expect
    .poll(async () => [
      ...(await casesWithHistory(world?.client as CaseWorld['client'], { accountId, ruleId, status: 'closed' })),
    ])
    .toEqual([caseId]);
  expect([...(await casesWithHistory(world.client, { accountId: '999999999999' }))]).toEqual([]);
});

test('a case that Temporal does not know has no history', async () => {
  world = await openCaseWorld();
  expect(await readCaseHistory(world.client, 'TH-NONE' as CaseId)).toBeNull();
});

test('a history that somebody else wrote tells nothing that we did not write, and breaks nothing', () => {
  const base = { at: '2026-11-24T12:00:00.000Z' as Instant, workflowId: 'case/TH-1' };
  const story = caseStory([
    { ...base, kind: 'activity-completed', name: 'claimAlerts', input: [], result: null },
    {
      ...base,
      kind: 'activity-completed',
      name: 'recordState',
      input: [{ notes: [null, 7, { kind: 'root-shell' }] }],
      result: null,
    },
    { ...base, kind: 'activity-completed', name: 'toString', input: [], result: {} },
    { ...base, kind: 'update-answered', name: 'decide', input: [{ jws: 'no.jws' }], takenAt: base.at, outcome: 'yes' },
    { ...base, kind: 'workflow-ended', how: 'terminated' },
  ]);
  expect(story.map(({ who, what }) => `${who}: ${what}`)).toEqual([
    'unproved: A decision in the name of nobody that it names was refused: failed.',
    'trailhound: case/TH-1 was terminated.',
  ]);
});
