import { lastPart, named, objects, text, texts, type Call, type EffectReaders } from './call.ts';
import type { Effect } from './effect.ts';

/** Instance families with GPUs or other accelerators, as EC2 names them: what miners and model thieves rent. */
const acceleratedType = /^(?:ml\.)?(?:p\d|g\d|gr\d|trn\d|inf\d|dl\d|vt\d|f\d)\w*(?:-\w+)?\./;

/** What is paid for by the account: machines, mail, models, quotas. */
export const spendingEffects: EffectReaders = {
  'ec2/RunInstances': (call) => [
    ...compute('instances', named(call.request, 'instanceType'), countOf(call)),
    ...objects(call.response, 'instancesSet').map((each) => ({
      kind: 'instance-entered' as const,
      instanceId: named(each, 'instanceId'),
      how: 'launched' as const,
      detail: text(call.request, 'iamInstanceProfile.name') ?? text(call.request, 'iamInstanceProfile.arn') ?? null,
    })),
  ],
  'ec2/RequestSpotInstances': (call) =>
    compute(
      'spot instances',
      named(
        call.request,
        'launchSpecification.instanceType',
        'RequestSpotInstancesRequest.LaunchSpecification.InstanceType',
      ),
      Number(text(call.request, 'instanceCount') ?? 1),
    ),
  'ec2/CreateFleet': (call) =>
    compute(
      'fleet',
      'several',
      Number(text(call.request, 'CreateFleetRequest.TargetCapacitySpecification.TotalTargetCapacity') ?? 1),
    ),
  'ec2/RequestSpotFleet': (call) =>
    compute('spot fleet', 'several', Number(text(call.request, 'spotFleetRequestConfig.targetCapacity') ?? 1)),
  'autoscaling/CreateAutoScalingGroup': (call) =>
    compute(
      'scaling group',
      named(call.request, 'launchConfigurationName', 'autoScalingGroupName'),
      Number(text(call.request, 'desiredCapacity') ?? 1),
    ),
  'ecs/CreateCluster': (call) => compute('container cluster', named(call.request, 'clusterName'), 1),
  'batch/CreateComputeEnvironment': (call) =>
    compute('batch environment', texts(call.request, 'computeResources.instanceTypes').join(', ') || 'several', 1),
  'lightsail/CreateInstances': (call) =>
    compute(
      'Lightsail instances',
      named(call.request, 'bundleId'),
      Math.max(1, texts(call.request, 'instanceNames').length),
    ),
  'sagemaker/CreateTrainingJob': (call) =>
    compute(
      'training job',
      named(call.request, 'resourceConfig.instanceType'),
      Number(text(call.request, 'resourceConfig.instanceCount') ?? 1),
    ),
  'servicequotas/RequestServiceQuotaIncrease': (call) => [
    {
      kind: 'quota-raised',
      what: `${named(call.request, 'serviceCode')} ${named(call.request, 'quotaCode')}`,
      to: text(call.request, 'desiredValue') ?? null,
    },
  ],
  'support/CreateCase': (call) => [
    { kind: 'quota-raised', what: 'support case', to: text(call.request, 'subject') ?? null },
  ],
  'ses/VerifyEmailIdentity': (call) => mail('identity', named(call.request, 'emailAddress')),
  'ses/VerifyDomainIdentity': (call) => mail('identity', named(call.request, 'domain')),
  'ses/CreateEmailIdentity': (call) => mail('identity', named(call.request, 'emailIdentity')),
  'ses/UpdateAccountSendingEnabled': (call) => mail('sending enabled', call.region),
  'ses/PutAccountSendingAttributes': (call) => mail('sending enabled', call.region),
  'ses/PutAccountDetails': (call) =>
    mail('account details, to leave the sandbox', named(call.request, 'websiteURL', 'mailType')),
  'ses/SendEmail': (call) => mail('mail sent', named(call.request, 'source', 'fromEmailAddress')),
  'ses/SendRawEmail': (call) => mail('mail sent', named(call.request, 'source')),
  'ses/SendBulkEmail': (call) => mail('mail sent', named(call.request, 'fromEmailAddress')),
  'sns/Publish': (call) =>
    text(call.request, 'phoneNumber') === undefined ? [] : mail('text messages sent', call.region),
  'sns/SetSMSAttributes': (call) => mail('text message limit', call.region),
  'bedrock/PutFoundationModelEntitlement': (call) => model(call, 'entitled'),
  'bedrock/CreateFoundationModelAgreement': (call) => model(call, 'agreement made'),
  'bedrock/PutUseCaseForModelAccess': (call) => model(call, 'use case given'),
  'bedrock/InvokeModel': (call) => model(call, 'invoked'),
  'bedrock/InvokeModelWithResponseStream': (call) => model(call, 'invoked'),
  'bedrock/Converse': (call) => model(call, 'invoked'),
  'bedrock/ConverseStream': (call) => model(call, 'invoked'),
  'bedrock/CreateProvisionedModelThroughput': (call) => model(call, 'throughput bought'),
};

function compute(what: string, type: string, count: number): readonly Effect[] {
  const number = Number.isFinite(count) && count > 0 ? count : 1;
  return [{ kind: 'compute-started', what, type, count: number, accelerated: acceleratedType.test(type) }];
}

function countOf(call: Call): number {
  const started = objects(call.response, 'instancesSet').length;
  const asked = objects(call.request, 'instancesSet').map((each) => Number(text(each, 'maxCount') ?? 1));
  return started > 0 ? started : Math.max(1, ...asked);
}

function mail(what: string, name: string): readonly Effect[] {
  return [{ kind: 'mail-prepared', what, name }];
}

function model(call: Call, what: string): readonly Effect[] {
  return [{ kind: 'model-used', what, model: lastPart(named(call.request, 'modelId')) }];
}
