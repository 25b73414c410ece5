import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../src/model/json.ts';
import { wayInWords } from '../../../src/investigation/way-in-words.ts';
import { accountId } from '../trail-records.ts';
import { assessed, call, callByAdmin, stand } from './assessed.ts';

const listing = call(0, 's3', 'ListBuckets');
const elsewhere = { awsRegion: 'ap-south-1' };

function standOf(records: readonly JsonObject[]): readonly string[] {
  return stand(assessed([listing, ...records]).waysIn).filter((each) => !each.startsWith('access-key'));
}

function inRequest(requestParameters: JsonObject, more: JsonObject = {}): JsonObject {
  return { requestParameters, ...more };
}

function stackId(guid: string): string {
  return `arn:aws:cloudformation:eu-west-1:${accountId}:stack/web/${guid}`;
}
const foreign = '999988887777';
const readByForeign = { Statement: [{ Effect: 'Allow', Principal: { AWS: foreign }, Action: '*', Resource: '*' }] };

interface Namesake {
  readonly what: string;
  readonly opened: readonly JsonObject[];
  /** What closes something of the same name, and not this. */
  readonly feigned: JsonObject;
  /** What closes this. */
  readonly closed: JsonObject;
}

/** Opened by the intruder, and closed by whomever: of another region, and then of its own. */
function inTwoRegions(
  what: string,
  [service, made, of]: readonly [string, string, JsonObject],
  [ended, by]: readonly [string, JsonObject],
): Namesake {
  return {
    what: `${what} of the same name in another region`,
    opened: [call(1, service, made, of)],
    feigned: callByAdmin(2, service, ended, { ...inRequest(by), ...elsewhere }),
    closed: callByAdmin(2, service, ended, inRequest(by)),
  };
}

