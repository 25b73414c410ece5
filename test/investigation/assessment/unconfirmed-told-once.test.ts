import { expect, test } from 'vitest';
import { assessCase } from '../../../src/investigation/case/assess-case.ts';
import { call, materialOf } from './assessed.ts';

test('what only an import shows of a case is told once', () => {
  const material = materialOf([call(0, 's3', 'ListBuckets'), call(1, 'iam', 'ListUsers')]);
  const [shown, ...imported] = material.events;
  if (shown === undefined) throw new Error('the case has events');
  const events = [shown, ...imported.map((event) => ({ ...event, unconfirmed: 'not-shown' as const }))];
  const told = assessCase({ ...material, events }).findings.filter(({ kind }) => kind === 'unconfirmed-records');
  expect(told).toHaveLength(1);
});
