import { describe, expect, test } from 'vitest';
import type { Instant } from '../../src/model/ids.ts';
import type { AccessKeyTarget } from '../../src/model/action.ts';
import type { JournalRow } from '../../src/response/action-journal.ts';
import { guardTarget } from '../../src/response/guards.ts';
import { madeByUs } from '../../src/response/key-provenance.ts';
import type { KeyMaking, KeyOwner, Responder } from '../../src/response/ports.ts';
import { accountId } from './simulated-account.ts';

const responder: Responder = {
  arn: 'arn:aws:sts::111122223333:assumed-role/TrailhoundRespond/TH-7Q2M9K.0123',
  signingKeyId: 'ASIARESPONDER0000001',
  ownArn: 'arn:aws:iam::111122223333:user/trailhound',
};

describe('a response never touches', () => {
  const target: AccessKeyTarget = {
    kind: 'access-key',
    accountId,
    userName: 'bob',
    userId: 'AIDABOB',
    accessKeyId: 'AKIABOB',
  };
  const owner: KeyOwner = { userId: 'AIDABOB', userName: 'bob', arn: 'arn:aws:iam::111122223333:user/bob', path: '/' };
  const guarded = { userNames: ['alarm-glass'], paths: ['/break-glass/'] };

  const cases: readonly [string, Partial<AccessKeyTarget>, Partial<KeyOwner>, RegExp | null][] = [
    ['anybody without reason', {}, {}, null],
    ['the user that Trailhound itself is', {}, { arn: responder.ownArn }, /identity that Trailhound acts with/],
    [
      'the key that signs its requests',
      { accessKeyId: responder.signingKeyId },
      {},
      /identity that Trailhound acts with/,
    ],
    ['root', {}, { arn: 'arn:aws:iam::111122223333:root' }, /root/],
    ['anybody for being called root', { userName: 'root' }, { arn: 'arn:aws:iam::111122223333:user/root' }, null],
    ['a temporary key', { accessKeyId: 'ASIABOB' }, {}, /temporary/],
    ['another user of the same name', {}, { userId: 'AIDAOTHER' }, /another user by now/],
    ['a break-glass user by name', {}, { userName: 'alarm-glass' }, /break-glass/],
    ['a break-glass user by name, in whatever case', {}, { userName: 'Alarm-Glass' }, /break-glass/],
    ['a break-glass user by path', {}, { path: '/break-glass/night/' }, /break-glass/],
  ];
  test.each(cases)('%s', (_who, targetChange, ownerChange, reason) => {
    const refusal = guardTarget({ ...target, ...targetChange }, { ...owner, ...ownerChange }, responder, guarded);
    if (reason === null) expect(refusal).toBeNull();
    else expect(refusal).toMatch(reason);
  });
});

describe('an unexpected key is taken for ours', () => {
  const at = '2026-11-24T12:00:00Z' as Instant;
  const making: KeyMaking = { awsRequestId: 'r-1', madeBy: responder.arn, signedBy: responder.signingKeyId, at };
  const session = 'TH-7Q2M9K.0123';
  function attempt(changes: Partial<JournalRow> = {}): JournalRow {
    return {
      intentId: 'i',
      step: 's',
      mark: 'calling',
      attempt: 0,
      at,
      awsRequestIds: [],
      data: { signedBy: 'AKIASHARED' },
      ...changes,
    };
  }
  const shared: Responder = { ...responder, arn: responder.ownArn };
  const byShared: KeyMaking = { ...making, madeBy: shared.arn, signedBy: 'AKIASHARED' };

  test('when the session that made it is named after this intent', () => {
    expect(madeByUs(making, responder, session, [attempt()])).toBe(true);
  });

  test('without a role of our own, when an attempt signed it, at the time of that attempt', () => {
    expect(madeByUs(byShared, shared, session, [attempt()])).toBe(true);
    const later = { ...byShared, at: '2026-11-24T12:05:00Z' as Instant };
    expect(madeByUs(later, shared, session, [attempt()])).toBe(false);
    expect(madeByUs({ ...byShared, signedBy: 'AKIAOTHER' }, shared, session, [attempt()])).toBe(false);
  });

  test('without a role of our own, when the answer to an attempt named that request', () => {
    const answered = attempt({ mark: 'answered', awsRequestIds: ['r-1'], data: {} });
    expect(madeByUs({ ...byShared, signedBy: null }, shared, session, [answered])).toBe(true);
    expect(madeByUs({ ...byShared, signedBy: null, awsRequestId: 'r-2' }, shared, session, [answered])).toBe(false);
  });

  test('never when another principal made it, whatever the journal says', () => {
    const forged = attempt({ awsRequestIds: ['r-1'], data: { signedBy: 'ASIAATTACKER' } });
    const foreign = { ...making, madeBy: 'arn:aws:iam::111122223333:user/eve', signedBy: 'ASIAATTACKER' };
    expect(madeByUs(foreign, responder, session, [forged])).toBe(false);
    expect(madeByUs({ ...making, madeBy: null }, responder, session, [forged])).toBe(false);
  });
});
