import { expect, test } from 'vitest';
import { undoBesideLines } from '../../src/entry/investigations/look-lines.ts';
import type { CaseId, Digest } from '../../src/model/ids.ts';

const caseId = 'TH-7Q2M9K' as CaseId;
const plan: Digest = `sha256:${'4a979be9cbb3362150f4'.repeat(4)}`;

test('whoever asks for a fresh plan is told what became of a plan to undo that waited', () => {
  expect(undoBesideLines(caseId, null)).toEqual([]);
  expect(undoBesideLines(caseId, { plan, now: 'void' })).toEqual([
    'plan 4a979be9cbb3362150f4, which would take a response back, is void since: trailhound investigations undo TH-7Q2M9K makes another',
  ]);
  expect(undoBesideLines(caseId, { plan, now: 'waits' })).toEqual([
    'plan 4a979be9cbb3362150f4, which would take a response back, still waits for a decision beside it; trailhound investigations reject TH-7Q2M9K --plan 4a979be9cbb3362150f4 declines it',
  ]);
});
