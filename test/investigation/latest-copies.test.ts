import { expect, test } from 'vitest';
import { caseCalls } from '../../src/investigation/case/case-calls.ts';
import type { CaseMaterial } from '../../src/investigation/case/case-material.ts';
import { seenEvent, type FoundEvent } from '../../src/investigation/seen-event.ts';
import { canonicalDigest } from '../../src/digest/canonical-digest.ts';
import { alertEvents } from '../../src/investigation/evidence/alert-events.ts';
import { evidenceOf } from '../../src/investigation/evidence/evidence-content.ts';
import type { AlertId, Instant } from '../../src/model/ids.ts';
import { archiveOf, found } from './archive-of.ts';
import { freely } from './gathered.ts';
import { ruleId, s3BrowserRecord } from './trail-records.ts';

/** A copy that says what another one does not say: the address. */
function copy(eventId: string, corrects?: string, given: Partial<FoundEvent> = {}): FoundEvent {
  const record = { ...s3BrowserRecord(), eventID: eventId, sourceIPAddress: `address of ${eventId}` };
  return {
    ...found(
      corrects === undefined ? record : { ...record, addendum: { reason: 'UPDATED_DATA', originalEventID: corrects } },
    ),
    ...given,
  };
}

/** The calls of a case, each by its ID and what it says. */
function calls(events: readonly FoundEvent[], alertedIds: readonly string[] = []): readonly string[] {
  const [event] = events;
  if (event === undefined) return [];
  const alerts = alertedIds.map((eventId) => ({
    id: `alert of ${eventId}` as AlertId,
    ruleName: 'a rule',
    eventRefs: [{ ...event.ref, eventId }],
  }));
  const material = { identities: [], links: [], alerts, events: events.map(seenEvent) } satisfies Partial<CaseMaterial>;
  const { all, unconfirmed } = caseCalls(material);
  return [...all, ...unconfirmed].map(({ ref, sourceAddress }) => `${ref.eventId}: ${sourceAddress}`);
}

const [original, correction, last] = [copy('m'), copy('n', 'm'), copy('o', 'n')];

test.each([
  ['the event, and a correction of it', [original, correction], 'm: address of n'],
  ['the event, a correction of it, and one of that', [original, correction, last], 'm: address of o'],
  ['a correction, and one of that, of an event that never came', [correction, last], 'n: address of o'],
  ['two corrections of an event that never came', [copy('a', 'm'), correction], 'a: address of n'],
])(
  'a corrected copy with an ID of its own is the call that it corrects, in whatever order they come: %s',
  (_, copies, call) => {
    expect(calls(copies)).toEqual([call]);
    expect(calls(copies.toReversed())).toEqual([call]);
    expect(calls([...copies.slice(1), ...copies.slice(0, 1)])).toEqual([call]);
  },
);

test('a call that came in several copies goes by the one that an alert names', () => {
  expect(calls([original, correction, last], ['n'])).toEqual(['n: address of o']);
  expect(calls([original, correction, last], ['m', 'o'])).toEqual(['m: address of o']);
});

test('corrections that name each other, or themselves, are one call', () => {
  expect(calls([copy('a', 'b'), copy('b', 'a')])).toHaveLength(1);
  expect(calls([copy('a', 'a')])).toEqual(['a: address of a']);
});

test('a correction that was only imported corrects nothing that the trail has shown, and joins no two calls', () => {
  const imported = { unconfirmed: 'nobody-watches' } as const;
  expect(calls([original, copy('n', 'm', imported)])).toEqual(['m: address of m']);
  expect(
    calls([original, copy('n'), copy('n', 'm', { ...imported, ref: { ...original.ref, eventId: 'n', revision: 1 } })]),
  ).toEqual(['m: address of m', 'n: address of n']);
});

test('calls that correct nothing, and those of another account, are calls of their own', () => {
  const elsewhere = {
    ref: { ...original.ref, accountId: '210987654321' as typeof original.ref.accountId, eventId: 'n' },
  };
  expect(calls([original, copy('z')])).toHaveLength(2);
  expect(calls([original, copy('n', 'm', elsewhere)])).toHaveLength(2);
});

test('the evidence of the events that alerts name lists a call once, though alerts name both of its copies', async () => {
  const [one, other] = [copy('m'), copy('n', 'm')];
  const alert = {
    id: 'sha256:1' as string as AlertId,
    ruleId,
    ruleName: 'a rule',
    ruleDigest: canonicalDigest('rule'),
    severity: 'low',
    eventRefs: [one.ref, other.ref],
  } as const;
  const at = new Date().toISOString() as Instant;
  const look = { alerts: [alert], span: { from: at, to: at }, at, asking: freely };
  const gathered = await alertEvents.gather({ kind: 'alerts' }, look, {
    archive: archiveOf([one, other]),
    identities: { userState: () => Promise.reject(new Error('nobody asks')) },
  });
  const [evidence] = evidenceOf([gathered], 'alert-events');
  expect(evidence?.content.events.map(({ ref, sourceAddress }) => [ref.eventId, sourceAddress])).toEqual([
    ['m', 'address of n'],
  ]);
  expect(evidence).toMatchObject({ availability: 'complete', content: { leftOut: 0 } });
});
