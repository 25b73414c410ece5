import { appAccount, strangeAccount } from '../cloud.ts';
import { bob, deactivate, key, leaked, told, type Story } from '../story.ts';

export const sharedWithStranger: Story = {
  name: 'snapshots, an image, a key and a bucket are shared with a stranger; an administrator takes one of them back',
  records: told((intruder) => {
    const add = { add: { items: [{ userId: strangeAccount }] } };
    intruder.call(leaked, 'ec2:ModifySnapshotAttribute', {
      snapshotId: 'snap-1',
      attributeType: 'CREATE_VOLUME_PERMISSION',
      createVolumePermission: add,
    });
    intruder.call(leaked, 'ec2:ModifyImageAttribute', {
      imageId: 'ami-1',
      attributeType: 'launchPermission',
      launchPermission: add,
    });
    intruder.call(leaked, 'rds:ModifyDBSnapshotAttribute', {
      attributeName: 'restore',
      dBSnapshotIdentifier: 'customers',
      valuesToAdd: [strangeAccount],
    });
    intruder.call(leaked, 'kms:PutKeyPolicy', {
      keyId: 'key-1',
      policyName: 'default',
      policy: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { AWS: [`arn:aws:iam::${appAccount}:root`, `arn:aws:iam::${strangeAccount}:root`] },
            Action: 'kms:*',
            Resource: '*',
          },
        ],
      }),
    });
    intruder.call(leaked, 's3:PutBucketPolicy', {
      bucketName: 'exports',
      bucketPolicy: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { AWS: `arn:aws:iam::${strangeAccount}:root` },
            Action: 's3:GetObject',
            Resource: 'arn:aws:s3:::exports/*',
          },
        ],
      },
    });
    intruder.mended('ec2:ModifySnapshotAttribute', {
      snapshotId: 'snap-1',
      createVolumePermission: { remove: { items: [{ userId: strangeAccount }] } },
    });
  }),
  cases: [
    {
      accounts: 1,
      identities: ['outside account', bob],
      links: ['user bob shared-with account'],
      findings: ['shared-outside', 'way-in-still-open'],
      waysIn: ['closed share', key, 'open share', 'open share', 'open share', 'open share'],
      stages: [
        'ec2:ModifyImageAttribute exfiltration',
        'ec2:ModifySnapshotAttribute exfiltration',
        'kms:PutKeyPolicy exfiltration',
        'rds:ModifyDBSnapshotAttribute exfiltration',
        's3:PutBucketPolicy exfiltration',
      ],
      plan: [deactivate, 'endSharing', 'endSharing', 'endSharing', 'endSharing'],
    },
  ],
};
