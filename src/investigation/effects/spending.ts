import { nameAt, objects, scalarText, textsIn, type EffectCall, type EffectReaders } from './call.ts';
import { lastPart } from '../../cloudtrail/identities.ts';
import type { Effect } from './effect.ts';

/** Whom mail is sent as. */
export const mailIdentity = 'identity';
/** What somebody tells AWS so that mail may go to whomever. */
export const mailDetails = 'account details, to leave the sandbox';

/** Instance families with GPUs or other accelerators, as EC2 names them: what miners and model thieves rent. */
const acceleratedType = /^(?:ml\.)?(?:p\d|g\d|gr\d|trn\d|inf\d|dl\d|vt\d|f\d)\w*(?:-\w+)?\./;

/** What is paid for by the account: machines, mail, models, quotas. */
export const spendingEffects: EffectReaders = {
  'ec2/RunInstances': (call) => [
    ...compute('instance', typeStarted(call), countOf(call)),
    ...launched(
      objects(call.response, 'instancesSet').map((each) => nameAt(each, 'instanceId')),
      scalarText(call.request, 'iamInstanceProfile.name') ?? scalarText(call.request, 'iamInstanceProfile.arn') ?? null,
    ),
  ],
  'ec2/RequestSpotInstances': (call) =>
    compute(
      'spot instance',
      nameAt(
        call.request,
        'launchSpecification.instanceType',
        'RequestSpotInstancesRequest.LaunchSpecification.InstanceType',
      ),
      Number(scalarText(call.request, 'instanceCount') ?? 1),
    ),
  'ec2/CreateFleet': (call) => [
    ...compute(
      'fleet machine',
      fleetTypes(call),
      Number(scalarText(call.request, 'CreateFleetRequest.TargetCapacitySpecification.TotalTargetCapacity') ?? 1),
    ),
    ...launched(
      objects(call.response, 'CreateFleetResponse.fleetInstanceSet').flatMap((each) => textsIn(each, 'instanceIds')),
      null,
    ),
  ],
  'ec2/RequestSpotFleet': (call) =>
    compute(
      'spot fleet machine',
      'several',
      Number(scalarText(call.request, 'spotFleetRequestConfig.targetCapacity') ?? 1),
    ),
  'autoscaling/CreateAutoScalingGroup': (call) =>
    compute(
      'scaling group machine',
      nameAt(call.request, 'launchConfigurationName', 'autoScalingGroupName'),
      Number(scalarText(call.request, 'desiredCapacity') ?? 1),
    ),
  'ecs/CreateCluster': (call) => compute('container cluster', nameAt(call.request, 'clusterName'), 1),
  'batch/CreateComputeEnvironment': (call) =>
    compute('batch environment', textsIn(call.request, 'computeResources.instanceTypes').join(', ') || 'several', 1),
  'lightsail/CreateInstances': (call) =>
    compute(
      'Lightsail instance',
      nameAt(call.request, 'bundleId'),
      Math.max(1, textsIn(call.request, 'instanceNames').length),
    ),
  'sagemaker/CreateTrainingJob': (call) =>
    compute(
      'training machine',
      nameAt(call.request, 'resourceConfig.instanceType'),
      Number(scalarText(call.request, 'resourceConfig.instanceCount') ?? 1),
    ),
  'servicequotas/RequestServiceQuotaIncrease': (call) => [
    {
      kind: 'quota-raised',
      what: `${nameAt(call.request, 'serviceCode')} ${nameAt(call.request, 'quotaCode')}`,
      to: scalarText(call.request, 'desiredValue') ?? null,
    },
  ],
  'support/CreateCase': (call) => [
    { kind: 'quota-raised', what: 'support case', to: scalarText(call.request, 'subject') ?? null },
  ],
  'ses/VerifyEmailIdentity': (call) => mail(mailIdentity, nameAt(call.request, 'emailAddress')),
  'ses/VerifyDomainIdentity': (call) => mail(mailIdentity, nameAt(call.request, 'domain')),
  'ses/CreateEmailIdentity': (call) => mail(mailIdentity, nameAt(call.request, 'emailIdentity')),
  'ses/UpdateAccountSendingEnabled': (call) => mail('sending enabled', call.region),
  'ses/PutAccountSendingAttributes': (call) => mail('sending enabled', call.region),
  'ses/PutAccountDetails': (call) => mail(mailDetails, nameAt(call.request, 'websiteURL', 'mailType')),
  'ses/SendEmail': (call) => mail('mail sent', nameAt(call.request, 'source', 'fromEmailAddress')),
  'ses/SendRawEmail': (call) => mail('mail sent', nameAt(call.request, 'source')),
  'ses/SendBulkEmail': (call) => mail('mail sent', nameAt(call.request, 'fromEmailAddress')),
  'sns/Publish': (call) =>
    scalarText(call.request, 'phoneNumber') === undefined ? [] : mail('text messages sent', call.region),
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

/** A launch template has the type where the call names none; the answer has it always. */
function typeStarted({ request, response }: EffectCall): string {
  const [first] = objects(response, 'instancesSet').flatMap((each) => scalarText(each, 'instanceType') ?? []);
  return scalarText(request, 'instanceType') ?? first ?? nameAt(request, 'instanceType');
}

/** What the answer says was started, else what was asked for. */
function fleetTypes({ request, response }: EffectCall): string {
  const started = objects(response, 'CreateFleetResponse.fleetInstanceSet');
  const asked = objects(request, 'CreateFleetRequest.LaunchTemplateConfigs').flatMap((each) =>
    objects(each, 'Overrides'),
  );
  const types = [
    ...started.flatMap((each) => scalarText(each, 'instanceType') ?? []),
    ...asked.flatMap((each) => scalarText(each, 'InstanceType') ?? []),
  ];
  return types.find((each) => acceleratedType.test(each)) ?? types[0] ?? 'several';
}

function launched(instanceIds: readonly string[], detail: string | null): readonly Effect[] {
  return instanceIds.map((instanceId) => ({ kind: 'instance-entered', instanceId, how: 'launched', detail }));
}

function countOf(call: EffectCall): number {
  const started = objects(call.response, 'instancesSet').length;
  const asked = objects(call.request, 'instancesSet').map((each) => Number(scalarText(each, 'maxCount') ?? 1));
  return started > 0 ? started : Math.max(1, ...asked);
}

function mail(what: string, name: string): readonly Effect[] {
  return [{ kind: 'mail-prepared', what, name }];
}

function model(call: EffectCall, what: string): readonly Effect[] {
  return [{ kind: 'model-used', what, model: lastPart(nameAt(call.request, 'modelId')) }];
}
