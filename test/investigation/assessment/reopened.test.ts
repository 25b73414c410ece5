import { describe, expect, test } from 'vitest';
import { closureOf, reopeningOf } from '../../../src/investigation/action-beliefs.ts';
import { caseEffects } from '../../../src/investigation/case/case-effects.ts';
import { thing } from '../../../src/investigation/effects/thing.ts';
import type { SeenEvent } from '../../../src/investigation/seen-event.ts';
import type { ActionOf } from '../../../src/model/action.ts';
import type { AccountId, Instant } from '../../../src/model/ids.ts';
import { activationOf } from '../../../src/response/actions/activate-access-key.ts';
import { deactivationOf } from '../../../src/response/actions/access-key-target.ts';
import { wayInWords } from '../../../src/investigation/way-in-words.ts';
import * as own from '../trail-records.ts';
import { assessed, call, callByAdmin, minute } from './assessed.ts';

const accountId = '111122223333' as AccountId;
const target = { kind: 'access-key', accountId, userName: 'mallory', accessKeyId: 'AKIAEXAMPLEMALLORY' } as const;
function at(minute: number) {
  return `2026-11-24T12:0${minute}:00.000Z` as Instant;
}
const key = thing.accessKey(target.accessKeyId);

/** The trail's record of our own deactivation, which comes long before that of the activation. */
const deactivated = {
  at: at(1),
  ref: { accountId, eventId: 'deactivated', revision: 1 },
  effects: [{ kind: 'undone', how: 'deactivated', things: [key] }],
} as unknown as SeenEvent;

function effectsOf(closures: Parameters<typeof caseEffects>[1], reopenings: Parameters<typeof caseEffects>[2]) {
  const calls = { calls: [], all: [deactivated], identityOf: () => 'unused' };
  return caseEffects(calls as unknown as Parameters<typeof caseEffects>[0], closures, reopenings);
}

test('a key that an undoing of ours has activated again is not closed by the record of its deactivation', () => {
  expect(effectsOf([], []).undoneSince([key], at(0))).toMatchObject({ at: at(1) });
  const opened = effectsOf([], reopeningOf(activationOf(target), at(3)));
  expect(opened.undoneSince([key], at(0))).toBeNull();
});

test('what is closed once more after it was opened again is closed', () => {
  const opened = effectsOf(closureOf(deactivationOf(target), at(4)), reopeningOf(activationOf(target), at(3)));
  expect(opened.undoneSince([key], at(0))).toMatchObject({ at: at(4) });
});

test('a denial that an undoing of ours has lifted denies nothing, before the trail shows the lifting', () => {
  const user = { kind: 'user', accountId, userName: 'mallory' } as const;
  const params = { policyName: 'TrailhoundDenyEverything-TH-7Q2M9K' };
  const denial = { type: 'denyUserEverything', target: user, params } as unknown as ActionOf<'denyUserEverything'>;
  const lift = { type: 'liftUserDenial', target: user, params } as unknown as ActionOf<'liftUserDenial'>;
  const denied = thing.deniedUser(accountId, 'mallory');
  expect(effectsOf(closureOf(denial, at(1)), []).denials.denied(denied, at(0))).not.toBeNull();
  expect(effectsOf(closureOf(denial, at(1)), reopeningOf(lift, at(3))).denials.denied(denied, at(0))).toBeNull();
});

describe('what somebody else switched on again names that record, who it was and when', () => {
  const made = {
    key: call(1, 'iam', 'CreateAccessKey', {
      requestParameters: { userName: 'bob' },
      responseElements: { accessKey: { accessKeyId: 'AKIABOB', userName: 'bob', status: 'Active' } },
    }),
    ssh: call(1, 'iam', 'UploadSSHPublicKey', {
      requestParameters: { userName: 'bob' },
      responseElements: { sSHPublicKey: { sSHPublicKeyId: 'APKABOB', userName: 'bob', status: 'Active' } },
    }),
  };
  test.each([
    [
      'the key that the intruder used',
      call(1, 's3', 'ListBuckets'),
      'UpdateAccessKey',
      { userName: own.userName, accessKeyId: own.accessKeyId },
    ],
    ['a key that it made', made.key, 'UpdateAccessKey', { userName: 'bob', accessKeyId: 'AKIABOB' }],
    ['another credential', made.ssh, 'UpdateSSHPublicKey', { userName: 'bob', sSHPublicKeyId: 'APKABOB' }],
  ])('%s', (_what, first, action, parameters) => {
    function set(minutes: number, status: string, eventID: string) {
      return callByAdmin(minutes, 'iam', action, { eventID, requestParameters: { ...parameters, status } });
    }
    function wayIn(...records: Parameters<typeof assessed>[0]) {
      const { waysIn } = assessed([call(0, 's3', 'ListBuckets'), first, ...records]);
      const found = waysIn.find(({ what }) =>
        Object.values(what)
          .join(' ')
          .includes(String(Object.values(parameters)[1])),
      );
      if (found === undefined) throw new Error('no such way in');
      return found;
    }
    const off = set(30, 'Inactive', '00000000-0000-4000-8000-00000000000a');
    const on = set(40, 'Active', '00000000-0000-4000-8000-00000000000b');
    const open = wayIn(off, on);
    expect(open.state).toBe('open');
    expect(open.proof.map(({ eventId }) => eventId)).toContain(on.eventID);
    const told = `It was switched on again by IAM user admin in ${own.accountId} at 2026-11-24 12:40:00 UTC.`;
    expect(wayInWords(open).sentence).toContain(told);
    expect(open.reopened?.at.replace('.000Z', 'Z')).toBe(minute(40));

    const closed = wayIn(off, on, set(50, 'Inactive', '00000000-0000-4000-8000-00000000000c'));
    expect(closed.state).toBe('closed');
    expect(wayInWords(closed).sentence).not.toContain('again');
    expect(wayInWords(wayIn(off)).sentence).not.toContain('again');
  });
});
