import type { JsonObject, JsonValue } from '../../model/json.ts';
import { valueAt } from '../../cloudtrail/ecs-path.ts';
import { isFalse, named, objects, text, texts, type Call, type EffectReaders } from './call.ts';
import { undone } from './credentials.ts';
import type { Effect, LetIn } from './effect.ts';
import { letInByName, letsInOfDocument } from './policy-content.ts';
import { thing } from './thing.ts';

/** Things of the account that others were let at: snapshots, images, buckets, keys, functions, queues, secrets. */
export const shareEffects: EffectReaders = {
  'ec2/ModifySnapshotAttribute': (call) =>
    listed(call, 'snapshot', named(call.request, 'snapshotId'), 'createVolumePermission'),
  'ec2/ModifyImageAttribute': (call) => listed(call, 'image', named(call.request, 'imageId'), 'launchPermission'),
  'ec2/ModifyFpgaImageAttribute': (call) =>
    listed(call, 'FPGA image', named(call.request, 'fpgaImageId'), 'loadPermission'),
  'rds/ModifyDBSnapshotAttribute': (call) => values(call, named(call.request, 'dBSnapshotIdentifier')),
  'rds/ModifyDBClusterSnapshotAttribute': (call) => values(call, named(call.request, 'dBClusterSnapshotIdentifier')),
  'redshift/AuthorizeSnapshotAccess': (call) =>
    shared('snapshot', named(call.request, 'snapshotIdentifier'), [
      letInByName(named(call.request, 'accountWithRestoreAccess')),
    ]),
  's3/PutBucketPolicy': (call) =>
    byPolicy('bucket', named(call.request, 'bucketName'), call.request['bucketPolicy'] ?? call.request['policy']),
  's3/DeleteBucketPolicy': (call) => withdrawn(call, named(call.request, 'bucketName')),
  's3/PutBucketAcl': (call) => byAcl('bucket', named(call.request, 'bucketName'), call),
  's3/PutObjectAcl': (call) =>
    byAcl('object', `${named(call.request, 'bucketName')}/${text(call.request, 'key') ?? ''}`, call),
  's3/DeleteBucketPublicAccessBlock': (call) => unblocked(named(call.request, 'bucketName')),
  's3/DeleteAccountPublicAccessBlock': (call) => unblocked(`all buckets of ${call.accountId}`),
  's3/PutBucketPublicAccessBlock': (call) =>
    weakensBlock(call)
      ? unblocked(named(call.request, 'bucketName'))
      : // Whom a policy names is let in as before: only what is public is held back.
        undone('restored', thing.share(call.accountId, named(call.request, 'bucketName'), '*')),
  's3/PutAccountPublicAccessBlock': (call) => (weakensBlock(call) ? unblocked(`all buckets of ${call.accountId}`) : []),
  'kms/PutKeyPolicy': (call) => byPolicy('key', named(call.request, 'keyId'), call.request['policy']),
  'kms/CreateGrant': (call) =>
    shared('key', named(call.request, 'keyId'), [letInByName(named(call.request, 'granteePrincipal'))]),
  'secretsmanager/PutResourcePolicy': (call) =>
    byPolicy('secret', named(call.request, 'secretId'), call.request['resourcePolicy']),
  'secretsmanager/DeleteResourcePolicy': (call) => withdrawn(call, named(call.request, 'secretId')),
  'secretsmanager/ReplicateSecretToRegions': (call) => shared('secret', named(call.request, 'secretId'), []),
  'sqs/SetQueueAttributes': (call) =>
    byPolicy('queue', named(call.request, 'queueUrl'), valueAt(call.request, 'attributes.Policy')),
  'sqs/AddPermission': (call) =>
    shared('queue', named(call.request, 'queueUrl'), accounts(call, 'aWSAccountIds', 'AWSAccountIds', 'actions')),
  'sns/SetTopicAttributes': (call) =>
    text(call.request, 'attributeName') === 'Policy'
      ? byPolicy('topic', named(call.request, 'topicArn'), call.request['attributeValue'])
      : [],
  'sns/AddPermission': (call) =>
    shared('topic', named(call.request, 'topicArn'), accounts(call, 'aWSAccountId', 'aWSAccountIds', 'AWSAccountId')),
  'sns/Subscribe': (call) =>
    shared('topic', named(call.request, 'topicArn'), [letInByName(named(call.request, 'endpoint'))]),
  'ecr/SetRepositoryPolicy': (call) =>
    byPolicy('image repository', named(call.request, 'repositoryName'), call.request['policyText']),
  'ecr-public/SetRepositoryPolicy': (call) =>
    byPolicy('image repository', named(call.request, 'repositoryName'), call.request['policyText']),
  'es/UpdateDomainConfig': (call) =>
    byPolicy('search domain', named(call.request, 'domainName'), call.request['accessPolicies']),
  'backup/PutBackupVaultAccessPolicy': (call) =>
    byPolicy('backup vault', named(call.request, 'backupVaultName'), call.request['policy']),
  'lambda/AddPermission': (call) =>
    shared('function', named(call.request, 'functionName'), [
      {
        ...letInByName(named(call.request, 'principal')),
        conditions: ['sourceArn', 'sourceAccount', 'principalOrgID'].filter(
          (name) => text(call.request, name) !== undefined,
        ),
      },
    ]),
  'lambda/RemovePermission': (call) => withdrawn(call, named(call.request, 'functionName')),
  'lambda/AddLayerVersionPermission': (call) =>
    shared('layer', named(call.request, 'layerName'), [letInByName(named(call.request, 'principal'))]),
  'ram/CreateResourceShare': (call) => resourceShare(call),
  'ram/AssociateResourceShare': (call) => resourceShare(call),
  'ram/DisassociateResourceShare': (call) => {
    const share = named(call.request, 'resourceShareArn');
    return undone(
      'detached',
      ...texts(call.request, 'principals').map((each) => thing.share(call.accountId, share, each)),
    );
  },
  'ram/DeleteResourceShare': (call) => withdrawn(call, named(call.request, 'resourceShareArn')),
  'ec2/CreateVpcPeeringConnection': (call) =>
    shared('network', named(call.request, 'vpcId'), [letInByName(named(call.request, 'peerOwnerId'))]),
  'events/PutPermission': (call) =>
    shared('event bus', text(call.request, 'eventBusName') ?? 'default', [
      letInByName(named(call.request, 'principal')),
    ]),
  'codeartifact/PutRepositoryPermissionsPolicy': (call) =>
    byPolicy('package repository', named(call.request, 'repository'), call.request['policyDocument']),
  'glue/PutResourcePolicy': (call) => byPolicy('data catalogue', call.accountId, call.request['policyInJson']),
  'rds/ModifyDBInstance': (call) =>
    text(call.request, 'publiclyAccessible') === 'true'
      ? shared('database', named(call.request, 'dBInstanceIdentifier'), [letInByName('*')])
      : [],
};

