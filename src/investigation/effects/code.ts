import { isTrue, lastPart, named, objects, text, texts, type Call, type EffectReaders } from './call.ts';
import { undone } from './credentials.ts';
import type { CodeKind, Effect, InstanceDoor } from './effect.ts';
import { functionName, functionQualifier, withQualifier } from './function-name.ts';
import { thing } from './thing.ts';

/** Code that runs with somebody's rights, instances that were entered, and roles that were handed to services. */
export const codeEffects: EffectReaders = {
  'lambda/CreateFunction': (call) => [
    ...planted(call, 'function', call.request, 'functionName'),
    ...passed(call, 'lambda', named(call.request, 'functionName')),
  ],
  'lambda/UpdateFunctionCode': (call) => planted(call, 'function code', call.request, 'functionName'),
  'lambda/UpdateFunctionConfiguration': (call) => [
    ...(texts(call.request, 'layers').length === 0
      ? []
      : code(functionName(call), 'layer', texts(call.request, 'layers').join(', '))),
    ...(call.request['environment'] === undefined ? [] : code(functionName(call), 'environment', null)),
    ...passed(call, 'lambda', functionName(call)),
  ],
  'lambda/PublishLayerVersion': (call) =>
    code(layerVersion(call, text(call.response, 'version')), 'layer version', null),
  'lambda/DeleteLayerVersion': (call) =>
    undone('deleted', thing.code(call, layerVersion(call, text(call.request, 'versionNumber')), 'layer version')),
  'lambda/CreateFunctionUrlConfig': (call) =>
    code(withQualifier(call), 'function URL', text(call.request, 'authType') ?? null),
  'lambda/UpdateFunctionUrlConfig': (call) =>
    code(withQualifier(call), 'function URL', text(call.request, 'authType') ?? null),
  'lambda/DeleteFunctionUrlConfig': (call) => undone('deleted', thing.code(call, withQualifier(call), 'function URL')),
  'lambda/CreateEventSourceMapping': (call) =>
    code(functionName(call), 'trigger', text(call.request, 'eventSourceArn') ?? null),
  // With a qualifier one version goes, and the function stays.
  'lambda/DeleteFunction': (call) =>
    functionQualifier(call) !== undefined
      ? []
      : undone(
          'deleted',
          ...(['function', 'function code', 'layer', 'function URL', 'environment', 'trigger'] as const).map((what) =>
            thing.code(call, functionName(call), what),
          ),
        ),
  'ssm/SendCommand': (call) => [
    ...texts(call.request, 'instanceIds').flatMap((id) => entered(id, 'command', text(call.request, 'documentName'))),
    ...objects(call.request, 'targets').flatMap((target) =>
      texts(target, 'values').flatMap((value) =>
        entered(`${named(target, 'key')}=${value}`, 'command', text(call.request, 'documentName')),
      ),
    ),
  ],
  'ssm/StartSession': (call) => entered(named(call.request, 'target'), 'session', undefined),
  'ssm/ResumeSession': (call) => entered(named(call.request, 'sessionId'), 'session', undefined),
  'ssm/CreateAssociation': (call) => code(named(call.request, 'name'), 'automation', null),
  'ssm/StartAutomationExecution': (call) => code(named(call.request, 'documentName'), 'automation', null),
  'ssm/CreateDocument': (call) => code(named(call.request, 'name'), 'automation', null),
  // Whoever has its code registers a machine of their own, which then has the role.
  'ssm/CreateActivation': (call) => {
    const activationId = named(call.response, 'activationId');
    return [...login('ssm', 'hybrid activation', activationId, null), ...passed(call, 'ssm', activationId, 'iamRole')];
  },
  'ssm/DeleteActivation': (call) =>
    undone('deleted', thing.serviceLogin(call, 'ssm', 'hybrid activation', named(call.request, 'activationId'))),
  'transfer/CreateUser': (call) => [
    ...login('transfer', server(call), named(call.request, 'userName'), null),
    ...passed(call, 'transfer', `${server(call)}/${named(call.request, 'userName')}`),
  ],
  // Another role, or another directory: the same login reaches more.
  'transfer/UpdateUser': (call) => passed(call, 'transfer', `${server(call)}/${named(call.request, 'userName')}`),
  'transfer/ImportSshPublicKey': (call) =>
    login(
      'transfer',
      server(call),
      named(call.request, 'userName'),
      `SSH key ${named(call.response, 'sshPublicKeyId')}`,
    ),
  'transfer/DeleteSshPublicKey': (call) =>
    undone('deleted', transferLogin(call, `SSH key ${named(call.request, 'sshPublicKeyId')}`)),
  'transfer/DeleteUser': (call) => undone('deleted', transferLogin(call)),
  'transfer/DeleteServer': (call) => undone('deleted', thing.serviceLogin(call, 'transfer', server(call), '')),
  'ec2-instance-connect/SendSSHPublicKey': (call) =>
    entered(named(call.request, 'instanceId'), 'SSH key', text(call.request, 'instanceOSUser')),
  'ec2-instance-connect/SendSerialConsoleSSHPublicKey': (call) =>
    entered(named(call.request, 'instanceId'), 'serial console', undefined),
  'ec2/ModifyInstanceAttribute': (call) =>
    call.request['userData'] === undefined ? [] : entered(named(call.request, 'instanceId'), 'user data', undefined),
  'ec2/AssociateIamInstanceProfile': (call) => profileGiven(call, 'AssociateIamInstanceProfileRequest'),
  'ec2/ReplaceIamInstanceProfileAssociation': (call) =>
    profileGiven(call, 'ReplaceIamInstanceProfileAssociationRequest'),
  'ec2/ModifyInstanceMetadataOptions': (call) => {
    const request = { ...call.request, ...objects(call.request, 'ModifyInstanceMetadataOptionsRequest')[0] };
    return named(request, 'HttpTokens', 'httpTokens') === 'optional'
      ? [{ kind: 'metadata-weakened', instanceId: named(request, 'InstanceId', 'instanceId') }]
      : undone('restored', thing.setting(call, 'metadata service tokens', named(request, 'InstanceId', 'instanceId')));
  },
  'ec2/TerminateInstances': (call) =>
    undone(
      'deleted',
      ...objects(call.request, 'instancesSet').map((each) => thing.instance(call.accountId, named(each, 'instanceId'))),
    ),
  'iam/AddRoleToInstanceProfile': (call) => [
    {
      kind: 'role-passed',
      roleArn: named(call.request, 'roleName'),
      to: 'instance profile',
      resource: named(call.request, 'instanceProfileName'),
    },
  ],
  'iam/RemoveRoleFromInstanceProfile': (call) =>
    undone(
      'detached',
      thing.profileRole(call.accountId, named(call.request, 'instanceProfileName'), named(call.request, 'roleName')),
    ),
  'ecs/RegisterTaskDefinition': (call) => [
    ...code(taskRevision(call), 'container task', imagesOf(call)),
    ...passed(call, 'ecs', named(call.request, 'family'), 'taskRoleArn'),
  ],
  'ecs/DeregisterTaskDefinition': (call) =>
    undone('deleted', thing.code(call, lastPart(named(call.request, 'taskDefinition')), 'container task')),
  'ecs/RunTask': tasksRun,
  'ecs/StartTask': tasksRun,
  'ecs/StopTask': (call) => undone('deleted', thing.code(call, taskOf(named(call.request, 'task')), 'container task')),
  'ecs/CreateService': (call) => [
    ...code(serviceOf(call, 'serviceName'), 'container service', text(call.request, 'taskDefinition') ?? null),
    ...passed(call, 'ecs', serviceOf(call, 'serviceName')),
  ],
  'ecs/UpdateService': (call) =>
    text(call.request, 'taskDefinition') === undefined
      ? []
      : code(serviceOf(call, 'service'), 'container service', text(call.request, 'taskDefinition') ?? null),
  'ecs/DeleteService': (call) => undone('deleted', thing.code(call, serviceOf(call, 'service'), 'container service')),
  'ecs/ExecuteCommand': (call) => entered(named(call.request, 'task'), 'command', undefined),
  'ecr/PutImage': (call) =>
    code(named(call.request, 'repositoryName'), 'container image', text(call.request, 'imageTag') ?? null),
  'cloudformation/CreateStack': (call) => stack(call),
  'cloudformation/UpdateStack': (call) => stack(call),
  // What a change set would do happens when it is executed; the role is handed over with it already.
  'cloudformation/CreateChangeSet': (call) => passed(call, 'cloudformation', stackName(call), 'roleARN'),
  'cloudformation/ExecuteChangeSet': (call) => code(stackName(call), 'stack', stackId(call)),
  'cloudformation/CreateStackSet': (call) => code(named(call.request, 'stackSetName'), 'stack set', null),
  // By its ID one stack is meant, which may be gone long since, and not its namesake.
  'cloudformation/DeleteStack': (call) =>
    undone('deleted', thing.code(call, stackId(call) ?? stackName(call), 'stack')),
  'cloudformation/DeleteStackSet': (call) =>
    undone('deleted', thing.code(call, named(call.request, 'stackSetName'), 'stack set')),
  'codebuild/CreateProject': (call) => [
    ...code(named(call.request, 'name'), 'build', null),
    ...passed(call, 'codebuild', named(call.request, 'name'), 'serviceRole'),
  ],
  'codebuild/UpdateProject': (call) => code(named(call.request, 'name'), 'build', null),
  'glue/CreateJob': (call) => [
    ...code(named(call.request, 'name'), 'automation', null),
    ...passed(call, 'glue', named(call.request, 'name')),
  ],
  'glue/DeleteJob': (call) => undone('deleted', thing.code(call, named(call.request, 'jobName'), 'automation')),
  'glue/CreateDevEndpoint': (call) => [
    ...code(named(call.request, 'endpointName'), 'notebook', null),
    ...passed(call, 'glue', named(call.request, 'endpointName'), 'roleArn'),
  ],
  'sagemaker/CreateNotebookInstance': (call) => [
    ...code(named(call.request, 'notebookInstanceName'), 'notebook', null),
    ...passed(call, 'sagemaker', named(call.request, 'notebookInstanceName'), 'roleArn'),
  ],
  'sagemaker/CreatePresignedNotebookInstanceUrl': (call) =>
    entered(named(call.request, 'notebookInstanceName'), 'session', undefined),
  'events/PutTargets': (call) =>
    code(named(call.request, 'rule'), 'schedule', text(call.request, 'eventBusName') ?? null),
  'scheduler/CreateSchedule': (call) => [
    ...code(named(call.request, 'name'), 'schedule', null),
    ...passed(call, 'scheduler', named(call.request, 'name'), 'target.roleArn'),
  ],
  'states/CreateStateMachine': (call) => [
    ...code(named(call.request, 'name'), 'automation', null),
    ...passed(call, 'states', named(call.request, 'name'), 'roleArn'),
  ],
};

