import { describe, expect, test } from 'vitest';
import { remediesOf } from '../../../src/investigation/plan/remedies.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import { alertsOn, assessed, call, callByAdmin, stand } from './assessed.ts';
import { insteads, undoings, type Made } from './undoings.ts';

const day = 1440;
const home = { sourceIPAddress: '198.51.100.10', userAgent: 'Mozilla/5.0' };
const elsewhere = { ...home, sourceIPAddress: '203.0.113.99' };

function workedFor(days: number): readonly JsonObject[] {
  return Array.from({ length: days }, (_, index) => call(-(index + 1) * day, 'ec2', 'DescribeInstances', home));
}

function made(by: typeof call, from: number, acts: readonly Made[], place: JsonObject = {}): readonly JsonObject[] {
  return acts.map(([name, request, response], index) => {
    const [service = '', action = ''] = name.split(':');
    const answer = response === undefined ? {} : { responseElements: response };
    return by(from + index, service, action, { ...place, requestParameters: request, ...answer });
  });
}

/** Whether anything is ticked against whoever makes some calls after another's, where they have worked at home for some days before. */
function ticks(before: readonly JsonObject[], own: readonly JsonObject[], days = 8): boolean {
  const assessment = assessed([...workedFor(days), ...before, ...own], { alerts: alertsOn(...own) });
  return remediesOf(assessment).some(({ recommended }) => recommended);
}

/** The ways in of whoever did something, but for the key that they came by. */
function doorsAfter(done: readonly Made[], by: readonly Made[], before: readonly Made[] = []): readonly string[] {
  const records = [...made(callByAdmin, -day, before), ...made(call, 1, done), ...made(callByAdmin, 20, by)];
  return stand(assessed(records).waysIn).filter((each) => each !== 'access-key: open');
}

const keyMade: Made = [
  'iam:CreateAccessKey',
  { userName: 'bob' },
  { accessKey: { accessKeyId: 'AKIABOB00000000000X', userName: 'bob', status: 'Active' } },
];

const harmless = undoings.filter(({ harms }) => harms !== true);
const harmful = undoings.filter(({ harms }) => harms === true);

describe('nothing is advised against whoever takes back what an intruder did', () => {
  test.each(undoings)('where they have always worked: $what', ({ done, undone }) => {
    expect(ticks(made(callByAdmin, 1, done), made(call, 20, undone, home))).toBe(false);
  });

  test.each(harmless)('where nothing is known of them, for it gives nobody anything: $what', ({ done, undone }) => {
    expect(ticks(made(callByAdmin, 1, done), made(call, 20, undone, elsewhere), 0)).toBe(false);
  });
});

describe('actions are advised against whoever', () => {
  test.each(undoings)('does so from elsewhere than where they have always worked: $what', ({ done, undone }) => {
    expect(ticks(made(callByAdmin, 1, done), made(call, 20, undone, elsewhere))).toBe(true);
  });

  test.each(harmful)(
    'takes away what others may work with, and has no place of their own: $what',
    ({ done, undone }) => {
      expect(ticks(made(callByAdmin, 1, done), made(call, 20, undone, elsewhere), 0)).toBe(true);
    },
  );

  test.each(undoings)('does more besides: $what', ({ done, undone }) => {
    const more = made(call, 30, [keyMade], home);
    expect(ticks(made(callByAdmin, 1, done), [...made(call, 20, undone, home), ...more])).toBe(true);
  });

  test.each(insteads)(
    'takes away what held somebody back, or opens what it seems to close: $what',
    ({ done, instead }) => {
      expect(ticks(made(callByAdmin, 1, done), made(call, 20, instead, elsewhere), 0)).toBe(true);
    },
  );
});

describe('what an intruder opened', () => {
  test.each(undoings)('is closed once somebody else took it back: $what', ({ done, undone, stays = [] }) => {
    expect(doorsAfter(done, undone).filter((each) => !each.endsWith(': closed'))).toEqual(stays);
  });
});
