import { isTrue, nameAt, objects, scalarText, textsIn, type EffectCall, type EffectReaders } from './call.ts';
import { bringsOwnCode } from '../../cloudtrail/task-overrides.ts';
import { machineOfTarget } from '../../cloudtrail/container-task.ts';
import { lastPart } from '../../cloudtrail/identities.ts';
import { valueAt } from '../../cloudtrail/ecs-path.ts';
import { undone } from './credentials.ts';
import type { CodeKind, Effect, InstanceDoor, ThingKey } from './effect.ts';
import { functionName, functionQualifier, withQualifier } from './function-name.ts';
import { nameFrom, ownedName } from './meant.ts';
import { isRootDevice } from './root-device.ts';
import { thing } from './thing.ts';
import { unrecorded } from './unrecorded.ts';

/** Code that runs with somebody's rights, instances that were entered, and roles that were handed to services. */
export const codeEffects: EffectReaders = {
  'lambda/CreateFunction': (call) => [
    ...planted(call, 'function', call.request, 'functionName'),
    ...passed(call, 'lambda', nameAt(call.request, 'functionName')),
  ],
  'lambda/UpdateFunctionCode': (call) => planted(call, 'function code', call.request, 'functionName'),
  'lambda/UpdateFunctionConfiguration': (call) => [
    ...(textsIn(call.request, 'layers').length === 0
      ? []
      : code(functionName(call), 'layer', textsIn(call.request, 'layers').join(', '))),
    ...(changesEnvironment(call) ? code(functionName(call), 'environment', null) : []),
    ...passed(call, 'lambda', functionName(call)),
  ],
  'lambda/PublishLayerVersion': (call) =>
    code(layerVersion(call, scalarText(call.response, 'version')), 'layer version', null),
  'lambda/DeleteLayerVersion': (call) =>
    undone('deleted', thing.code(call, layerVersion(call, scalarText(call.request, 'versionNumber')), 'layer version')),
  'lambda/CreateFunctionUrlConfig': (call) =>
    code(withQualifier(call), 'function URL', scalarText(call.request, 'authType') ?? null),
  // Whoever calls one that asks for a signature needs rights in the account by themselves.
  'lambda/UpdateFunctionUrlConfig': (call) =>
    scalarText(call.request, 'authType') === 'AWS_IAM'
      ? undone('restored', thing.code(call, withQualifier(call), 'function URL'))
      : code(withQualifier(call), 'function URL', scalarText(call.request, 'authType') ?? null),
  'lambda/DeleteFunctionUrlConfig': (call) => undone('deleted', thing.code(call, withQualifier(call), 'function URL')),
  'lambda/CreateEventSourceMapping': trigger,
  'lambda/UpdateEventSourceMapping': (call) =>
    scalarText(call.request, 'functionName') === undefined ? [] : trigger(call),
  'lambda/DeleteEventSourceMapping': (call) => undone('deleted', mapping(call)),
  // With a qualifier one version goes, and the function stays. What invokes it is not deleted with it (DeleteFunction in the Lambda API
  // reference), and goes on as soon as somebody makes it anew.
  'lambda/DeleteFunction': (call) =>
    functionQualifier(call) !== undefined
      ? []
      : undone(
          'deleted',
          ...(['function', 'function code', 'layer', 'function URL', 'environment'] as const).map((what) =>
            thing.code(call, functionName(call), what),
          ),
        ),
  'ssm/SendCommand': (call) => [
    ...textsIn(call.request, 'instanceIds').flatMap((id) =>
      entered(id, 'command', scalarText(call.request, 'documentName')),
    ),
    ...objects(call.request, 'targets').flatMap((target) =>
      textsIn(target, 'values').flatMap((value) =>
        entered(`${nameAt(target, 'key')}=${value}`, 'command', scalarText(call.request, 'documentName')),
      ),
    ),
  ],
  'ssm/StartSession': (call) => entered(machineOfTarget(nameAt(call.request, 'target')), 'session', undefined),
  'ssm/ResumeSession': (call) => entered(nameAt(call.request, 'sessionId'), 'session', undefined),
  // Whoever has its code registers a machine of their own, which then has the role.
  'ssm/CreateActivation': (call) => {
    const activationId = nameAt(call.response, 'activationId');
    return [...login('ssm', 'hybrid activation', activationId, null), ...passed(call, 'ssm', activationId, 'iamRole')];
  },
  'ssm/DeregisterManagedInstance': (call) =>
    undone('deleted', thing.instance(call.accountId, nameAt(call.request, 'instanceId'))),
  'ssm/DeleteActivation': (call) =>
    undone('deleted', thing.serviceLogin(call, 'ssm', 'hybrid activation', nameAt(call.request, 'activationId'))),
  'transfer/CreateUser': (call) => [
    ...login('transfer', server(call), nameAt(call.request, 'userName'), null),
    ...passed(call, 'transfer', `${server(call)}/${nameAt(call.request, 'userName')}`),
  ],
  // Another role, or another directory: the same login reaches more.
  'transfer/UpdateUser': (call) => passed(call, 'transfer', `${server(call)}/${nameAt(call.request, 'userName')}`),
  'transfer/ImportSshPublicKey': (call) =>
    login(
      'transfer',
      server(call),
      nameAt(call.request, 'userName'),
      `SSH key ${nameAt(call.response, 'sshPublicKeyId')}`,
    ),
  'transfer/DeleteSshPublicKey': (call) =>
    undone('deleted', transferLogin(call, `SSH key ${nameAt(call.request, 'sshPublicKeyId')}`)),
  'transfer/DeleteUser': (call) => undone('deleted', transferLogin(call)),
  'transfer/DeleteServer': (call) => undone('deleted', thing.serviceLogin(call, 'transfer', server(call), '')),
  'ec2-instance-connect/SendSSHPublicKey': (call) =>
    entered(nameAt(call.request, 'instanceId'), 'SSH key', scalarText(call.request, 'instanceOSUser')),
  'ec2-instance-connect/SendSerialConsoleSSHPublicKey': (call) =>
    entered(nameAt(call.request, 'instanceId'), 'serial console', undefined),
  'ec2/ModifyInstanceAttribute': (call) =>
    call.request['userData'] === undefined ? [] : entered(nameAt(call.request, 'instanceId'), 'user data', undefined),
  // An instance that begins again from another disk runs what is on it, with the role that it had. Without an image or a snapshot it is its own again.
  'ec2/CreateReplaceRootVolumeTask': (call) => {
    const request = { ...call.request, ...objects(call.request, 'CreateReplaceRootVolumeTaskRequest')[0] };
    const from = ['ImageId', 'imageId', 'SnapshotId', 'snapshotId'].flatMap(
      (field) => scalarText(request, field) ?? [],
    );
    return from.length === 0 ? [] : entered(nameAt(request, 'InstanceId', 'instanceId'), 'root volume', from[0]);
  },
  'ec2/AttachVolume': (call) =>
    isRootDevice(scalarText(call.request, 'device'))
      ? entered(nameAt(call.request, 'instanceId'), 'root volume', scalarText(call.request, 'volumeId'))
      : [],
  'ec2/AssociateIamInstanceProfile': (call) => profileGiven(call, 'AssociateIamInstanceProfileRequest'),
  'ec2/ReplaceIamInstanceProfileAssociation': (call) =>
    profileGiven(call, 'ReplaceIamInstanceProfileAssociationRequest'),
  'ec2/DisassociateIamInstanceProfile': (call) => {
    const instanceId = answeredInstance(call, 'DisassociateIamInstanceProfileResponse');
    const profile = lastPart(answeredProfile(call, 'DisassociateIamInstanceProfileResponse'));
    const things = [
      thing.instanceRole(call.accountId, instanceId),
      ...(profile === unrecorded ? [] : [thing.instanceProfile(call.accountId, instanceId, profile)]),
    ];
    return instanceId === unrecorded ? [] : undone('detached', ...things);
  },
  'ec2/ModifyInstanceMetadataOptions': (call) => {
    const request = { ...call.request, ...objects(call.request, 'ModifyInstanceMetadataOptionsRequest')[0] };
    const instanceId = nameAt(request, 'InstanceId', 'instanceId');
    const tokens = nameAt(request, 'HttpTokens', 'httpTokens');
    if (tokens === 'optional') return [{ kind: 'metadata-weakened', instanceId }];
    return tokens === 'required' ? undone('restored', thing.setting(call, 'metadata service tokens', instanceId)) : [];
  },
  'ec2/TerminateInstances': (call) =>
    undone('deleted', ...instancesIn(call).map((instanceId) => thing.instance(call.accountId, instanceId))),
  // A machine that stands still gives nobody anything, for as long as nobody starts it.
  'ec2/StopInstances': (call) =>
    instancesIn(call).map((instanceId) => ({
      kind: 'undone',
      things: [thing.instance(call.accountId, instanceId)],
      how: 'deactivated',
      issuedBefore: null,
      whileThere: thing.stoppedInstance(call.accountId, instanceId),
    })),
  'ec2/StartInstances': (call) =>
    undone('restored', ...instancesIn(call).map((instanceId) => thing.stoppedInstance(call.accountId, instanceId))),
  'iam/AddRoleToInstanceProfile': (call) => [
    {
      kind: 'role-passed',
      roleArn: nameAt(call.request, 'roleName'),
      to: 'instance profile',
      resource: nameAt(call.request, 'instanceProfileName'),
    },
  ],
  'iam/RemoveRoleFromInstanceProfile': (call) =>
    undone(
      'detached',
      thing.profileRole(call.accountId, nameAt(call.request, 'instanceProfileName'), nameAt(call.request, 'roleName')),
    ),
  'ecs/RegisterTaskDefinition': (call) => [
    ...code(taskRevision(call), 'container task', imagesOf(call)),
    ...passed(call, 'ecs', nameAt(call.request, 'family'), 'taskRoleArn'),
  ],
  'ecs/DeregisterTaskDefinition': (call) =>
    undone('deleted', thing.code(call, nameAt(call.request, 'taskDefinition'), 'container task')),
  'ecs/RunTask': tasksRun,
  'ecs/StartTask': tasksRun,
  'ecs/StopTask': (call) => {
    const task = nameAt(call.request, 'task');
    return undone(
      'deleted',
      thing.code(call, taskOf(task), 'container task'),
      thing.instance(call.accountId, lastPart(task)),
    );
  },
  'ecs/CreateService': (call) => [
    ...serviceRun(call, serviceOf(call, 'serviceName')),
    ...passed(call, 'ecs', serviceOf(call, 'serviceName')),
  ],
  'ecs/UpdateService': (call) =>
    scalarText(call.request, 'taskDefinition') === undefined ? [] : serviceRun(call, serviceOf(call, 'service')),
  'ecs/DeleteService': (call) => undone('deleted', thing.code(call, serviceOf(call, 'service'), 'container service')),
  'ecs/ExecuteCommand': (call) => entered(lastPart(nameAt(call.request, 'task')), 'command', undefined),
  'ecr/PutImage': (call) =>
    code(
      ownedName(call, `repository/${nameAt(call.request, 'repositoryName')}`),
      'container image',
      scalarText(call.request, 'imageTag') ?? null,
    ),
  'cloudformation/CreateStack': (call) => stack(call),
  'cloudformation/UpdateStack': (call) => stack(call),
  // What a change set would do happens when it is executed; the role is handed over with it already.
  'cloudformation/CreateChangeSet': (call) => passed(call, 'cloudformation', stackName(call), 'roleARN'),
  'cloudformation/ExecuteChangeSet': (call) => code(stackName(call), 'stack', stackId(call)),
  'cloudformation/CreateStackSet': (call) => code(nameAt(call.request, 'stackSetName'), 'stack set', null),
  // By its ID one stack is meant, which may be gone long since, and not its namesake.
  'cloudformation/DeleteStack': (call) =>
    // What it made and is retained is there still.
    textsIn(call.request, 'retainResources').length > 0
      ? []
      : undone('deleted', thing.code(call, stackId(call) ?? stackName(call), 'stack')),
  'cloudformation/DeleteStackSet': (call) =>
    undone('deleted', thing.code(call, nameAt(call.request, 'stackSetName'), 'stack set')),
};

