import { appAccount, type Cloud, userOf } from '../expected/cloud.ts';

/** A user's key that an intruder has, and from where and with what they use it. */
export const leaked = userOf(appAccount, 'bob', 'AKIABOB0000000000001');
export const fromHome = { from: '203.0.113.66', client: 'aws-cli/2.9.9 Python/3.11 kali' };

/** A call by which an alert tells of the intruder. */
export function stolen(cloud: Cloud): void {
  cloud.call(leaked, 'iam:CreateAccessKey', {
    at: 3900,
    request: { userName: 'root-backup' },
    response: { accessKey: { accessKeyId: 'AKIABACKUP0000000001', userName: 'root-backup', status: 'Active' } },
    ...fromHome,
  });
}
