import { describe, expect, test } from 'vitest';
import type { JsonObject, JsonValue } from '../../../src/model/json.ts';
import type { WayIn } from '../../../src/model/way-in.ts';
import { assessed, call, callByAdmin, stand } from './assessed.ts';

const listing = call(0, 's3', 'ListBuckets');
const foreign = '999988887777';

type Call = readonly [name: string, request: JsonObject, response?: JsonObject];

interface Partial {
  readonly opened: Call;
  readonly closes: Call;
  /** What the answer says where it was not done. */
  readonly failed: JsonObject;
  /** And where that of others was not. */
  readonly others?: JsonObject;
}

const permission = {
  ipProtocol: 'tcp',
  fromPort: 22,
  toPort: 22,
  ipRanges: { items: [{ cidrIp: '203.0.113.77/32' }] },
};
const group = { groupId: 'sg-1', ipPermissions: { items: [permission] } };
const assignment = {
  permissionSetArn: 'arn:aws:sso:::permissionSet/ssoins-1/ps-1',
  principalId: 'p-1',
  targetId: '111122223333',
};
const everybody = JSON.stringify({ Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }] });
function versions(...numbers: readonly number[]): JsonObject {
  const item = numbers.map((versionNumber) => ({ launchTemplateId: 'lt-1', versionNumber }));
  return { DeleteLaunchTemplateVersionsResponse: { unsuccessfullyDeletedLaunchTemplateVersionSet: { item } } };
}
function endpoints(...ids: readonly string[]): JsonObject {
  const item = ids.map((resourceId): JsonValue => ({ resourceId, error: { code: 'InvalidVpcEndpoint.NotFound' } }));
  return { DeleteVpcEndpointsResponse: { unsuccessful: { item } } };
}
function associations(associatedEntity: string): JsonObject {
  return { resourceShareAssociations: [{ associatedEntity, status: 'FAILED' }] };
}

const partial: readonly Partial[] = [
  {
    opened: ['events/PutTargets', { rule: 'nightly', targets: [{ id: 'evil', arn: 'arn:aws:lambda:x' }] }],
    closes: ['events/RemoveTargets', { rule: 'nightly', ids: ['evil', 'other'] }],
    failed: {
      failedEntryCount: 1,
      failedEntries: [{ targetId: 'evil', errorCode: 'ConcurrentModificationException' }],
    },
    others: { failedEntryCount: 1, failedEntries: [{ targetId: 'other' }] },
  },
  {
    opened: ['ec2/AuthorizeSecurityGroupIngress', group],
    closes: ['ec2/RevokeSecurityGroupIngress', group],
    failed: { _return: true, unknownIpPermissionSet: { items: [{ ipProtocol: 'tcp', fromPort: 22 }] } },
    others: { _return: true, unknownIpPermissionSet: {} },
  },
  {
    opened: ['ec2/AuthorizeSecurityGroupIngress', group],
    closes: ['ec2/RevokeSecurityGroupIngress', group],
    failed: { _return: false },
  },
  {
    opened: ['sso/CreateAccountAssignment', assignment],
    closes: ['sso/DeleteAccountAssignment', assignment],
    failed: { accountAssignmentDeletionStatus: { status: 'FAILED', failureReason: 'x' } },
    others: { accountAssignmentDeletionStatus: { status: 'SUCCEEDED' } },
  },
  {
    opened: ['ram/AssociateResourceShare', { resourceShareArn: 's', principals: [foreign] }],
    closes: ['ram/DisassociateResourceShare', { resourceShareArn: 's', principals: [foreign] }],
    failed: associations(foreign),
    others: associations('888877776666'),
  },
  {
    opened: [
      'ec2/CreateLaunchTemplateVersion',
      { CreateLaunchTemplateVersionRequest: { LaunchTemplateId: 'lt-1', LaunchTemplateData: { UserData: 'x' } } },
      {
        CreateLaunchTemplateVersionResponse: { launchTemplateVersion: { launchTemplateId: 'lt-1', versionNumber: 2 } },
      },
    ],
    closes: [
      'ec2/DeleteLaunchTemplateVersions',
      {
        DeleteLaunchTemplateVersionsRequest: {
          LaunchTemplateId: 'lt-1',
          LaunchTemplateVersion: [
            { tag: 1, content: '2' },
            { tag: 2, content: '3' },
          ],
        },
      },
    ],
    failed: versions(2),
    others: versions(3),
  },
  {
    opened: [
      'ec2/ModifyVpcEndpoint',
      { ModifyVpcEndpointRequest: { VpcEndpointId: 'vpce-1', PolicyDocument: everybody } },
    ],
    closes: ['ec2/DeleteVpcEndpoints', { DeleteVpcEndpointsRequest: { VpcEndpointId: { tag: 1, content: 'vpce-1' } } }],
    failed: endpoints('vpce-1'),
    others: endpoints('vpce-2'),
  },
  {
    opened: ['cognito-identity/GetOpenIdTokenForDeveloperIdentity', { identityPoolId: 'p', identityId: 'i-1' }],
    closes: ['cognito-identity/DeleteIdentities', { identityIdsToDelete: ['i-1', 'i-2'] }],
    failed: { unprocessedIdentityIds: [{ identityId: 'i-1', errorCode: 'InternalServerError' }] },
    others: { unprocessedIdentityIds: [{ identityId: 'i-2' }] },
  },
];

function made(by: typeof call, minutes: number, [name, requestParameters, response]: Call): JsonObject {
  const [service = '', action = ''] = name.split('/');
  return by(minutes, service, action, {
    requestParameters,
    ...(response === undefined ? {} : { responseElements: response }),
  });
}

function doorsOf(records: readonly JsonObject[]): readonly string[] {
  const { waysIn } = assessed([listing, ...records]);
  const [begun, others] = [waysIn.filter(hasBegunToEnd), waysIn.filter((each) => !hasBegunToEnd(each))];
  const doors = [...stand(others), ...begun.map(({ what }) => `${what.kind}: ending`)];
  return doors.filter((each) => !each.startsWith('access-key')).toSorted();
}

function hasBegunToEnd({ endBegun }: WayIn): boolean {
  return endBegun !== undefined;
}

describe('what a call that succeeded could not take away stays open', () => {
  test.each(partial)('$closes.0', ({ opened, closes, failed, others }) => {
    const [name, request] = closes;
    const before = doorsOf([made(call, 1, opened)]);
    function after(response?: JsonObject): readonly string[] {
      const closing: Call = response === undefined ? [name, request] : [name, request, response];
      return doorsOf([made(call, 1, opened), made(callByAdmin, 2, closing)]);
    }
    expect(before.some((each) => /: (?:open|unknown)$/.test(each))).toBe(true);
    expect(after(failed)).toEqual(before);
    for (const done of [undefined, others]) {
      expect(after(done).filter((each) => !/: (?:closed|ending)$/u.test(each))).toEqual([]);
    }
  });
});
