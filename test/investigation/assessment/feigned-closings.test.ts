import { describe, expect, test } from 'vitest';
import { grantsOfDocument } from '../../../src/investigation/effects/policy-content.ts';
import { leadsOn } from '../../../src/investigation/ways-in/grants.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import { accountId, accessKeyId, userName } from '../trail-records.ts';
import { bareUser } from '../user-states.ts';
import { assessed, call, callByAdmin, minute, stand } from './assessed.ts';

const listing = call(0, 's3', 'ListBuckets');
const administratorAccess = 'arn:aws:iam::aws:policy/AdministratorAccess';

function deny(condition?: JsonObject): string {
  const statement = { Effect: 'Deny', Action: '*', Resource: '*' };
  return JSON.stringify({ Statement: [condition === undefined ? statement : { ...statement, Condition: condition }] });
}

/** A user with a key and every right, made by the intruder. */
function backdoor(name = 'shadow'): readonly JsonObject[] {
  return [
    call(1, 'iam', 'CreateUser', {
      requestParameters: { userName: name },
      responseElements: { user: { userName: name, userId: 'AIDASHADOW' } },
    }),
    call(2, 'iam', 'CreateAccessKey', {
      requestParameters: { userName: name },
      responseElements: { accessKey: { accessKeyId: 'AKIASHADOW', userName: name, status: 'Active' } },
    }),
    call(3, 'iam', 'AttachUserPolicy', { requestParameters: { userName: name, policyArn: administratorAccess } }),
  ];
}

const allOpen = ['access-key: open', 'access-key: open', 'grant: open', 'user: open'];

function standOf(records: readonly JsonObject[]): readonly string[] {
  return stand(assessed([listing, ...records]).waysIn);
}

function keyStatus(at: number, status: string, given: JsonObject = {}): JsonObject {
  return call(at, 'iam', 'UpdateAccessKey', {
    requestParameters: { userName: 'shadow', accessKeyId: 'AKIASHADOW', status },
    ...given,
  });
}

