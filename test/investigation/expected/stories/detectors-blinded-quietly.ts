import { appAccount } from '../cloud.ts';
import { bob, deactivate, key, leaked, told, type Story } from '../story.ts';

export const detectorsBlindedQuietly: Story = {
  name: 'what watches is not stopped but narrowed, filtered and trusted away; half of it is put back',
  records: told((intruder) => {
    intruder.call(leaked, 'cloudtrail:DescribeTrails');
    intruder.call(leaked, 'guardduty:ListDetectors');
    intruder.call(leaked, 'cloudtrail:PutEventSelectors', {
      trailName: 'org',
      advancedEventSelectors: [
        {
          name: 'Management',
          fieldSelectors: [
            { field: 'eventCategory', equals: ['Management'] },
            { field: 'eventSource', notEquals: ['kms.amazonaws.com', 'iam.amazonaws.com'] },
          ],
        },
      ],
    });
    intruder.call(
      leaked,
      'guardduty:CreateFilter',
      {
        detectorId: 'd1',
        name: 'noise',
        action: 'ARCHIVE',
        findingCriteria: { criterion: { severity: { gte: 1 } } },
      },
      { response: { name: 'noise' } },
    );
    intruder.call(
      leaked,
      'guardduty:CreateIPSet',
      { detectorId: 'd1', name: 'partners', format: 'TXT', location: 'https://s3.amazonaws.com/x/y', activate: true },
      { response: { ipSetId: 'ip-1' } },
    );
    intruder.call(leaked, 'guardduty:UpdateDetector', {
      detectorId: 'd1',
      features: [{ name: 'S3_DATA_EVENTS', status: 'DISABLED' }],
    });
    intruder.call(leaked, 'config:PutConfigurationRecorder', {
      configurationRecorder: {
        name: 'default',
        roleARN: `arn:aws:iam::${appAccount}:role/config`,
        recordingGroup: { allSupported: false, resourceTypes: ['AWS::S3::Bucket'] },
      },
    });
    intruder.call(leaked, 'events:DisableRule', { name: 'page-on-findings' });
    intruder.call(leaked, 'events:RemoveTargets', { rule: 'trail-to-siem', ids: ['siem'] });
    intruder.call(leaked, 'ec2:DeleteFlowLogs', {
      DeleteFlowLogsRequest: { FlowLogId: { tag: 1, content: 'fl-0a1b2c3d' } },
    });
    intruder.call(leaked, 'securityhub:BatchUpdateFindings', {
      findingIdentifiers: [{ id: 'f-1', productArn: 'arn:aws:securityhub:us-east-1::product/aws/guardduty' }],
      workflow: { status: 'SUPPRESSED' },
    });
    intruder.mended('guardduty:DeleteFilter', { detectorId: 'd1', filterName: 'noise' });
    intruder.mended('guardduty:DeleteIPSet', { detectorId: 'd1', ipSetId: 'ip-1' });
    intruder.mended('events:EnableRule', { name: 'page-on-findings' });
    // The trail gets its own selectors back; the recorder is started, and records as little as before.
    intruder.mended('cloudtrail:PutEventSelectors', {
      trailName: 'org',
      eventSelectors: [{ readWriteType: 'All', includeManagementEvents: true, dataResources: [] }],
    });
    intruder.mended('config:StartConfigurationRecorder', { configurationRecorderName: 'default' });
  }),
  cases: [
    {
      accounts: 1,
      identities: [bob],
      links: [],
      findings: ['evasion'],
      waysIn: [key],
      stages: [
        'cloudtrail:DescribeTrails discovery',
        'cloudtrail:PutEventSelectors evasion',
        'config:PutConfigurationRecorder evasion',
        'ec2:DeleteFlowLogs evasion',
        'events:DisableRule evasion',
        'events:RemoveTargets evasion',
        'guardduty:CreateFilter evasion',
        'guardduty:CreateIPSet evasion',
        'guardduty:ListDetectors discovery',
        'guardduty:UpdateDetector evasion',
        'securityhub:BatchUpdateFindings evasion',
      ],
      plan: [
        deactivate,
        'restoreLogging of config',
        'restoreLogging of event-rule',
        'restoreLogging of flow-logs',
        'restoreLogging of guardduty',
        'restoreLogging of security-hub',
      ],
    },
  ],
};