const namesakes: readonly Namesake[] = [
  inTwoRegions(
    'a function',
    ['lambda', 'CreateFunction20150331', inRequest({ functionName: 'implant' })],
    ['DeleteFunction20150331', { functionName: 'implant' }],
  ),
  inTwoRegions(
    'the URL of a function',
    ['lambda', 'CreateFunctionUrlConfig', inRequest({ functionName: 'implant', authType: 'NONE' })],
    ['DeleteFunctionUrlConfig', { functionName: 'implant' }],
  ),
  inTwoRegions(
    'a stack',
    ['cloudformation', 'CreateStack', inRequest({ stackName: 'web' })],
    ['DeleteStack', { stackName: 'web' }],
  ),
  inTwoRegions(
    'a security group',
    [
      'ec2',
      'AuthorizeSecurityGroupIngress',
      inRequest({ groupName: 'web', ipProtocol: 'tcp', fromPort: 22, toPort: 22, cidrIp: '0.0.0.0/0' }),
    ],
    [
      'RevokeSecurityGroupIngress',
      { groupName: 'web', ipProtocol: 'tcp', fromPort: 22, toPort: 22, cidrIp: '0.0.0.0/0' },
    ],
  ),
  inTwoRegions(
    'a secret',
    [
      'secretsmanager',
      'PutResourcePolicy',
      inRequest({ secretId: 'prod', resourcePolicy: JSON.stringify(readByForeign) }),
    ],
    ['DeleteResourcePolicy', { secretId: 'prod' }],
  ),
  inTwoRegions(
    'an image repository',
    ['ecr', 'SetRepositoryPolicy', inRequest({ repositoryName: 'app', policyText: JSON.stringify(readByForeign) })],
    ['DeleteRepositoryPolicy', { repositoryName: 'app' }],
  ),
  {
    what: 'another statement of a function',
    opened: [
      call(
        1,
        'lambda',
        'AddPermission20150331v2',
        inRequest({ functionName: 'api', statementId: 'in', principal: foreign }),
      ),
    ],
    feigned: callByAdmin(
      2,
      'lambda',
      'RemovePermission20150331v2',
      inRequest({ functionName: 'api', statementId: 'other' }),
    ),
    closed: callByAdmin(
      2,
      'lambda',
      'RemovePermission20150331v2',
      inRequest({ functionName: 'api', statementId: 'in' }),
    ),
  },
  {
    what: 'the statement of an alias of the function',
    opened: [
      call(
        1,
        'lambda',
        'AddPermission20150331v2',
        inRequest({ functionName: 'api', statementId: 'in', principal: foreign }),
      ),
    ],
    feigned: callByAdmin(
      2,
      'lambda',
      'RemovePermission20150331v2',
      inRequest({ functionName: 'api', statementId: 'in', qualifier: 'live' }),
    ),
    closed: callByAdmin(
      2,
      'lambda',
      'RemovePermission20150331v2',
      inRequest({ functionName: `arn:aws:lambda:us-east-1:${accountId}:function:api`, statementId: 'in' }),
    ),
  },
  {
    what: 'another statement of a queue',
    opened: [call(1, 'sqs', 'AddPermission', inRequest({ queueUrl: 'q', label: 'in', aWSAccountIds: [foreign] }))],
    feigned: callByAdmin(2, 'sqs', 'RemovePermission', inRequest({ queueUrl: 'q', label: 'other' })),
    closed: callByAdmin(2, 'sqs', 'RemovePermission', inRequest({ queueUrl: 'q', label: 'in' })),
  },
  {
    what: 'another grant of a key',
    opened: [
      call(
        1,
        'kms',
        'CreateGrant',
        inRequest(
          { keyId: 'k', granteePrincipal: `arn:aws:iam::${foreign}:root` },
          { responseElements: { grantId: 'g1' } },
        ),
      ),
    ],
    feigned: callByAdmin(2, 'kms', 'RevokeGrant', inRequest({ keyId: 'k', grantId: 'g2' })),
    closed: callByAdmin(2, 'kms', 'RevokeGrant', inRequest({ keyId: 'k', grantId: 'g1' })),
  },
  {
    what: 'the policy of a bucket that an ACL opens to everybody',
    opened: [call(1, 's3', 'PutBucketAcl', inRequest({ bucketName: 'records', 'x-amz-acl': ['public-read'] }))],
    feigned: callByAdmin(2, 's3', 'DeleteBucketPolicy', inRequest({ bucketName: 'records' })),
    closed: callByAdmin(2, 's3', 'PutBucketAcl', inRequest({ bucketName: 'records', 'x-amz-acl': ['private'] })),
  },
  {
    what: 'the ACL of a bucket that its policy shares',
    opened: [call(1, 's3', 'PutBucketPolicy', inRequest({ bucketName: 'records', bucketPolicy: readByForeign }))],
    feigned: callByAdmin(2, 's3', 'PutBucketAcl', inRequest({ bucketName: 'records', 'x-amz-acl': ['private'] })),
    closed: callByAdmin(2, 's3', 'DeleteBucketPolicy', inRequest({ bucketName: 'records' })),
  },
  {
    what: 'new ACLs alone, in a block that leaves the old one as it is',
    opened: [call(1, 's3', 'PutBucketAcl', inRequest({ bucketName: 'records', 'x-amz-acl': ['public-read'] }))],
    feigned: callByAdmin(
      2,
      's3',
      'PutBucketPublicAccessBlock',
      inRequest({ bucketName: 'records', PublicAccessBlockConfiguration: { BlockPublicAcls: true } }),
    ),
    closed: callByAdmin(
      2,
      's3',
      'PutBucketPublicAccessBlock',
      inRequest({ bucketName: 'records', PublicAccessBlockConfiguration: { IgnorePublicAcls: true } }),
    ),
  },
  {
    what: 'a stack of the same name that was gone before',
    opened: [
      call(
        1,
        'cloudformation',
        'CreateStack',
        inRequest({ stackName: 'web' }, { responseElements: { stackId: stackId('2') } }),
      ),
    ],
    feigned: callByAdmin(2, 'cloudformation', 'DeleteStack', inRequest({ stackName: stackId('1') })),
    closed: callByAdmin(2, 'cloudformation', 'DeleteStack', inRequest({ stackName: stackId('2') })),
  },
  {
    what: 'a function named as a layer',
    opened: [
      call(
        1,
        'lambda',
        'PublishLayerVersion20181031',
        inRequest({ layerName: 'lib' }, { responseElements: { version: 3 } }),
      ),
    ],
    feigned: callByAdmin(2, 'lambda', 'DeleteFunction20150331', inRequest({ functionName: 'lib' })),
    closed: callByAdmin(2, 'lambda', 'DeleteLayerVersion20181031', inRequest({ layerName: 'lib', versionNumber: 3 })),
  },
  {
    what: "a user of IAM named as a database, whose master password is the intruder's",
    opened: [
      call(1, 'rds', 'ModifyDBInstance', inRequest({ dBInstanceIdentifier: 'prod', masterUserPassword: '****' })),
    ],
    feigned: callByAdmin(2, 'iam', 'DeleteUser', inRequest({ userName: 'prod' })),
    closed: callByAdmin(
      2,
      'rds',
      'ModifyDBInstance',
      inRequest({ dBInstanceIdentifier: 'prod', masterUserPassword: '****' }),
    ),
  },
];

