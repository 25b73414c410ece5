import { describe, expect, test } from 'vitest';
import { subjectDigest } from '../../../src/approval/signed-acceptance.ts';
import { canonicalDigest } from '../../../src/digest/canonical-digest.ts';
import type { Acceptance } from '../../../src/investigation/case/case-material.ts';
import { commandsFor } from '../../../src/investigation/plan/by-hand-commands.ts';
import { remediesOf } from '../../../src/investigation/plan/remedies.ts';
import { wayInBrief } from '../../../src/investigation/report/way-in-brief.ts';
import { actsInWords } from '../../../src/investigation/report/act-words.ts';
import { containment } from '../../../src/investigation/ways-in/containment.ts';
import type { Instant } from '../../../src/model/ids.ts';
import type { WayIn } from '../../../src/model/way-in.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import { accessKeyId, accountId, userName } from '../trail-records.ts';
import { assessed, call, callByAdmin, minute, sessionOf, callBySession, stand, sessionsRevoked } from './assessed.ts';
import { unreadUser } from '../user-states.ts';

const listing = call(0, 's3', 'ListBuckets');
const deactivated = callByAdmin(30, 'iam', 'UpdateAccessKey', {
  requestParameters: { userName, accessKeyId, status: 'Inactive' },
});
const denyAll = JSON.stringify({ Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }] });

