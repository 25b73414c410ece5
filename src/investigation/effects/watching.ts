import { isFalse, isTrue, nameAt, objects, scalarText, textsIn, type EffectCall, type EffectReaders } from './call.ts';
import { undone } from './credentials.ts';
import { expiresSoon } from './data.ts';
import type { Effect, WatchKind } from './effect.ts';
import { ruleName } from './event-rules.ts';
import { thing } from './thing.ts';
import { unrecorded } from './unrecorded.ts';

type How = 'stopped' | 'deleted' | 'narrowed';

/** What watches the account: trails, logs, detectors. Stopped, deleted, narrowed; or started again. */
export const watchingEffects: EffectReaders = {
  'cloudtrail/StopLogging': (call) => weakened('trail', trailName(call), 'stopped'),
  'cloudtrail/DeleteTrail': (call) => weakened('trail', trailName(call), 'deleted'),
  'cloudtrail/UpdateTrail': (call) => {
    const name = trailName(call);
    if (narrowsTrail(call)) return [...narrowed('trail', name, 'settings'), ...ledElsewhere(call)];
    return [...(widensTrail(call) ? restored(call, 'trail', name, 'settings') : []), ...ledElsewhere(call)];
  },
  'cloudtrail/UpdateEventDataStore': (call) =>
    ['multiRegionEnabled', 'organizationEnabled'].some((flag) => isFalse(call.request, flag)) ||
    (objects(call.request, 'advancedEventSelectors').length > 0 && narrowsSelectors(call))
      ? narrowed('trail', nameAt(call.request, 'eventDataStore'), 'settings')
      : [],
  'cloudtrail/DeregisterOrganizationDelegatedAdmin': (call) =>
    narrowed('trail', nameAt(call.request, 'delegatedAdminAccountId'), 'administrator'),
  'cloudtrail/StartEventDataStoreIngestion': (call) => restored(call, 'trail', nameAt(call.request, 'eventDataStore')),
  's3/PutBucketLifecycle': logBucketExpires,
  's3/PutBucketLifecycleConfiguration': logBucketExpires,
  's3/DeleteBucketLifecycle': (call) => restored(call, 'log-bucket', bucketName(call), 'lifecycle'),
  's3/DeleteBucket': (call) => ofLogBucket(call, 'deleted'),
  's3/DeleteBucketLogging': (call) => weakened('log-bucket', bucketName(call), 'stopped'),
  's3/PutBucketLogging': (call) =>
    objects(call.request, 'BucketLoggingStatus').some((each) => each['LoggingEnabled'] !== undefined)
      ? restored(call, 'log-bucket', bucketName(call))
      : weakened('log-bucket', bucketName(call), 'stopped'),
  'cloudtrail/PutEventSelectors': (call) =>
    narrowsSelectors(call)
      ? narrowed('trail', trailName(call), 'selectors')
      : restored(call, 'trail', trailName(call), 'selectors'),
  'cloudtrail/PutInsightSelectors': (call) =>
    textsIn(call.request, 'insightSelectors').length + objects(call.request, 'insightSelectors').length === 0
      ? narrowed('trail', trailName(call), 'insights')
      : restored(call, 'trail', trailName(call), 'insights'),
  'cloudtrail/StartLogging': (call) => restored(call, 'trail', trailName(call)),
  'cloudtrail/CreateTrail': (call) => [
    ...restored(call, 'trail', trailName(call), '', 'settings', 'selectors', 'insights'),
    ...ledElsewhere(call).filter(({ kind }) => kind === 'undone'),
  ],
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
  // What it records; a recorder that was stopped or deleted records nothing until it is started.
  'config/PutConfigurationRecorder': (call) =>
    recordsLess(call)
      ? narrowed('config', recorderName(call), 'recording')
      : restored(call, 'config', recorderName(call), 'recording'),
  'config/PutDeliveryChannel': (call) => restored(call, 'config', nameAt(call.request, 'deliveryChannel.name')),
  'access-analyzer/CreateAnalyzer': (call) => restored(call, 'access-analyzer', ''),
  'macie2/EnableMacie': (call) => restored(call, 'macie', call.accountId),
  'inspector2/Enable': (call) => restored(call, 'inspector', call.accountId),
  'guardduty/UpdateDetector': (call) => {
    const id = nameAt(call.request, 'detectorId');
    if (isFalse(call.request, 'enable')) return weakened('guardduty', id, 'stopped');
    return [...(isTrue(call.request, 'enable') ? restored(call, 'guardduty', id) : []), ...detectorFeatures(call, id)];
  },
  'guardduty/UpdateMemberDetectors': (call) => detectorFeatures(call, nameAt(call.request, 'detectorId')),
  'guardduty/StopMonitoringMembers': (call) => ofDetector(call, 'monitored members', 'stopped'),
  'guardduty/StartMonitoringMembers': (call) =>
    restored(call, 'guardduty', nameAt(call.request, 'detectorId'), 'monitored members'),
  'guardduty/DisassociateFromAdministratorAccount': (call) => ofDetector(call, 'administrator'),
  'guardduty/DisassociateFromMasterAccount': (call) => ofDetector(call, 'administrator'),
  'guardduty/AcceptAdministratorInvitation': (call) =>
    restored(call, 'guardduty', nameAt(call.request, 'detectorId'), 'administrator'),
  'guardduty/DisassociateMembers': (call) => ofDetector(call, 'members'),
  'guardduty/DeleteMembers': (call) => ofDetector(call, 'members'),
  'guardduty/ArchiveFindings': (call) => ofDetector(call, 'findings'),
  'guardduty/UnarchiveFindings': (call) => restored(call, 'guardduty', nameAt(call.request, 'detectorId'), 'findings'),
  'guardduty/CreateFilter': (call) => findingFilter(call, nameAt(call.request, 'name')),
  'guardduty/UpdateFilter': (call) => findingFilter(call, nameAt(call.request, 'filterName')),
  'guardduty/DeleteFilter': (call) => restored(call, 'guardduty', nameAt(call.request, 'filterName'), 'filter'),
  'guardduty/CreateIPSet': (call) => trustedAddresses(call, nameAt(call.response, 'ipSetId')),
  'guardduty/UpdateIPSet': (call) => trustedAddresses(call, nameAt(call.request, 'ipSetId')),
  'guardduty/DeleteIPSet': (call) => restored(call, 'guardduty', nameAt(call.request, 'ipSetId'), 'trusted addresses'),
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
  'securityhub/DisassociateFromAdministratorAccount': (call) =>
    narrowed('security-hub', call.accountId, 'administrator'),
  'securityhub/AcceptAdministratorInvitation': (call) =>
    restored(call, 'security-hub', call.accountId, 'administrator'),
  'securityhub/DisableImportFindingsForProduct': (call) =>
    weakened('security-hub', nameAt(call.request, 'productSubscriptionArn'), 'narrowed'),
  'securityhub/BatchUpdateFindings': (call) =>
    scalarText(call.request, 'workflow.status') === 'SUPPRESSED'
      ? narrowed('security-hub', call.accountId, 'findings')
      : restored(call, 'security-hub', call.accountId, 'findings'),
  'access-analyzer/DeleteAnalyzer': (call) =>
    weakened('access-analyzer', nameAt(call.request, 'analyzerName'), 'deleted'),
  'macie2/DisableMacie': (call) => weakened('macie', call.accountId, 'stopped'),
  'inspector2/Disable': (call) => weakened('inspector', call.accountId, 'stopped'),
  'bedrock/DeleteModelInvocationLoggingConfiguration': (call) => weakened('bedrock-logging', call.region, 'deleted'),
  'bedrock/PutModelInvocationLoggingConfiguration': (call) => restored(call, 'bedrock-logging', call.region),
  'logs/DeleteLogGroup': (call) => weakened('log-group', logGroup(call), 'deleted'),
  'logs/CreateLogGroup': (call) => restored(call, 'log-group', logGroup(call)),
  'logs/DeleteLogStream': (call) => narrowed('log-group', logGroup(call), 'log stream'),
  'logs/DeleteMetricFilter': (call) => narrowed('log-group', logGroup(call), logFilter(call)),
  'logs/PutMetricFilter': (call) => restored(call, 'log-group', logGroup(call), logFilter(call)),
  'logs/DeleteSubscriptionFilter': (call) => narrowed('log-group', logGroup(call), logFilter(call)),
  'logs/PutSubscriptionFilter': (call) => restored(call, 'log-group', logGroup(call), logFilter(call)),
  'logs/PutRetentionPolicy': (call) =>
    Number(scalarText(call.request, 'retentionInDays') ?? 90) <= 7
      ? narrowed('log-group', logGroup(call), 'retention')
      : restored(call, 'log-group', logGroup(call), 'retention'),
  'logs/DeleteRetentionPolicy': (call) => restored(call, 'log-group', logGroup(call), 'retention'),
  'monitoring/DeleteAlarms': (call) => alarms(call).flatMap((name) => weakened('alarm', name, 'deleted')),
  'monitoring/DisableAlarmActions': (call) => alarms(call).flatMap((name) => weakened('alarm', name, 'stopped')),
  'monitoring/EnableAlarmActions': (call) => alarms(call).flatMap((name) => restored(call, 'alarm', name)),
  'events/DisableRule': (call) => weakened('event-rule', ruleName(call, nameAt(call.request, 'name')), 'stopped'),
  'events/EnableRule': (call) => restored(call, 'event-rule', ruleName(call, nameAt(call.request, 'name'))),
  'events/DeleteRule': (call) => weakened('event-rule', ruleName(call, nameAt(call.request, 'name')), 'deleted'),
  'events/PutRule': (call) => {
    const name = ruleName(call, nameAt(call.request, 'name'));
    return scalarText(call.request, 'state') === 'DISABLED'
      ? weakened('event-rule', name, 'stopped')
      : restored(call, 'event-rule', name);
  },
  'events/RemoveTargets': (call) =>
    textsIn(call.request, 'ids').flatMap((id) =>
      narrowed('event-rule', ruleName(call, nameAt(call.request, 'rule')), `target ${id}`),
    ),
  'events/PutTargets': (call) =>
    objects(call.request, 'targets').flatMap((target) =>
      restored(call, 'event-rule', ruleName(call, nameAt(call.request, 'rule')), `target ${nameAt(target, 'id')}`),
    ),
  'wafv2/DeleteLoggingConfiguration': (call) =>
    weakened('web-firewall-logs', nameAt(call.request, 'resourceArn'), 'deleted'),
  'wafv2/DeleteWebACL': (call) => weakened('web-firewall-logs', nameAt(call.request, 'name'), 'deleted'),
};

