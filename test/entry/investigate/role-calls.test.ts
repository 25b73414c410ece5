import { expect, test } from 'vitest';
import type { RoleCall } from '../../../src/entry/investigate/gathered-events.ts';
import { roleCallsThatMatter } from '../../../src/entry/investigate/role-calls.ts';
import { seenEvent } from '../../../src/investigation/seen-event.ts';
import { found } from '../../investigation/archive-of.ts';
import { userRecord } from '../../investigation/trail-records.ts';

const alertAt = Date.parse('2026-06-10T12:00:00Z');
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

function call(atMs: number, about: Partial<RoleCall> = {}): RoleCall {
  return {
    positions: [0],
    atMs,
    source: '198.51.100.7',
    sessionName: 'i-0aaaaaaaaaaaaaaa1',
    mayHaveEffects: false,
    text: '',
    ...about,
  };
}

function mattering(calls: readonly RoleCall[]): readonly RoleCall[] {
  const theirs = seenEvent(found(userRecord({ sourceIPAddress: '203.0.113.9' })));
  return roleCallsThatMatter(calls, {
    alerts: [{ alert: { eventTimeMs: alertAt } }],
    events: [theirs],
    before: [],
    walk: { members: new Map([['instance/111122223333/i-0bbbbbbbbbbbbbbb2', {}]]) },
  });
}

test("of a role's other sessions only what came before the alert says what was usual", () => {
  const [before, after] = [call(alertAt - hourMs), call(alertAt + hourMs)];
  expect(mattering([before, after])).toEqual([before]);
});

test('where the role has been at work for days, going on counts as well', () => {
  const before = [1, 2, 3].map((days) => call(alertAt - days * dayMs));
  const after = call(alertAt + 5 * dayMs);
  expect(mattering([...before, after])).toEqual([...before, after]);
  expect(mattering([...before.slice(1), after])).toEqual(before.slice(1));
});

test('what the intruder may have had a hand in counts whenever it was', () => {
  const after = alertAt + hourMs;
  const [sameAddress, entered, undone] = [
    call(after, { source: '203.0.113.9' }),
    call(after, { sessionName: 'i-0bbbbbbbbbbbbbbb2' }),
    call(after, { mayHaveEffects: true }),
  ];
  expect(mattering([sameAddress, entered, undone])).toEqual([sameAddress, entered, undone]);
});
