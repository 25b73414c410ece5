import type { JsonObject, JsonValue } from '../../model/json.ts';
import { accessListIn } from '../../cloudtrail/access-list.ts';
import { textAt, valueAt } from '../../cloudtrail/ecs-path.ts';
import {
  accountIn,
  isTrue,
  nameAt,
  objects,
  scalarText,
  textsIn,
  type EffectCall,
  type EffectReaders,
} from './call.ts';
import { undone } from './credentials.ts';
import type { Effect, LetIn } from './effect.ts';
import { busName, ruleName } from './event-rules.ts';
import { functionName, functionQualifier } from './function-name.ts';
import { nameFrom, ownedName } from './meant.ts';
import { actingFor, isOutside, letInByName, letsInAtResource } from './policy-content.ts';
import { accountsPublicAccessBlock, thing, type Shared } from './thing.ts';
import { unrecorded } from './unrecorded.ts';

/** Things of the account that others were let at: snapshots, images, buckets, keys, functions, queues, secrets. */
export const shareEffects: EffectReaders = {
  'ec2/ModifySnapshotAttribute': (call) =>
    listed(call, 'snapshot', nameAt(call.request, 'snapshotId'), 'createVolumePermission'),
  'ec2/ModifyImageAttribute': (call) => listed(call, 'image', nameAt(call.request, 'imageId'), 'launchPermission'),
  'ec2/ModifyFpgaImageAttribute': (call) =>
    listed(call, 'FPGA image', nameAt(call.request, 'fpgaImageId'), 'loadPermission'),
  'rds/ModifyDBSnapshotAttribute': (call) => values(call, nameAt(call.request, 'dBSnapshotIdentifier')),
  'rds/ModifyDBClusterSnapshotAttribute': (call) => values(call, nameAt(call.request, 'dBClusterSnapshotIdentifier')),
  'redshift/AuthorizeSnapshotAccess': (call) =>
    shared(snapshotList(call), [letInByName(nameAt(call.request, 'accountWithRestoreAccess'))]),
  'redshift/RevokeSnapshotAccess': (call) =>
    undone('detached', thing.share(call, snapshotList(call), nameAt(call.request, 'accountWithRestoreAccess'))),
  'ssm/ModifyDocumentPermission': (call) => {
    const document = { type: 'automation document', resource: nameAt(call.request, 'name'), by: 'list' };
    return addedAndRemoved(
      call,
      document,
      textsIn(call.request, 'accountIdsToAdd').map(everybodyAsStar),
      textsIn(call.request, 'accountIdsToRemove').map(everybodyAsStar),
    );
  },
  's3/PutBucketPolicy': (call) =>
    byPolicy(call, 'bucket', bucket(call), call.request['bucketPolicy'] ?? call.request['policy']),
  's3/DeleteBucketPolicy': (call) => withdrawn(call, policyOf('bucket', bucket(call))),
  's3/PutAccessPointPolicy': (call) => byPolicy(call, 'access point', accessPoint(call), accessPointPolicy(call)),
  's3/DeleteAccessPointPolicy': (call) => withdrawn(call, policyOf('access point', accessPoint(call))),
  's3/DeleteAccessPoint': (call) => gone(call, 'access point', accessPoint(call)),
  's3/CreateBucket': madeWithAcl,
  's3/DeleteBucket': (call) => gone(call, 'bucket', bucket(call)),
  's3/PutBucketReplication': byReplication,
  's3/DeleteBucketReplication': (call) => withdrawn(call, replicationOf(bucket(call))),
  's3/PutBucketAcl': (call) => byAcl('bucket', bucket(call), call),
  's3/PutObjectAcl': (call) => byAcl('object', `${bucket(call)}/${scalarText(call.request, 'key') ?? ''}`, call),
  's3/DeleteBucketPublicAccessBlock': (call) => unblocked('public access block', bucket(call)),
  's3/DeleteAccountPublicAccessBlock': (call) =>
    unblocked(accountsPublicAccessBlock, `all buckets of ${call.accountId}`),
  's3/PutBucketPublicAccessBlock': bucketBlocked,
  's3/PutAccountPublicAccessBlock': (call) => {
    const resource = `all buckets of ${call.accountId}`;
    return blocksAll(call)
      ? undone('restored', thing.share(call, blockOf(accountsPublicAccessBlock, resource)))
      : unblocked(accountsPublicAccessBlock, resource);
  },
  'kms/PutKeyPolicy': (call) => byPolicy(call, 'key', keyId(call), call.request['policy']),
  // A replica has a policy of its own, in its own region.
  'kms/ReplicateKey': (call) =>
    byPolicy(call, 'key', nameAt(call.response, 'replicaKeyMetadata.arn'), call.request['policy']),
  'kms/CreateGrant': (call) =>
    shared({ type: 'key', resource: keyId(call), by: `grant ${nameAt(call.response, 'grantId')}` }, grantees(call)),
  'kms/RevokeGrant': grantEnded,
  'kms/RetireGrant': grantEnded,
  'secretsmanager/PutResourcePolicy': (call) =>
    byPolicy(call, 'secret', nameAt(call.request, 'secretId'), call.request['resourcePolicy']),
  'secretsmanager/DeleteResourcePolicy': (call) =>
    withdrawn(call, policyOf('secret', nameAt(call.request, 'secretId'))),
  'secretsmanager/ReplicateSecretToRegions': (call) => shared(policyOf('secret', nameAt(call.request, 'secretId')), []),
  'sqs/SetQueueAttributes': (call) =>
    byPolicy(
      call,
      'queue',
      nameAt(call.request, 'queueUrl'),
      written(call, valueAt(call.request, 'attributes.Policy')),
    ),
  'sqs/AddPermission': (call) => shared(queueStatement(call), accounts(call, 'aWSAccountIds', 'AWSAccountIds')),
  'sqs/RemovePermission': (call) => withdrawn(call, queueStatement(call)),
  'sqs/DeleteQueue': (call) => gone(call, 'queue', nameAt(call.request, 'queueUrl')),
  'sns/SetTopicAttributes': (call) =>
    scalarText(call.request, 'attributeName') === 'Policy'
      ? byPolicy(call, 'topic', nameAt(call.request, 'topicArn'), written(call, call.request['attributeValue']))
      : [],
  'sns/AddPermission': (call) =>
    shared(topicStatement(call), accounts(call, 'aWSAccountId', 'aWSAccountIds', 'AWSAccountId')),
  'sns/RemovePermission': (call) => withdrawn(call, topicStatement(call)),
  'sns/DeleteTopic': (call) => gone(call, 'topic', nameAt(call.request, 'topicArn')),
  'sns/Subscribe': (call) => {
    const endpoint = nameAt(call.request, 'endpoint');
    return shared({ type: 'topic', resource: nameAt(call.request, 'topicArn'), by: `subscription of ${endpoint}` }, [
      letInByName(endpoint),
    ]);
  },
  'ecr/SetRepositoryPolicy': (call) =>
    byPolicy(call, 'image repository', imageRepository(call), call.request['policyText']),
  'ecr/DeleteRepositoryPolicy': (call) => withdrawn(call, policyOf('image repository', imageRepository(call))),
  'ecr/DeleteRepository': (call) => gone(call, 'image repository', imageRepository(call)),
  'ecr-public/SetRepositoryPolicy': (call) =>
    byPolicy(call, 'public image repository', imageRepository(call), call.request['policyText']),
  'ecr-public/DeleteRepositoryPolicy': (call) =>
    withdrawn(call, policyOf('public image repository', imageRepository(call))),
  'es/CreateDomain': searchDomain,
  'es/CreateElasticsearchDomain': searchDomain,
  'es/UpdateDomainConfig': searchDomain,
  'es/UpdateElasticsearchDomainConfig': searchDomain,
  'es/DeleteDomain': (call) => gone(call, 'search domain', nameAt(call.request, 'domainName')),
  'es/DeleteElasticsearchDomain': (call) => gone(call, 'search domain', nameAt(call.request, 'domainName')),
  'backup/PutBackupVaultAccessPolicy': (call) =>
    byPolicy(call, 'backup vault', nameAt(call.request, 'backupVaultName'), call.request['policy']),
  'backup/DeleteBackupVaultAccessPolicy': (call) =>
    withdrawn(call, policyOf('backup vault', nameAt(call.request, 'backupVaultName'))),
  'lambda/AddPermission': (call) => shared(functionStatement(call), invokers(call)),
  'lambda/RemovePermission': (call) => withdrawn(call, functionStatement(call)),
  // With a qualifier one version goes, and the function stays.
  'lambda/DeleteFunction': (call) =>
    functionQualifier(call) === undefined ? gone(call, 'function', functionName(call)) : [],
  'lambda/AddLayerVersionPermission': (call) =>
    shared(layerStatement(call), [letInByName(nameAt(call.request, 'principal'))]),
  'lambda/RemoveLayerVersionPermission': (call) => withdrawn(call, layerStatement(call)),
  'ram/CreateResourceShare': (call) => resourceShare(call),
  'ram/AssociateResourceShare': (call) => resourceShare(call),
  'ram/DisassociateResourceShare': (call) => {
    const share = shareList(nameAt(call.request, 'resourceShareArn'));
    return undone('detached', ...textsIn(call.request, 'principals').map((each) => thing.share(call, share, each)));
  },
  'ram/DeleteResourceShare': (call) => gone(call, 'resource share', nameAt(call.request, 'resourceShareArn')),
  'ec2/CreateVpcPeeringConnection': (call) =>
    shared({ type: 'network', resource: nameAt(call.request, 'vpcId'), by: 'peering' }, [
      letInByName(nameAt(call.request, 'peerOwnerId')),
    ]),
  'events/PutPermission': (call) =>
    call.request['policy'] === undefined
      ? shared(busStatement(call), [letInByName(nameAt(call.request, 'principal'))])
      : byPolicy(call, 'event bus', busName(call), call.request['policy']),
  'events/RemovePermission': (call) =>
    isTrue(call.request, 'removeAllPermissions')
      ? gone(call, 'event bus', busName(call))
      : withdrawn(call, busStatement(call)),
  'events/DeleteEventBus': (call) => gone(call, 'event bus', nameFrom(call, nameAt(call.request, 'name'))),
  'events/PutTargets': targetsAbroad,
  'events/RemoveTargets': (call) =>
    undone('detached', ...textsIn(call.request, 'ids').map((id) => thing.share(call, ruleTarget(call, id)))),
  'events/DeleteRule': (call) => gone(call, 'event rule', ruleName(call, nameAt(call.request, 'name'))),
  'codeartifact/PutRepositoryPermissionsPolicy': (call) =>
    byPolicy(call, 'package repository', packageRepository(call), call.request['policyDocument']),
  'codeartifact/DeleteRepositoryPermissionsPolicy': (call) =>
    withdrawn(call, policyOf('package repository', packageRepository(call))),
  'glue/PutResourcePolicy': (call) => byPolicy(call, 'data catalogue', call.accountId, call.request['policyInJson']),
  'glue/DeleteResourcePolicy': (call) => withdrawn(call, policyOf('data catalogue', call.accountId)),
  'rds/ModifyDBInstance': (call) => {
    const database = { type: 'database', resource: nameAt(call.request, 'dBInstanceIdentifier'), by: 'public address' };
    const isPublic = scalarText(call.request, 'publiclyAccessible');
    if (isPublic === undefined) return [];
    return isPublic === 'true' ? shared(database, [letInByName('*')]) : withdrawn(call, database);
  },
};

