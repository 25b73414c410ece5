import { describe, expect, test } from 'vitest';
import { session, user } from '../../../src/cloudtrail/identities.ts';
import { assessCase } from '../../../src/investigation/case/assess-case.ts';
import { remediesOf } from '../../../src/investigation/plan/remedies.ts';
import { givenBackInWords } from '../../../src/investigation/report/given-back-words.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import { accountId } from '../trail-records.ts';
import { alertsOn, assessed, call, callByAdmin, materialOf } from './assessed.ts';
import type { Made } from './undoings.ts';

/*
 * Somebody takes away what others work with; whoever gives the same back, from where they have always worked, is no suspect for it.
 */

const day = 1440;
const home = { sourceIPAddress: '198.51.100.10', userAgent: 'Mozilla/5.0' };
const elsewhere = { ...home, sourceIPAddress: '203.0.113.99' };

interface Gift {
  readonly what: string;
  /** How it was before, where only a record tells. */
  readonly before?: readonly Made[];
  readonly taken: Made;
  readonly given: Made;
  /** What gives more than was taken, or something else. */
  readonly more: readonly Made[];
}

const ops = { userName: 'ops' };
const key = { ...ops, accessKeyId: 'AKIAOPS0000000000001' };
const device = { ...ops, serialNumber: arn('mfa/ops') };
const admins = { ...ops, groupName: 'administrators' };
const fullAccess = 'arn:aws:iam::aws:policy/AdministratorAccess';
const base = { policyArn: arn('policy/base') };
const all = documentOf('*');
const keys = documentOf('iam:CreateAccessKey');
const nothing = JSON.stringify({ Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }] });
const set = 'arn:aws:sso:::permissionSet/ssoins-1/ps-1';
const assignment = { principalId: 'p-1', permissionSetArn: set, targetId: accountId };
const person = { identityStoreId: 'd-1', userId: 'u-1' };
const profiled = { instanceProfileName: 'web', roleName: 'app' };
const instanceId = 'i-0123456789abcdef0';

function arn(rest: string): string {
  return `arn:aws:iam::${accountId}:${rest}`;
}

function documentOf(Action: string): string {
  return JSON.stringify({ Statement: [{ Effect: 'Allow', Action, Resource: '*' }] });
}

function inline(policyDocument: string): Made {
  return ['iam:PutUserPolicy', { ...ops, policyName: 'work', policyDocument }];
}

function version(versionId: string, policyDocument: string): Made {
  const request = { ...base, policyDocument, setAsDefault: true };
  return ['iam:CreatePolicyVersion', request, { policyVersion: { versionId } }];
}

function profileOn(name: string): Made {
  return [
    'ec2:AssociateIamInstanceProfile',
    { AssociateIamInstanceProfileRequest: { InstanceId: instanceId, IamInstanceProfile: { Name: name } } },
  ];
}