/**
 * CloudTrail writes `environment: {}` whatever the call says of it. Next to layers, which are a door of the same function, nothing
 * speaks for a change of it; else one is assumed, for what the call was for is not on record.
 */
function changesEnvironment({ request, ecs }: EffectCall): boolean {
  if (request['environment'] !== undefined) return true;
  return valueAt(ecs, 'trailhound.environment_withheld') === true && textsIn(request, 'layers').length === 0;
}

function trigger(call: EffectCall): readonly Effect[] {
  return code(functionName(call), 'trigger', scalarText(call.request, 'eventSourceArn') ?? null).map((effect) => ({
    ...effect,
    endsWith: [mapping(call)],
  }));
}

/** What invokes a function for events elsewhere, by its own ID. */
function mapping({ request, response, ...place }: EffectCall): ThingKey {
  const id = [request, response].map((each) => nameAt(each, 'uUID', 'uuid')).find((each) => each !== unrecorded);
  return thing.door(place, 'lambda/DeleteEventSourceMapping', id ?? unrecorded);
}

function layerVersion(call: EffectCall, version: string | undefined): string {
  return `${nameFrom(call, nameAt(call.request, 'layerName'))}:${version ?? unrecorded}`;
}

function server({ request }: EffectCall): string {
  return nameAt(request, 'serverId');
}