function bucket({ request }: EffectCall): string {
  return nameAt(request, 'bucketName');
}

function keyId({ request }: EffectCall): string {
  return nameAt(request, 'keyId');
}

function policyOf(type: string, resource: string): Shared {
  return { type, resource, by: 'policy' };
}

/**
 * A policy replaces the one that was there: one that lets in nobody else is the undoing of one that did. A call that does not speak of it,
 * or not so that it can be read, says nothing about it.
 */
function byPolicy(
  call: EffectCall,
  type: string,
  resource: string,
  document: JsonValue | undefined,
): readonly Effect[] {
  const { letsIn, unread } = letsInAtResource(document, call.accountId);
  if (unread) return [];
  return [{ kind: 'shared', ...policyOf(type, resource), with: letsIn.filter(isOutside) }];
}

const nobody = { Statement: [] };

/** What a call writes as a policy: where it takes the policy away by an empty one, a policy that lets in nobody. */
function written({ ecs }: EffectCall, document: JsonValue | undefined): JsonValue | undefined {
  return valueAt(ecs, 'trailhound.policy.withdrawn') === true ? nobody : document;
}

function searchDomain(call: EffectCall): readonly Effect[] {
  const name = nameAt(call.request, 'domainName');
  return byPolicy(call, 'search domain', name, written(call, call.request['accessPolicies']));
}