const gifts: readonly Gift[] = [
  {
    what: 'a membership in a group',
    taken: ['iam:RemoveUserFromGroup', admins],
    given: ['iam:AddUserToGroup', admins],
    more: [
      ['iam:AddUserToGroup', { ...admins, userName: 'eve' }],
      ['iam:AddUserToGroup', { ...admins, groupName: 'owners' }],
    ],
  },
  {
    what: 'a key that was switched off',
    taken: ['iam:UpdateAccessKey', { ...key, status: 'Inactive' }],
    given: ['iam:UpdateAccessKey', { ...key, status: 'Active' }],
    more: [
      ['iam:UpdateAccessKey', { ...key, accessKeyId: 'AKIAOPS0000000000002', status: 'Active' }],
      ['iam:CreateAccessKey', ops, { accessKey: { ...ops, accessKeyId: 'AKIAOPS0000000000003', status: 'Active' } }],
    ],
  },
  {
    what: 'an SSH key that was switched off',
    taken: ['iam:UpdateSSHPublicKey', { ...ops, sSHPublicKeyId: 'APKA1', status: 'Inactive' }],
    given: ['iam:UpdateSSHPublicKey', { ...ops, sSHPublicKeyId: 'APKA1', status: 'Active' }],
    more: [['iam:UploadSSHPublicKey', ops, { sSHPublicKey: { ...ops, sSHPublicKeyId: 'APKA2' } }]],
  },
  {
    what: 'a second factor',
    taken: ['iam:DeactivateMFADevice', device],
    given: ['iam:EnableMFADevice', device],
    more: [['iam:EnableMFADevice', { userName: 'eve', serialNumber: arn('mfa/eve') }]],
  },
  {
    what: 'a password that was deleted',
    taken: ['iam:DeleteLoginProfile', ops],
    given: ['iam:CreateLoginProfile', ops],
    more: [['iam:CreateLoginProfile', { userName: 'eve' }]],
  },
  {
    what: "AWS's policy that was detached",
    taken: ['iam:DetachUserPolicy', { ...ops, policyArn: fullAccess }],
    given: ['iam:AttachUserPolicy', { ...ops, policyArn: fullAccess }],
    more: [
      ['iam:AttachUserPolicy', { userName: 'eve', policyArn: fullAccess }],
      ['iam:AttachGroupPolicy', { groupName: 'ops', policyArn: fullAccess }],
      ['iam:AttachUserPolicy', { ...ops, policyArn: 'arn:aws:iam::aws:policy/IAMFullAccess' }],
    ],
  },
  {
    what: 'an own policy that was detached',
    before: [version('v3', keys)],
    taken: ['iam:DetachUserPolicy', { ...ops, ...base }],
    given: ['iam:AttachUserPolicy', { ...ops, ...base }],
    more: [['iam:AttachUserPolicy', { userName: 'eve', policyArn: fullAccess }]],
  },
  {
    what: 'an inline policy, with the document that it had',
    before: [inline(all)],
    taken: ['iam:DeleteUserPolicy', { ...ops, policyName: 'work' }],
    given: inline(JSON.stringify(JSON.parse(all), null, 2)),
    more: [['iam:PutUserPolicy', { ...ops, policyName: 'other', policyDocument: all }]],
  },
  {
    what: 'a version of a policy, in whose place somebody had put one that denies everything',
    before: [version('v3', all)],
    taken: version('v4', nothing),
    given: ['iam:SetDefaultPolicyVersion', { ...base, versionId: 'v3' }],
    more: [['iam:SetDefaultPolicyVersion', { ...base, versionId: 'v2' }], version('v5', all)],
  },
  {
    what: 'an assignment of Identity Center',
    taken: ['sso:DeleteAccountAssignment', assignment],
    given: ['sso:CreateAccountAssignment', assignment],
    more: [['sso:CreateAccountAssignment', { ...assignment, principalId: 'p-2' }]],
  },
  {
    what: 'somebody of the directory who was disabled',
    taken: ['sso-directory:DisableUser', person],
    given: ['sso-directory:EnableUser', person],
    more: [['sso-directory:EnableUser', { ...person, userId: 'u-2' }]],
  },
  {
    what: 'a role in an instance profile',
    taken: ['iam:RemoveRoleFromInstanceProfile', profiled],
    given: ['iam:AddRoleToInstanceProfile', profiled],
    more: [['iam:AddRoleToInstanceProfile', { ...profiled, roleName: 'admin' }]],
  },
  {
    what: "an instance's profile",
    taken: [
      'ec2:DisassociateIamInstanceProfile',
      { DisassociateIamInstanceProfileRequest: { AssociationId: 'iip-1' } },
      {
        DisassociateIamInstanceProfileResponse: {
          iamInstanceProfileAssociation: { instanceId, iamInstanceProfile: { arn: arn('instance-profile/web') } },
        },
      },
    ],
    given: profileOn('web'),
    more: [profileOn('admin')],
  },
];

function workedFor(days: number, place: JsonObject = home): readonly JsonObject[] {
  return Array.from({ length: days }, (_, index) => call(-(index + 1) * day, 'ec2', 'DescribeInstances', place));
}

