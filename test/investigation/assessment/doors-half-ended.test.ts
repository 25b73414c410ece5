import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../src/model/json.ts';
import { accountId } from '../trail-records.ts';
import { assessed, call, callByAdmin } from './assessed.ts';

const listing = call(0, 's3', 'ListBuckets');
const foreign = '999988887777';

/** `service/Action`, its request, its answer and the region where that is another. */
type Said = readonly [name: string, request: JsonObject, response?: JsonObject, awsRegion?: string];

interface HalfEnded {
  readonly what: string;
  readonly opened: readonly Said[];
  /** What of it somebody else ends, by which it is not ended: each by itself. */
  readonly halves: readonly Said[];
  /** How it stands then. */
  readonly left: readonly string[];
  /** What ends it for certain; null where no call does. */
  readonly ended: readonly Said[] | null;
}

function record(by: typeof call, minutes: number, said: Said): JsonObject {
  const [name, requestParameters, responseElements = {}, awsRegion = 'us-east-1'] = said;
  const [service = '', action = ''] = name.split('/');
  return by(minutes, service, action, { requestParameters, responseElements, awsRegion });
}

/** How what is not closed stands, but for the intruder's key. */
function left(opened: readonly Said[], ...closing: readonly Said[]): readonly string[] {
  const records = [
    ...opened.map((each, index) => record(call, index + 1, each)),
    ...closing.map((each, index) => record(callByAdmin, index + 10, each)),
  ];
  return assessed([listing, ...records])
    .waysIn.flatMap(({ what, state }) =>
      what.kind !== 'access-key' && state !== 'closed'
        ? [`${what.kind}: ${typeof state === 'string' ? state : 'accepted'}`]
        : [],
    )
    .toSorted();
}

/** The same call in another region. */
function abroad([name, request, response = {}]: Said): Said {
  return [name, request, response, 'eu-west-1'];
}

const letsIn = JSON.stringify({
  Statement: [{ Effect: 'Allow', Principal: { AWS: foreign }, Action: '*', Resource: '*' }],
});
const functionArn = `arn:aws:lambda:us-east-1:${accountId}:function:f`;
const layerArn = `arn:aws:lambda:us-east-1:${accountId}:layer:lib:3`;
const urlOfAlias: JsonObject = { functionName: 'f', qualifier: 'live', authType: 'NONE' };
const machine = `arn:aws:states:us-east-1:${accountId}:stateMachine:m`;
const template: JsonObject = { launchTemplateId: 'lt-1' };
const version: JsonObject = { launchTemplateVersion: { launchTemplateId: 'lt-1', versionNumber: 7 } };
const schedule: JsonObject = { name: 's', groupName: 'jobs' };
const target: JsonObject = { rule: 'r', targets: [{ id: '1', arn: functionArn }] };
const image: JsonObject = { repositoryName: 'web', imageTag: 'latest' };