function shared(what: Shared, letsIn: readonly LetIn[]): readonly Effect[] {
  return letsIn.length === 0 ? [] : [{ kind: 'shared', ...what, with: letsIn }];
}

/** What one policy, ACL or statement let in. */
function withdrawn(call: EffectCall, what: Shared): readonly Effect[] {
  return undone('restored', thing.share(call, what));
}

/** The resource itself, with whatever let others at it. */
function gone(call: EffectCall, type: string, resource: string): readonly Effect[] {
  return undone('deleted', thing.shares(call, { type, resource }));
}

/** An access point's policy is its request's body; its name may be given as an ARN. */
function accessPointPolicy({ request }: EffectCall): JsonValue | undefined {
  return valueAt(request, 'PutAccessPointPolicyRequest.Policy') ?? request['policy'] ?? request['accessPointPolicy'];
}

function accessPoint(call: EffectCall): string {
  return nameFrom(call, nameAt(call.request, 'name', 'accessPointName'));
}

/** `{add: {items: [{userId}, {group: all}]}}`, and the same to remove. */
function listed(call: EffectCall, type: string, resource: string, field: string): readonly Effect[] {
  const added = objects(call.request, `${field}.add`).map(granteeName);
  const removed = objects(call.request, `${field}.remove`).map(granteeName);
  return addedAndRemoved(call, { type, resource, by: 'list' }, added, removed);
}

