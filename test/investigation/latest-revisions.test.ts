import { expect, test } from 'vitest';
import { caseCalls } from '../../src/investigation/case/case-calls.ts';
import { seenEvent, type FoundEvent, type Unconfirmed } from '../../src/investigation/seen-event.ts';
import { found } from './archive-of.ts';
import { s3BrowserRecord } from './trail-records.ts';

const shownByTrail = found(s3BrowserRecord());

function revision(number: number, unconfirmed?: Unconfirmed): FoundEvent {
  const { ref } = shownByTrail;
  return {
    ...shownByTrail,
    ref: { ...ref, revision: number },
    ...(unconfirmed === undefined ? {} : { unconfirmed }),
  };
}

function kept(events: readonly FoundEvent[]): readonly number[] {
  const material = { identities: [], links: [], alerts: [], events: events.map(seenEvent) };
  const { all, unconfirmed } = caseCalls(material);
  return [...all, ...unconfirmed].map(({ ref }) => ref.revision);
}

test('a corrected copy replaces what it corrects, in whatever order they come', () => {
  expect(kept([revision(0), revision(1)])).toEqual([1]);
  expect(kept([revision(1), revision(0)])).toEqual([1]);
});

test.each(['not-shown', 'awaited', 'nobody-watches'] as const)(
  'a copy that was only imported (%s) corrects nothing that the trail has shown',
  (unconfirmed) => {
    expect(kept([revision(0), revision(1, unconfirmed)])).toEqual([0]);
    expect(kept([revision(0, unconfirmed), revision(1)])).toEqual([1]);
    expect(kept([revision(1, unconfirmed), revision(0)])).toEqual([0]);
  },
);

test('of copies that were all imported, from an account that nobody watches, the latest counts', () => {
  expect(kept([revision(0, 'nobody-watches'), revision(1, 'nobody-watches')])).toEqual([1]);
});