const federationToken = call(5, 'sts', 'GetFederationToken', {
  requestParameters: { name: 'shadow' },
  responseElements: { credentials: { accessKeyId: 'ASIAFEDERATED', expiration: 'Nov 26, 2026, 12:05:00 AM' } },
});
const roleSession = call(6, 'sts', 'AssumeRole', {
  requestParameters: { roleArn: `arn:aws:iam::${accountId}:role/Deploy`, roleSessionName: 'shadow' },
  responseElements: { credentials: { accessKeyId: 'ASIAROLE', expiration: 'Nov 25, 2026, 12:06:00 AM' } },
});
const administrator = [
  call(7, 'iam', 'CreateUser', {
    requestParameters: { userName: 'shadow' },
    responseElements: { user: { userName: 'shadow', userId: 'AIDASHADOW' } },
  }),
  call(8, 'iam', 'AttachUserPolicy', {
    requestParameters: { userName: 'shadow', policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' },
  }),
  call(9, 'iam', 'CreateAccessKey', {
    requestParameters: { userName: 'shadow' },
    responseElements: { accessKey: { accessKeyId: 'AKIASHADOW', userName: 'shadow', status: 'Active' } },
  }),
];

describe('a case is not contained', () => {
  test('while a session of 12 hours, a federation token of 36 hours and a made administrator live on', () => {
    const { waysIn } = assessed([listing, federationToken, roleSession, ...administrator, deactivated]);
    expect(stand(waysIn)).toEqual([
      'access-key: closed',
      'access-key: open',
      'grant: open',
      'session: open',
      'session: open',
      'user: open',
    ]);
    expect(containment(waysIn).verdict).toBe('partly-contained');
  });

  test.each([
    ['the session', roleSession],
    ['the federation token', federationToken],
  ])('by the key alone while %s lives on, and is once it has ended', (_name, minting) => {
    const records = [listing, minting, deactivated];
    expect(containment(assessed(records).waysIn).verdict).toBe('partly-contained');
    expect(containment(assessed(records, { now: '2026-11-26T00:06:00Z' as Instant }).waysIn).verdict).toBe('contained');
  });

  test('while not all calls of a key could be read: it may have made sessions that nobody saw', () => {
    const { waysIn } = assessed([listing, deactivated], { unread: ['Two windows were not read.'] });
    expect(stand(waysIn)).toEqual(['access-key: closed', 'session: unknown']);
    expect(containment(waysIn).verdict).toBe('partly-contained');
    const unseen = waysIn.find(({ what }) => what.kind === 'session');
    expect(unseen === undefined ? '' : wayInBrief(unseen.what)).toBe(
      `sessions of user ${userName} that no record shows`,
    );
  });
});

describe('a way in is closed', () => {
  test('with all sessions of a user, by a policy that denies it everything, for as long as the policy stays', () => {
    const denied = callByAdmin(30, 'iam', 'PutUserPolicy', {
      requestParameters: { userName, policyName: 'deny', policyDocument: denyAll },
    });
    const lifted = callByAdmin(40, 'iam', 'DeleteUserPolicy', { requestParameters: { userName, policyName: 'deny' } });
    expect(stand(assessed([listing, federationToken, denied]).waysIn)).toEqual([
      'access-key: closed',
      'session: closed',
    ]);
    expect(stand(assessed([listing, federationToken, denied, lifted]).waysIn)).toEqual([
      'access-key: open',
      'session: open',
    ]);
  });

  test("for a role's sessions that are older than a revocation, not for those that came after", () => {
    const revoked = callByAdmin(10, 'iam', 'PutRolePolicy', sessionsRevoked('Deploy', minute(10)));
    const again = call(20, 'sts', 'AssumeRole', {
      requestParameters: { roleArn: `arn:aws:iam::${accountId}:role/Deploy`, roleSessionName: 'again' },
      responseElements: { credentials: { accessKeyId: 'ASIAAGAIN', expiration: 'Nov 25, 2026, 12:20:00 AM' } },
    });
    const { waysIn } = assessed([listing, roleSession, revoked, again, deactivated]);
    const states = waysIn.flatMap(({ what, state }) => (what.kind === 'session' ? [[what.accessKeyId, state]] : []));
    expect(states).toEqual([
      ['ASIAROLE', 'closed'],
      ['ASIAAGAIN', 'open'],
    ]);
  });

  test('by what the intruder undid itself, and opened by what it did again', () => {
    function attach(at: number) {
      return call(at, 'iam', 'AttachUserPolicy', {
        requestParameters: { userName: 'bob', policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' },
      });
    }
    const detach = call(2, 'iam', 'DetachUserPolicy', {
      requestParameters: { userName: 'bob', policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' },
    });
    function grantsOf(records: readonly JsonObject[]) {
      return stand(assessed(records).waysIn.filter(({ what }) => what.kind === 'grant'));
    }
    expect(grantsOf([attach(1), detach])).toEqual(['grant: closed']);
    expect(grantsOf([attach(1), detach, attach(3)])).toEqual(['grant: open']);
  });

  test('where IAM shows it, later than the record: no such user, no such key, no password', () => {
    const gone = { ...unreadUser, accountId, userName: 'shadow', exists: false };
    function isClosed(takenAt: Instant) {
      return stand(assessed(administrator, { identityState: [{ ...gone, takenAt }] }).waysIn).includes('user: closed');
    }
    expect(isClosed(minute(50))).toBe(true);
    expect(isClosed(minute(1))).toBe(false);
  });

  test('for a trust, by a later one of somebody else that lets in none of those', () => {
    function trust(principal: JsonObject) {
      return JSON.stringify({ Statement: [{ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' }] });
    }
    const opened = call(1, 'iam', 'UpdateAssumeRolePolicy', {
      requestParameters: { roleName: 'Audit', policyDocument: trust({ AWS: 'arn:aws:iam::999988887777:root' }) },
    });
    const putBack = callByAdmin(20, 'iam', 'UpdateAssumeRolePolicy', {
      requestParameters: { roleName: 'Audit', policyDocument: trust({ Service: 'ec2.amazonaws.com' }) },
    });
    const leftOpen = callByAdmin(20, 'iam', 'UpdateAssumeRolePolicy', {
      requestParameters: { roleName: 'Audit', policyDocument: trust({ AWS: 'arn:aws:iam::999988887777:root' }) },
    });
    function of(...records: JsonObject[]) {
      return stand(assessed(records).waysIn.filter(({ what }) => what.kind === 'trust'));
    }
    expect(of(opened)).toEqual(['trust: open']);
    expect(of(opened, putBack)).toEqual(['trust: closed']);
    expect(of(opened, leftOpen)).toEqual(['trust: open']);
  });
});

test('a stolen session of an instance is a way in by itself, until it must have ended', () => {
  const stolen = { roleName: 'Web', sessionName: 'i-0abc', key: 'ASIASTOLEN' };
  const { waysIn } = assessed([callBySession(0, stolen, 's3', 'ListBuckets')], { more: [sessionOf('Web', 'i-0abc')] });
  expect(waysIn.map(({ what, until }) => [what.kind, until])).toEqual([['session', '2026-11-25T00:00:00.000Z']]);
});

test('what is shared with an own account is no way in, what is shared with an outsider is', () => {
  function share(account: string) {
    return call(1, 'ec2', 'ModifySnapshotAttribute', {
      requestParameters: { snapshotId: 'snap-1', createVolumePermission: { add: { items: [{ userId: account }] } } },
    });
  }
  function sharesOf(account: string) {
    return assessed([share(account)], { ownAccounts: ['444455556666' as typeof accountId] }).waysIn.filter(
      ({ what }) => what.kind === 'share',
    ).length;
  }
  expect(sharesOf('444455556666')).toBe(0);
  expect(sharesOf('999988887777')).toBe(1);
});

function accepted({ id, what }: WayIn): Acceptance {
  return {
    wayInId: id,
    what: subjectDigest(what),
    acceptedBy: 'alice',
    reason: 'a test of ours',
    at: minute(58),
    until: null,
  };
}

test('an acceptance covers no other way in, none that has changed, none after its end, and no call that goes through later', () => {
  const { waysIn } = assessed([listing, ...administrator]);
  function statesBy(change: (acceptance: Acceptance) => Acceptance, records = [listing, ...administrator]) {
    return stand(assessed(records, { acceptances: waysIn.map((wayIn) => change(accepted(wayIn))) }).waysIn);
  }
  const all = statesBy((each) => each);
  expect(all.every((each) => each.endsWith('accepted'))).toBe(true);
  const open = all.map((each) => each.replace('accepted', 'open'));
  expect(statesBy((each) => ({ ...each, wayInId: 'another' }))).toEqual(open);
  expect(statesBy((each) => ({ ...each, what: canonicalDigest('another') }))).toEqual(open);
  expect(statesBy((each) => ({ ...each, until: minute(59) }))).toEqual(open);
  expect(statesBy((each) => ({ ...each, at: minute(0) }))).toContain('access-key: open');
});

test('an accepted way in stands as accepted by that person, and what is closed stays closed', () => {
  const before = assessed([listing, ...administrator, deactivated]).waysIn;
  const acceptances = before.map((wayIn) => accepted(wayIn));
  const { waysIn } = assessed([listing, ...administrator, deactivated], { acceptances });
  expect(stand(waysIn)).toEqual(['access-key: accepted', 'access-key: closed', 'grant: accepted', 'user: accepted']);
  expect(containment(waysIn).verdict).toBe('contained');
});

test('keys whose answers were cut off are a way in each, known by user and record, and none that IAM could be asked to deactivate', () => {
  function cutOff(at: number, userName: string) {
    return call(at, 'iam', 'CreateAccessKey', { requestParameters: { userName }, responseElements: null });
  }
  const deleted = callByAdmin(3, 'iam', 'DeleteAccessKey', { requestParameters: { userName: 'bo' } });
  const ofCase = assessed([cutOff(1, 'bo'), cutOff(2, 'svc'), deleted]);
  const made = ofCase.waysIn.filter(({ what, origin }) => what.kind === 'access-key' && origin === 'made');
  expect(made).toMatchObject([
    { state: 'open', what: { userName: 'bo', madeAt: minute(1) } },
    { state: 'open', what: { userName: 'svc', madeAt: minute(2) } },
  ]);
  const acts = actsInWords(remediesOf(ofCase));
  const [toldDate = '', toldTime = ''] = minute(1).replace('Z', '').split('T');
  expect(acts).toContain(
    `list the keys of user bo (aws iam list-access-keys --user-name bo) and deactivate what was made at ${toldDate} ${toldTime} UTC`,
  );
  expect(acts.join()).not.toContain('unknown');
});

test('by hand, what a record does not name is looked for among what its user has', () => {
  const { waysIn } = assessed([
    call(1, 'iam', 'UploadSSHPublicKey', { requestParameters: { userName: 'bo' }, responseElements: null }),
    call(2, 'iam', 'UploadSSHPublicKey', { requestParameters: { userName: 'bo' }, responseElements: null }),
  ]);
  const keys = waysIn.filter(({ what }) => what.kind === 'other-credential');
  expect(keys).toHaveLength(2);
  expect(keys.flatMap(({ what }) => commandsFor(what)).slice(0, 2)).toStrictEqual([
    'aws iam list-ssh-public-keys --user-name bo',
    'aws iam update-ssh-public-key --user-name bo --ssh-public-key-id NOT_IN_THE_RECORD --status Inactive',
  ]);
});
