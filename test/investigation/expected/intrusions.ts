import type { FullyExpectedCase } from './conclusions.ts';
import { appAccount, Cloud, dataAccount, ordinaryTraffic, sessionOf, strangeAccount, userOf } from './cloud.ts';

/** An intrusion as records with ordinary traffic around them, and the cases that must come of it: no other. */
export interface Intrusion {
  readonly name: string;
  readonly records: () => Cloud['records'];
  readonly cases: readonly FullyExpectedCase[];
}

const attacker = '203.0.113.66';
const tool = 'stratus-red-team_1.0';

function story(tell: (cloud: Cloud) => void): () => Cloud['records'] {
  return () => {
    const cloud = new Cloud();
    ordinaryTraffic(cloud);
    tell(cloud);
    return cloud.records;
  };
}

function trusting(...principals: readonly string[]): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: principals }, Action: 'sts:AssumeRole' }],
  });
}

export const intrusions: readonly Intrusion[] = [
  {
    name: 'a leaked key makes a user with a key, which goes on into a second account',
    records: story((cloud) => {
      const bob = userOf(appAccount, 'bob', 'AKIABOB0000000000001');
      const planted = userOf(appAccount, 'support', 'AKIAPLANTED000000001');
      cloud.call(bob, 'sts:GetCallerIdentity', { at: 1000, from: attacker, client: tool });
      cloud.call(bob, 'iam:CreateUser', {
        at: 1010,
        from: attacker,
        client: tool,
        request: { userName: 'support' },
        response: { user: { userName: 'support', userId: 'AIDASUPPORT' } },
      });
      cloud.call(bob, 'iam:CreateAccessKey', {
        at: 1011,
        from: attacker,
        client: tool,
        request: { userName: 'support' },
        response: { accessKey: { accessKeyId: 'AKIAPLANTED000000001', userName: 'support' } },
      });
      const to = { account: dataAccount, role: 'reader', session: 'support', key: 'ASIAREADER0000000001' };
      const session = cloud.assume(planted, to, { at: 1100, from: attacker, client: tool });
      cloud.call(session, 'secretsmanager:GetSecretValue', {
        at: 1110,
        from: attacker,
        client: tool,
        request: { secretId: 'prod/card' },
      });
    }),
    cases: [
      {
        accounts: 2,
        identities: ['created access-key', 'created user support', 'suspect user bob', 'used session reader'],
        links: [
          'user bob created-key access-key',
          'user bob created-user user support',
          'user support assumed-role session reader',
        ],
        findings: ['chained-credentials', 'creation-used', 'secrets-taken', 'way-in-still-open'],
        waysIn: [
          'open access-key of bob',
          'open access-key of support',
          'open session of role reader until 2026-11-20T22:00:00',
          'open user support',
        ],
        stages: [
          'iam:CreateAccessKey persistence',
          'iam:CreateUser persistence',
          'secretsmanager:GetSecretValue credential access',
          'sts:AssumeRole lateral movement',
          'sts:GetCallerIdentity discovery',
        ],
        plan: [
          'deactivateAccessKey of bob',
          'disableCreatedIdentity of support',
          'revokeRoleSessions of reader',
          'rotateSecret',
        ],
      },
    ],
  },
  {
    name: 'a role is opened to an outside account, which then comes in by it',
    records: story((cloud) => {
      const carol = userOf(dataAccount, 'carol', 'AKIACAROL00000000001');
      const stranger = sessionOf(strangeAccount, 'worker', 'x', 'ASIASTRANGE000000001');
      cloud.call(carol, 'iam:UpdateAssumeRolePolicy', {
        at: 2000,
        from: attacker,
        client: tool,
        request: {
          roleName: 'audit',
          policyDocument: trusting(`arn:aws:iam::${dataAccount}:root`, `arn:aws:iam::${strangeAccount}:root`),
        },
      });
      // The role is used by its own account all along: that is not the intruder.
      const known = userOf(dataAccount, 'dave', 'AKIADAVE000000000001');
      const usual = cloud.assume(
        known,
        { account: dataAccount, role: 'audit', session: 'dave', key: 'ASIAAUDITDAVE0000001' },
        { at: 2050, from: '198.51.100.40' },
      );
      cloud.call(usual, 'ec2:DescribeInstances', { at: 2060, from: '198.51.100.40' });
      const session = cloud.assume(
        stranger,
        { account: dataAccount, role: 'audit', session: 'audit', key: 'ASIAAUDITSTRANGE0001' },
        { at: 2100, from: '203.0.113.99', client: tool },
      );
      cloud.call(session, 'ec2:DescribeSnapshots', { at: 2110, from: '203.0.113.99', client: tool });
    }),
    cases: [
      {
        accounts: 1,
        identities: [
          'changed role audit',
          'outside account',
          'outside session AROAWORKERXXXXXX',
          'suspect user carol',
          'used session audit',
        ],
        links: [
          'role audit opened-trust account',
          'session AROAWORKERXXXXXX assumed-role session audit',
          'user carol opened-trust role audit',
        ],
        findings: ['chained-credentials', 'intruders-account', 'trust-opened', 'way-in-still-open'],
        waysIn: [
          'open access-key of carol',
          'open session of role audit until 2026-11-20T22:00:00',
          'open trust of audit',
        ],
        stages: [
          'ec2:DescribeSnapshots discovery',
          'iam:UpdateAssumeRolePolicy persistence',
          'sts:AssumeRole lateral movement',
        ],
        plan: ['deactivateAccessKey of carol', 'restoreTrust of audit', 'revokeRoleSessions of audit'],
      },
    ],
  },
  {
    name: 'a command on an instance takes its credentials, which are then used from outside',
    records: story((cloud) => {
      const erin = userOf(appAccount, 'erin', 'AKIAERIN000000000001');
      const instance = 'i-0bbbbbbbbbbbbbbb2';
      const usual = sessionOf(appAccount, 'worker', instance, 'ASIAWORKER0000000001');
      const stolen = sessionOf(appAccount, 'worker', instance, 'ASIAWORKER0000000001');
      for (let day = -7; day < 0; day += 1)
        cloud.call(usual, 'dynamodb:DescribeTable', { at: day * 86_400, from: '198.51.100.31', client: 'Boto3/1.34' });
      cloud.call(erin, 'ssm:SendCommand', {
        at: 3000,
        from: attacker,
        client: tool,
        request: { instanceIds: [instance], documentName: 'AWS-RunShellScript' },
      });
      cloud.call(stolen, 'sts:GetCallerIdentity', { at: 3060, from: attacker, client: tool });
      const to = { account: dataAccount, role: 'backup', session: 'backup', key: 'ASIABACKUP0000000001' };
      const session = cloud.assume(stolen, to, { at: 3100, from: attacker, client: tool });
      cloud.call(session, 'rds:ModifyDBSnapshotAttribute', {
        at: 3110,
        from: attacker,
        client: tool,
        request: { attributeName: 'restore', dBSnapshotIdentifier: 'customers', valuesToAdd: [strangeAccount] },
      });
    }),
    cases: [
      {
        accounts: 2,
        identities: [
          'outside account',
          'suspect user erin',
          'used instance',
          'used session backup',
          'used session worker',
        ],
        links: [
          'instance ran-on-instance session worker',
          'session backup shared-with account',
          'session worker assumed-role session backup',
          'user erin ran-on-instance instance',
        ],
        findings: [
          'chained-credentials',
          'instance-credentials-stolen',
          'instances-entered',
          'new-address',
          'shared-outside',
          'way-in-still-open',
        ],
        waysIn: [
          'open access-key of erin',
          'open instance',
          'open session of role backup until 2026-11-20T22:00:00',
          'open session of role worker until 2026-11-20T21:51:00',
          'open share',
        ],
        stages: [
          'rds:ModifyDBSnapshotAttribute exfiltration',
          'ssm:SendCommand lateral movement',
          'sts:AssumeRole lateral movement',
          'sts:GetCallerIdentity discovery',
        ],
        plan: [
          'deactivateAccessKey of erin',
          'endSharing',
          'isolateInstance',
          'revokeRoleSessions of backup',
          'revokeRoleSessions of worker',
        ],
      },
    ],
  },
  {
    name: 'a password is set for somebody else, who signs in and leaves a federation token behind; her own key goes on',
    records: story((cloud) => {
      const frank = userOf(appAccount, 'frank', 'AKIAFRANK00000000001');
      const { accessKeyId: _none, ...graceAtConsole } = userOf(appAccount, 'grace', '');
      const grace = userOf(appAccount, 'grace', 'AKIAGRACE00000000001');
      cloud.call(frank, 'iam:CreateLoginProfile', {
        at: 4000,
        from: attacker,
        client: tool,
        request: { userName: 'grace' },
      });
      cloud.call(graceAtConsole, 'signin:ConsoleLogin', {
        at: 4060,
        from: attacker,
        client: 'Mozilla/5.0',
        response: { ConsoleLogin: 'Success' },
        more: { additionalEventData: { MFAUsed: 'No' } },
      });
      cloud.call({ ...graceAtConsole, accessKeyId: 'ASIAGRACECONSOLE0001' }, 'iam:CreateAccessKey', {
        at: 4100,
        from: attacker,
        client: 'Mozilla/5.0',
        request: { userName: 'grace' },
        response: { accessKey: { accessKeyId: 'AKIAGRACE00000000002' } },
        more: { sessionCredentialFromConsole: 'true' },
      });
      cloud.call(userOf(appAccount, 'grace', 'AKIAGRACE00000000002'), 'sts:GetFederationToken', {
        at: 4200,
        from: attacker,
        client: tool,
        request: { name: 'later' },
        response: {
          credentials: { accessKeyId: 'ASIAFEDERATED0000001' },
          federatedUser: { arn: `arn:aws:sts::${appAccount}:federated-user/later` },
        },
      });
      // Her own key's ordinary work makes nothing the intruder's.
      cloud.assume(
        grace,
        { account: appAccount, role: 'reports', session: 'grace', key: 'ASIAREPORTS000000001' },
        { at: 4300, from: '198.51.100.50' },
      );
    }),
    cases: [
      {
        accounts: 1,
        identities: [
          'changed user grace',
          'created access-key',
          'suspect user frank',
          'used console',
          'used session federated-user',
        ],
        links: [
          'user frank set-password user grace',
          'user grace created-key access-key',
          'user grace minted-session session federated-user',
          'user grace signed-in console',
        ],
        findings: ['console-without-mfa', 'creation-used', 'others-credentials-changed', 'way-in-still-open'],
        waysIn: [
          'open access-key of frank',
          'open access-key of grace',
          'open password of grace',
          'open session of user grace until 2026-11-20T22:07:40',
          // No record gives the token's end: 36 hours are the longest that it lasts.
          'open session of user grace until 2026-11-21T22:10:00',
        ],
        stages: [
          'iam:CreateAccessKey persistence',
          'iam:CreateLoginProfile persistence',
          'signin:ConsoleLogin first access',
          'sts:GetFederationToken persistence',
        ],
        plan: [
          'deactivateAccessKey of frank',
          'deactivateAccessKey of grace',
          'deletePassword of grace',
          'denyUserEverything of grace',
        ],
      },
    ],
  },
  {
    name: 'one hostile session of a deploy role that a pipeline takes all day is alone in its case',
    records: story((cloud) => {
      const pipeline = userOf(appAccount, 'ci', 'AKIACI00000000000001');
      for (let run = 0; run < 200; run += 1) {
        const to = {
          account: dataAccount,
          role: 'deploy',
          session: 'ci',
          key: `ASIACI${String(run).padStart(14, '0')}`,
        };
        const session = cloud.assume(pipeline, to, { at: 5000 + run, from: '198.51.100.60', client: 'Terraform/1.9' });
        cloud.call(session, 'ec2:DescribeInstances', {
          at: 5000 + run,
          from: '198.51.100.60',
          client: 'Terraform/1.9',
        });
      }
      const taken = sessionOf(dataAccount, 'deploy', 'ci', 'ASIACI00000000000100');
      cloud.call(taken, 'cloudtrail:StopLogging', {
        at: 5300,
        from: attacker,
        client: tool,
        request: { name: 'main' },
      });
      cloud.call(taken, 'iam:CreateUser', {
        at: 5310,
        from: attacker,
        client: tool,
        request: { userName: 'ops' },
        response: { user: { userName: 'ops' } },
      });
    }),
    cases: [
      {
        accounts: 1,
        identities: ['created user ops', 'suspect session deploy'],
        links: ['session deploy created-user user ops'],
        findings: ['evasion', 'new-address', 'way-in-still-open'],
        waysIn: ['open session of role deploy until 2026-11-20T22:00:00', 'open user ops'],
        stages: ['cloudtrail:StopLogging evasion', 'ec2:DescribeInstances discovery', 'iam:CreateUser persistence'],
        // The pipeline's call that handed the session out gives its end; it is none of the case's, for a crowd came of it.
        notYetSaid: {
          'open session of role deploy until 2026-11-20T22:00:00':
            'open session of role deploy until 2026-11-20T22:25:00',
        },
        plan: ['disableCreatedIdentity of ops', 'restoreLogging of trail', 'revokeRoleSessions of deploy'],
      },
    ],
  },
  {
    name: 'an outside account that one account shares with and another lets in ties the two',
    records: story((cloud) => {
      const heidi = userOf(appAccount, 'heidi', 'AKIAHEIDI00000000001');
      const ivan = userOf(dataAccount, 'ivan', 'AKIAIVAN000000000001');
      cloud.call(heidi, 'ec2:ModifySnapshotAttribute', {
        at: 6000,
        from: '203.0.113.70',
        client: tool,
        request: { snapshotId: 'snap-1', createVolumePermission: { add: { items: [{ userId: strangeAccount }] } } },
      });
      cloud.call(ivan, 'iam:CreateRole', {
        at: 6100,
        from: '203.0.113.71',
        client: tool,
        request: { roleName: 'vendor', assumeRolePolicyDocument: trusting(`arn:aws:iam::${strangeAccount}:root`) },
        response: { role: { roleName: 'vendor' } },
      });
    }),
    cases: [
      {
        accounts: 2,
        identities: ['created role vendor', 'outside account', 'suspect user heidi', 'suspect user ivan'],
        links: [
          'role vendor opened-trust account',
          'user heidi shared-with account',
          'user ivan made-role role vendor',
        ],
        findings: ['intruders-account', 'shared-outside', 'trust-opened', 'way-in-still-open'],
        waysIn: ['open access-key of heidi', 'open access-key of ivan', 'open role vendor', 'open share'],
        stages: ['ec2:ModifySnapshotAttribute exfiltration', 'iam:CreateRole persistence'],
        plan: [
          'deactivateAccessKey of heidi',
          'deactivateAccessKey of ivan',
          'disableCreatedRole of vendor',
          'endSharing',
        ],
      },
    ],
  },
  {
    name: 'two intruders who have nothing in common are two cases',
    records: story((cloud) => {
      const judy = userOf(appAccount, 'judy', 'AKIAJUDY000000000001');
      const mike = userOf(appAccount, 'mike', 'AKIAMIKE000000000001');
      cloud.call(judy, 'cloudtrail:StopLogging', {
        at: 7000,
        from: '203.0.113.80',
        client: tool,
        request: { name: 'main' },
      });
      cloud.call(mike, 'cloudtrail:DeleteTrail', {
        at: 7100,
        from: '203.0.113.81',
        client: tool,
        request: { name: 'main' },
      });
    }),
    cases: [
      {
        accounts: 1,
        identities: ['suspect user judy'],
        links: [],
        findings: ['evasion'],
        waysIn: ['open access-key of judy'],
        stages: ['cloudtrail:StopLogging evasion'],
        plan: ['deactivateAccessKey of judy', 'restoreLogging of trail'],
      },
      {
        accounts: 1,
        identities: ['suspect user mike'],
        links: [],
        findings: ['evasion'],
        waysIn: ['open access-key of mike'],
        stages: ['cloudtrail:DeleteTrail evasion'],
        plan: ['deactivateAccessKey of mike', 'restoreLogging of trail'],
      },
    ],
  },
];
