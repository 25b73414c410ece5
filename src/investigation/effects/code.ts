import { isTrue, lastPart, named, objects, text, texts, type Call, type EffectReaders } from './call.ts';
import { undone } from './credentials.ts';
import type { CodeKind, Effect, InstanceDoor } from './effect.ts';
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
  'lambda/PublishLayerVersion': (call) => planted(call, 'layer', call.request, 'layerName'),
  'lambda/CreateFunctionUrlConfig': (call) =>
    code(functionName(call), 'function URL', text(call.request, 'authType') ?? null),
  'lambda/UpdateFunctionUrlConfig': (call) =>
    code(functionName(call), 'function URL', text(call.request, 'authType') ?? null),
  'lambda/DeleteFunctionUrlConfig': (call) =>
    undone('deleted', thing.code(call.accountId, functionName(call), 'function URL')),
  'lambda/CreateEventSourceMapping': (call) =>
    code(functionName(call), 'trigger', text(call.request, 'eventSourceArn') ?? null),
  // With a qualifier one version goes, and the function stays.
  'lambda/DeleteFunction': (call) =>
    text(call.request, 'qualifier') !== undefined
      ? []
      : undone(
          'deleted',
          ...(['function', 'function code', 'layer', 'function URL', 'environment', 'trigger'] as const).map((what) =>
            thing.code(call.accountId, functionName(call), what),
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
      : undone(
          'restored',
          thing.setting(call.accountId, 'metadata service tokens', named(request, 'InstanceId', 'instanceId')),
        );
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
      to: 'ec2',
      resource: named(call.request, 'instanceProfileName'),
    },
  ],
  'ecs/RegisterTaskDefinition': (call) => [
    ...code(named(call.request, 'family'), 'container task', imagesOf(call)),
    ...passed(call, 'ecs', named(call.request, 'family'), 'taskRoleArn'),
  ],
  'ecs/RunTask': (call) => code(named(call.request, 'taskDefinition'), 'container task', null),
  'ecs/ExecuteCommand': (call) => entered(named(call.request, 'task'), 'command', undefined),
  'ecr/PutImage': (call) =>
    code(named(call.request, 'repositoryName'), 'container image', text(call.request, 'imageTag') ?? null),
  'cloudformation/CreateStack': (call) => stack(call),
  'cloudformation/UpdateStack': (call) => stack(call),
  'cloudformation/CreateStackSet': (call) => code(named(call.request, 'stackSetName'), 'stack', null),
  'cloudformation/DeleteStack': (call) =>
    undone('deleted', thing.code(call.accountId, named(call.request, 'stackName'), 'stack')),
  'codebuild/CreateProject': (call) => [
    ...code(named(call.request, 'name'), 'build', null),
    ...passed(call, 'codebuild', named(call.request, 'name'), 'serviceRole'),
  ],
  'codebuild/UpdateProject': (call) => code(named(call.request, 'name'), 'build', null),
  'glue/CreateJob': (call) => [
    ...code(named(call.request, 'name'), 'automation', null),
    ...passed(call, 'glue', named(call.request, 'name')),
  ],
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
  'events/PutTargets': (call) => code(named(call.request, 'rule'), 'schedule', null),
  'scheduler/CreateSchedule': (call) => [
    ...code(named(call.request, 'name'), 'schedule', null),
    ...passed(call, 'scheduler', named(call.request, 'name'), 'target.roleArn'),
  ],
  'states/CreateStateMachine': (call) => [
    ...code(named(call.request, 'name'), 'automation', null),
    ...passed(call, 'states', named(call.request, 'name'), 'roleArn'),
  ],
};

function functionName(call: Call): string {
  const name = named(call.request, 'functionName');
  return name.split(':function:').at(-1)?.split(':')[0] ?? name;
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
    ...code(named(call.request, 'stackName'), 'stack', null),
    ...passed(call, 'cloudformation', named(call.request, 'stackName'), 'roleARN'),
  ];
}