function made(by: typeof call, from: number, acts: readonly Made[], place: JsonObject = {}): readonly JsonObject[] {
  return acts.map(([name, request, response], index) => {
    const [service = '', action = ''] = name.split(':');
    const answer = response === undefined ? {} : { responseElements: response };
    return by(from + index, service, action, { ...place, requestParameters: request, ...answer });
  });
}

/** A third one, neither who took nor who gives back. */
function callByOther(minutes: number, service: string, action: string, given: JsonObject = {}): JsonObject {
  const userName = 'owner';
  const userIdentity = { type: 'IAMUser', principalId: 'AIDAOWNER', arn: arn(`user/${userName}`), accountId, userName };
  return call(minutes, service, action, { userIdentity: { ...userIdentity, accessKeyId: 'AKIAOWNER' }, ...given });
}

interface Told {
  readonly before?: readonly JsonObject[];
  /** Between the taking and the giving back. */
  readonly between?: readonly JsonObject[];
  readonly taker?: typeof call;
  readonly takenAt?: number;
  readonly place?: JsonObject;
}

/** What comes of it where somebody who always worked at home gives something after it was taken. */
function after(gift: Gift, given: readonly Made[], told: Told = {}) {
  const { before = [], between = [], taker = callByAdmin, takenAt = 1, place = home } = told;
  const gives = made(call, 20, given, place);
  const stood = made(callByOther, -2 * day, gift.before ?? []);
  const records = [...workedFor(8), ...stood, ...before, ...made(taker, takenAt, [gift.taken]), ...between, ...gives];
  const assessment = assessed(records, { alerts: alertsOn(...gives) });
  return {
    ticked: remediesOf(assessment).filter(({ recommended }) => recommended),
    suspicious: assessment.findings.filter(({ direction }) => direction === 'suspicious').map(({ kind }) => kind),
    because: assessment.findings.map(({ facts }) => facts['because']),
    made: assessment.waysIn.filter(({ origin }) => origin === 'made').map(({ what }) => what.kind),
    timeline: assessment.timeline,
  };
}

describe('whoever gives back what another took, from where they have always worked, is no suspect', () => {
  test.each(gifts)('$what', (gift) => {
    const { ticked, suspicious, because, made: waysIn } = after(gift, [gift.given]);
    expect([ticked, suspicious, waysIn]).toEqual([[], [], []]);
    expect(because).toContain('repair');
  });

  test.each(gifts)('and the timeline says from whom, and no gain: $what', (gift) => {
    const { timeline } = after(gift, [gift.given]);
    expect(timeline.map(({ takenBy, stage }) => [takenBy, stage]).at(-1)).toEqual([
      user(accountId, 'admin').id,
      'other',
    ]);
  });
});

test.each([
  [user(accountId, 'admin').id, 'gives back what user admin took'],
  [session(accountId, 'ops', 'x').id, 'gives back what session ops/x took'],
])('whoever took it need not be of the case: %s', (takenBy, said) => {
  expect(String(givenBackInWords({ takenBy }, { identities: [] }))).toBe(said);
});