function addedAndRemoved(
  call: EffectCall,
  what: Shared,
  added: readonly string[],
  removed: readonly string[],
): readonly Effect[] {
  return [
    ...shared(what, added.map(letInByName)),
    ...(removed.length === 0 ? [] : undone('detached', ...removed.map((name) => thing.share(call, what, name)))),
  ];
}

function granteeName(grantee: JsonObject): string {
  return everybodyAsStar(nameAt(grantee, 'userId', 'organizationArn', 'organizationalUnitArn', 'group'));
}

function everybodyAsStar(name: string): string {
  return name.toLowerCase() === 'all' ? '*' : name;
}

function values(call: EffectCall, resource: string): readonly Effect[] {
  if (scalarText(call.request, 'attributeName') !== 'restore') return [];
  const added = textsIn(call.request, 'valuesToAdd').map(everybodyAsStar);
  const removed = textsIn(call.request, 'valuesToRemove').map(everybodyAsStar);
  return addedAndRemoved(call, { type: 'database snapshot', resource, by: 'list' }, added, removed);
}

function snapshotList({ request }: EffectCall): Shared {
  return { type: 'snapshot', resource: nameAt(request, 'snapshotIdentifier'), by: 'list' };
}

function accounts(call: EffectCall, ...fields: readonly string[]): readonly LetIn[] {
  return fields
    .flatMap((field) => textsIn(call.request, field))
    .filter((each) => /^\d{12}$/.test(each) || each === '*')
    .map(letInByName);
}

