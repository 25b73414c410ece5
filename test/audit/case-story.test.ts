import type { Client, Connection } from '@temporalio/client';
import { afterEach, expect, test } from 'vitest';
import { appendAuditRecords, loadAuditRecords } from '../../src/adapters/store/audit/audit-store.ts';
import { loadPlans } from '../../src/adapters/store/cases/plan-store.ts';
import { listCases } from '../../src/adapters/store/cases/case-store.ts';
import { createClient } from '../../src/adapters/temporal/connection.ts';
import { readCaseHistory } from '../../src/adapters/temporal/case-history.ts';
import { casesWithHistory, VisibilityQueryError } from '../../src/adapters/temporal/case-visibility.ts';
import { caseRecord, typedEntry } from '../../src/audit/audit-record.ts';
import { caseStory } from '../../src/audit/case-story.ts';
import { compareRecords } from '../../src/audit/compare-records.ts';
import { historyRecords } from '../../src/audit/history-records.ts';
import { decide } from '../../src/messages/investigate-messages.ts';
import { caseWorkflowId } from '../../src/messages/workflow-ids.ts';
import type { AccountId, CaseId, Instant } from '../../src/model/ids.ts';
import type { CaseFilter } from '../../src/investigation/case/case-ports.ts';
import { auditList, type AuditListPorts, auditListSchema, type AuditListFilter } from '../../src/views/audit-list.ts';
import { story, type StoryPorts, type ToldStory } from '../../src/views/story.ts';
import { testTemporal } from '../harness/test-servers.ts';
import { awaitsDecision, type CaseWorld, openCaseWorld } from '../investigation/case-world.ts';
import { accountId, ruleId } from '../investigation/trail-records.ts';

let world: CaseWorld | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