const families: readonly HalfEnded[] = [
  {
    what: 'a layer of a function, of which the version is deleted',
    opened: [['lambda/UpdateFunctionConfiguration20150331v2', { functionName: 'f', layers: [layerArn] }]],
    halves: [
      ['lambda/DeleteLayerVersion20181031', { layerName: 'lib', versionNumber: 3 }],
      ['lambda/DeleteFunction20150331', { functionName: 'f', qualifier: '3' }],
      abroad(['lambda/DeleteFunction20150331', { functionName: 'f' }]),
    ],
    left: ['code: open'],
    ended: [['lambda/DeleteFunction20150331', { functionName: 'f' }]],
  },
  {
    what: "the URL of a function's alias",
    opened: [['lambda/CreateFunctionUrlConfig', urlOfAlias]],
    halves: [
      ['lambda/DeleteFunctionUrlConfig', { functionName: 'f' }],
      ['lambda/DeleteFunctionUrlConfig', { functionName: 'f', qualifier: 'test' }],
      abroad(['lambda/DeleteFunctionUrlConfig', { functionName: 'f', qualifier: 'live' }]),
    ],
    left: ['code: open'],
    ended: [['lambda/DeleteFunctionUrlConfig', { functionName: functionArn, qualifier: 'live' }]],
  },
  {
    what: 'a trigger of a function, which is there when the function is made anew',
    opened: [['lambda/CreateEventSourceMapping20150331', { functionName: 'f' }, { uUID: 'u-1' }]],
    halves: [
      ['lambda/DeleteFunction20150331', { functionName: 'f' }],
      ['lambda/DeleteEventSourceMapping20150331', { uUID: 'u-2' }],
    ],
    left: ['code: open'],
    ended: [['lambda/DeleteEventSourceMapping20150331', { uUID: 'u-1' }]],
  },
  {
    what: 'a webhook of a build project',
    opened: [['codebuild/CreateWebhook', { projectName: 'p' }]],
    halves: [
      ['codebuild/DeleteWebhook', { projectName: 'q' }],
      ['codebuild/UpdateWebhook', { projectName: 'p', branchFilter: 'main' }],
      abroad(['codebuild/DeleteWebhook', { projectName: 'p' }]),
    ],
    left: ['code: open'],
    ended: [['codebuild/DeleteWebhook', { projectName: 'p' }]],
  },
  {
    what: 'credentials by which builds come to a repository',
    opened: [
      ['codebuild/ImportSourceCredentials', { serverType: 'GITHUB', authType: 'OAUTH' }, { arn: 'arn:token/github' }],
    ],
    halves: [['codebuild/DeleteSourceCredentials', { arn: 'arn:token/bitbucket' }]],
    left: ['service-login: unknown'],
    ended: [['codebuild/DeleteSourceCredentials', { arn: 'arn:token/github' }]],
  },
  {
    what: 'a webhook of a pipeline, which is there when the pipeline is made anew',
    opened: [['codepipeline/PutWebhook', { webhook: { name: 'w', targetPipeline: 'p' } }]],
    halves: [
      ['codepipeline/DeletePipeline', { name: 'p' }],
      ['codepipeline/DeregisterWebhookWithThirdParty', { webhookName: 'w' }],
      ['codepipeline/DeleteWebhook', { name: 'v' }],
    ],
    left: ['code: open'],
    ended: [['codepipeline/DeleteWebhook', { name: 'w' }]],
  },
  {
    what: 'a pipeline that is held up at one of its stages',
    opened: [['codepipeline/UpdatePipeline', { pipeline: { name: 'p' } }]],
    halves: [
      ['codepipeline/DisableStageTransition', { pipelineName: 'p', stageName: 'build' }],
      ['codepipeline/StopPipelineExecution', { pipelineName: 'p', pipelineExecutionId: 'e' }],
    ],
    left: ['code: open'],
    ended: null,
  },
  {
    what: 'a stack whose deletion was begun, and may fail',
    opened: [['cloudformation/CreateStack', { stackName: 's' }]],
    halves: [['cloudformation/DeleteStack', { stackName: 's' }]],
    left: ['code: unknown'],
    ended: null,
  },
  {
    what: 'a stack set of the same name in another region',
    opened: [['cloudformation/CreateStackSet', { stackSetName: 's' }]],
    halves: [
      abroad(['cloudformation/DeleteStackSet', { stackSetName: 's' }]),
      ['cloudformation/DeleteStackInstances', { stackSetName: 's', regions: ['eu-west-1'], retainStacks: false }],
    ],
    left: ['code: open'],
    ended: [['cloudformation/DeleteStackSet', { stackSetName: 's' }]],
  },
  {
    what: 'a development endpoint of which a key is taken out',
    opened: [
      ['glue/CreateDevEndpoint', { endpointName: 'e', roleArn: 'arn:aws:iam::1:role/r', publicKey: 'ssh-rsa A' }],
    ],
    halves: [['glue/UpdateDevEndpoint', { endpointName: 'e', deletePublicKeys: ['ssh-rsa B'] }]],
    left: ['code: open', 'service-login: open'],
    ended: [['glue/DeleteDevEndpoint', { endpointName: 'e' }]],
  },
  {
    what: 'the URL of a notebook that is stopped, and started again',
    opened: [['sagemaker/CreatePresignedNotebookInstanceUrl', { notebookInstanceName: 'n' }]],
    halves: [['sagemaker/StopNotebookInstance', { notebookInstanceName: 'm' }]],
    left: ['service-login: open'],
    ended: [['sagemaker/StopNotebookInstance', { notebookInstanceName: 'n' }]],
  },
  {
    what: "the URL of another person of a studio's",
    opened: [['sagemaker/CreatePresignedDomainUrl', { domainId: 'd-1', userProfileName: 'u' }]],
    halves: [
      ['sagemaker/DeleteApp', { domainId: 'd-1', userProfileName: 'u', appName: 'default' }],
      ['sagemaker/DeleteUserProfile', { domainId: 'd-1', userProfileName: 'v' }],
      ['sagemaker/DeleteUserProfile', { domainId: 'd-2', userProfileName: 'u' }],
    ],
    left: ['service-login: open'],
    ended: [['sagemaker/DeleteUserProfile', { domainId: 'd-1', userProfileName: 'u' }]],
  },
  {
    what: 'a notebook that is stopped',
    opened: [['sagemaker/CreateNotebookInstance', { notebookInstanceName: 'n', roleArn: 'arn:aws:iam::1:role/r' }]],
    halves: [
      ['sagemaker/StopNotebookInstance', { notebookInstanceName: 'n' }],
      ['sagemaker/DeleteNotebookInstanceLifecycleConfig', { notebookInstanceLifecycleConfigName: 'n' }],
    ],
    left: ['code: open'],
    ended: [['sagemaker/DeleteNotebookInstance', { notebookInstanceName: 'n' }]],
  },
  {
    what: 'the target of a rule that is switched off',
    opened: [['events/PutTargets', target]],
    halves: [
      ['events/DisableRule', { name: 'r' }],
      ['events/RemoveTargets', { rule: 'r', ids: ['2'] }],
      ['events/RemoveTargets', { rule: 'r', ids: ['1'], eventBusName: 'other' }],
      abroad(['events/RemoveTargets', { rule: 'r', ids: ['1'] }]),
    ],
    left: ['code: open'],
    ended: [['events/RemoveTargets', { rule: 'r', ids: ['1'] }]],
  },
  {
    what: 'a schedule that is switched off',
    opened: [['scheduler/CreateSchedule', schedule]],
    halves: [
      ['scheduler/UpdateSchedule', { ...schedule, state: 'DISABLED' }],
      ['scheduler/DeleteSchedule', { name: 's' }],
      abroad(['scheduler/DeleteSchedule', schedule]),
    ],
    left: ['code: open'],
    ended: [['scheduler/DeleteSchedule', schedule]],
  },
  {
    what: 'a state machine, whose executions go on to their next state',
    opened: [['states/CreateStateMachine', { name: 'm' }, { stateMachineArn: machine }]],
    halves: [['states/DeleteStateMachine', { stateMachineArn: machine }]],
    left: ['code: unknown'],
    ended: null,
  },
  {
    what: 'a state machine, whose version or alias goes',
    opened: [['states/UpdateStateMachine', { stateMachineArn: machine }]],
    halves: [
      ['states/DeleteStateMachineVersion', { stateMachineVersionArn: `${machine}:1` }],
      ['states/DeleteStateMachineAlias', { stateMachineAliasArn: `${machine}:live` }],
      ['states/StopExecution', { executionArn: machine.replace('stateMachine', 'execution') }],
    ],
    left: ['code: open'],
    ended: null,
  },
  {
    what: 'a launch template, from which machines may have been started',
    opened: [['ec2/CreateLaunchTemplate', { launchTemplateName: 't' }, { launchTemplate: template }]],
    halves: [
      ['ec2/DeleteLaunchTemplate', template],
      ['ec2/DeleteLaunchTemplate', { launchTemplateId: 'lt-2' }],
    ],
    left: ['code: unknown'],
    ended: null,
  },
  {
    what: 'a version of a launch template, from which machines may have been started',
    opened: [['ec2/CreateLaunchTemplateVersion', template, version]],
    halves: [
      ['ec2/DeleteLaunchTemplateVersions', { ...template, launchTemplateVersion: { tag: 1, content: 7 } }],
      ['ec2/DeleteLaunchTemplateVersions', { ...template, launchTemplateVersion: 7 }],
      ['ec2/DeleteLaunchTemplateVersions', { ...template, launchTemplateVersion: 6 }],
      ['ec2/DeleteLaunchTemplate', template],
    ],
    left: ['code: unknown'],
    ended: null,
  },
  {
    what: 'a launch configuration, from which machines may have been started',
    opened: [['autoscaling/CreateLaunchConfiguration', { launchConfigurationName: 'c' }]],
    halves: [['autoscaling/DeleteLaunchConfiguration', { launchConfigurationName: 'c' }]],
    left: ['code: unknown'],
    ended: null,
  },
  {
    what: 'a scaling group that is brought to nothing, and may grow again',
    opened: [['autoscaling/CreateAutoScalingGroup', { autoScalingGroupName: 'g' }]],
    halves: [
      ['autoscaling/UpdateAutoScalingGroup', { autoScalingGroupName: 'g', minSize: 0, maxSize: 0, desiredCapacity: 0 }],
      ['autoscaling/SuspendProcesses', { autoScalingGroupName: 'g' }],
      abroad(['autoscaling/DeleteAutoScalingGroup', { autoScalingGroupName: 'g', forceDelete: true }]),
    ],
    left: ['code: open'],
    ended: [['autoscaling/DeleteAutoScalingGroup', { autoScalingGroupName: 'g', forceDelete: true }]],
  },
  {
    what: 'an image, of which a name is taken away, or which runs already',
    opened: [['ecr/PutImage', image]],
    halves: [
      ['ecr/BatchDeleteImage', { repositoryName: 'web', imageIds: [{ imageTag: 'latest' }] }],
      ['ecr/BatchDeleteImage', { repositoryName: 'web', imageIds: [{ imageDigest: 'sha256:1' }] }],
      ['ecr/DeleteRepositoryPolicy', { repositoryName: 'web' }],
    ],
    left: ['code: open'],
    ended: null,
  },
  {
    what: "a repository's policy, in another region or of another repository",
    opened: [['ecr/SetRepositoryPolicy', { repositoryName: 'web', policyText: letsIn }]],
    halves: [
      ['ecr/DeleteRepositoryPolicy', { repositoryName: 'api' }],
      ['ecr/DeleteRegistryPolicy', {}],
      ['ecr/DeleteRepositoryPolicy', { repositoryName: 'web', registryId: foreign }],
      abroad(['ecr/DeleteRepositoryPolicy', { repositoryName: 'web' }]),
    ],
    left: ['share: open'],
    ended: [['ecr/DeleteRepositoryPolicy', { repositoryName: 'web', registryId: accountId }]],
  },
];