describe("a user's keys, rights and itself stay open", () => {
  const renamed = call(4, 'iam', 'UpdateUser', { requestParameters: { userName: 'shadow', newUserName: 'Shadow2' } });
  function denied(userName: string) {
    return call(3, 'iam', 'PutUserPolicy', {
      requestParameters: { userName, policyName: 'x', policyDocument: deny() },
    });
  }
  const lifted = call(5, 'iam', 'DeleteUserPolicy', { requestParameters: { userName: 'shadow2', policyName: 'x' } });

  test.each([
    [
      'another was made by its name and deleted',
      [
        renamed,
        call(5, 'iam', 'CreateUser', { requestParameters: { userName: 'shadow' } }),
        call(6, 'iam', 'DeleteUser', { requestParameters: { userName: 'shadow' } }),
      ],
    ],
    ['its denial went with it, and was taken off there', [denied('shadow'), renamed, lifted]],
  ])('where it was renamed, and %s', (_, records) => {
    expect(standOf([...backdoor(), ...records])).toEqual(expect.arrayContaining(allOpen));
  });

  function seen(name: string, given: object = {}) {
    return {
      identityState: [{ ...bareUser, accountId, userName: name, takenAt: minute(10), ...given }],
    };
  }
  function standSeen(records: readonly JsonObject[], given: ReturnType<typeof seen>) {
    return stand(assessed([listing, ...records], given).waysIn);
  }

  test('where it was renamed, and IAM knows nobody by its old name, or another without keys', () => {
    const namesake = call(5, 'iam', 'CreateUser', {
      requestParameters: { userName: 'shadow' },
      responseElements: { user: { userName: 'shadow', userId: 'AIDAOTHER' } },
    });
    expect(standSeen([...backdoor(), renamed], seen('shadow', { exists: false }))).toEqual(allOpen);
    expect(standSeen([...backdoor(), renamed, namesake], seen('shadow'))).toEqual([...allOpen, 'user: open']);
    const self = call(4, 'iam', 'UpdateUser', { requestParameters: { userName, newUserName: 'mallory2' } });
    expect(standSeen([self], seen(userName, { exists: false }))).toEqual(['access-key: open']);
    expect(standSeen([self], seen('mallory2', { exists: false }))).toEqual(['access-key: open']);
  });

  test('where IAM shows another user of its name, by the unique ID', () => {
    expect(standSeen(backdoor(), seen('shadow', { userId: 'AIDAOTHER' }))).toEqual(allOpen);
    expect(standSeen(backdoor(), seen('shadow', { userId: 'AIDASHADOW' }))).toContain('access-key: closed');
  });

  test('but what IAM, or a record, says of its new name closes it', () => {
    expect(standSeen([...backdoor(), renamed], seen('Shadow2'))).toContain('access-key: closed');
    const deniedAfter = call(5, 'iam', 'PutUserPolicy', {
      requestParameters: { userName: 'Shadow2', policyName: 'x', policyDocument: deny() },
    });
    expect(standOf([...backdoor(), renamed, deniedAfter])).toEqual([
      'access-key: closed',
      'access-key: open',
      'grant: closed',
      'user: closed',
    ]);
    const { waysIn } = assessed([listing, ...backdoor(), renamed]);
    expect(waysIn.find(({ what }) => what.kind === 'user')?.what).toMatchObject({ userName: 'Shadow2' });
  });

  test('but not what was ended before it was renamed', () => {
    const ended = call(3, 'iam', 'DeleteUser', { requestParameters: { userName: 'shadow' } });
    expect(standOf([...backdoor(), ended, renamed])).not.toContain('user: open');
  });

  test.each([
    [{ DateLessThan: { 'aws:TokenIssueTime': '2099-01-01T00:00:00Z' } }],
    [{ DateLessThanEquals: { 'aws:TokenIssueTime': '9999-12-31T23:59:59Z' } }],
    [{ StringNotEquals: { 'aws:PrincipalTag/a': 'b' } }],
    [{ StringLike: { 'aws:userid': 'AIDASHADOW:*' } }],
  ])('under a denial with the condition %j, which spares long-term keys', (condition) => {
    const denied = call(4, 'iam', 'PutUserPolicy', {
      requestParameters: { userName: 'shadow', policyName: 'x', policyDocument: deny(condition) },
    });
    expect(standOf([...backdoor(), denied])).toEqual(allOpen);
  });

  test('under a denial whose resources are ARNs alone, for calls without resources go by it', () => {
    const policyDocument = deny().replace('"Resource":"*"', '"Resource":"arn:*"');
    const denied = call(4, 'iam', 'PutUserPolicy', {
      requestParameters: { userName: 'shadow', policyName: 'x', policyDocument },
    });
    expect(standOf([...backdoor(), denied])).toEqual(allOpen);
  });

  test('where a policy that denies was put and deleted within one second', () => {
    const put = call(4, 'iam', 'PutUserPolicy', {
      requestParameters: { userName: 'shadow', policyName: 'x', policyDocument: deny() },
    });
    const gone = call(4, 'iam', 'DeleteUserPolicy', { requestParameters: { userName: 'shadow', policyName: 'x' } });
    expect(standOf([...backdoor(), put, gone])).toEqual(allOpen);
    expect(standOf([...backdoor(), put])).not.toEqual(allOpen);
  });

  test.each([
    ['by the intruder', call],
    ['by somebody else', callByAdmin],
  ])(
    'where the key was made inactive and active again %s within one second, in either order of the records',
    (_who, by) => {
      const [off, on] = ['Inactive', 'Active'].map((status, index) =>
        by(4, 'iam', 'UpdateAccessKey', {
          eventID: `0000000${index}-0000-4000-8000-000000000000`,
          requestParameters: { userName: 'shadow', accessKeyId: 'AKIASHADOW', status },
        }),
      ) as [JsonObject, JsonObject];
      expect(standOf([...backdoor(), off, on])).toEqual(allOpen);
      const swapped = { ...on, eventID: '00000000-0000-4000-8000-0000000000aa' };
      expect(standOf([...backdoor(), swapped, off])).toEqual(allOpen);
      expect(standOf([...backdoor(), off])).toContain('access-key: closed');
      expect(standOf([...backdoor(), on, keyStatus(5, 'Inactive')])).toContain('access-key: closed');
    },
  );
});