const theirs = `arn:aws:SERVICE:us-east-1:${foreign}:`;
const ours = `arn:aws:SERVICE:us-east-1:${accountId}:`;

/** Opened by name, and closed by an ARN, or beside whosever ID: in another account or region, and then in our own. */
function inTwoAccounts(
  what: string,
  [service, made, of]: readonly [string, string, JsonObject],
  ended: string,
  [feigned, closed]: readonly [JsonObject, JsonObject],
): Namesake {
  return {
    what: `${what} of the same name in another account or region`,
    opened: [call(1, service, made, inRequest(of))],
    feigned: callByAdmin(2, service, ended, inRequest(feigned)),
    closed: callByAdmin(2, service, ended, inRequest(closed)),
  };
}

function named(field: string, service: string, resource: string): readonly [JsonObject, JsonObject] {
  return [
    { [field]: theirs.replace('SERVICE', service) + resource },
    { [field]: ours.replace('SERVICE', service) + resource },
  ];
}

function besides([feigned, closed]: readonly [JsonObject, JsonObject], more: JsonObject) {
  return [
    { ...feigned, ...more },
    { ...closed, ...more },
  ] as const;
}

const policy = JSON.stringify(readByForeign);
const inAccounts: readonly Namesake[] = [
  inTwoAccounts(
    'an image repository',
    ['ecr', 'SetRepositoryPolicy', { repositoryName: 'team/app', policyText: policy }],
    'DeleteRepositoryPolicy',
    besides([{ registryId: foreign }, { registryId: accountId }], { repositoryName: 'team/app' }),
  ),
  inTwoAccounts(
    'the policy that replaces that of an image repository',
    ['ecr', 'SetRepositoryPolicy', { repositoryName: 'app', policyText: policy }],
    'SetRepositoryPolicy',
    besides([{ registryId: foreign }, { registryId: accountId }], {
      repositoryName: 'app',
      policyText: JSON.stringify({ Statement: [{ Effect: 'Allow', Principal: { AWS: accountId }, Action: '*' }] }),
    }),
  ),
  inTwoAccounts(
    'a public image repository',
    ['ecr-public', 'SetRepositoryPolicy', { repositoryName: 'app', policyText: policy }],
    'DeleteRepositoryPolicy',
    besides([{ registryId: foreign }, { registryId: accountId }], { repositoryName: 'app' }),
  ),
  inTwoAccounts(
    'a package domain',
    ['codeartifact', 'PutDomainPermissionsPolicy', { domain: 'main', policyDocument: policy }],
    'DeleteDomainPermissionsPolicy',
    besides([{ domainOwner: foreign }, { domainOwner: accountId }], { domain: 'main' }),
  ),
  inTwoAccounts(
    'a package repository',
    ['codeartifact', 'PutRepositoryPermissionsPolicy', { domain: 'd', repository: 'r', policyDocument: policy }],
    'DeleteRepositoryPermissionsPolicy',
    besides([{ domainOwner: foreign }, { domainOwner: accountId }], { domain: 'd', repository: 'r' }),
  ),
  inTwoAccounts(
    'a package repository in another domain, or',
    ['codeartifact', 'PutRepositoryPermissionsPolicy', { domain: 'd', repository: 'r', policyDocument: policy }],
    'DeleteRepositoryPermissionsPolicy',
    besides([{ domain: 'other' }, { domain: 'd' }], { repository: 'r' }),
  ),
  inTwoAccounts(
    "a function's statement",
    ['lambda', 'AddPermission20150331v2', { functionName: 'billing', statementId: 'a', principal: foreign }],
    'RemovePermission20150331v2',
    besides(named('functionName', 'lambda', 'function:billing'), { statementId: 'a' }),
  ),
  inTwoAccounts(
    "a function's statement, by a part of its ARN,",
    ['lambda', 'AddPermission20150331v2', { functionName: 'billing', statementId: 'a', principal: foreign }],
    'RemovePermission20150331v2',
    besides([{ functionName: `${foreign}:function:billing` }, { functionName: `${accountId}:function:billing` }], {
      statementId: 'a',
    }),
  ),
  inTwoAccounts(
    "a function's statement, in another region,",
    ['lambda', 'AddPermission20150331v2', { functionName: 'billing', statementId: 'a', principal: foreign }],
    'RemovePermission20150331v2',
    besides(
      [
        { functionName: `arn:aws:lambda:ap-south-1:${accountId}:function:billing` },
        { functionName: `arn:aws:lambda:us-east-1:${accountId}:function:billing` },
      ],
      { statementId: 'a' },
    ),
  ),
  inTwoAccounts(
    "a function's URL",
    ['lambda', 'CreateFunctionUrlConfig', { functionName: 'billing', authType: 'NONE' }],
    'DeleteFunctionUrlConfig',
    named('functionName', 'lambda', 'function:billing'),
  ),
  inTwoAccounts(
    "a function with an alias's URL",
    ['lambda', 'CreateFunctionUrlConfig', { functionName: 'billing', qualifier: 'live', authType: 'NONE' }],
    'DeleteFunction20150331',
    named('functionName', 'lambda', 'function:billing'),
  ),
  inTwoAccounts(
    'a function',
    ['lambda', 'UpdateFunctionCode20150331v2', { functionName: 'billing' }],
    'DeleteFunction20150331',
    named('functionName', 'lambda', 'function:billing'),
  ),
  inTwoAccounts(
    'a layer',
    [
      'lambda',
      'AddLayerVersionPermission20181031',
      { layerName: 'l', versionNumber: 1, statementId: 's', principal: '*' },
    ],
    'RemoveLayerVersionPermission20181031',
    besides(named('layerName', 'lambda', 'layer:l'), { versionNumber: 1, statementId: 's' }),
  ),
  inTwoAccounts(
    "an event rule's target",
    [
      'events',
      'PutTargets',
      { rule: 'nightly', targets: [{ id: 't', arn: `${ours.replace('SERVICE', 'lambda')}function:x` }] },
    ],
    'RemoveTargets',
    besides(named('eventBusName', 'events', 'event-bus/default'), { rule: 'nightly', ids: ['t'] }),
  ),
  inTwoAccounts(
    'an event bus',
    ['events', 'PutPermission', { eventBusName: 'b', policy }],
    'RemovePermission',
    besides(named('eventBusName', 'events', 'event-bus/b'), { removeAllPermissions: true }),
  ),
  inTwoAccounts(
    'a service of a cluster',
    ['ecs', 'CreateService', { serviceName: 's', cluster: 'c', deploymentController: { type: 'EXTERNAL' } }],
    'DeleteService',
    besides(named('cluster', 'ecs', 'cluster/c'), { service: 's' }),
  ),
  inTwoAccounts(
    'a service by its ARN',
    ['ecs', 'CreateService', { serviceName: 's', cluster: 'c', deploymentController: { type: 'EXTERNAL' } }],
    'DeleteService',
    besides(named('service', 'ecs', 'service/c/s'), { cluster: 'c' }),
  ),
  inTwoAccounts(
    'a table',
    ['dynamodb', 'PutResourcePolicy', { resourceArn: `${ours.replace('SERVICE', 'dynamodb')}table/t`, policy }],
    'DeleteResourcePolicy',
    named('resourceArn', 'dynamodb', 'table/t'),
  ),
  inTwoAccounts(
    'a queue',
    [
      'sqs',
      'AddPermission',
      { queueUrl: `https://sqs.us-east-1.amazonaws.com/${accountId}/q`, label: 'l', aWSAccountIds: [foreign] },
    ],
    'RemovePermission',
    besides(
      [
        { queueUrl: `https://sqs.us-east-1.amazonaws.com/${foreign}/q` },
        { queueUrl: `https://sqs.us-east-1.amazonaws.com/${accountId}/q` },
      ],
      { label: 'l' },
    ),
  ),
  inTwoAccounts(
    'an access point',
    ['s3', 'PutAccessPointPolicy', { name: 'p', policy }],
    'DeleteAccessPointPolicy',
    named('name', 's3', 'accesspoint/p'),
  ),
];