function layerVersion({ request }: Call, version: string | undefined): string {
  const name = named(request, 'layerName');
  return `${name.split(':layer:').at(-1) ?? name}:${version ?? 'unknown'}`;
}

function server({ request }: Call): string {
  return named(request, 'serverId');
}

function transferLogin(call: Call, credential?: string): string {
  return thing.serviceLogin(call, 'transfer', server(call), named(call.request, 'userName'), credential);
}

function login(service: string, resource: string, name: string, credential: string | null): readonly Effect[] {
  return [{ kind: 'service-login-made', service, resource, login: name, credential }];
}

/** Of a family, each registering makes a revision that is deregistered by itself. */
function taskRevision(call: Call): string {
  const revision = text(call.response, 'taskDefinition.revision');
  return `${named(call.request, 'family')}${revision === undefined ? '' : `:${revision}`}`;
}

/** Tasks that run, by their own IDs; by what they run where the answer names none. */
function tasksRun(call: Call): readonly Effect[] {
  const definition = lastPart(named(call.request, 'taskDefinition'));
  const tasks = objects(call.response, 'tasks').map((task) => taskOf(named(task, 'taskArn')));
  const run = tasks.length > 0 ? tasks : [definition];
  return [
    ...run.flatMap((task) => code(task, 'container task', definition)),
    ...passed(call, 'ecs', definition, 'overrides.taskRoleArn'),
  ];
}