test('the story of a case, told from its encrypted histories, says what was seen, who decided what, and what was verified', async () => {
  world = await openCaseWorld({ watchMs: 2_000 });
  const caseId = await world.openCase();
  const { planDigest } = await world.until(caseId, awaitsDecision);
  if (planDigest === null) throw new Error('there is a plan');
  const handle = world.client.workflow.getHandle(caseWorkflowId(caseId));
  const foreign = await world.decision({ caseId, planDigest, audience: 'elsewhere', approver: 'alice' });
  await handle.executeUpdate(decide, { args: [foreign] });
  await handle.executeUpdate(decide, {
    args: [await world.decision({ caseId, planDigest, reason: 'not\u001B[31m ours' })],
  });
  await handle.result();

  const here = world;
  const told = await storyIn(here, here.client, caseId);
  expect(told).toMatchObject({ from: 'history', lostRuns: 0, differences: [] });
  const lines = told.entries.map(({ who, kind, what }) => `${kind} ${who}: ${what}`);
  expect(lines).toEqual([
    'state trailhound: The case was opened.',
    'seen trailhound: 1 new alert, 1 in all; severity low.',
    expect.stringMatching(/^proposed trailhound: A plan was presented: deactivate-AKIA\w+, deny-[\w@]+\. It waits/),
    expect.stringMatching(/^seen trailhound: \d+ pieces of evidence were gathered with .*Assessed: \d suspicious/),
    'decided alice: A decision in the name of alice was refused: wrong-audience.',
    'decided alice: Approved deactivate-AKIAEXAMPLEMALLORY: not [31m ours',
    'state trailhound: The response began: deactivate-AKIAEXAMPLEMALLORY.',
    'verified trailhound: deactivate-key: Done.',
    'done trailhound: The action ended: done. Done.',
    'state trailhound: The response ended: done as approved.',
    expect.stringMatching(/^watched trailhound: What was done is watched until/),
    'watched trailhound: The watch ended: the trail shows no call that went through.',
    expect.stringMatching(/^seen trailhound: \d+ pieces of evidence were gathered/),
    'state trailhound: The case was closed: contained.',
  ]);
  expect(told.entries.find(({ kind }) => kind === 'proposed')?.subject).toBe(planDigest);
  for (const record of await loadAuditRecords(here.store.db, caseId))
    expect(typedEntry(record)?.kind).toBe(record.kind);

  // A Temporal that knows nothing of it: the table tells the same story, to the letter.
  const fresh = createClient(
    here.client.connection as Connection,
    await (await testTemporal()).createNamespace(),
    here.dataConverter,
  );
  const bindings = {
    plansOf: (id: CaseId) => loadPlans(here.store.db, id),
    callsOf: async (): Promise<readonly { readonly at: Instant }[]> => [{ at: '2020-01-01T00:00:00Z' as Instant }],
  };
  const bound = await storyIn(here, here.client, caseId, bindings);
  const decisions = bound.entries.filter(({ what }) => /^Approved|wrong-audience/u.test(what));
  expect(decisions).toHaveLength(2);
  for (const { decidedOn: on } of decisions) {
    expect(on).toMatchObject({ planDigest, version: 1, callsSincePlan: 0 });
    expect(Date.parse(on?.expiresAt ?? '')).toBeGreaterThan(Date.parse(on?.presentedAt ?? ''));
  }
  expect(bound.entries.filter(({ decidedOn: on }) => on !== undefined)).toEqual(decisions);

  const recorded = await storyIn(here, fresh, caseId);
  expect(recorded.from).toBe('records');
  expect(recorded.entries).toEqual(told.entries);

  await forgeClosing(here, caseId);
  const forged = await storyIn(here, here.client, caseId);
  expect(forged.differences).toMatchObject([{ kind: 'case-closed', what: 'not-in-history' }]);

  await expect
    .poll(async () => [
      ...(await casesWithHistory(world?.client as CaseWorld['client'], { accountId, ruleId, status: 'closed' })),
    ])
    .toEqual([caseId]);
  expect([...(await casesWithHistory(world.client, { accountId: '999999999999' }))]).toEqual([]);
  // What is typed is compared, and never read as a part of the filter.
  const typed = "x' OR WorkflowType = 'investigate";
  for (const filter of [
    { key: typed },
    { approver: typed },
    { status: typed },
    { verdict: typed },
    { severity: typed },
  ])
    expect([filter, ...(await casesWithHistory(world.client, filter))]).toEqual([filter]);

  async function found(filter: AuditListFilter, client: Client = here.client) {
    function cases(wanted: CaseFilter) {
      return listCases(here.store.db, wanted);
    }
    const withHistory: AuditListPorts['withHistory'] = (wanted, limit) => casesWithHistory(client, wanted, limit);
    const answer = { ...(await auditList({ cases, withHistory }, filter)), comparedWithTemporal: null };
    const { audits } = auditListSchema.parse(answer);
    return audits.map(({ id, history }) => [id, history]);
  }
  const kept = [[caseId, 'kept']];
  expect(await found({ approver: 'alice', action: 'deactivateAccessKey', verdict: 'contained' })).toEqual(kept);
  expect(await found({ key: 'AKIAEXAMPLEMALLORY', severity: 'low', actor: 'MALLORY' })).toEqual(kept);
  expect(await found({ key: 'AKIAEXAMPLEMALLORY', verdict: 'rejected' })).toEqual([]);
  expect(await found({ approver: 'bob' })).toEqual([]);
  expect(await found({ query: "TrailhoundVerdict = 'contained' AND TrailhoundTags = 'approver:alice'" })).toEqual(kept);
  expect(await found({ actor: 'mallory' })).toEqual(kept);
  expect(await found({ actor: 'mallory' }, fresh)).toEqual([[caseId, 'gone']]);
  // Whoever owns the store makes the row say otherwise: what the workflow says is found, and shown, all the same.
  await here.store.db
    .updateTable('cases')
    .set({ status: 'watching', verdict: 'rejected', account_id: '999999999999' as AccountId })
    .execute();
  for (const filter of [{ status: 'closed' }, { verdict: 'contained' }, { accountId }, { rule: ruleId }] as const)
    expect([filter, await found(filter)]).toEqual([filter, kept]);
  expect(await found({ status: 'closed' }, fresh)).toEqual([]);
  await expect(found({ query: 'Colour = 7' })).rejects.toThrow(VisibilityQueryError);
});

test('a case that Temporal does not know has no history', async () => {
  world = await openCaseWorld();
  expect(await readCaseHistory(world.client, 'TH-NONE' as CaseId)).toBeNull();
});

test('a history that somebody else wrote tells nothing that has not our form, and breaks nothing', () => {
  const base = { at: '2026-11-24T12:00:00.000Z' as Instant, workflowId: 'case/TH-1' };
  function noted(notes: unknown) {
    return {
      ...base,
      kind: 'activity-completed',
      name: 'recordState',
      input: [{ caseId: 'TH-1', notes }],
      result: null,
    } as const;
  }
  const { written } = historyRecords([
    { ...base, kind: 'activity-completed', name: 'claimAlerts', input: [], result: null },
    noted('all'),
    noted([null, 7, { kind: 'case-closed' }, { kind: 'case-closed', subject: 'x', at: 'yesterday', data: {} }]),
    noted([{ kind: 'toString', subject: 's\u001B[2J', at: base.at, data: { a: 1 } }]),
    noted([{ kind: 'case-closed', subject: 'TH-1', at: base.at, data: { verdict: 7 }, actor: 'mallory' }]),
  ]);
  const told = caseStory(written).map(({ who, what }) => `${who}: ${what}`);
  expect(told.toSorted()).toEqual(['mallory: case-closed: {"verdict":7}', 'trailhound: toString: {"a":1}']);
});

