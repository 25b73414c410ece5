import { expect, test } from 'vitest';
import { ActivityCounter } from '../../src/investigation/evidence/activity-summary.ts';
import type { SeenEvent } from '../../src/investigation/seen-event.ts';
import { call, materialOf, minute } from './assessment/assessed.ts';

/** One call, and two corrections of it in turn, each with an ID of its own; the last says that it failed. */
function copies(): readonly SeenEvent[] {
  const { events } = materialOf([
    call(1, 's3', 'GetBucketAcl', { eventID: 'm' }),
    call(1, 's3', 'GetBucketAcl', { eventID: 'n', addendum: { reason: 'UPDATED_DATA', originalEventID: 'm' } }),
    call(1, 's3', 'GetBucketAcl', {
      eventID: 'o',
      errorCode: 'AccessDenied',
      addendum: { reason: 'UPDATED_DATA', originalEventID: 'n' },
    }),
    call(2, 's3', 'ListBuckets', { eventID: 'other' }),
  ]);
  return events;
}

function summaryOf(events: readonly SeenEvent[]) {
  const counter = new ActivityCounter();
  for (const event of events) counter.add(event);
  return counter.summary();
}

test('activity counts a call once, as its last correction has it, in whatever order its copies are found', () => {
  for (const events of [
    copies(),
    copies().toReversed(),
    copies().toSorted((a, b) => a.ref.eventId.localeCompare(b.ref.eventId)),
  ]) {
    const { events: count, failed, actions, addresses, accessKeys, firstAt, lastAt } = summaryOf(events);
    expect([count, failed, firstAt, lastAt]).toEqual([2, 1, minute(1), minute(2)]);
    const counts = Object.fromEntries(actions.map((each) => [each.action, [each.succeeded, each.failed]]));
    expect(counts).toEqual({ GetBucketAcl: [0, 1], ListBuckets: [1, 0] });
    expect(addresses.map((each) => each.events)).toEqual([2]);
    expect(accessKeys.map((each) => each.events)).toEqual([2]);
  }
});
