import type { JsonObject } from '../../model/json.ts';
import {
  accountIn,
  isFalse,
  isTrue,
  nameAt,
  objects,
  scalarText,
  textsIn,
  type EffectCall,
  type EffectReaders,
} from './call.ts';
import { undone } from './credentials.ts';
import type { Effect, EffectOf } from './effect.ts';
import { thing } from './thing.ts';

/** What nobody but the caller can read any more: S3 forgets a key that the caller brings (SSE-C). */
export const ownKeyObject = "object, by a key of the caller's own";

type How = EffectOf<'data-destroyed'>['how'];

/** A lifecycle rule that removes objects this soon is a deletion by another name. */
const shortLifeDays = 7;

/** Data that was deleted, set to expire, or stripped of what would bring it back. */
export const dataEffects: EffectReaders = {
  's3/DeleteBucket': (call) => gone('bucket', bucket(call)),
  's3/DeleteObject': (call) => gone('object', `${bucket(call)}/${scalarText(call.request, 'key') ?? ''}`),
  's3/DeleteObjects': (call) => gone('objects', bucket(call)),
  's3/PutBucketLifecycle': (call) => lifecycle(call),
  's3/PutBucketLifecycleConfiguration': (call) => lifecycle(call),
  's3/DeleteBucketLifecycle': (call) => undone('restored', thing.data(call, 'bucket lifecycle', bucket(call))),
  's3/PutBucketVersioning': (call) => {
    const configuration = objects(call.request, 'VersioningConfiguration')[0] ?? {};
    if (scalarText(configuration, 'Status') === 'Suspended')
      return destroyed('bucket versioning', bucket(call), 'unprotected');
    if (scalarText(configuration, 'MfaDelete') === 'Disabled')
      return destroyed('MFA delete', bucket(call), 'unprotected');
    return scalarText(configuration, 'Status') === 'Enabled'
      ? undone('restored', thing.data(call, 'bucket versioning', bucket(call)))
      : [];
  },
  's3/PutBucketEncryption': (call) => {
    const keys = objects(call.request, 'ServerSideEncryptionConfiguration.Rule').map((rule) =>
      accountIn(nameAt(rule, 'ApplyServerSideEncryptionByDefault.KMSMasterKeyID')),
    );
    // With a key of somebody else's account, what is written from now on is theirs to read or to ransom.
    return keys.some((owner) => owner !== null && owner !== call.accountId)
      ? destroyed("bucket encryption, by another account's key", bucket(call), 'unprotected')
      : [];
  },
  's3/CopyObject': customerKey,
  's3/PutObject': customerKey,
  'rds/DeleteDBInstance': (call) => database(call, nameAt(call.request, 'dBInstanceIdentifier')),
  'rds/DeleteDBCluster': (call) => database(call, nameAt(call.request, 'dBClusterIdentifier')),
  'rds/DeleteDBSnapshot': (call) => gone('database snapshot', nameAt(call.request, 'dBSnapshotIdentifier')),
  'rds/DeleteDBClusterSnapshot': (call) =>
    gone('database snapshot', nameAt(call.request, 'dBClusterSnapshotIdentifier')),
  'rds/ModifyDBInstance': (call) => unprotectedDatabase(call, nameAt(call.request, 'dBInstanceIdentifier')),
  'rds/ModifyDBCluster': (call) => unprotectedDatabase(call, nameAt(call.request, 'dBClusterIdentifier')),
  'rds/DeleteGlobalCluster': (call) => gone('database cluster', nameAt(call.request, 'globalClusterIdentifier')),
  'dynamodb/DeleteTable': (call) => gone('table', nameAt(call.request, 'tableName')),
  'dynamodb/DeleteBackup': (call) => gone('backup', nameAt(call.request, 'backupArn')),
  'ec2/DeleteSnapshot': (call) => gone('snapshot', nameAt(call.request, 'snapshotId')),
  'ec2/DeleteVolume': (call) => gone('volume', nameAt(call.request, 'volumeId')),
  'ec2/DeregisterImage': (call) => gone('image', nameAt(call.request, 'imageId')),
  'ec2/TerminateInstances': (call) =>
    objects(call.request, 'instancesSet').flatMap((each) => gone('instance', nameAt(each, 'instanceId'))),
  'ec2/DisableEbsEncryptionByDefault': (call) => destroyed('disk encryption by default', call.region, 'unprotected'),
  'backup/DeleteRecoveryPoint': (call) => gone('backup', nameAt(call.request, 'recoveryPointArn')),
  'backup/DeleteBackupVault': (call) => gone('backup vault', nameAt(call.request, 'backupVaultName')),
  'backup/DeleteBackupPlan': (call) => gone('backup plan', nameAt(call.request, 'backupPlanId')),
  'kms/ScheduleKeyDeletion': (call) => destroyed('key', nameAt(call.request, 'keyId'), 'key-doomed'),
  'kms/DisableKey': (call) => destroyed('key', nameAt(call.request, 'keyId'), 'key-doomed'),
  'kms/DeleteImportedKeyMaterial': (call) => destroyed('key', nameAt(call.request, 'keyId'), 'key-doomed'),
  'kms/CancelKeyDeletion': (call) => undone('restored', thing.data(call, 'key', nameAt(call.request, 'keyId'))),
  'kms/EnableKey': (call) => undone('restored', thing.data(call, 'key', nameAt(call.request, 'keyId'))),
  'secretsmanager/DeleteSecret': (call) => gone('secret', nameAt(call.request, 'secretId')),
  'secretsmanager/RestoreSecret': (call) =>
    undone('restored', thing.data(call, 'secret', nameAt(call.request, 'secretId'))),
  'elasticfilesystem/DeleteFileSystem': (call) => gone('file system', nameAt(call.request, 'fileSystemId')),
  'elasticfilesystem/DeleteMountTarget': (call) => gone('mount target', nameAt(call.request, 'mountTargetId')),
  'redshift/DeleteCluster': (call) => gone('database cluster', nameAt(call.request, 'clusterIdentifier')),
  'eks/DeleteCluster': (call) => gone('cluster', nameAt(call.request, 'name')),
  'ecr/DeleteRepository': (call) => gone('image repository', nameAt(call.request, 'repositoryName')),
  'lambda/DeleteFunction': (call) => gone('function', nameAt(call.request, 'functionName')),
  'route53/DeleteHostedZone': (call) => gone('hosted zone', nameAt(call.request, 'id')),
};