test('what is in the history and not in the table is a difference, and so is a row that is not what its ID was made of', () => {
  const { id, entry } = caseRecord('TH-1' as CaseId, {
    kind: 'case-closed',
    subject: 'TH-1',
    at: '2026-11-24T12:00:00.000Z' as Instant,
    data: { verdict: 'contained' },
  });
  const record = { ...entry, id };
  const history = { asked: [], written: [record], begun: new Set([id]), whole: true };
  expect(compareRecords(history, [])).toMatchObject([{ id, what: 'not-in-table' }]);
  expect(compareRecords(history, [{ ...record, intact: false }])).toMatchObject([{ id, what: 'altered' }]);
  const begun = { asked: [], written: [], begun: new Set([id]), whole: true };
  expect(compareRecords(begun, [{ ...record, intact: true }])).toEqual([]);
  const lost = { asked: [], written: [], begun: new Set<string>(), whole: false };
  expect(compareRecords(lost, [{ ...record, intact: true }])).toEqual([]);
});

test('a refusal that no workflow of the case asked for at that instant is a difference, and so is any record of no case', () => {
  const at = '2026-11-24T12:00:00.123Z' as Instant;
  const workflowId = 'respond/TH-1/1';
  function refusal(change: { readonly at?: Instant; readonly subject?: string; readonly workflowId?: string } = {}) {
    const { id, entry } = caseRecord('TH-1' as CaseId, {
      kind: 'write-refused',
      subject: change.subject ?? 'deactivate-A',
      at: change.at ?? at,
      data: { code: 'expired', planDigest: null, workflowId: change.workflowId ?? workflowId, runId: 'r' },
    });
    return { ...entry, id, intact: true };
  }
  const input = [{ caseId: 'TH-1', actionId: 'deactivate-A' }];
  const history = {
    ...historyRecords([{ kind: 'activity-scheduled', name: 'takeStep', at, workflowId, input }]),
    whole: true,
  };
  expect(compareRecords(history, [refusal()])).toEqual([]);
  for (const change of [
    { at: '2026-11-24T12:00:00.124Z' as Instant },
    { subject: 'rotate-A' },
    { workflowId: 'respond/TH-1/2' },
  ])
    expect([change, compareRecords(history, [refusal(change)])]).toMatchObject([change, [{ what: 'not-in-history' }]]);
  const { id, entry } = caseRecord('TH-1' as CaseId, {
    kind: 'memory-accepted',
    subject: 'register',
    at,
    data: { reason: 'forged', unknownToStore: [], unknownToRegister: [] },
  });
  expect(compareRecords(history, [{ ...entry, id, intact: true }])).toMatchObject([{ what: 'not-in-history' }]);
});

test('what only commands write, a note on a closed case, its reopening and a stop that came too late, is no difference: whoever owns the store can write these three unnoticed', () => {
  const at = '2026-11-24T12:00:00.000Z' as Instant;
  function row(note: Parameters<typeof caseRecord>[1]) {
    const { id, entry } = caseRecord('TH-1' as CaseId, note);
    return { ...entry, id, intact: true };
  }
  const of = { subject: 'TH-1', at, actor: 'alice' } as const;
  const forged = [
    row({ ...of, kind: 'note-added-later', data: { text: 'confirmed in writing' } }),
    row({ ...of, kind: 'case-reopened', data: { verdict: 'contained' } }),
    row({ ...of, kind: 'stop-too-late', data: { ended: 'contained', reason: null } }),
    row({ ...of, kind: 'note-added', data: { text: 'confirmed in writing' } }),
  ];
  const history = { ...historyRecords([]), whole: true };
  expect(compareRecords(history, forged)).toMatchObject([{ kind: 'note-added', what: 'not-in-history' }]);
});

function storyIn(
  world: CaseWorld,
  client: Client,
  caseId: CaseId,
  bindings?: StoryPorts['bindings'],
): Promise<ToldStory> {
  function historyOf(id: CaseId) {
    return readCaseHistory(client, id);
  }
  function recordsOf(id: CaseId) {
    return loadAuditRecords(world.store.db, id);
  }
  return story({ historyOf, recordsOf, ...(bindings === undefined ? {} : { bindings }) }, caseId);
}

/** Whoever owns the store can write a row that digests to its ID. */
async function forgeClosing(world: CaseWorld, caseId: CaseId): Promise<void> {
  const at = '2026-11-24T12:00:00.000Z' as Instant;
  const note = { kind: 'case-closed', subject: caseId, at, data: { verdict: 'rejected' } } as const;
  await appendAuditRecords(world.store.db, [caseRecord(caseId, note)]);
}
