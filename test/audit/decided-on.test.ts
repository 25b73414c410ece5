import { expect, test } from 'vitest';
import { caseRecord, type SealedRecord } from '../../src/audit/audit-record.ts';
import { tellRecord } from '../../src/audit/case-story.ts';
import { stopResponse, type StopPorts } from '../../src/commands/stop-response.ts';
import { renderStory } from '../../src/entry/audit/print.ts';
import { styleFor } from '../../src/entry/terminal/terminal-style.ts';
import type { PresentedPlan } from '../../src/investigation/case/case-ports.ts';
import type { CaseId, Digest, Instant } from '../../src/model/ids.ts';
import type { StoryHead } from '../../src/views/story.ts';
import { decidedOn } from '../../src/views/decided-on.ts';

const caseId = 'TH-7Q2M9K' as CaseId;
const digest: Digest = `sha256:${'a'.repeat(64)}`;
const plain = styleFor({ isTTY: false });
const plan: PresentedPlan = {
  digest,
  version: 2,
  undoes: null,
  opened: { kind: 'altered' },
  standing: 'decided',
  presentedAt: '2026-11-24T12:00:00Z' as Instant,
  expiresAt: '2026-11-24T13:00:00Z' as Instant,
};
const decision = caseRecord(caseId, {
  kind: 'decision-accepted',
  subject: digest,
  at: '2026-11-24T12:30:00Z' as Instant,
  actor: 'alice',
  data: {
    decisionId: 'd',
    planDigest: digest,
    verdict: 'reject',
    actionIds: [],
    reason: 'not ours',
    claimedApprover: 'alice',
    approvalsMissing: 0,
  },
});
const head = {
  id: caseId,
  status: 'closed',
  verdict: null,
  actor: 'mallory',
  account: '111122223333',
  mergedInto: null,
  mergedFrom: [],
  row: 'kept',
} as unknown as StoryHead;

test('a decision in the audit says on which plan it was, until when that waited, and what was done between the two', () => {
  // Alike calls, which a timeline tells in one line that begins before the plan: each counts by its own time.
  const calls = ['11:58:00', '11:59:59', '12:02:00', '12:05:00', '12:08:00', '12:31:00'].map((time) => ({
    at: `2026-11-24T${time}Z` as Instant,
  }));
  const row = { ...decision.entry, id: decision.id };
  const bound = decidedOn([row], [plan], calls).get(decision.id);
  expect(bound).toEqual({
    planDigest: digest,
    version: 2,
    presentedAt: plan.presentedAt,
    expiresAt: plan.expiresAt,
    evidence: null,
    callsSincePlan: 3,
  });
  const story = {
    from: 'history',
    lostRuns: 0,
    differences: [],
    entries: [{ ...tellRecord(row), ...(bound === undefined ? {} : { decidedOn: bound }) }],
  } as const;
  const text = renderStory({ head, told: story, rules: [], vouchedFor: true }, plain);
  expect(text).toContain(
    'on plan aaaaaaaaaaaaaaaaaaaa (version 2), presented 2026-11-24 12:00:00, waiting until 2026-11-24 13:00:00: the stored plan is not what its digest says; 3 calls of the case were made between plan and decision, as is known now',
  );
  expect(decidedOn([row], [{ ...plan, digest: `sha256:${'b'.repeat(64)}` }], calls).size).toBe(0);
});

test('the audit of a case names the cases that it took in, and the one that it goes on in', () => {
  const story = { from: 'history', lostRuns: 0, differences: [], entries: [] } as const;
  const merged = { ...head, mergedInto: 'TH-B4XD21', mergedFrom: ['TH-AAAAAA'] } as unknown as StoryHead;
  const text = renderStory({ head: merged, told: story, rules: [], vouchedFor: true }, plain);
  expect(text).toContain('merged into TH-B4XD21: `trailhound audit show TH-B4XD21` tells how it went on');
  expect(text).toContain('took in TH-AAAAAA: `trailhound audit show TH-AAAAAA` tells what was decided there before');
});

test('a request to stop that comes too late is on record, by whoever made it', async () => {
  const written: SealedRecord[] = [];
  const ended = caseRecord(caseId, {
    kind: 'response-ended',
    subject: digest,
    at: '2026-11-24T12:40:00Z' as Instant,
    data: { ended: 'contained', actions: [] },
  });
  const ports: StopPorts = {
    caseNamed: async (typed) => typed as CaseId,
    goesOnIn: async () => null,
    plansOf: async () => [plan],
    responseEndsOf: async () => [{ ...ended.entry, id: ended.id }],
    ownEndsOf: async () => null,
    summaryOf: async () => null,
    undoingOf: async () => null,
    stop: async () => false,
    endOf: async () => null,
    auditLog: { append: async (records) => void written.push(...records) },
    now: () => '2026-11-24T12:45:00Z' as Instant,
  };
  const stopping = await stopResponse(ports, { name: 'carol' }, { caseId, reason: 'it is the payment system' });
  expect(stopping.kind).toBe('too-late');
  expect(written.map(({ entry }) => tellRecord({ ...entry, id: 'x' }))).toMatchObject([
    {
      kind: 'decided',
      who: 'carol',
      what: 'The response was asked to stop, too late: it had ended (contained), and nothing was stopped. it is the payment system',
    },
  ]);
});

test('where nobody can tell who wrote what was done, the audit says so once, and where to ask', () => {
  const entry = { id: 'x', at: plan.presentedAt, who: 'trailhound', subject: caseId, awsRequestIds: [] };
  const entries = (['done', 'verified'] as const).map((kind) => ({ ...entry, kind, what: 'Done.' }));
  const story = { from: 'history', lostRuns: 0, differences: [] } as const;
  function said(vouchedFor: boolean, told: readonly (typeof entries)[number][]): number {
    const text = renderStory({ head, told: { ...story, entries: told }, rules: [], vouchedFor }, plain);
    return text.split('cannot be told here, for this machine has not its key').length - 1;
  }
  expect([said(false, entries), said(true, entries), said(false, [])]).toEqual([1, 0, 0]);
});