function taskOf(arnOrId: string): string {
  return `task ${lastPart(arnOrId)}`;
}

/** Services of one name are others in another cluster; the cluster and the service may each be given as an ARN. */
function serviceOf({ request }: Call, field: 'service' | 'serviceName'): string {
  return `${lastPart(text(request, 'cluster') ?? 'default')}/${lastPart(named(request, field))}`;
}

const stackArn = /^arn:[^:]*:cloudformation:[^:]*:[^:]*:stack\/([^/]+)\/[^/]+$/u;

/** A stack by its name, which a request may give within its ID. */
function stackName({ request, response }: Call): string {
  const named = text(request, 'stackName') ?? text(response, 'stackId') ?? text(request, 'changeSetName') ?? 'unknown';
  return stackArn.exec(named)?.[1] ?? named;
}

function stackId({ request, response }: Call): string | null {
  const ids = [text(response, 'stackId'), text(request, 'stackName')];
  return ids.find((id) => id !== undefined && stackArn.test(id)) ?? null;
}

function planted(call: Call, what: CodeKind, request: Call['request'], field: string): readonly Effect[] {
  if (isTrue(request, 'dryRun')) return [];
  const resource = field === 'functionName' ? functionName(call) : named(request, field);
  return code(resource, what, text(call.response, 'codeSha256') ?? null);
}

function code(resource: string, what: CodeKind, detail: string | null): readonly Effect[] {
  return [{ kind: 'code-planted', resource, what, detail }];
}

function entered(instanceId: string, how: InstanceDoor, detail: string | undefined): readonly Effect[] {
  return [{ kind: 'instance-entered', instanceId, how, detail: detail ?? null }];
}

function passed(call: Call, to: string, resource: string, field = 'role'): readonly Effect[] {
  const roleArn = text(call.request, field);
  return roleArn === undefined ? [] : [{ kind: 'role-passed', roleArn, to, resource }];
}

function profileGiven(call: Call, wrapper: string): readonly Effect[] {
  const request = objects(call.request, wrapper)[0] ?? call.request;
  const instanceId = named(request, 'InstanceId', 'instanceId', 'AssociationId');
  const profile = named(request, 'IamInstanceProfile.Name', 'IamInstanceProfile.Arn', 'iamInstanceProfile.name');
  return entered(instanceId, 'instance profile', lastPart(profile));
}

function imagesOf(call: Call): string | null {
  const images = objects(call.request, 'containerDefinitions').map((each) => named(each, 'image'));
  return images.length === 0 ? null : images.join(', ');
}

function stack(call: Call): readonly Effect[] {
  return [
    ...code(stackName(call), 'stack', stackId(call)),
    ...passed(call, 'cloudformation', stackName(call), 'roleARN'),
  ];
}