const runs: readonly HalfEnded[] = [
  {
    what: 'a run of a Glue job that the intruder made',
    opened: [
      ['glue/CreateJob', { name: 'j' }],
      ['glue/StartJobRun', { jobName: 'j' }, { jobRunId: 'jr-1' }],
    ],
    halves: [['glue/DeleteJob', { jobName: 'j' }]],
    left: ['code: open', 'code: unknown'],
    ended: null,
  },
  {
    what: 'a build of a project that the intruder changed',
    opened: [
      ['codebuild/UpdateProject', { name: 'p' }],
      ['codebuild/StartBuild', { projectName: 'p' }, { build: { id: 'p:1' } }],
    ],
    halves: [['codebuild/DeleteProject', { name: 'p' }]],
    left: ['code: open', 'code: unknown'],
    ended: null,
  },
  {
    what: 'a training job, a processing job and a batch job',
    opened: [
      ['sagemaker/CreateTrainingJob', { trainingJobName: 't', roleArn: 'arn:aws:iam::1:role/r' }],
      ['sagemaker/CreateProcessingJob', { processingJobName: 'q', roleArn: 'arn:aws:iam::1:role/r' }],
      [
        'batch/RegisterJobDefinition',
        { jobDefinitionName: 'd' },
        { jobDefinitionArn: 'arn:aws:batch:us-east-1:111122223333:job-definition/d:1' },
      ],
      ['batch/SubmitJob', { jobName: 'b', jobDefinition: 'd:1' }, { jobId: 'b-1' }],
    ],
    halves: [['batch/DeregisterJobDefinition', { jobDefinition: 'd:1' }]],
    left: ['code: open', 'code: open', 'code: open', 'code: unknown'],
    ended: null,
  },
  {
    what: 'a task, also one that its call does not name',
    opened: [
      ['ecs/RegisterTaskDefinition', { family: 'm' }, { taskDefinition: { revision: 1 } }],
      ['ecs/RunTask', { taskDefinition: 'm:1' }, {}],
      ['ecs/CreateService', { serviceName: 's', taskDefinition: 'm:1' }],
    ],
    halves: [['ecs/DeregisterTaskDefinition', { taskDefinition: 'm:1' }]],
    left: ['code: open', 'code: open', 'code: unknown'],
    ended: null,
  },
];