function weakened(what: WatchKind, name: string, how: How): readonly Effect[] {
  return [{ kind: 'watching-weakened', what, name, how }];
}

/** A part of it is gone, which to start the whole again does not bring back. */
function narrowed(what: WatchKind, name: string, part: string): readonly Effect[] {
  return [{ kind: 'watching-weakened', what, name, how: 'narrowed', part }];
}

function restored(call: EffectCall, what: WatchKind, name: string, ...parts: readonly string[]): readonly Effect[] {
  return undone('restored', ...(parts.length === 0 ? [''] : parts).map((part) => thing.watch(call, what, name, part)));
}

function ofDetector({ request }: EffectCall, part: string, how: How = 'narrowed'): readonly Effect[] {
  return [{ kind: 'watching-weakened', what: 'guardduty', name: nameAt(request, 'detectorId'), how, part }];
}

/** What a detector looks at is switched on and off apart (GuardDuty API reference, UpdateDetector). */
function detectorFeatures(call: EffectCall, id: string): readonly Effect[] {
  return objects(call.request, 'features').flatMap((feature) => {
    const part = `feature ${nameAt(feature, 'name')}`;
    const status = scalarText(feature, 'status');
    if (status === 'DISABLED') return narrowed('guardduty', id, part);
    return status === 'ENABLED' ? restored(call, 'guardduty', id, part) : [];
  });
}

