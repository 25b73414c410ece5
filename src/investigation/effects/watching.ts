import { isFalse, isTrue, nameAt, objects, scalarText, textsIn, type EffectCall, type EffectReaders } from './call.ts';
import { undone } from './credentials.ts';
import { expiresSoon } from './data.ts';
import type { Effect, WatchKind } from './effect.ts';
import { thing } from './thing.ts';
import { unrecorded } from './unrecorded.ts';

type How = 'stopped' | 'deleted' | 'narrowed';

/** What watches the account: trails, logs, detectors. Stopped, deleted, narrowed; or started again. */
export const watchingEffects: EffectReaders = {
  'cloudtrail/StopLogging': (call) => weakened('trail', trailName(call), 'stopped'),
  'cloudtrail/DeleteTrail': (call) => weakened('trail', trailName(call), 'deleted'),
  'cloudtrail/UpdateTrail': (call) => {
    if (narrowsTrail(call)) return weakened('trail', trailName(call), 'narrowed');
    return widensTrail(call) ? restored(call, 'trail', trailName(call)) : [];
  },
  'cloudtrail/DeregisterOrganizationDelegatedAdmin': (call) =>
    weakened('trail', nameAt(call.request, 'delegatedAdminAccountId'), 'narrowed'),
  'cloudtrail/StartEventDataStoreIngestion': (call) => restored(call, 'trail', nameAt(call.request, 'eventDataStore')),
  's3/PutBucketLifecycle': logBucketExpires,
  's3/PutBucketLifecycleConfiguration': logBucketExpires,
  's3/DeleteBucket': (call) => ofLogBucket(call, 'deleted'),
  's3/DeleteBucketLogging': (call) => weakened('log-bucket', bucketName(call), 'stopped'),
  's3/PutBucketLogging': (call) =>
    objects(call.request, 'BucketLoggingStatus').some((each) => each['LoggingEnabled'] !== undefined)
      ? restored(call, 'log-bucket', bucketName(call))
      : weakened('log-bucket', bucketName(call), 'stopped'),
  'cloudtrail/PutEventSelectors': (call) =>
    narrowsSelectors(call) ? weakened('trail', trailName(call), 'narrowed') : restored(call, 'trail', trailName(call)),
  'cloudtrail/PutInsightSelectors': (call) =>
    textsIn(call.request, 'insightSelectors').length + objects(call.request, 'insightSelectors').length === 0
      ? weakened('trail', trailName(call), 'narrowed')
      : [],
  'cloudtrail/StartLogging': (call) => restored(call, 'trail', trailName(call)),
  'cloudtrail/CreateTrail': (call) => restored(call, 'trail', trailName(call)),
  'cloudtrail/StopEventDataStoreIngestion': (call) =>
    weakened('trail', nameAt(call.request, 'eventDataStore'), 'stopped'),
  'cloudtrail/DeleteEventDataStore': (call) => weakened('trail', nameAt(call.request, 'eventDataStore'), 'deleted'),
  'ec2/DeleteFlowLogs': (call) => flowLogs(call).flatMap((id) => weakened('flow-logs', id, 'deleted')),
  'route53resolver/DeleteResolverQueryLogConfig': (call) =>
    weakened('dns-logs', nameAt(call.request, 'resolverQueryLogConfigId'), 'deleted'),
  'route53resolver/DisassociateResolverQueryLogConfig': (call) =>
    weakened('dns-logs', nameAt(call.request, 'resolverQueryLogConfigId'), 'stopped'),
  'route53resolver/AssociateResolverQueryLogConfig': (call) =>
    restored(call, 'dns-logs', nameAt(call.request, 'resolverQueryLogConfigId')),
  'guardduty/DeleteDetector': (call) => weakened('guardduty', nameAt(call.request, 'detectorId'), 'deleted'),
  'guardduty/CreateDetector': (call) => restored(call, 'guardduty', ''),
  'ec2/CreateFlowLogs': (call) => restored(call, 'flow-logs', ''),
  'route53resolver/CreateResolverQueryLogConfig': (call) => restored(call, 'dns-logs', ''),
  'config/PutConfigurationRecorder': (call) => restored(call, 'config', recorderName(call)),
  'config/PutDeliveryChannel': (call) => restored(call, 'config', nameAt(call.request, 'deliveryChannel.name')),
  'access-analyzer/CreateAnalyzer': (call) => restored(call, 'access-analyzer', ''),
  'macie2/EnableMacie': (call) => restored(call, 'macie', call.accountId),
  'inspector2/Enable': (call) => restored(call, 'inspector', call.accountId),
  'guardduty/UpdateDetector': (call) => {
    const id = nameAt(call.request, 'detectorId');
    if (isFalse(call.request, 'enable')) return weakened('guardduty', id, 'stopped');
    return isTrue(call.request, 'enable') ? restored(call, 'guardduty', id) : [];
  },
  'guardduty/StopMonitoringMembers': (call) => weakened('guardduty', nameAt(call.request, 'detectorId'), 'stopped'),
  'guardduty/DisassociateFromAdministratorAccount': (call) =>
    weakened('guardduty', nameAt(call.request, 'detectorId'), 'narrowed'),
  'guardduty/DisassociateFromMasterAccount': (call) =>
    weakened('guardduty', nameAt(call.request, 'detectorId'), 'narrowed'),
  'guardduty/DisassociateMembers': (call) => weakened('guardduty', nameAt(call.request, 'detectorId'), 'narrowed'),
  'guardduty/DeleteMembers': (call) => weakened('guardduty', nameAt(call.request, 'detectorId'), 'narrowed'),
  'guardduty/CreateFilter': (call) =>
    scalarText(call.request, 'action') === 'ARCHIVE'
      ? weakened('guardduty', nameAt(call.request, 'name'), 'narrowed')
      : [],
  'guardduty/CreateIPSet': (call) => weakened('guardduty', nameAt(call.request, 'name'), 'narrowed'),
  'guardduty/UpdateIPSet': (call) => weakened('guardduty', nameAt(call.request, 'ipSetId'), 'narrowed'),
  'guardduty/DeletePublishingDestination': (call) =>
    weakened('guardduty', nameAt(call.request, 'destinationId'), 'narrowed'),
  'config/StopConfigurationRecorder': (call) =>
    weakened('config', nameAt(call.request, 'configurationRecorderName'), 'stopped'),
  'config/DeleteConfigurationRecorder': (call) =>
    weakened('config', nameAt(call.request, 'configurationRecorderName'), 'deleted'),
  'config/DeleteDeliveryChannel': (call) => weakened('config', nameAt(call.request, 'deliveryChannelName'), 'deleted'),
  'config/DeleteConfigRule': (call) => weakened('config', nameAt(call.request, 'configRuleName'), 'deleted'),
  'config/StartConfigurationRecorder': (call) =>
    restored(call, 'config', nameAt(call.request, 'configurationRecorderName')),
  'securityhub/DisableSecurityHub': (call) => weakened('security-hub', call.accountId, 'stopped'),
  'securityhub/EnableSecurityHub': (call) => restored(call, 'security-hub', call.accountId),
  'securityhub/BatchDisableStandards': (call) =>
    weakened('security-hub', textsIn(call.request, 'standardsSubscriptionArns').join(', ') || 'standards', 'narrowed'),
  'securityhub/DisassociateFromAdministratorAccount': (call) => weakened('security-hub', call.accountId, 'narrowed'),
  'access-analyzer/DeleteAnalyzer': (call) =>
    weakened('access-analyzer', nameAt(call.request, 'analyzerName'), 'deleted'),
  'macie2/DisableMacie': (call) => weakened('macie', call.accountId, 'stopped'),
  'inspector2/Disable': (call) => weakened('inspector', call.accountId, 'stopped'),
  'bedrock/DeleteModelInvocationLoggingConfiguration': (call) => weakened('bedrock-logging', call.region, 'deleted'),
  'bedrock/PutModelInvocationLoggingConfiguration': (call) => restored(call, 'bedrock-logging', call.region),
  'logs/DeleteLogGroup': (call) => weakened('log-group', nameAt(call.request, 'logGroupName'), 'deleted'),
  'logs/DeleteLogStream': (call) => weakened('log-group', nameAt(call.request, 'logGroupName'), 'narrowed'),
  'logs/DeleteMetricFilter': (call) => weakened('log-group', nameAt(call.request, 'logGroupName'), 'narrowed'),
  'logs/DeleteSubscriptionFilter': (call) => weakened('log-group', nameAt(call.request, 'logGroupName'), 'narrowed'),
  'logs/PutRetentionPolicy': (call) =>
    Number(scalarText(call.request, 'retentionInDays') ?? 90) <= 7
      ? weakened('log-group', nameAt(call.request, 'logGroupName'), 'narrowed')
      : [],
  'monitoring/DeleteAlarms': (call) => alarms(call).flatMap((name) => weakened('alarm', name, 'deleted')),
  'monitoring/DisableAlarmActions': (call) => alarms(call).flatMap((name) => weakened('alarm', name, 'stopped')),
  'monitoring/EnableAlarmActions': (call) => alarms(call).flatMap((name) => restored(call, 'alarm', name)),
  'events/DisableRule': (call) => weakened('event-rule', nameAt(call.request, 'name'), 'stopped'),
  'events/EnableRule': (call) => restored(call, 'event-rule', nameAt(call.request, 'name')),
  'events/DeleteRule': (call) => weakened('event-rule', nameAt(call.request, 'name'), 'deleted'),
  'events/RemoveTargets': (call) => weakened('event-rule', nameAt(call.request, 'rule'), 'narrowed'),
  'wafv2/DeleteLoggingConfiguration': (call) =>
    weakened('web-firewall-logs', nameAt(call.request, 'resourceArn'), 'deleted'),
  'wafv2/DeleteWebACL': (call) => weakened('web-firewall-logs', nameAt(call.request, 'name'), 'deleted'),
};