function transferLogin(call: EffectCall, credential?: string): string {
  return thing.serviceLogin(call, 'transfer', server(call), nameAt(call.request, 'userName'), credential);
}

function login(service: string, resource: string, name: string, credential: string | null): readonly Effect[] {
  return [{ kind: 'service-login-made', service, resource, login: name, credential }];
}

/** Of a family, each registering makes a revision that is deregistered by itself. */
function taskRevision(call: EffectCall): string {
  const revision = scalarText(call.response, 'taskDefinition.revision');
  return `${nameAt(call.request, 'family')}${revision === undefined ? '' : `:${revision}`}`;
}

/** Tasks that run, by their own IDs; by what they run where the answer names none. */
function tasksRun(call: EffectCall): readonly Effect[] {
  const named = lastPart(nameAt(call.request, 'taskDefinition'));
  const answered = objects(call.response, 'tasks').map((task) => ({
    resource: taskOf(nameAt(task, 'taskArn')),
    // Whoever names a family means its latest revision: the answer says which that is.
    definition: lastPart(scalarText(task, 'taskDefinitionArn') ?? named),
  }));
  // It goes on when its definition is gone.
  const tasks = answered.length > 0 ? answered : [{ resource: `task of ${named}`, definition: named }];
  return [
    ...tasks.flatMap(({ resource, definition }) =>
      bringsOwnCode(call.request)
        ? code(resource, 'container task', definition)
        : run(call, resource, 'container task', definition),
    ),
    ...passed(call, 'ecs', named, 'overrides.taskRoleArn'),
  ];
}