describe('a way in stays open, whatever is closed of the same name', () => {
  test.each([...namesakes, ...inAccounts])('$what', ({ opened, feigned, closed }) => {
    const before = standOf(opened);
    expect(before.some((each) => each.endsWith(': open'))).toBe(true);
    expect(standOf([...opened, feigned])).toEqual(before);
    expect(standOf([...opened, closed]).filter((each) => each.endsWith(': open'))).toEqual([]);
  });
});

test('of two of one name, that which is left is open, though the later one is gone', () => {
  const twice = [
    call(1, 'lambda', 'CreateFunction20150331', inRequest({ functionName: 'implant' })),
    call(2, 'lambda', 'CreateFunction20150331', { ...inRequest({ functionName: 'implant' }), ...elsewhere }),
    call(3, 'lambda', 'DeleteFunction20150331', { ...inRequest({ functionName: 'implant' }), ...elsewhere }),
  ];
  expect(standOf(twice)).toEqual(['code: closed', 'code: open']);
});

test('what watched in one region is still blind when it is put back in another', () => {
  const detector = call(1, 'guardduty', 'DeleteDetector', inRequest({ detectorId: 'd1' }));
  function anew(where: JsonObject) {
    return callByAdmin(2, 'guardduty', 'CreateDetector', { ...inRequest({ enable: true }), ...where });
  }
  function undone(records: readonly JsonObject[]) {
    return assessed([listing, ...records]).effects.some(
      ({ effect, undone: by }) => effect.kind === 'watching-weakened' && by !== null,
    );
  }
  expect(undone([detector, anew(elsewhere)])).toBe(false);
  expect(undone([detector, anew({})])).toBe(true);
});