/** An ACL replaces the one before; a call that shows none says nothing about it. */
function byAcl(type: string, resource: string, call: EffectCall): readonly Effect[] {
  const names = accessListIn(call.request);
  return names === null ? [] : [{ kind: 'shared', type, resource, by: 'ACL', with: names.map(letInByName) }];
}

function replicationOf(resource: string): Shared {
  return { type: 'bucket', resource, by: 'replication' };
}

/**
 * Whatever is written goes to the destinations from then on, and whoever has them reads it; each configuration replaces the one before.
 * Where no account is named, whose the destination is is not on record.
 */
function byReplication(call: EffectCall): readonly Effect[] {
  const rules = objects(call.request, 'ReplicationConfiguration.Rule');
  if (rules.length === 0) return [];
  const destinations = rules
    .filter((rule) => scalarText(rule, 'Status') !== 'Disabled')
    .map((rule) => nameAt(rule, 'Destination.Account', 'Destination.Bucket'));
  const distinct = [...new Set(destinations)];
  return [{ kind: 'shared', ...replicationOf(bucket(call)), with: distinct.map(letInByName) }];
}

/** Whoever may use a bucket that is made; of one that says nothing, nobody else. */
function madeWithAcl(call: EffectCall): readonly Effect[] {
  return byAcl('bucket', bucket(call), call).filter((effect) => effect.kind === 'shared' && effect.with.length > 0);
}

function blockOf(type: string, resource: string): Shared {
  return { type, resource, by: 'block' };
}

function unblocked(type: string, resource: string): readonly Effect[] {
  // Nobody is let in by this alone: what a policy or an ACL opens is no longer held back.
  return [
    {
      kind: 'shared',
      ...blockOf(type, resource),
      with: [{ ...letInByName('*'), conditions: ['an open policy or ACL'] }],
    },
  ];
}

/** What is not asked for is off (S3 API reference, PublicAccessBlockConfiguration). */
function blocks({ request }: EffectCall, flag: string): boolean {
  return isTrue(request, `PublicAccessBlockConfiguration.${flag}`);
}

function blocksAll(call: EffectCall): boolean {
  return ['BlockPublicAcls', 'IgnorePublicAcls', 'BlockPublicPolicy', 'RestrictPublicBuckets'].every((flag) =>
    blocks(call, flag),
  );
}

/** Whom a policy names is let in as before: only what is public is held back, and of what is there only by two of the four. */
function bucketBlocked(call: EffectCall): readonly Effect[] {
  const resource = bucket(call);
  const heldBack = [
    ...(blocks(call, 'RestrictPublicBuckets') ? [policyOf('bucket', resource)] : []),
    ...(blocks(call, 'IgnorePublicAcls') ? [{ type: 'bucket', resource, by: 'ACL' }] : []),
    ...(blocksAll(call) ? [blockOf('public access block', resource)] : []),
  ];
  const things = heldBack.map((each) => thing.share(call, each, '*'));
  // Whoever takes off the block opens again what it held back.
  const whileThere = thing.share(call, blockOf('public access block', resource));
  return [
    ...(things.length === 0
      ? []
      : [{ kind: 'undone' as const, things, how: 'restored' as const, issuedBefore: null, whileThere }]),
    ...(blocksAll(call) ? [] : unblocked('public access block', resource)),
  ];
}

/** Statements have names of their own, by which they are taken out again one at a time. */
function statement(type: string, resource: string, name: string): Shared {
  return { type, resource, by: `statement ${name}` };
}

function queueStatement({ request }: EffectCall): Shared {
  return statement('queue', nameAt(request, 'queueUrl'), nameAt(request, 'label'));
}

