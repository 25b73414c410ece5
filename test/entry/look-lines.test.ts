import { expect, test } from 'vitest';
import { lookLines, undoBesideLines } from '../../src/entry/investigations/look-lines.ts';
import type { LastLook } from '../../src/messages/investigate-messages.ts';
import type { CaseId, Digest } from '../../src/model/ids.ts';

const caseId = 'TH-7Q2M9K' as CaseId;
const plan: Digest = `sha256:${'4a979be9cbb3362150f4'.repeat(4)}`;

test('whoever asks for a fresh plan is told what became of a plan to undo that waited', () => {
  expect(undoBesideLines(caseId, null)).toEqual([]);
  expect(undoBesideLines(caseId, { plan, now: 'void' })).toEqual([
    'plan 4a979be9cbb3362150f4, which would take a response back, is void since: `trailhound investigations undo TH-7Q2M9K` makes another',
  ]);
  expect(undoBesideLines(caseId, { plan, now: 'waits' })).toEqual([
    'plan 4a979be9cbb3362150f4, which would take a response back, still waits for a decision beside it; `trailhound investigations reject TH-7Q2M9K --plan 4a979be9cbb3362150f4 --reason TEXT` declines it',
  ]);
});

test('a plan that a look leaves as it was is not said to tell all, for calls came since it was made', () => {
  const look: LastLook = {
    outcome: 'unchanged',
    plan: `sha256:4a979be9cbb3362150f4${'0'.repeat(44)}` as Digest,
  } as LastLook;
  expect(lookLines(caseId, look, null).join('\n')).toBe(
    'TH-7Q2M9K was looked at anew: its plan 4a979be9cbb3362150f4 stays as it is, for nothing that was seen since changes what is to be done',
  );
});
