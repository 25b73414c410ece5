import { appAccount, seenFromOutside, strangeAccount, userOf } from '../cloud.ts';
import { bob, deactivate, key, leaked, told, type Story } from '../story.ts';

const collector = seenFromOutside(userOf(strangeAccount, 'collector', 'AKIACOLLECTOR0000001'));

export const sharedAndCopied: Story = {
  name: 'a stranger copies a snapshot that a stolen key shared with them, from elsewhere',
  records: told((intruder) => {
    intruder.call(
      leaked,
      'iam:CreateAccessKey',
      { userName: 'root-backup' },
      { response: { accessKey: { accessKeyId: 'AKIABACKUP0000000001', userName: 'root-backup', status: 'Active' } } },
    );
    intruder.call(leaked, 'ec2:ModifySnapshotAttribute', {
      snapshotId: 'snap-1',
      attributeType: 'CREATE_VOLUME_PERMISSION',
      createVolumePermission: { add: { items: [{ userId: strangeAccount }] } },
    });
    intruder.call(
      collector,
      'ec2:CopySnapshot',
      { sourceSnapshotId: 'snap-1', sourceRegion: 'us-east-1' },
      { from: '203.0.113.99', more: { recipientAccountId: appAccount } },
    );
  }),
  cases: [
    {
      accounts: 1,
      identities: [
        'changed user root-backup',
        'created access-key',
        'outside account',
        'outside user AIDACOLLECTORXXX',
        bob,
      ],
      links: ['user bob created-key access-key', 'user bob shared-with account'],
      findings: ['intruders-account', 'others-credentials-changed', 'shared-outside', 'way-in-still-open'],
      waysIn: [key, 'open access-key of root-backup', 'open share'],
      stages: ['ec2:ModifySnapshotAttribute exfiltration', 'iam:CreateAccessKey persistence'],
      plan: [deactivate, 'deactivateAccessKey of root-backup', 'endSharing'],
    },
  ],
};