/** Not the account itself: a policy that names its own account, as most do, shares nothing. */
function shared(type: string, resource: string, letsIn: readonly LetIn[]): readonly Effect[] {
  return letsIn.length === 0 ? [] : [{ kind: 'shared', resource, type, with: letsIn }];
}

/** A policy replaces the one that was there: one that lets in nobody else is the undoing of one that did. */
function byPolicy(type: string, resource: string, document: JsonValue | undefined): readonly Effect[] {
  const { letsIn } = letsInOfDocument(document);
  return [{ kind: 'shared', resource, type, with: letsIn.filter(({ kind }) => kind !== 'service') }];
}

/** `{add: {items: [{userId}, {group: all}]}}`, and the same to remove. */
function listed(call: Call, type: string, resource: string, field: string): readonly Effect[] {
  const added = objects(call.request, `${field}.add`).map(granteeName);
  const removed = objects(call.request, `${field}.remove`).map(granteeName);
  return [
    ...shared(type, resource, added.map(letInByName)),
    ...(removed.length === 0
      ? []
      : undone('detached', ...removed.map((name) => thing.share(call.accountId, resource, name)))),
  ];
}

function granteeName(grantee: JsonObject): string {
  const name = named(grantee, 'userId', 'organizationArn', 'organizationalUnitArn', 'group');
  return name === 'all' ? '*' : name;
}

function values(call: Call, resource: string): readonly Effect[] {
  if (text(call.request, 'attributeName') !== 'restore') return [];
  const added = texts(call.request, 'valuesToAdd');
  const removed = texts(call.request, 'valuesToRemove').map((name) => (name === 'all' ? '*' : name));
  return [
    ...shared('database snapshot', resource, added.map(letInByName)),
    ...(removed.length === 0
      ? []
      : undone('detached', ...removed.map((name) => thing.share(call.accountId, resource, name)))),
  ];
}

function accounts(call: Call, ...fields: readonly string[]): readonly LetIn[] {
  return fields
    .flatMap((field) => texts(call.request, field))
    .filter((each) => /^\d{12}$/.test(each) || each === '*')
    .map(letInByName);
}

const publicGroups = /\/groups\/global\/(?:AllUsers|AuthenticatedUsers)$/;

/** ACLs by their grants, or by a canned one in a header that CloudTrail keeps. */
function byAcl(type: string, resource: string, call: Call): readonly Effect[] {
  const canned = texts(call.request, 'x-amz-acl').some(
    (acl) => acl.startsWith('public-read') || acl === 'authenticated-read',
  );
  const grants = objects(call.request, 'AccessControlPolicy.AccessControlList.Grant');
  const isPublic = grants.some((grant) => publicGroups.test(text(grant, 'Grantee.URI') ?? ''));
  // Every ACL has its owner's own grant; any other canonical ID is another account.
  const owner = text(call.request, 'AccessControlPolicy.Owner.ID');
  const others = grants.flatMap((grant) => text(grant, 'Grantee.ID') ?? []).filter((id) => id !== owner);
  return shared(type, resource, [...(canned || isPublic ? ['*'] : []), ...others].map(letInByName));
}

function unblocked(resource: string): readonly Effect[] {
  // Nobody is let in by this alone: what a policy or an ACL opens is no longer held back.
  return [
    {
      kind: 'shared',
      type: 'public access block',
      resource,
      with: [{ ...letInByName('*'), conditions: ['an open policy or ACL'] }],
    },
  ];
}

function weakensBlock({ request }: Call): boolean {
  return ['BlockPublicAcls', 'IgnorePublicAcls', 'BlockPublicPolicy', 'RestrictPublicBuckets'].some((flag) =>
    isFalse(request, `PublicAccessBlockConfiguration.${flag}`),
  );
}

/** All that the resource was shared with: the key without a name stands for everyone. */
function withdrawn(call: Call, resource: string): readonly Effect[] {
  return undone('restored', thing.share(call.accountId, resource, ''));
}

function resourceShare(call: Call): readonly Effect[] {
  const share = named(call.response, 'resourceShare.resourceShareArn');
  const resource = share === 'unknown' ? named(call.request, 'resourceShareArn') : share;
  return shared('resource share', resource, texts(call.request, 'principals').map(letInByName));
}
