import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { judgeByPolicy, type Said } from '../../src/approval/policy.ts';
import type { Instant } from '../../src/model/ids.ts';

function at(minute: number): Instant {
  return new Date(Date.UTC(2026, 10, 24, 12, minute)).toISOString() as Instant;
}
const planned = ['deactivate', 'rotate'];

function says(approver: string, changes: Partial<Said> = {}): Said {
  return {
    approver,
    verdict: 'approve',
    actionIds: planned,
    issuedAt: at(0),
    expiresAt: at(60),
    ...changes,
  };
}

function judge(approvalsNeeded: number, ...said: readonly Said[]) {
  return judgeByPolicy({ approvalsNeeded }, planned, said, at(10));
}

describe('decisions suffice', () => {
  test('for the actions that enough approvers chose, and for no others', () => {
    expect(judge(1, says('ann', { actionIds: ['rotate'] }))).toEqual({
      kind: 'satisfied',
      actionIds: ['rotate'],
      completeAt: at(0),
    });
    const [ann, bob] = [says('ann'), says('bob', { actionIds: ['deactivate'], issuedAt: at(5) })];
    expect(judge(2, ann, bob)).toEqual({ kind: 'satisfied', actionIds: ['deactivate'], completeAt: at(5) });
  });

  test('not while one is missing, however often the others decide', () => {
    expect(judge(1)).toEqual({ kind: 'open', approvalsMissing: 1 });
    expect(judge(2, says('ann'), says('ann', { issuedAt: at(3) }))).toEqual({ kind: 'open', approvalsMissing: 1 });
    const apart = [says('ann', { actionIds: ['rotate'] }), says('bob', { actionIds: ['deactivate'] })];
    expect(judge(2, ...apart)).toEqual({ kind: 'open', approvalsMissing: 1 });
  });

  test('not with what has run out, nor with an action that the plan does not have', () => {
    expect(judge(2, says('ann', { expiresAt: at(10) }), says('bob'))).toEqual({ kind: 'open', approvalsMissing: 1 });
    expect(judge(1, says('ann', { actionIds: ['drop'] }))).toEqual({ kind: 'open', approvalsMissing: 1 });
  });

  test('not where anyone rejects', () => {
    const rejection = says('bob', { verdict: 'reject', actionIds: [] });
    expect(judge(1, says('ann'), rejection)).toEqual({ kind: 'rejected', by: 'bob' });
  });

  test('whatever the order in which they came', () => {
    const anyone = fc.record({
      approver: fc.constantFrom('ann', 'bob', 'cy'),
      verdict: fc.constantFrom('approve' as const, 'approve' as const, 'reject' as const),
      actionIds: fc.subarray(planned),
      issuedAt: fc.nat(9).map(at),
      expiresAt: fc.nat(30).map(at),
    });
    fc.assert(
      fc.property(fc.array(anyone, { maxLength: 6 }), fc.integer({ min: 1, max: 3 }), (said, needed) => {
        const forth = judge(needed, ...said);
        const back = judge(needed, ...said.toReversed());
        // Of two who reject, the first is named.
        expect({ ...back, by: null }).toEqual({ ...forth, by: null });
      }),
    );
  });
});