/** Objects that are written anew under a key that only the caller has are gone for everybody else. */
function customerKey(call: EffectCall): readonly Effect[] {
  return scalarText(call.request, 'x-amz-server-side-encryption-customer-algorithm') === undefined
    ? []
    : destroyed(ownKeyObject, `${bucket(call)}/${scalarText(call.request, 'key') ?? ''}`, 'key-doomed');
}

function bucket({ request }: EffectCall): string {
  return nameAt(request, 'bucketName');
}

function destroyed(what: string, resource: string, how: How): readonly Effect[] {
  return [{ kind: 'data-destroyed', what, resource, how }];
}

function gone(what: string, resource: string): readonly Effect[] {
  return destroyed(what, resource, 'deleted');
}

/** A later lifecycle without such a rule is the undoing of one that has it. */
function lifecycle(call: EffectCall): readonly Effect[] {
  return expiresSoon(call)
    ? destroyed('bucket lifecycle', bucket(call), 'expiring')
    : undone('restored', thing.data(call, 'bucket lifecycle', bucket(call)));
}

/** Whether a lifecycle that a call sets lets objects end within days. */
export function expiresSoon(call: EffectCall): boolean {
  return objects(call.request, 'LifecycleConfiguration.Rule').some((rule) => {
    const days = [daysOf(rule, 'Expiration.Days'), daysOf(rule, 'NoncurrentVersionExpiration.NoncurrentDays')];
    return scalarText(rule, 'Status') !== 'Disabled' && Math.min(...days) <= shortLifeDays;
  });
}

function daysOf(rule: JsonObject, path: string): number {
  const days = scalarText(rule, path);
  return days === undefined ? Number.POSITIVE_INFINITY : Number(days);
}

/** One that leaves a final snapshot can be had back. */
function database(call: EffectCall, name: string): readonly Effect[] {
  const leavesSnapshot =
    !isTrue(call.request, 'skipFinalSnapshot') && scalarText(call.request, 'finalDBSnapshotIdentifier') !== undefined;
  return destroyed(leavesSnapshot ? 'database, with a final snapshot' : 'database', name, 'deleted');
}

function unprotectedDatabase(call: EffectCall, name: string): readonly Effect[] {
  const found: Effect[] = [];
  if (isFalse(call.request, 'deletionProtection')) found.push(...destroyed('deletion protection', name, 'unprotected'));
  if (scalarText(call.request, 'backupRetentionPeriod') === '0')
    found.push(...destroyed('backups', name, 'unprotected'));
  if (textsIn(call.request, 'masterUserPassword').length > 0) {
    found.push({
      kind: 'service-login-made',
      service: 'database',
      resource: name,
      login: 'master user',
      credential: 'password',
    });
  }
  return found;
}
