import { expect, test } from 'vitest';
import { caseEvent } from '../../src/views/case-events.ts';
import { shownCaller } from '../../src/views/event-row.ts';
import { call, callBySession } from '../investigation/assessment/assessed.ts';
import { found } from '../investigation/archive-of.ts';
import { userName } from '../investigation/trail-records.ts';

const anns = callBySession(0, { roleName: 'Admin', sessionName: 'ann', key: 'ASIAANN' }, 'iam', 'ListUsers');

test('the caller of a role session is whoever had it, before the role', () => {
  expect(shownCaller(found(anns).ecs)).toBe('ann (Admin)');
  expect(caseEvent(found(anns)).who).toBe('ann (Admin)');
});

test('the caller of a user is the user', () => {
  expect(shownCaller(found(call(0, 'iam', 'ListUsers')).ecs)).toBe(userName);
});