/** What a service runs; of one whose tasks another controller makes, the call does not say. */
function serviceRun(call: EffectCall, resource: string): readonly Effect[] {
  const named = scalarText(call.request, 'taskDefinition');
  if (named === undefined) return code(resource, 'container service', null);
  const answered = scalarText(call.response, 'service.taskDefinition');
  return run(call, resource, 'container service', lastPart(answered ?? named));
}

/** A definition of tasks is somebody's code; whoever starts it as it is adds none. */
function run(call: EffectCall, resource: string, what: CodeKind, definition: string): readonly Effect[] {
  return [
    {
      kind: 'code-run',
      resource,
      what,
      definition: { resource: definition, what: 'container task' },
      endsWith: [thing.code(call, resource, what)],
    },
  ];
}

function taskOf(arnOrId: string): string {
  return `task ${lastPart(arnOrId)}`;
}

/** Services of one name are others in another cluster; the cluster and the service may each be given as an ARN, and either tells whose. */
function serviceOf(call: EffectCall, field: 'service' | 'serviceName'): string {
  const [cluster, service] = [scalarText(call.request, 'cluster') ?? 'default', nameAt(call.request, field)];
  const name = `${lastPart(cluster)}/${lastPart(service)}`;
  const [, where] =
    [cluster, service].map((each) => /^(arn:[^:]*:ecs:[^:]*:[^:]*):/u.exec(each)).find((each) => each !== null) ?? [];
  return where === undefined ? name : nameFrom(call, `${where}:service/${name}`);
}