function weakened(what: WatchKind, name: string, how: How): readonly Effect[] {
  return [{ kind: 'watching-weakened', what, name, how }];
}

function restored(call: EffectCall, what: WatchKind, name: string): readonly Effect[] {
  return undone('restored', thing.watch(call, what, name));
}

/** Some calls name a trail by its ARN, some by its name, and PutEventSelectors under another field. */
function trailName({ request }: EffectCall): string {
  const name = nameAt(request, 'trailName', 'name');
  return name.split(':trail/').at(-1) ?? name;
}

function narrowsTrail({ request }: EffectCall): boolean {
  const switchedOff = [
    'isMultiRegionTrail',
    'includeGlobalServiceEvents',
    'enableLogFileValidation',
    'isOrganizationTrail',
  ];
  return (
    switchedOff.some((flag) => isFalse(request, flag)) ||
    scalarText(request, 's3BucketName') !== undefined ||
    scalarText(request, 'kmsKeyId') !== undefined
  );
}

/** Selectors that leave management events, or a part of them, out. */
function narrowsSelectors({ request }: EffectCall): boolean {
  const basic = objects(request, 'eventSelectors');
  const advanced = objects(request, 'advancedEventSelectors');
  if (basic.length === 0 && advanced.length === 0) return true;
  const whole = basic.some(
    (selector) =>
      !isFalse(selector, 'includeManagementEvents') &&
      (scalarText(selector, 'readWriteType') ?? 'All') === 'All' &&
      textsIn(selector, 'excludeManagementEventSources').length === 0,
  );
  return !(whole || advanced.some(selectsManagementEvents));
}

