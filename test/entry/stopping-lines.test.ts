import { expect, test } from 'vitest';
import { stoppingLines } from '../../src/entry/investigations/stopping-lines.ts';
import type { CaseId } from '../../src/model/ids.ts';

test('whoever stops too late is told what still comes by itself, and that stop does not hold it back', () => {
  const caseId = 'TH-7Q2M9K' as CaseId;
  const actions = [
    { actionId: 'revoke-deploy', outcome: 'done', detail: '' },
    { actionId: 'lift-revoke-deploy', outcome: 'later', detail: 'It is carried out by itself after 13:05:00 UTC.' },
  ];
  const lines = stoppingLines({ kind: 'too-late', caseId, ended: 'contained', actions });
  const told = lines.filter((line) => line.includes('comes later by itself'));
  expect(told).toEqual([
    expect.stringMatching(/^lift-revoke-deploy comes later by itself, and stop does not hold it back/),
  ]);
});