describe('what is granted stays open', () => {
  function bounded(boundary: string) {
    return call(4, 'iam', 'PutUserPermissionsBoundary', {
      requestParameters: { userName: 'shadow', permissionsBoundary: boundary },
    });
  }
  const awsDenyAll = 'arn:aws:iam::aws:policy/AWSDenyAll';

  test("under a boundary of one's own that bears the name of the one of AWS that denies everything", () => {
    expect(standOf([...backdoor(), bounded(`arn:aws:iam::${accountId}:policy/AWSDenyAll`)])).toEqual(allOpen);
    expect(standOf([...backdoor(), bounded(awsDenyAll)])).toContain('grant: closed');
  });

  test('where the boundary was taken off under another spelling of the name', () => {
    const off = call(5, 'iam', 'DeleteUserPermissionsBoundary', { requestParameters: { userName: 'SHADOW' } });
    expect(standOf([...backdoor(), bounded(awsDenyAll), off])).toEqual(allOpen);
  });

  test("by a policy that only bears the name of AWS's quarantine", () => {
    const everything = JSON.stringify({ Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] });
    const name = 'AWSCompromisedKeyQuarantineV2';
    const written = call(4, 'iam', 'PutUserPolicy', {
      requestParameters: { userName: 'bob', policyName: name, policyDocument: everything },
    });
    const attached = call(4, 'iam', 'AttachUserPolicy', {
      requestParameters: { userName: 'bob', policyArn: `arn:aws:iam::${accountId}:policy/${name}` },
    });
    expect(standOf([written])).toContain('grant: open');
    expect(standOf([attached])).toContain('grant: open');
  });
});

describe('what was renamed, or has a name beside, stays open', () => {
  function iam(at: number, action: string, requestParameters: JsonObject) {
    return call(at, 'iam', action, { requestParameters });
  }
  const denyAll = 'arn:aws:iam::aws:policy/AWSDenyAll';
  const renamedGroup = iam(2, 'UpdateGroup', { groupName: 'admins', newGroupName: 'x' });
  const namesake = iam(3, 'CreateGroup', { groupName: 'admins' });
  function joins(at: number) {
    return iam(at, 'AddUserToGroup', { userName, groupName: 'admins' });
  }
  function attaches(at: number) {
    return iam(at, 'AttachGroupPolicy', { groupName: 'admins', policyArn: administratorAccess });
  }
  function url(at: number, action: string, more: JsonObject = {}) {
    return call(at, 'lambda', `${action}FunctionUrlConfig`, {
      requestParameters: { functionName: 'api', authType: 'NONE', ...more },
    });
  }

  test('a group that was joined, and one that was given a policy, where another of its name lost both', () => {
    const leaves = iam(5, 'RemoveUserFromGroup', { userName, groupName: 'admins' });
    expect(standOf([joins(1), renamedGroup, namesake, joins(4), leaves])).toContain('grant: open');
    const detaches = iam(5, 'DetachGroupPolicy', { groupName: 'admins', policyArn: administratorAccess });
    expect(standOf([attaches(1), renamedGroup, namesake, attaches(4), detaches])).toContain('grant: open');
    expect(standOf([joins(1), leaves])).toContain('grant: closed');
  });

  test('a grant whose boundary was taken off under the new name', () => {
    const bounded = iam(4, 'PutUserPermissionsBoundary', { userName: 'shadow', permissionsBoundary: denyAll });
    const renamed = iam(5, 'UpdateUser', { userName: 'shadow', newUserName: 'shadow2' });
    const off = iam(6, 'DeleteUserPermissionsBoundary', { userName: 'shadow2' });
    expect(standOf([...backdoor(), bounded, renamed, off])).toEqual(allOpen);
  });

  test("an alias's URL where only the function's was deleted", () => {
    const made = [url(1, 'Create', { qualifier: 'prod' }), url(2, 'Create')];
    expect(standOf([...made, url(3, 'Delete')])).toEqual(['access-key: open', 'code: closed', 'code: open']);
  });
});