function selectsManagementEvents(selector: Parameters<typeof objects>[0]): boolean {
  const fields = objects(selector, 'fieldSelectors');
  const management = fields.some(
    (field) => scalarText(field, 'field') === 'eventCategory' && textsIn(field, 'equals').includes('Management'),
  );
  return management && fields.length === 1;
}

function flowLogs({ request }: EffectCall): readonly string[] {
  const ids = objects(request, 'DeleteFlowLogsRequest.FlowLogId').map((each) => nameAt(each, 'content'));
  return ids.length > 0 ? ids : [unrecorded];
}

function alarms({ request }: EffectCall): readonly string[] {
  const names = [...textsIn(request, 'alarmNames')];
  return names.length > 0 ? names : [unrecorded];
}

function widensTrail({ request }: EffectCall): boolean {
  return ['isMultiRegionTrail', 'includeGlobalServiceEvents', 'enableLogFileValidation', 'isOrganizationTrail'].some(
    (flag) => isTrue(request, flag),
  );
}

function bucketName({ request }: EffectCall): string {
  return nameAt(request, 'bucketName');
}

/** Buckets of logs are told by their names, for no record says what is in one. */
const logBucket = /cloudtrail|(?:^|[-._])(?:trail|audit|logs?|logging|flow-?logs?)(?:[-._]|$)/iu;

function ofLogBucket(call: EffectCall, how: How): readonly Effect[] {
  const name = bucketName(call);
  return logBucket.test(name) ? weakened('log-bucket', name, how) : [];
}

function logBucketExpires(call: EffectCall): readonly Effect[] {
  return expiresSoon(call) ? ofLogBucket(call, 'narrowed') : [];
}

function recorderName({ request }: EffectCall): string {
  return nameAt(request, 'configurationRecorder.name', 'configurationRecorderName');
}
