import { expect, test } from 'vitest';
import { closedLines } from '../../src/entry/investigations/print-acts.ts';
import type { CaseId } from '../../src/model/ids.ts';
import type { ShownCase } from '../../src/views/shown-case.ts';

const caseId = 'TH-7Q2M9K' as CaseId;
const nowMs = Date.parse('2026-11-29T21:30:00Z');
const answer = { caseId, verdict: 'false-positive', leftByHand: [] } as const;
const denied = { ended: 'contained', actions: [{ actionId: 'deny-bob@111122223333', outcome: 'done' }] };
const undone = { ended: 'undone', actions: [{ actionId: 'lift-deny-bob@111122223333', outcome: 'done' }] };
const open = { id: 'w', state: 'open', until: 'until-removed' };

function told(
  responses: readonly unknown[],
  { waysIn = [], left }: { readonly waysIn?: readonly unknown[]; readonly left?: readonly string[] } = {},
): string {
  const sinceUndone = left === undefined ? null : { at: '', holds: [], left };
  const shown = { view: { responses, sinceUndone }, document: { waysIn } } as unknown as ShownCase;
  return closedLines(answer, shown, nowMs).join('\n');
}

test('whoever closes a case reads what its response leaves denied or deactivated, and how that is taken back', () => {
  expect(told([denied])).toMatch(/stays as it is, denied, deactivated or revoked: `trailhound investigations undo /u);
  expect(told([denied, undone], { left: ['activate-AKIA'] })).toContain('investigations undo');
  expect(told([denied, undone], { left: [] })).not.toContain('investigations undo');
  expect(told([])).not.toContain('investigations undo');
});

test('and how many ways in stay open, and how a case that was closed by mistake is opened again', () => {
  expect(told([], { waysIn: [open, { ...open, state: 'closed' }] })).toContain(
    '1 way in stays open, and nobody is asked',
  );
  expect(told([])).toBe(
    `${caseId} is closed: false positive\nclosed by mistake: \`trailhound investigations replan ${caseId} --reason TEXT\` opens it again`,
  );
});