describe("a role's session", () => {
  function minted(expiration: string) {
    return call(5, 'sts', 'AssumeRole', {
      requestParameters: { roleArn: `arn:aws:iam::${accountId}:role/Deploy`, roleSessionName: 'shadow' },
      responseElements: {
        credentials: { accessKeyId: 'ASIAROLE', expiration },
        assumedRoleUser: { assumedRoleId: 'AROADEPLOY:shadow' },
      },
    });
  }
  const session = minted('Nov 25, 2026, 12:05:00 AM');
  function denied(condition: JsonObject) {
    return callByAdmin(6, 'iam', 'PutRolePolicy', {
      requestParameters: { roleName: 'Deploy', policyName: 'x', policyDocument: deny(condition) },
    });
  }

  test.each([
    [{ StringNotLike: { 'aws:userid': 'AROADEPLOY:shadow' } }],
    [{ StringNotEquals: { 'aws:userid': 'AROADEPLOY:shadow' } }],
    [{ StringEquals: { 'aws:userid': 'AROAOTHER:shadow' } }],
    [{ StringEquals: { 'aws:userid': '*:shadow' } }],
    [{ 'ForAllValues:StringNotLike': { 'aws:userid': 'AROADEPLOY:shadow' } }],
  ])('is spared by a denial with the condition %j', (condition) => {
    expect(standOf([session, denied(condition)])).toContain('session: open');
  });

  test.each([
    [{ StringEquals: { 'aws:userid': 'AROADEPLOY:shadow' } }],
    [{ StringLike: { 'aws:userid': ['AROAOTHER:x', 'AROADEPLOY:shadow'] } }],
    [{ StringLike: { 'aws:userid': '*:shadow' } }],
  ])('is closed by a denial with the condition %j', (condition) => {
    expect(standOf([session, denied(condition)])).toContain('session: closed');
  });

  test('that by its record ended before it began has an end that nobody knows', () => {
    const { waysIn } = assessed([listing, minted('Jan 1, 1970, 12:00:01 AM')]);
    expect(waysIn.find(({ what }) => what.kind === 'session')).toMatchObject({ state: 'open', until: 'unknown' });
  });
});

describe('a policy that leads to every right is seen as such', () => {
  function grants(action: unknown, resource: unknown) {
    return grantsOfDocument({ Statement: [{ Effect: 'Allow', Action: action, Resource: resource }] } as JsonObject);
  }

  test.each([
    ['*', 'arn:aws:*'],
    ['*', '?*'],
    ['*', '*:*'],
    ['*', ['arn:aws:iam::*', 'arn:aws:s3:::*']],
    ['*', 'arn:aws:iam::111122223333:*'],
    ['*', 'arn:aws:iam::111122223333:us?r/*'],
    ['*', 'arn:*:iam::*:role/*'],
    ['i*:*', '*'],
    ['i?m:*', '*'],
    ['*am:*', '*'],
    ['?*:*', '*'],
    ['*?', '*'],
    ['*:Put*', '*'],
    ['IAM:putuserpolic?', '*'],
    ['iam:AttachUserPolic*', '*:*'],
    ['iam:*', 'arn:aws:iam::*:user/*'],
    ['iam:PutUserPolicy', 'arn:aws:iam::111122223333:user/shadow'],
    ['iam:PutUserPolicy', 'arn:aws-cn:iam::111122223333:user/${aws:username}'],
  ])('%j on %j', (action, resource) => {
    expect(grants(action, resource)).toMatchObject({ administrator: true, unread: false });
  });

  test.each([
    ['iam:CreateAccessKey', 'arn:aws:iam::111122223333:user/admin'],
    ['sts:Assume*', 'arn:aws:iam::111122223333:role/admin'],
    ['*:PassRole', '*'],
  ])('%j on %j leads on', (action, resource) => {
    expect(leadsOn(grants(action, resource))).toBe(true);
  });

  test('by all but some actions, or all but some resources', () => {
    function read(statement: JsonObject) {
      return grantsOfDocument({ Statement: [{ Effect: 'Allow', ...statement }] });
    }
    expect(read({ NotAction: 's3:*', Resource: 'arn:aws:iam::*:*' }).administrator).toBe(true);
    expect(read({ Action: 'iam:Put*', NotResource: 'arn:aws:s3:::a' }).administrator).toBe(true);
    // Without IAM it is what AWS calls a power user.
    expect(leadsOn(read({ NotAction: ['iam:*', 'sts:*'], Resource: '*' }))).toBe(true);
    expect(leadsOn(read({ NotAction: ['iam:*', 'sts:*'], Resource: 'arn:aws:iam::*:*' }))).toBe(false);
    expect(leadsOn(read({ NotAction: 'iam:*', Resource: 'arn:aws:s3:::a' }))).toBe(false);
  });

  test.each([
    ['s3:*', '*'],
    ['*', 'arn:aws:s3:::*'],
    ['*', 'arn:*:s3:::bucket'],
    ['iam:Get*', '*'],
    ['iam:List*', 'arn:aws:iam::*:*'],
  ])('and %j on %j is not', (action, resource) => {
    expect(leadsOn(grants(action, resource))).toBe(false);
  });

  test('in time that no glob can stretch', () => {
    expect(grants(`${'*a'.repeat(20_000)}:*`, '*').administrator).toBe(false);
    expect(grants('*', `arn:${'*?a'.repeat(20_000)}${':a'.repeat(7)}`).administrator).toBe(false);
  });
});

