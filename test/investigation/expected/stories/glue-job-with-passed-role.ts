import { appAccount, sessionOf } from '../cloud.ts';
import { bob, deactivate, key, leaked, told, type Story } from '../story.ts';

const role = `arn:aws:iam::${appAccount}:role/glue-admin`;
const inGlue = { from: '54.240.1.1', client: 'Boto3/1.34' };

export const glueJobWithPassedRole: Story = {
  name: 'a Glue job is made and run with a role of more rights, reads a secret, and makes a user with a key',
  records: told((intruder, cloud) => {
    // Glue names its sessions alike: those of the nights before are another job's.
    for (let day = -7; day < 0; day += 1) {
      const nightly = sessionOf(appAccount, 'glue-admin', 'GlueJobRunnerSession', `ASIAGLUENIGHTLY0000${day + 7}`);
      cloud.call(nightly, 'glue:GetTable', { at: day * 86_400 + 500, ...inGlue });
    }
    intruder.call(
      leaked,
      'glue:CreateJob',
      { name: 'sync', role, command: { name: 'pythonshell', scriptLocation: 's3://evil-scripts/sync.py' } },
      { response: { name: 'sync' } },
    );
    intruder.call(leaked, 'glue:StartJobRun', { jobName: 'sync' }, { response: { jobRunId: 'jr_0123' } });
    const session = sessionOf(appAccount, 'glue-admin', 'GlueJobRunnerSession', 'ASIAGLUE000000000009');
    intruder.call(session, 'secretsmanager:GetSecretValue', { secretId: 'prod/db' }, inGlue);
    intruder.call(
      session,
      'iam:CreateUser',
      { userName: 'etl' },
      { response: { user: { userName: 'etl', userId: 'AIDAETL' } }, ...inGlue },
    );
    intruder.call(
      session,
      'iam:CreateAccessKey',
      { userName: 'etl' },
      { response: { accessKey: { accessKeyId: 'AKIAETL0000000000009', userName: 'etl' } }, ...inGlue },
    );
  }),
  cases: [
    {
      accounts: 1,
      identities: ['created access-key', 'created user etl', bob, 'used session glue-admin'],
      links: [
        'session glue-admin created-key access-key',
        'session glue-admin created-user user etl',
        'user bob passed-role session glue-admin',
      ],
      findings: ['code-planted', 'secrets-taken', 'way-in-still-open'],
      waysIn: [
        key,
        'open access-key of etl',
        'open code',
        'open code',
        'open session of role glue-admin until 2026-11-20T21:17:00',
        'open user etl',
      ],
      stages: [
        'glue:CreateJob persistence',
        'glue:StartJobRun escalation',
        'iam:CreateAccessKey persistence',
        'iam:CreateUser persistence',
        'secretsmanager:GetSecretValue credential access',
      ],
      plan: [
        deactivate,
        'disableCreatedIdentity of etl',
        'removeCode',
        'removeCode',
        'revokeRoleSessions of glue-admin',
        'rotateSecret',
      ],
    },
  ],
};
