import { expect, test } from 'vitest';
import { assessCase } from '../../../src/investigation/case/assess-case.ts';
import { toPutRight } from '../../../src/investigation/report/to-put-right.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import { call, callByAdmin, materialOf } from './assessed.ts';

type Made = readonly [service: string, action: string, request: JsonObject];

interface Weakened {
  readonly what: string;
  readonly by: Made;
  /** What is put back beside it. */
  readonly beside: Made;
  readonly back: Made;
}

const recorder = { name: 'default', roleARN: 'arn:aws:iam::111122223333:role/config' };
const whole = [{ readWriteType: 'All', includeManagementEvents: true }];
const target = { rule: 'to-siem', ids: ['siem'] };

const weakened: readonly Weakened[] = [
  {
    what: "a trail's selectors, by selectors and not by starting it",
    by: ['cloudtrail', 'PutEventSelectors', { trailName: 'org', eventSelectors: [{ includeManagementEvents: false }] }],
    beside: ['cloudtrail', 'StartLogging', { name: 'org' }],
    back: ['cloudtrail', 'PutEventSelectors', { trailName: 'org', eventSelectors: whole }],
  },
  {
    what: 'a trail that was stopped, by starting it and not by its selectors',
    by: ['cloudtrail', 'StopLogging', { name: 'org' }],
    beside: ['cloudtrail', 'PutEventSelectors', { trailName: 'org', eventSelectors: whole }],
    back: ['cloudtrail', 'StartLogging', { name: 'org' }],
  },
  {
    what: 'a trail that was led to another bucket, by leading it to another again and not by leaving it there',
    by: ['cloudtrail', 'UpdateTrail', { name: 'org', s3BucketName: 'theirs' }],
    beside: ['cloudtrail', 'UpdateTrail', { name: 'org', s3BucketName: 'theirs', isMultiRegionTrail: true }],
    back: ['cloudtrail', 'UpdateTrail', { name: 'org', s3BucketName: 'own-trail' }],
  },
  {
    what: 'a trail that was led to another bucket, by one that is made anew and not by starting it',
    by: ['cloudtrail', 'UpdateTrail', { name: 'org', s3BucketName: 'theirs' }],
    beside: ['cloudtrail', 'StartLogging', { name: 'org' }],
    back: ['cloudtrail', 'CreateTrail', { name: 'org', s3BucketName: 'own-trail' }],
  },
  {
    what: "a trail that was encrypted with somebody's key, by another key and not by its bucket",
    by: ['cloudtrail', 'UpdateTrail', { name: 'org', kmsKeyId: 'arn:aws:kms:us-east-1:999988887777:key/theirs' }],
    beside: ['cloudtrail', 'UpdateTrail', { name: 'org', s3BucketName: 'own-trail' }],
    back: ['cloudtrail', 'UpdateTrail', { name: 'org', kmsKeyId: 'arn:aws:kms:us-east-1:111122223333:key/own' }],
  },
  {
    what: 'a trail that was led to another bucket and kept to one region, by both',
    by: ['cloudtrail', 'UpdateTrail', { name: 'org', s3BucketName: 'theirs', isMultiRegionTrail: false }],
    beside: ['cloudtrail', 'UpdateTrail', { name: 'org', isMultiRegionTrail: true }],
    back: ['cloudtrail', 'UpdateTrail', { name: 'org', s3BucketName: 'own-trail' }],
  },
  {
    what: 'what a recorder records, by its settings and not by starting it',
    by: [
      'config',
      'PutConfigurationRecorder',
      { configurationRecorder: { ...recorder, recordingGroup: { allSupported: false, resourceTypes: ['x'] } } },
    ],
    beside: ['config', 'StartConfigurationRecorder', { configurationRecorderName: 'default' }],
    back: [
      'config',
      'PutConfigurationRecorder',
      { configurationRecorder: { ...recorder, recordingGroup: { allSupported: true } } },
    ],
  },
  {
    what: 'a recorder that was stopped, by starting it and not by its settings',
    by: ['config', 'StopConfigurationRecorder', { configurationRecorderName: 'default' }],
    beside: ['config', 'PutConfigurationRecorder', { configurationRecorder: recorder }],
    back: ['config', 'StartConfigurationRecorder', { configurationRecorderName: 'default' }],
  },
  {
    what: "a detector's feature, by that feature and not by the detector",
    by: [
      'guardduty',
      'UpdateDetector',
      { detectorId: 'd1', features: [{ name: 'S3_DATA_EVENTS', status: 'DISABLED' }] },
    ],
    beside: ['guardduty', 'UpdateDetector', { detectorId: 'd1', enable: true }],
    back: [
      'guardduty',
      'UpdateDetector',
      { detectorId: 'd1', features: [{ name: 'S3_DATA_EVENTS', status: 'ENABLED' }] },
    ],
  },
  {
    what: "a detector's members, by watching them and not by the detector",
    by: ['guardduty', 'StopMonitoringMembers', { detectorId: 'd1', accountIds: ['444455556666'] }],
    beside: ['guardduty', 'UpdateDetector', { detectorId: 'd1', enable: true }],
    back: ['guardduty', 'StartMonitoringMembers', { detectorId: 'd1', accountIds: ['444455556666'] }],
  },
  {
    what: 'a filter that archives findings, by its end and not by that of another',
    by: ['guardduty', 'CreateFilter', { detectorId: 'd1', name: 'noise', action: 'ARCHIVE' }],
    beside: ['guardduty', 'DeleteFilter', { detectorId: 'd1', filterName: 'other' }],
    back: ['guardduty', 'DeleteFilter', { detectorId: 'd1', filterName: 'noise' }],
  },
  {
    what: "a rule's target, by that target and not by the rule",
    by: ['events', 'RemoveTargets', target],
    beside: ['events', 'EnableRule', { name: 'to-siem' }],
    back: [
      'events',
      'PutTargets',
      { rule: 'to-siem', targets: [{ id: 'siem', arn: 'arn:aws:sqs:eu-west-1:111122223333:q' }] },
    ],
  },
  {
    what: 'a rule of a bus, by itself and not by its namesake on the default bus',
    by: ['events', 'DisableRule', { name: 'page', eventBusName: 'security' }],
    beside: ['events', 'EnableRule', { name: 'page' }],
    back: ['events', 'EnableRule', { name: 'page', eventBusName: 'security' }],
  },
  {
    what: 'an account that was moved out of its unit, by moving it back and not elsewhere',
    by: [
      'organizations',
      'MoveAccount',
      { accountId: '444455556666', sourceParentId: 'ou-a', destinationParentId: 'r-a' },
    ],
    beside: [
      'organizations',
      'MoveAccount',
      { accountId: '444455556666', sourceParentId: 'r-a', destinationParentId: 'ou-b' },
    ],
    back: [
      'organizations',
      'MoveAccount',
      { accountId: '444455556666', sourceParentId: 'r-a', destinationParentId: 'ou-a' },
    ],
  },
  {
    what: 'a service that was let into the organization, by that service alone',
    by: ['organizations', 'EnableAWSServiceAccess', { servicePrincipal: 'ssm.amazonaws.com' }],
    beside: ['organizations', 'DisableAWSServiceAccess', { servicePrincipal: 'ram.amazonaws.com' }],
    back: ['organizations', 'DisableAWSServiceAccess', { servicePrincipal: 'ssm.amazonaws.com' }],
  },
];

test.each(weakened)('put right is $what', ({ by, beside, back }) => {
  const done = call(1, by[0], by[1], { requestParameters: by[2] });
  expect(leftOf([done])).toBe(1);
  expect(leftOf([done, byAdmin(2, beside)])).toBe(1);
  expect(leftOf([done, byAdmin(2, beside), byAdmin(3, back)])).toBe(0);
});

function byAdmin(minutes: number, [service, action, requestParameters]: Made): JsonObject {
  return callByAdmin(minutes, service, action, { requestParameters });
}

function leftOf(records: readonly JsonObject[]): number {
  return toPutRight(assessCase(materialOf(records))).length;
}