/** What the intruder started, and by what it is stopped for certain. */
const stopped: readonly { readonly starts: readonly Said[]; readonly stops: Said }[] = [
  {
    starts: [
      ['glue/CreateJob', { name: 'j' }],
      ['glue/StartJobRun', { jobName: 'j' }, { jobRunId: 'jr-1' }],
    ],
    stops: [
      'glue/BatchStopJobRun',
      { jobName: 'j', jobRunIds: ['jr-1'] },
      { successfulSubmissions: [{ jobName: 'j', jobRunId: 'jr-1' }] },
    ],
  },
  {
    starts: [
      ['codebuild/UpdateProject', { name: 'p' }],
      ['codebuild/StartBuild', { projectName: 'p' }, { build: { id: 'p:1' } }],
    ],
    stops: ['codebuild/StopBuild', { id: 'p:1' }],
  },
  {
    starts: [['sagemaker/CreateTrainingJob', { trainingJobName: 't' }]],
    stops: ['sagemaker/StopTrainingJob', { trainingJobName: 't' }],
  },
  {
    starts: [['sagemaker/CreateProcessingJob', { processingJobName: 'q' }]],
    stops: ['sagemaker/StopProcessingJob', { processingJobName: 'q' }],
  },
  {
    starts: [['batch/SubmitJob', { jobName: 'b' }, { jobId: 'b-1' }]],
    stops: ['batch/TerminateJob', { jobId: 'b-1' }],
  },
  {
    starts: [
      ['ecs/RegisterTaskDefinition', { family: 'm' }, { taskDefinition: { revision: 1 } }],
      ['ecs/RunTask', { taskDefinition: 'm:1' }, { tasks: [{ taskArn: 'arn:aws:ecs:us-east-1:1:task/c/0a' }] }],
    ],
    stops: ['ecs/StopTask', { task: '0a' }],
  },
  {
    starts: [['ecs/CreateService', { serviceName: 's' }]],
    stops: ['ecs/DeleteService', { service: 's', force: true }],
  },
];

describe('what is half ended is not closed', () => {
  test.each([...families, ...runs])('$what', ({ opened, halves, left: expected, ended }) => {
    for (const half of halves) expect(left(opened, half), JSON.stringify(half)).toEqual(expected);
    if (ended !== null) expect(left(opened, ...ended)).toEqual([]);
  });
});

test.each(stopped)('what runs is closed when it is stopped: $stops.0', ({ starts, stops }) => {
  const before = left(starts);
  expect(before).toContain('code: open');
  expect(left(starts, stops)).toHaveLength(before.length - 1);
});

test('a run of what its owners defined is no way in', () => {
  expect(left([['glue/StartJobRun', { jobName: 'j' }, { jobRunId: 'jr-1' }]])).toEqual([]);
  expect(left([['codebuild/StartBuild', { projectName: 'p' }, { build: { id: 'p:1' } }]])).toEqual([]);
  expect(left([['ecs/RunTask', { taskDefinition: 'm:1' }, {}]])).toEqual([]);
});
