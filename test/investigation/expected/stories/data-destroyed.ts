import { bob, deactivate, key, leaked, told, type Story } from '../story.ts';

export const dataDestroyed: Story = {
  name: 'data is destroyed and made to expire; a doomed key is saved',
  records: told((intruder) => {
    const session = intruder.assume(leaked, 'storage-admin', 'ASIASTORAGE000000001');
    intruder.call(session, 's3:PutBucketVersioning', {
      bucketName: 'orders',
      VersioningConfiguration: { Status: 'Suspended' },
    });
    intruder.call(session, 's3:PutBucketLifecycle', {
      bucketName: 'orders',
      LifecycleConfiguration: { Rule: { ID: 'x', Status: 'Enabled', Expiration: { Days: 1 } } },
    });
    intruder.call(session, 'rds:DeleteDBInstance', { dBInstanceIdentifier: 'orders-db', skipFinalSnapshot: true });
    intruder.call(session, 'kms:ScheduleKeyDeletion', { keyId: 'key-9', pendingWindowInDays: 7 });
    intruder.mended('kms:CancelKeyDeletion', { keyId: 'key-9' });
  }),
  cases: [
    {
      accounts: 1,
      identities: [bob, 'used session storage-admin'],
      links: ['user bob assumed-role session storage-admin'],
      findings: ['chained-credentials', 'destruction', 'way-in-still-open'],
      waysIn: [key, 'open session of role storage-admin until 2026-11-20T22:00:00'],
      stages: [
        'kms:ScheduleKeyDeletion impact',
        'rds:DeleteDBInstance impact',
        's3:PutBucketLifecycle impact',
        's3:PutBucketVersioning impact',
        'sts:AssumeRole escalation',
      ],
      plan: [
        deactivate,
        'restoreProtection of bucket lifecycle',
        'restoreProtection of bucket versioning',
        'revokeRoleSessions of storage-admin',
      ],
    },
  ],
};
