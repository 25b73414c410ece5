import { appAccount } from '../cloud.ts';
import { bob, deactivate, key, leaked, told, type Story } from '../story.ts';

export const watchingSwitchedOff: Story = {
  name: 'what watches the account is switched off, in part in vain, and in part put back',
  records: told((intruder) => {
    intruder.call(leaked, 'cloudtrail:StopLogging', { name: 'main' });
    intruder.call(leaked, 'cloudtrail:PutEventSelectors', {
      trailName: 'data',
      eventSelectors: [{ readWriteType: 'ReadOnly', includeManagementEvents: false }],
    });
    intruder.call(leaked, 'ec2:DeleteFlowLogs', {
      DeleteFlowLogsRequest: { FlowLogId: { tag: 1, content: 'fl-1' } },
    });
    intruder.call(leaked, 'guardduty:UpdateDetector', { detectorId: 'd1', enable: false });
    intruder.call(leaked, 'config:StopConfigurationRecorder', { configurationRecorderName: 'default' });
    intruder.call(leaked, 'securityhub:DisableSecurityHub', null, { error: 'AccessDenied' });
    intruder.mended('cloudtrail:StartLogging', { name: `arn:aws:cloudtrail:us-east-1:${appAccount}:trail/main` });
    intruder.mended('guardduty:UpdateDetector', { detectorId: 'd1', enable: true });
  }),
  cases: [
    {
      accounts: 1,
      identities: [bob],
      links: [],
      findings: ['denied-attempts', 'evasion'],
      waysIn: [key],
      stages: [
        'cloudtrail:PutEventSelectors evasion',
        'cloudtrail:StopLogging evasion',
        'config:StopConfigurationRecorder evasion',
        'ec2:DeleteFlowLogs evasion',
        'guardduty:UpdateDetector evasion',
        'securityhub:DisableSecurityHub refused evasion',
      ],
      plan: [deactivate, 'restoreLogging of config', 'restoreLogging of flow-logs', 'restoreLogging of trail'],
    },
  ],
};