describe('what a boundary holds back is open again where somebody else', () => {
  const awsDenyAll = 'arn:aws:iam::aws:policy/AWSDenyAll';
  const made = call(1, 'iam', 'CreateUser', inRequest({ userName: 'shadow', permissionsBoundary: awsDenyAll }));
  const granted = call(
    2,
    'iam',
    'AttachUserPolicy',
    inRequest({ userName: 'shadow', policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' }),
  );

  test.each([
    ['took it off', 'DeleteUserPermissionsBoundary', {}, 3],
    ['took it off in the second in which it was granted', 'DeleteUserPermissionsBoundary', {}, 1],
    [
      'put another in its place',
      'PutUserPermissionsBoundary',
      { permissionsBoundary: 'arn:aws:iam::aws:policy/PowerUserAccess' },
      3,
    ],
  ])('%s', (_, action, more, at) => {
    const changed = callByAdmin(at, 'iam', action, inRequest({ userName: 'Shadow', ...more }));
    expect(standOf([made, granted])).toContain('grant: closed');
    expect(standOf([made, granted, changed])).toContain('grant: open');
  });

  test('and until then it says what closes it, and that this can be taken off', () => {
    function sentenceOf(records: readonly JsonObject[]) {
      const grant = assessed([listing, ...records]).waysIn.find(({ what }) => what.kind === 'grant');
      return grant === undefined ? '' : wayInWords(grant).sentence;
    }
    const held = 'comes to nothing under a permissions boundary that denies everything: it is closed as long as nobody';
    // CloudTrail's times are whole seconds: a role, its boundary and its policy come within one.
    function at(action: string, parameters: JsonObject) {
      return call(1, 'iam', action, inRequest({ userName: 'shadow', ...parameters }));
    }
    const policyArn = 'arn:aws:iam::aws:policy/AdministratorAccess';
    expect(
      sentenceOf([at('AttachUserPolicy', { policyArn }), at('CreateUser', { permissionsBoundary: awsDenyAll })]),
    ).toContain(held);
    const detached = callByAdmin(3, 'iam', 'DetachUserPolicy', inRequest({ userName: 'shadow', policyArn }));
    expect(sentenceOf([made, granted, detached])).toContain('It is closed.');
  });
});