/** Findings that a filter archives are seen by nobody. */
function findingFilter(call: EffectCall, name: string): readonly Effect[] {
  const action = scalarText(call.request, 'action');
  if (action === 'ARCHIVE') return narrowed('guardduty', name, 'filter');
  return action === 'NOOP' ? restored(call, 'guardduty', name, 'filter') : [];
}

/** Of what comes from addresses that it trusts a detector says nothing. */
function trustedAddresses(call: EffectCall, id: string): readonly Effect[] {
  const part = 'trusted addresses';
  return isFalse(call.request, 'activate') ? restored(call, 'guardduty', id, part) : narrowed('guardduty', id, part);
}

/** A recorder that does not record all kinds of resources. */
function recordsLess({ request }: EffectCall): boolean {
  return isFalse(request, 'configurationRecorder.recordingGroup.allSupported');
}

function logGroup({ request }: EffectCall): string {
  return nameAt(request, 'logGroupName');
}

function logFilter({ request }: EffectCall): string {
  return `filter ${nameAt(request, 'filterName')}`;
}

/** Some calls name a trail by its ARN, some by its name, and PutEventSelectors under another field. */
function trailName({ request }: EffectCall): string {
  const name = nameAt(request, 'trailName', 'name');
  return name.split(':trail/').at(-1) ?? name;
}

const trailFlags = [
  'isMultiRegionTrail',
  'includeGlobalServiceEvents',
  'enableLogFileValidation',
  'isOrganizationTrail',
] as const;

function narrowsTrail({ request }: EffectCall): boolean {
  return trailFlags.some((flag) => isFalse(request, flag));
}

/** Where a trail's records go, and with whose key, by the parameter that says so. */
const trailLeads = { bucket: 's3BucketName', key: 'kmsKeyId' } as const;

/** Where a trail led before is in no record: it is put back by whoever leads it to anything else than what was put there. */
function ledElsewhere(call: EffectCall): readonly Effect[] {
  const name = trailName(call);
  return Object.entries(trailLeads).flatMap(([part, parameter]): readonly Effect[] => {
    const to = scalarText(call.request, parameter);
    if (to === undefined) return [];
    const ledThere = thing.watch(call, 'trail', name, `${part} ${to}`);
    return [
      { kind: 'watching-weakened', what: 'trail', name, how: 'narrowed', part, endsWith: [ledThere] },
      {
        kind: 'undone',
        things: [thing.watch(call, 'trail', name, part)],
        how: 'restored',
        issuedBefore: null,
        whileThere: null,
        butFor: [ledThere],
      },
    ];
  });
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
  return trailFlags.some((flag) => isTrue(request, flag));
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
  const name = bucketName(call);
  if (!expiresSoon(call)) return restored(call, 'log-bucket', name, 'lifecycle');
  return logBucket.test(name) ? narrowed('log-bucket', name, 'lifecycle') : [];
}

function recorderName({ request }: EffectCall): string {
  return nameAt(request, 'configurationRecorder.name', 'configurationRecorderName');
}
