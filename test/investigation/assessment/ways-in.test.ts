import { array, assert, boolean, constantFrom, nat, oneof, property, record, tuple, type Arbitrary } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { containment } from '../../../src/investigation/ways-in/containment.ts';
import type { Instant } from '../../../src/model/ids.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import type { WayIn } from '../../../src/model/way-in.ts';
import { accessKeyId, accountId, userName } from '../trail-records.ts';
import { assessed, call, callByAdmin, minute, sessionOf, callBySession, stand } from './assessed.ts';

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
    const revoked = callByAdmin(10, 'iam', 'PutRolePolicy', {
      requestParameters: {
        roleName: 'Deploy',
        policyName: 'AWSRevokeOlderSessions',
        policyDocument: JSON.stringify({
          Statement: [
            {
              Effect: 'Deny',
              Action: ['*'],
              Resource: ['*'],
              Condition: { DateLessThan: { 'aws:TokenIssueTime': minute(10) } },
            },
          ],
        }),
      },
    });
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
    const attach = (at: number) =>
      call(at, 'iam', 'AttachUserPolicy', {
        requestParameters: { userName: 'bob', policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' },
      });
    const detach = call(2, 'iam', 'DetachUserPolicy', {
      requestParameters: { userName: 'bob', policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' },
    });
    const grantsOf = (records: readonly JsonObject[]) =>
      stand(assessed(records).waysIn.filter(({ what }) => what.kind === 'grant'));
    expect(grantsOf([attach(1), detach])).toEqual(['grant: closed']);
    expect(grantsOf([attach(1), detach, attach(3)])).toEqual(['grant: open']);
  });

  test('where IAM shows it, later than the record: no such user, no such key, no password', () => {
    const state = {
      accountId,
      userName: 'shadow',
      takenAt: minute(50),
      exists: false,
      userId: null,
      createdAt: null,
      keys: null,
      hasPassword: null,
      mfaDevices: null,
      attachedPolicies: null,
      inlinePolicies: null,
      groups: null,
      problems: [],
    };
    const isClosed = (takenAt: Instant) =>
      stand(assessed(administrator, { identityState: [{ ...state, takenAt }] }).waysIn).includes('user: closed');
    expect(isClosed(minute(50))).toBe(true);
    expect(isClosed(minute(1))).toBe(false);
  });

  test('for a trust, by a later one of somebody else that lets in none of those', () => {
    const trust = (principal: JsonObject) =>
      JSON.stringify({ Statement: [{ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' }] });
    const opened = call(1, 'iam', 'UpdateAssumeRolePolicy', {
      requestParameters: { roleName: 'Audit', policyDocument: trust({ AWS: 'arn:aws:iam::999988887777:root' }) },
    });
    const putBack = callByAdmin(20, 'iam', 'UpdateAssumeRolePolicy', {
      requestParameters: { roleName: 'Audit', policyDocument: trust({ Service: 'ec2.amazonaws.com' }) },
    });
    const leftOpen = callByAdmin(20, 'iam', 'UpdateAssumeRolePolicy', {
      requestParameters: { roleName: 'Audit', policyDocument: trust({ AWS: 'arn:aws:iam::999988887777:root' }) },
    });
    const of = (...records: JsonObject[]) =>
      stand(assessed(records).waysIn.filter(({ what }) => what.kind === 'trust'));
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
  const share = (account: string) =>
    call(1, 'ec2', 'ModifySnapshotAttribute', {
      requestParameters: { snapshotId: 'snap-1', createVolumePermission: { add: { items: [{ userId: account }] } } },
    });
  const sharesOf = (account: string) =>
    assessed([share(account)], { ownAccounts: ['444455556666' as typeof accountId] }).waysIn.filter(
      ({ what }) => what.kind === 'share',
    ).length;
  expect(sharesOf('444455556666')).toBe(0);
  expect(sharesOf('999988887777')).toBe(1);
});

test('an accepted way in stands as accepted by that person, and what is closed stays closed', () => {
  const before = assessed([listing, ...administrator, deactivated]).waysIn;
  const acceptances = before.map(({ id }) => ({ wayInId: id, acceptedBy: 'alice', reason: 'a test of ours' }));
  const { waysIn } = assessed([listing, ...administrator, deactivated], { acceptances });
  expect(stand(waysIn)).toEqual(['access-key: accepted', 'access-key: closed', 'grant: accepted', 'user: accepted']);
  expect(containment(waysIn).verdict).toBe('contained');
});

const stateArbitrary: Arbitrary<WayIn['state']> = oneof(
  constantFrom('open' as const, 'closed' as const, 'unknown' as const),
  record({ acceptedBy: constantFrom('alice', '', '  '), reason: constantFrom('known', '', ' ') }),
);

test('whatever the ways in are, no case is contained with one open, unknown, or accepted by nobody or for no reason', () => {
  const wayIn = (state: WayIn['state'], index: number): WayIn => ({
    id: String(index),
    identity: 'user/1/x',
    origin: 'made',
    what: { kind: 'user', accountId, userName: `user-${index}` },
    state,
    until: 'until-removed',
    proof: [],
  });
  assert(
    property(array(stateArbitrary, { maxLength: 30 }), (states) => {
      const { verdict, left } = containment(states.map(wayIn));
      const settled = (state: WayIn['state']) =>
        state === 'closed' ||
        (typeof state === 'object' && state.acceptedBy.trim() !== '' && state.reason.trim() !== '');
      expect(verdict).toBe(states.every(settled) ? 'contained' : 'partly-contained');
      expect(left).toHaveLength(states.filter((state) => !settled(state)).length);
    }),
  );
});

/* Random intrusions: whoever made what of whom, and what of it was undone, in any order. */

type Step = { readonly kind: 'user' | 'key' | 'session' | 'token' | 'password' | 'admin'; readonly of: number };
const names = ['ann', 'bea', 'cem'] as const;

function recordOf({ kind, of }: Step, index: number): JsonObject {
  const name = names[of] ?? 'ann';
  const at = index + 1;
  switch (kind) {
    case 'user':
      return call(at, 'iam', 'CreateUser', { requestParameters: { userName: name } });
    case 'key':
      return call(at, 'iam', 'CreateAccessKey', {
        requestParameters: { userName: name },
        responseElements: { accessKey: { accessKeyId: `AKIA${index}`, userName: name } },
      });
    case 'session':
      return call(at, 'sts', 'AssumeRole', {
        requestParameters: { roleArn: `arn:aws:iam::${accountId}:role/${name}`, roleSessionName: `s${index}` },
        responseElements: { credentials: { accessKeyId: `ASIA${index}`, expiration: 'Nov 25, 2026, 12:00:00 AM' } },
      });
    case 'token':
      return call(at, 'sts', 'GetFederationToken', {
        requestParameters: { name: `f${index}` },
        responseElements: { credentials: { accessKeyId: `ASIA${index}`, expiration: 'Nov 26, 2026, 12:00:00 AM' } },
      });
    case 'password':
      return call(at, 'iam', 'CreateLoginProfile', { requestParameters: { userName: name } });
    default:
      return call(at, 'iam', 'AttachUserPolicy', {
        requestParameters: { userName: name, policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' },
      });
  }
}

/** What an administrator does about a step; nothing for the sessions, which nobody revokes here. */
function undoingOf({ kind, of }: Step, index: number): readonly JsonObject[] {
  const name = names[of] ?? 'ann';
  const at = 100 + index;
  switch (kind) {
    case 'key':
      return [
        callByAdmin(at, 'iam', 'DeleteAccessKey', {
          requestParameters: { userName: name, accessKeyId: `AKIA${index}` },
        }),
      ];
    case 'password':
      return [callByAdmin(at, 'iam', 'DeleteLoginProfile', { requestParameters: { userName: name } })];
    case 'admin':
      return [
        callByAdmin(at, 'iam', 'DetachUserPolicy', {
          requestParameters: { userName: name, policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' },
        }),
      ];
    case 'user':
      return [callByAdmin(300 + index, 'iam', 'DeleteUser', { requestParameters: { userName: name } })];
    default:
      return [];
  }
}

const stepArbitrary: Arbitrary<Step> = record({
  kind: constantFrom('user', 'key', 'session', 'token', 'password', 'admin'),
  of: nat({ max: 2 }),
});

test('of random intrusions, each thing that was made and not undone keeps the case from being contained', () => {
  assert(
    property(array(tuple(stepArbitrary, boolean()), { minLength: 1, maxLength: 12 }), (steps) => {
      const made = steps.map(([step], index) => recordOf(step, index));
      const undone = steps.flatMap(([step, isUndone], index) => (isUndone ? undoingOf(step, index) : []));
      const users = new Set(
        steps.filter(([step, isUndone]) => step.kind === 'user' && isUndone).map(([step]) => step.of),
      );
      const gone = (kind: Step['kind'], of: number) =>
        users.has(of) || steps.some(([step, isUndone]) => isUndone && step.kind === kind && step.of === of);
      const isLeft = steps.some(([{ kind, of }, isUndone]) => {
        if (kind === 'session' || kind === 'token') return true;
        if (kind === 'key') return !(isUndone || users.has(of));
        return !gone(kind, of);
      });
      // The key with which it all was done is inactive; everybody is looked at an hour after the last undoing.
      const { waysIn } = assessed([...made, ...undone, deactivatedAt(400)], { now: minute(460) });
      expect(containment(waysIn).verdict).toBe(isLeft ? 'partly-contained' : 'contained');
    }),
    { numRuns: 300 },
  );
});

function deactivatedAt(at: number): JsonObject {
  return callByAdmin(at, 'iam', 'UpdateAccessKey', {
    requestParameters: { userName, accessKeyId, status: 'Inactive' },
  });
}
