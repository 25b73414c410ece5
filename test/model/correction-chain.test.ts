import { expect, test } from 'vitest';
import type { AccountId } from '../../src/model/ids.ts';
import { originsOf } from '../../src/model/correction-chain.ts';

const accountId = '123456789012' as AccountId;

/** The origin of each event, by pairs of what corrects and what is corrected. */
function origins(...pairs: readonly string[]): (eventId: string) => string {
  const events = pairs.map((pair) => ({ ref: { accountId, eventId: pair.slice(0, 1) }, corrects: pair.slice(1) }));
  const originOf = originsOf(events);
  return (eventId) => {
    const origin = originOf({ accountId, eventId });
    return `${origin.eventId} ${origin.steps}`;
  };
}

test('what corrects nothing is its own origin, and each correction is a step from what it corrects', () => {
  expect(['m', 'n', 'o'].map(origins('on', 'nm'))).toEqual(['m 0', 'm 1', 'm 2']);
});

test('the origin of a circle is the same from wherever it is looked for, also from what leads into it', () => {
  expect(['a', 'b', 'c', 'd'].map((id) => origins('ab', 'bc', 'cd', 'db')(id).slice(0, 1))).toEqual([
    'b',
    'b',
    'b',
    'b',
  ]);
});

test('an event of the same ID in another account is another one', () => {
  const originOf = originsOf([{ ref: { accountId, eventId: 'n' }, corrects: 'm' }]);
  expect(originOf({ accountId: '210987654321' as AccountId, eventId: 'n' }).eventId).toBe('n');
});