describe('what stays, or is opened again, is open', () => {
  const functionMade = call(1, 'lambda', 'CreateFunction20150331', {
    requestParameters: { functionName: 'implant' },
    responseElements: { functionName: 'implant' },
  });
  const profile = { profile: { profileArn: 'arn:aws:rolesanywhere:eu-west-1:111122223333:profile/1', roleArns: [] } };
  const shared = call(1, 's3', 'PutBucketPolicy', {
    requestParameters: {
      bucketName: 'records',
      bucketPolicy: {
        Statement: [{ Effect: 'Allow', Principal: { AWS: '999988887777' }, Action: 's3:GetObject', Resource: '*' }],
      },
    },
  });

  test.each([
    [
      'a function of which one version is deleted',
      'code',
      [
        functionMade,
        call(2, 'lambda', 'DeleteFunction20150331', { requestParameters: { functionName: 'implant', qualifier: '1' } }),
      ],
    ],
    [
      'a bucket that a policy shares with a named account, when public access is blocked',
      'share',
      [
        shared,
        call(2, 's3', 'PutBucketPublicAccessBlock', {
          requestParameters: {
            bucketName: 'records',
            PublicAccessBlockConfiguration: { BlockPublicPolicy: true, RestrictPublicBuckets: true },
          },
        }),
      ],
    ],
    [
      'a profile of Roles Anywhere that is enabled again',
      'provider',
      [
        call(1, 'rolesanywhere', 'CreateProfile', {
          requestParameters: { name: 'p', roleArns: [`arn:aws:iam::${accountId}:role/admin`] },
          responseElements: profile,
        }),
        call(2, 'rolesanywhere', 'DisableProfile', { requestParameters: {}, responseElements: profile }),
        call(3, 'rolesanywhere', 'EnableProfile', { requestParameters: {}, responseElements: profile }),
      ],
    ],
    [
      'a bucket whose ACL gives another account everything',
      'share',
      [
        call(1, 's3', 'PutBucketAcl', {
          requestParameters: {
            bucketName: 'records',
            AccessControlPolicy: {
              Owner: { ID: 'aaaa' },
              AccessControlList: {
                Grant: [
                  { Grantee: { ID: 'aaaa' }, Permission: 'FULL_CONTROL' },
                  { Grantee: { ID: 'bbbb' }, Permission: 'FULL_CONTROL' },
                ],
              },
            },
          },
        }),
      ],
    ],
    [
      'a security group that a prefix list is let into',
      'network',
      [
        call(1, 'ec2', 'AuthorizeSecurityGroupIngress', {
          requestParameters: {
            groupId: 'sg-1',
            ipPermissions: {
              items: [{ ipProtocol: '-1', prefixListIds: { items: [{ prefixListId: 'pl-0123' }] } }],
            },
          },
        }),
      ],
    ],
    [
      'a security group of which a rule was changed',
      'network',
      [
        call(1, 'ec2', 'ModifySecurityGroupRules', {
          requestParameters: {
            ModifySecurityGroupRulesRequest: {
              GroupId: 'sg-1',
              SecurityGroupRule: {
                SecurityGroupRuleId: 'sgr-1',
                SecurityGroupRule: { IpProtocol: 'tcp', FromPort: 22, ToPort: 22, CidrIpv4: '0.0.0.0/0' },
              },
            },
          },
        }),
      ],
    ],
    [
      'a credential for a service whose password was reset',
      'other-credential',
      [
        call(1, 'iam', 'ResetServiceSpecificCredential', {
          requestParameters: { userName: 'deploy', serviceSpecificCredentialId: 'ACCAEXAMPLE' },
          responseElements: { serviceSpecificCredential: { serviceSpecificCredentialId: 'ACCAEXAMPLE' } },
        }),
      ],
    ],
  ])('%s', (_, kind, records) => {
    expect(standOf(records)).toContain(`${kind}: open`);
  });
});

test('thousands of policies that deny everything are weighed at once', () => {
  const policies = Array.from({ length: 8000 }, (_, index) =>
    callByAdmin(1 + (index % 40), 'iam', 'PutUserPolicy', {
      requestParameters: { userName, policyName: `p${index}`, policyDocument: deny() },
    }),
  );
  const { waysIn } = assessed([listing, ...policies]);
  expect(waysIn.find(({ what }) => what.kind === 'access-key' && what.accessKeyId === accessKeyId)?.state).toBe(
    'closed',
  );
});