const stackArn = /^arn:[^:]*:cloudformation:[^:]*:[^:]*:stack\/([^/]+)\/[^/]+$/u;

/** A stack by its name, which a request may give within its ID. */
function stackName({ request, response }: EffectCall): string {
  const named =
    scalarText(request, 'stackName') ??
    scalarText(response, 'stackId') ??
    scalarText(request, 'changeSetName') ??
    unrecorded;
  return stackArn.exec(named)?.[1] ?? named;
}

function stackId({ request, response }: EffectCall): string | null {
  const ids = [scalarText(response, 'stackId'), scalarText(request, 'stackName')];
  return ids.find((id) => id !== undefined && stackArn.test(id)) ?? null;
}

function planted(call: EffectCall, what: CodeKind, request: EffectCall['request'], field: string): readonly Effect[] {
  if (isTrue(request, 'dryRun')) return [];
  const resource = field === 'functionName' ? functionName(call) : nameAt(request, field);
  return code(resource, what, scalarText(call.response, 'codeSha256') ?? null);
}

function code(resource: string, what: CodeKind, detail: string | null): readonly Effect[] {
  return [{ kind: 'code-planted', resource, what, detail }];
}

function entered(instanceId: string, how: InstanceDoor, detail: string | undefined): readonly Effect[] {
  return [{ kind: 'instance-entered', instanceId, how, detail: detail ?? null }];
}

function passed(call: EffectCall, to: string, resource: string, field = 'role'): readonly Effect[] {
  const roleArn = scalarText(call.request, field);
  return roleArn === undefined ? [] : [{ kind: 'role-passed', roleArn, to, resource }];
}

function profileGiven(call: EffectCall, wrapper: string): readonly Effect[] {
  const request = objects(call.request, wrapper)[0] ?? call.request;
  // One that replaces another names the association: the answer says of which instance.
  const ofAnswer = answeredInstance(call, wrapper.replace('Request', 'Response'));
  const named = scalarText(request, 'InstanceId') ?? scalarText(request, 'instanceId');
  const instanceId = named ?? (ofAnswer === unrecorded ? nameAt(request, 'AssociationId') : ofAnswer);
  const profile = nameAt(request, 'IamInstanceProfile.Name', 'IamInstanceProfile.Arn', 'iamInstanceProfile.name');
  return entered(instanceId, 'instance profile', lastPart(profile));
}

function answeredInstance({ response }: EffectCall, wrapper: string): string {
  const answered = objects(response, wrapper)[0] ?? response;
  return nameAt(answered, 'iamInstanceProfileAssociation.instanceId', 'IamInstanceProfileAssociation.InstanceId');
}

function answeredProfile({ response }: EffectCall, wrapper: string): string {
  const answered = objects(response, wrapper)[0] ?? response;
  return nameAt(
    answered,
    'iamInstanceProfileAssociation.iamInstanceProfile.arn',
    'IamInstanceProfileAssociation.IamInstanceProfile.Arn',
  );
}

function imagesOf(call: EffectCall): string | null {
  const images = objects(call.request, 'containerDefinitions').map((each) => nameAt(each, 'image'));
  return images.length === 0 ? null : images.join(', ');
}

function stack(call: EffectCall): readonly Effect[] {
  return [
    ...code(stackName(call), 'stack', stackId(call)),
    ...passed(call, 'cloudformation', stackName(call), 'roleARN'),
  ];
}

function instancesIn({ request }: EffectCall): readonly string[] {
  return objects(request, 'instancesSet').map((each) => nameAt(each, 'instanceId'));
}