describe('nothing is given back, and actions are advised against whoever', () => {
  test.each(gifts)('does so from elsewhere: $what', (gift) => {
    expect(after(gift, [gift.given], { place: elsewhere }).ticked).not.toEqual([]);
  });

  test.each(gifts)('took it themselves: $what', (gift) => {
    expect(after(gift, [gift.given], { taker: call }).ticked).not.toEqual([]);
  });

  test.each(gifts)('gives more than was taken: $what', (gift) => {
    for (const more of gift.more) {
      expect(after(gift, [more]).ticked).not.toEqual([]);
      expect(after(gift, [gift.given, more]).ticked).not.toEqual([]);
    }
  });

  // A password that another has set within the day may be set again by whoever answers for it (decision 0160).
  const onceOnly = gifts.filter(({ what }) => !what.startsWith('a password'));

  test.each(onceOnly)('gives what somebody had given back before: $what', (gift) => {
    expect(after(gift, [gift.given], { between: made(callByOther, 10, [gift.given]) }).ticked).not.toEqual([]);
  });

  test.each(gifts)('gives what was taken long before: $what', (gift) => {
    expect(after(gift, [gift.given], { takenAt: -1.5 * day - 7 * day, before: [] }).ticked).not.toEqual([]);
  });

  test.each(gifts)('was armed by who took it: $what', (gift) => {
    const mallory = { userName: 'mallory' };
    const arming: readonly Made[] = [
      ['iam:UpdateLoginProfile', mallory],
      ['iam:AttachUserPolicy', { ...mallory, policyArn: fullAccess }],
      ['iam:AddUserToGroup', { ...mallory, groupName: 'administrators' }],
      ['iam:EnableMFADevice', { ...mallory, serialNumber: arn('mfa/mallory') }],
    ];
    for (const each of arming) {
      expect(after(gift, [gift.given], { before: made(callByAdmin, -5, [each]) }).ticked).not.toEqual([]);
    }
  });
});

describe('what the taker had made, given or armed is not given back', () => {
  const ofUsers = gifts.filter(({ given: [, request] }) => 'userName' in request);

  test.each(gifts.filter(({ what }) => !what.startsWith('a version')))('$what', (gift) => {
    const before = made(callByAdmin, -5, [gift.given]);
    expect(after(gift, [gift.given], { before }).ticked).not.toEqual([]);
  });

  test.each(ofUsers)('to a user of theirs: $what', (gift) => {
    const arming: readonly Made[] = [
      ['iam:CreateUser', ops, { user: ops }],
      ['iam:CreateAccessKey', ops, { accessKey: { ...ops, accessKeyId: 'AKIATHEIRS', status: 'Active' } }],
      ['iam:UploadSSHPublicKey', ops, { sSHPublicKey: { ...ops, sSHPublicKeyId: 'APKATHEIRS' } }],
    ];
    for (const each of arming) {
      expect(after(gift, [gift.given], { before: made(callByAdmin, -5, [each]) }).ticked).not.toEqual([]);
    }
  });

  test('to whoever gives it to themselves', () => {
    const self = { userName: 'mallory', groupName: 'administrators' };
    const gift: Gift = {
      what: '',
      taken: ['iam:RemoveUserFromGroup', self],
      given: ['iam:AddUserToGroup', self],
      more: [],
    };
    expect(after(gift, [gift.given]).ticked).not.toEqual([]);
  });

  test('an inline policy with another document than it had, or of which no record tells', () => {
    const taken: Made = ['iam:DeleteUserPolicy', { ...ops, policyName: 'work' }];
    const gift: Gift = { what: '', before: [inline(keys)], taken, given: inline(all), more: [] };
    expect(after(gift, [gift.given]).ticked).not.toEqual([]);
    expect(after({ ...gift, before: [] }, [gift.given]).ticked).not.toEqual([]);
  });

  test('an own policy that says something else since it was taken', () => {
    const [gift] = gifts.filter(({ what }) => what.startsWith('an own policy'));
    if (gift === undefined) throw new Error('no such gift');
    const between = made(callByAdmin, 5, [version('v4', all)]);
    expect(after(gift, [gift.given], { between }).ticked).not.toEqual([]);
  });
});

test('what a response of ours had taken is not given back as what an intruder had', () => {
  const off = callByAdmin(1, 'iam', 'UpdateAccessKey', { requestParameters: { ...key, status: 'Inactive' } });
  const on = call(20, 'iam', 'UpdateAccessKey', { ...home, requestParameters: { ...key, status: 'Active' } });
  const material = materialOf([...workedFor(8), off, on], { alerts: alertsOn(on) });
  const events = material.events.map((event) => ({ ...event, own: event.ref.eventId === off['eventID'] }));
  expect(assessCase(material).advises).toBe(false);
  expect(assessCase({ ...material, events }).advises).toBe(true);
});
