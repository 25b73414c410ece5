import type { JsonObject, JsonValue } from '../../model/json.ts';
import { textAt, valueAt } from '../../cloudtrail/ecs-path.ts';
import { isTrue, nameAt, objects, scalarText, textsIn, type EffectCall, type EffectReaders } from './call.ts';
import { isJsonObject } from '../../cloudtrail/record-fields.ts';
import { undone } from './credentials.ts';
import type { Effect, EffectOf } from './effect.ts';
import { thing } from './thing.ts';
import { meant } from './meant.ts';
import { secretName } from './things-of.ts';
import { unrecorded } from './unrecorded.ts';

/** Secrets, parameters and passwords that were handed out: whoever has them now has more than this access. */
export const secretEffects: EffectReaders = {
  'secretsmanager/GetSecretValue': (call) => read('secret', [nameAt(call.request, 'secretId')]),
  'secretsmanager/BatchGetSecretValue': (call) => batch(call, 'secretIdList'),
  'ssm/GetParameter': (call) => decrypted(call, read('parameter', [nameAt(call.request, 'name')])),
  'ssm/GetParameters': (call) => decrypted(call, batch(call, 'names', 'parameter')),
  'ssm/GetParameterHistory': (call) => decrypted(call, read('parameter', [nameAt(call.request, 'name')])),
  // Which parameters lie under a path is not in the record.
  'ssm/GetParametersByPath': (call) =>
    decrypted(call, [
      {
        kind: 'secret-read',
        store: 'parameter',
        names: [`${nameAt(call.request, 'path')} and below`],
        numberKnown: false,
      },
    ]),
  'secretsmanager/RotateSecret': (call) => secretChanged(call, 'secret', 'secretId'),
  'secretsmanager/PutSecretValue': (call) => secretChanged(call, 'secret', 'secretId'),
  'secretsmanager/UpdateSecret': (call) => secretChanged(call, 'secret', 'secretId'),
  'secretsmanager/DeleteSecret': (call) => secretChanged(call, 'secret', 'secretId'),
  'ssm/PutParameter': (call) => secretChanged(call, 'parameter', 'name'),
  'ssm/DeleteParameter': (call) => secretChanged(call, 'parameter', 'name'),
  // What a service decrypts for itself is how the service works.
  'kms/Decrypt': (call) =>
    textAt(call.ecs, 'aws.cloudtrail.user_identity.invoked_by') === undefined
      ? read('ciphertext', [scalarText(call.request, 'keyId') ?? textAt(firstResource(call), 'arn') ?? unrecorded])
      : [],
  'ec2/GetPasswordData': (call) => read('instance-password', [nameAt(call.request, 'instanceId')]),
  'dynamodb/ExportTableToPointInTime': (call) => taken('table exported', nameAt(call.request, 'tableArn')),
  'rds/StartExportTask': (call) => taken('database snapshot exported', nameAt(call.request, 'sourceArn')),
  'rds/DownloadCompleteDBLogFile': (call) => taken('database log', nameAt(call.request, 'dBInstanceIdentifier')),
  'rds/DownloadDBLogFilePortion': (call) => taken('database log', nameAt(call.request, 'dBInstanceIdentifier')),
  // With it a domain is transferred to another registrar (Route 53 Domains API reference, RetrieveDomainAuthCode).
  'route53domains/RetrieveDomainAuthCode': (call) =>
    taken('transfer code of a domain', nameAt(call.request, 'domainName')),
  'ec2/CreateInstanceExportTask': (call) => taken('instance exported', nameAt(call.request, 'instanceId')),
  'ec2/ExportImage': (call) => taken('image exported', nameAt(call.request, 'imageId')),
  'ec2/CreateStoreImageTask': (call) => taken('image stored in a bucket', nameAt(call.request, 'imageId')),
  'ec2/DescribeInstanceAttribute': (call) =>
    scalarText(call.request, 'attribute') === 'userData' ? taken('user data', nameAt(call.request, 'instanceId')) : [],
  'ec2/GetConsoleScreenshot': (call) => taken('console screenshot', nameAt(call.request, 'instanceId')),
  's3/GetObject': objectTaken,
  's3/CopyObject': objectCopied,
  's3/PutBucketReplication': (call) => taken('bucket replicated', nameAt(call.request, 'bucketName')),
  // Block by block, without a volume or a share.
  'ebs/ListSnapshotBlocks': (call) => taken('data of snapshot', nameAt(call.request, 'snapshotId')),
  'ebs/ListChangedBlocks': (call) => taken('data of snapshot', nameAt(call.request, 'secondSnapshotId')),
  'ebs/GetSnapshotBlock': (call) => taken('data of snapshot', nameAt(call.request, 'snapshotId')),
  'datasync/CreateTask': (call) => taken('transfer task', nameAt(call.response, 'taskArn')),
  'codecommit/GitPull': (call) => taken('repository', nameAt(call.request, 'repositoryName')),
};

function read(store: EffectOf<'secret-read'>['store'], names: readonly string[]): readonly Effect[] {
  return [{ kind: 'secret-read', store, names, numberKnown: true }];
}

/** A batch names what it reads, or reads by a filter: then nobody can say how many from its record. */
function batch(call: EffectCall, field: string, store: 'secret' | 'parameter' = 'secret'): readonly Effect[] {
  const names = textsIn(call.request, field);
  if (names.length > 0) return read(store, names);
  const filters = objects(call.request, 'filters').map(
    (filter) => `filter ${nameAt(filter, 'key')}=${textsIn(filter, 'values').join(',')}`,
  );
  return [{ kind: 'secret-read', store, names: filters, numberKnown: false }];
}

/** Without decryption a parameter of the kind that hides its value comes as ciphertext. */
function decrypted(call: EffectCall, effects: readonly Effect[]): readonly Effect[] {
  return isTrue(call.request, 'withDecryption') ? effects : [];
}

function secretChanged(call: EffectCall, store: 'secret' | 'parameter', field: string): readonly Effect[] {
  const name = nameAt(call.request, field);
  return undone('restored', thing.secret(meant(call, name), store, secretName(name)));
}

function firstResource({ ecs }: EffectCall): JsonObject {
  const resources = valueAt(ecs, 'aws.cloudtrail.resources');
  const [first] = Array.isArray(resources) ? (resources as readonly JsonValue[]) : [];
  return isJsonObject(first) ? first : {};
}

function taken(what: string, resource: string): readonly Effect[] {
  return [{ kind: 'data-taken', what, resource }];
}

/** What is taken is what is copied; whoever copies an object over itself, for another key or storage class, has it nowhere else. */
function objectCopied(call: EffectCall): readonly Effect[] {
  const source = scalarText(call.request, 'x-amz-copy-source')?.replace(/^\/|\?versionId=.*$/gu, '');
  if (source === undefined) return objectTaken(call);
  const copied = decoded(source);
  return copied === `${nameAt(call.request, 'bucketName')}/${scalarText(call.request, 'key') ?? ''}`
    ? []
    : taken('object', copied);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function objectTaken(call: EffectCall): readonly Effect[] {
  return taken('object', `${nameAt(call.request, 'bucketName')}/${scalarText(call.request, 'key') ?? ''}`);
}