function topicStatement({ request }: EffectCall): Shared {
  return statement('topic', nameAt(request, 'topicArn'), nameAt(request, 'label'));
}

/** A version or alias has statements of its own. */
function functionStatement(call: EffectCall): Shared {
  const qualifier = functionQualifier(call);
  const name = nameAt(call.request, 'statementId');
  return statement('function', functionName(call), qualifier === undefined ? name : `${name} of ${qualifier}`);
}

function layerStatement({ request }: EffectCall): Shared {
  const name = `${nameAt(request, 'statementId')} of version ${nameAt(request, 'versionNumber')}`;
  return statement('layer', nameAt(request, 'layerName'), name);
}

function imageRepository(call: EffectCall): string {
  return ownedName(call, `repository/${nameAt(call.request, 'repositoryName')}`);
}

/** Repositories of one name are others in another domain. */
function packageRepository(call: EffectCall): string {
  return ownedName(call, `repository/${nameAt(call.request, 'domain')}/${nameAt(call.request, 'repository')}`);
}

function busStatement(call: EffectCall): Shared {
  return statement('event bus', busName(call), nameAt(call.request, 'statementId'));
}

function ruleTarget(call: EffectCall, id: string): Shared {
  return { type: 'event rule', resource: ruleName(call, nameAt(call.request, 'rule')), by: `target ${id}` };
}

/** Events that match a rule are handed to its targets: those in other accounts get them too. */
function targetsAbroad(call: EffectCall): readonly Effect[] {
  return objects(call.request, 'targets').flatMap((target) => {
    const owner = accountIn(scalarText(target, 'arn') ?? '');
    return owner === null || owner === call.accountId
      ? []
      : shared(ruleTarget(call, nameAt(target, 'id')), [letInByName(nameAt(target, 'arn'))]);
  });
}

function grantEnded(call: EffectCall): readonly Effect[] {
  // A grant that is retired by its token alone is named by nothing else.
  const grantId = scalarText(call.request, 'grantId');
  return grantId === undefined || isTrue(call.request, 'dryRun')
    ? []
    : withdrawn(call, { type: 'key', resource: keyId(call), by: `grant ${grantId}` });
}

/** A service that may invoke a function for somebody else's resource lets in that account. */
function invokers({ request, accountId }: EffectCall): readonly LetIn[] {
  const conditions = ['sourceArn', 'sourceAccount', 'principalOrgID'].filter(
    (name) => scalarText(request, name) !== undefined,
  );
  const principal = { ...letInByName(nameAt(request, 'principal')), conditions };
  if (principal.kind !== 'service') return [principal];
  const sources = ['sourceAccount', 'sourceArn'].map((name) => textsIn(request, name));
  return actingFor(principal, sources, accountId);
}

/** A service makes grants to itself, for what its caller has there; what the caller writes is for whatever it binds the service to. */
function grantees(call: EffectCall): readonly LetIn[] {
  const grantee = letInByName(nameAt(call.request, 'granteePrincipal', 'granteeServicePrincipal'));
  if (grantee.kind !== 'service') return [grantee];
  const byService = textAt(call.ecs, 'aws.cloudtrail.user_identity.invoked_by') !== undefined;
  const sources = byService ? [call.accountId] : textsIn(call.request, 'constraints.sourceArn');
  return actingFor(grantee, [sources], call.accountId);
}

function shareList(resource: string): Shared {
  return { type: 'resource share', resource, by: 'list' };
}

function resourceShare(call: EffectCall): readonly Effect[] {
  const share = nameAt(call.response, 'resourceShare.resourceShareArn');
  const resource = share === unrecorded ? nameAt(call.request, 'resourceShareArn') : share;
  const principals = textsIn(call.request, 'principals').map(letInByName);
  const sources = [textsIn(call.request, 'sources')];
  return shared(
    shareList(resource),
    principals.flatMap((each) => (each.kind === 'service' ? actingFor(each, sources, call.accountId) : [each])),
  );
}
